//! The tree that a filter text becomes.
//!
//! Invariant: a tree is normal. Aliases (`svc`, `level`) are resolved, severity names are numbers, durations
//! of `duration` are nanoseconds, ids and the values of `kind` and `status` are lower case, regular expressions
//! compile.

use std::ops::Range;

/// A filter: what a record must be to pass.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Passes when all pass; an empty list passes everything.
    All(Vec<Filter>),
    /// Passes when any passes.
    Any(Vec<Filter>),
    /// Passes when the inner one does not.
    Not(Box<Filter>),
    /// One predicate or text search.
    Term(Term),
}

/// A leaf of the tree, with its place in the filter text.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What it asks.
    pub kind: TermKind,
}

/// What a leaf asks of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum TermKind {
    /// The log body (the text leaves of a structured one; its numbers are found by `body:`) or the span's or
    /// metric's name has this text.
    Text(Pattern),
    /// A field passes a test.
    Field(Field, Test),
}

/// A field of a record. Which a signal has is the signal's business; one that it lacks is a missing field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// `severity`, `level`: the severity number (a number).
    Severity,
    /// `body`, `msg`: the log body as text.
    Body,
    /// `service`, `svc`.
    Service,
    /// `event`: the event name of a log record.
    Event,
    /// `trace`: the trace id, lower-case hex.
    Trace,
    /// `span`: the span id, lower-case hex.
    Span,
    /// `name`: the name of a span or metric.
    Name,
    /// `kind`, `type`: the span kind, or the type of a metric. Compared without regard to case: literals and
    /// patterns are lower case, and who evaluates makes the field lower case first.
    Kind,
    /// `status`: the status code of a span; without regard to case, as `kind`.
    Status,
    /// `duration`, `dur`: a span's duration in nanoseconds (a number).
    Duration,
    /// Any other name: an attribute of the record; `attr."k"` for keys that collide with a field's name.
    Attribute(String),
    /// `resource.k`: an attribute of the resource.
    ResourceAttribute(String),
    /// `scope.k`: `scope.name` and `scope.version`, else an attribute of the scope.
    ScopeAttribute(String),
}

/// A test of one field. A missing field passes only [`Test::NotEquals`] (and what stands under NOT).
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `field:*`: the field is there.
    Exists,
    /// `=`: exactly this value, case-sensitive.
    Equals(Literal),
    /// `!=`: not exactly this value, or missing.
    NotEquals(Literal),
    /// `>`, `>=`, `<`, `<=`. A literal with a number compares with numbers only, one without with text only.
    Compare(Compare, Literal),
    /// `a..b`, `a..`, `..b`: both ends belong to it. On `severity`, `error` is the range 17 to 20.
    Between(Option<Literal>, Option<Literal>),
    /// `:`: contains, or matches the glob.
    Matches(Pattern),
    /// `{a,b}` or `a|b`: any of these tests.
    AnyOf(Vec<Test>),
}

/// An order to hold between a field and a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value as written.
///
/// `=` finds a field of text that equals `text`, and, where there is a `number`, a numeric field that equals it.
/// So `http.status=500` finds both the integer and the text, `http.status="500"` only the text. Any other value
/// (a boolean, bytes, a list, a map) equals a `text` that is how it is written: `true`, `[1,2]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    /// The text, unquoted.
    pub text: String,
    /// The number that an unquoted literal also is, with its unit applied.
    pub number: Option<Number>,
}

/// A number that keeps whether it is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A 64-bit integer.
    Int(i64),
    /// Any other.
    Double(f64),
}

/// A text to find: a part of the field, a glob over the whole field, or a regular expression found anywhere.
///
/// A value that is no text is searched as it is written ([`AnyValue`](crate::AnyValue)'s `Display`). Where case is
/// ignored, the field is made lower case (`str::to_lowercase`) before it is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// The field has this text in it.
    Contains {
        /// The text; lower case where case is ignored.
        text: String,
        /// Smart case: false as soon as the text has an upper-case letter.
        ignore_case: bool,
    },
    /// The whole field matches; `*` is any run of characters, nothing else is special.
    Glob {
        /// The glob; lower case where case is ignored.
        glob: String,
        /// Smart case, as above.
        ignore_case: bool,
    },
    /// The `regex` crate finds this in the field.
    Regex {
        /// The expression, known to compile.
        regex: String,
        /// `/re/i`.
        ignore_case: bool,
    },
}
