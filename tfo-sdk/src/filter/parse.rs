//! From text to tree.

use std::ops::Range;

use regex::RegexBuilder;

use super::ast::{Compare, Field, Filter, Pattern, Term, TermKind, Test};
use super::field::{is_name_start, named, prefixed, quoted};
use super::value::{self, Asked, Operator, cased, pattern};
use super::word::{Cursor, How, Mode, is_quoted, span_of, text_of};

/// Bytes that a filter text has at most.
const MAX_TEXT: usize = 16 * 1024;
/// Parentheses that may stand inside each other.
const MAX_DEPTH: usize = 64;
/// Regular expressions that a filter has at most, and the memory that each may take when compiled.
const MAX_REGEXES: usize = 32;
const MAX_REGEX_SIZE: usize = 1 << 20;

/// A filter text that cannot be read: where and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("filter, column {column}: {message}")]
pub struct FilterError {
    /// Byte range of the fault in the text.
    pub span: Range<usize>,
    /// Where the fault begins, in characters, from 1.
    pub column: usize,
    /// What is wrong, what was expected.
    pub message: String,
}

impl FilterError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        // Bytes are characters until `within` counts them.
        Self { column: span.start + 1, span, message: message.into() }
    }

    fn within(self, text: &str) -> Self {
        let before = text.get(..self.span.start).unwrap_or_default();
        Self { column: before.chars().count() + 1, ..self }
    }
}

/// Reads a whole filter; the empty text passes everything.
pub fn parse(text: &str) -> Result<Filter, FilterError> {
    read_query(text).map_err(|error| error.within(text))
}

/// Reads one argument of a command line as one term: spaces in it belong to the text. The empty one passes
/// everything.
pub fn parse_term(argument: &str) -> Result<Filter, FilterError> {
    read_argument(argument).map_err(|error| error.within(argument))
}

fn read_query(text: &str) -> Result<Filter, FilterError> {
    let mut parser = Parser::new(text, Mode::Query)?;
    parser.cursor.skip_space();
    if parser.cursor.peek().is_none() {
        return Ok(Filter::All(Vec::new()));
    }
    let filter = parser.query()?;
    match parser.cursor.peek() {
        None => Ok(filter),
        Some(_) => parser.fail("no ( for this ); text with parentheses goes in quotes"),
    }
}

fn read_argument(argument: &str) -> Result<Filter, FilterError> {
    let mut parser = Parser::new(argument, Mode::Argument)?;
    if argument.trim().is_empty() {
        return Ok(Filter::All(Vec::new()));
    }
    if let joiner @ ("AND" | "OR") = argument {
        let message =
            format!("{joiner} joins terms of one filter: write the whole filter as one text, with --filter");
        return Err(FilterError::new(0..argument.len(), message));
    }
    if argument == "NOT" {
        let message = "NOT stands before a term of the same filter: write !term, or the whole filter as one text, with \
                       --filter";
        return Err(FilterError::new(0..argument.len(), message.to_owned()));
    }
    let filter = parser.term()?;
    match parser.cursor.peek() {
        None => Ok(filter),
        Some(_) => parser
            .fail("text after the end of the term; text with quotes, slashes or parentheses goes in quotes"),
    }
}

/// Compiles a regular expression of a filter, within the size that every part of the product allows.
pub(super) fn compile(regex: &str, ignore_case: bool) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(regex).case_insensitive(ignore_case).size_limit(MAX_REGEX_SIZE).build()
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    regexes: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, mode: Mode) -> Result<Self, FilterError> {
        if text.len() > MAX_TEXT {
            let message = format!("the filter has {} bytes: at most {MAX_TEXT} are read", text.len());
            return Err(FilterError::new(0..text.len(), message));
        }
        Ok(Self { cursor: Cursor::new(text, mode), depth: 0, regexes: 0 })
    }

    /// An error at the next character.
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, FilterError> {
        Err(FilterError::new(self.cursor.here(), message))
    }

    /// `and ("OR" and)*`
    fn query(&mut self) -> Result<Filter, FilterError> {
        let mut any = vec![self.and()?];
        while self.keyword("OR") {
            any.push(self.and()?);
        }
        Ok(if any.len() == 1 { any.swap_remove(0) } else { Filter::Any(any) })
    }

    /// `term (["AND"] term)*`, up to an OR, a `)` or the end.
    fn and(&mut self) -> Result<Filter, FilterError> {
        let mut all = Vec::new();
        let mut expects_term = true;
        loop {
            self.cursor.skip_space();
            let ends = matches!(self.cursor.peek(), None | Some(')')) || self.sees("OR");
            if expects_term && (ends || self.sees("AND")) {
                return self.fail("expected a term here: text, or field=value");
            }
            if ends {
                return Ok(if all.len() == 1 { all.swap_remove(0) } else { Filter::All(all) });
            }
            expects_term = self.keyword("AND");
            if !expects_term {
                all.push(self.term()?);
                if !self.cursor.at_end_of_word() || self.cursor.peek() == Some('(') {
                    return self.fail("expected a space before this; text with quotes, slashes or parentheses goes in quotes");
                }
            }
        }
    }

    /// Whether this upper-case word comes next.
    fn sees(&self, keyword: &str) -> bool {
        self.cursor.rest().strip_prefix(keyword).is_some_and(|rest| {
            rest.chars().next().is_none_or(|next| next.is_whitespace() || next == '(' || next == ')')
        })
    }

    /// Steps over this upper-case word if it comes next.
    fn keyword(&mut self, keyword: &str) -> bool {
        let sees = self.sees(keyword);
        if sees {
            self.cursor.at += keyword.len();
        }
        sees
    }

    /// `["-"|"!"|"NOT"] ( "(" query ")" | pred | text )`
    fn term(&mut self) -> Result<Filter, FilterError> {
        let start = self.cursor.at;
        let negated = match self.cursor.peek() {
            Some('-' | '!') => {
                self.cursor.take();
                true
            }
            _ if self.keyword("NOT") => {
                self.cursor.skip_space();
                true
            }
            _ => false,
        };
        if negated {
            let nothing =
                self.cursor.peek().is_none_or(char::is_whitespace) || self.cursor.peek() == Some(')');
            if nothing || self.sees("OR") || self.sees("AND") {
                return Err(FilterError::new(
                    start..self.cursor.at,
                    "nothing to negate here; text with - or ! goes in quotes",
                ));
            }
            if matches!(self.cursor.peek(), Some('-' | '!')) || self.sees("NOT") {
                return self.fail("negated twice; text that begins with -- goes in quotes");
            }
        }
        let filter = match self.cursor.peek() {
            Some('(') => self.group()?,
            Some('/') => self.text_regex()?,
            _ => self.predicate_or_text()?,
        };
        Ok(if negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    /// `"(" query ")"`; inside, an argument is a query too.
    fn group(&mut self) -> Result<Filter, FilterError> {
        let open = self.cursor.here();
        if self.depth == MAX_DEPTH {
            return self.fail(format!("parentheses nest deeper than {MAX_DEPTH}"));
        }
        self.cursor.take();
        self.depth += 1;
        let mode = std::mem::replace(&mut self.cursor.mode, Mode::Query);
        self.cursor.skip_space();
        let filter = self.query()?;
        if self.cursor.take() != Some(')') {
            return Err(FilterError::new(open, "no closing ) for this one"));
        }
        self.cursor.mode = mode;
        self.depth -= 1;
        Ok(filter)
    }

    fn text_regex(&mut self) -> Result<Filter, FilterError> {
        let start = self.cursor.at;
        let (regex, ignore_case) = self.regex()?;
        Ok(term(start..self.cursor.at, TermKind::Text(Pattern::Regex { regex, ignore_case })))
    }

    /// A regular expression that compiles.
    fn regex(&mut self) -> Result<(String, bool), FilterError> {
        let start = self.cursor.at;
        let (regex, ignore_case) = self.cursor.regex()?;
        let span = start..self.cursor.at;
        self.regexes += 1;
        if self.regexes > MAX_REGEXES {
            let message = format!("more than {MAX_REGEXES} regular expressions: join some with |");
            return Err(FilterError::new(span, message));
        }
        match compile(&regex, ignore_case) {
            Ok(_) => Ok((regex, ignore_case)),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err(FilterError::new(span, "the regular expression is too large; repeat less in it"))
            }
            Err(error) => {
                // The crate draws a picture of several lines; its last one says what is wrong.
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(FilterError::new(span, format!("the regular expression is not valid: {reason}")))
            }
        }
    }

    fn predicate_or_text(&mut self) -> Result<Filter, FilterError> {
        let start = self.cursor.at;
        if let Some(operator) = self.operator()? {
            self.cursor.at = start;
            return self
                .fail(format!("expected a field before `{operator}`, without a space; text goes in quotes"));
        }
        self.cursor.at = start;
        if let Some(field) = self.field()? {
            return self.predicate(start, &field);
        }
        self.cursor.at = start;
        let letters = self.cursor.word(false)?;
        let span = span_of(&letters, start..self.cursor.at);
        let after_quotes = letters.iter().skip_while(|letter| letter.how != How::Mark);
        if let Some(operator) =
            after_quotes.clone().find(|letter| letter.how == How::Plain && is_operator(letter.character))
            && self.cursor.mode == Mode::Query
        {
            let message = format!(
                "unexpected `{}` after quotes; an attribute with such a name is attr.{}, text goes in quotes as a whole",
                operator.character,
                quoted(&text_of(
                    letters.split(|letter| is_operator(letter.character)).next().unwrap_or_default()
                ))
            );
            return Err(FilterError::new(operator.at..operator.at + 1, message));
        }
        let text = text_of(&letters);
        if text.len() == 32 && !is_quoted(&letters) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let (text, _) = cased(Some(&Field::Trace), &text);
            let test = Test::Equals(super::ast::Literal { text, number: None });
            return Ok(term(span, TermKind::Field(Field::Trace, test)));
        }
        let pattern = pattern(None, &letters, &span)?;
        Ok(term(span, TermKind::Text(pattern)))
    }

    /// The field before an operator; `None` when this is no predicate.
    fn field(&mut self) -> Result<Option<Field>, FilterError> {
        let start = self.cursor.at;
        if !self.cursor.peek().is_some_and(is_name_start) {
            return Ok(None);
        }
        let rest = self.cursor.rest();
        let is_end = |character: char| character.is_whitespace() || "()\":=<>~".contains(character);
        let ends = |(at, _): &(usize, char)| {
            let rest = rest.get(*at..).unwrap_or_default();
            rest.starts_with(is_end) || rest.starts_with("!=") || rest.starts_with("!~")
        };
        let length = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        let name = rest.get(..length).unwrap_or_default();
        self.cursor.at += length;
        match self.cursor.peek() {
            Some('"') => {
                let Some(prefix) = name.strip_suffix('.') else { return Ok(None) };
                let mut letters = Vec::new();
                if prefixed(prefix, "").is_none() {
                    return Ok(None);
                }
                self.cursor.quoted(&mut letters)?;
                if !self.cursor.peek().is_some_and(is_operator) {
                    return self.fail("expected an operator after the field, such as = or :*");
                }
                Ok(prefixed(prefix, &text_of(&letters)))
            }
            Some(next) if is_operator(next) => {
                named(name).map(Some).map_err(|message| FilterError::new(start..self.cursor.at, message))
            }
            _ => Ok(None),
        }
    }

    /// Steps over an operator, if one comes next.
    fn operator(&mut self) -> Result<Option<&'static str>, FilterError> {
        for wrong in ["==", "=~", "!~"] {
            if self.cursor.rest().starts_with(wrong) {
                let here = self.cursor.at..self.cursor.at + wrong.len();
                let message =
                    format!("no operator `{wrong}`: expected : = != < <= > >= or ~/regular expression/");
                return Err(FilterError::new(here, message));
            }
        }
        let found = OPERATORS.iter().find(|(text, _)| self.cursor.rest().starts_with(text));
        self.cursor.at += found.map_or(0, |(text, _)| text.len());
        Ok(found.map(|(text, _)| *text))
    }

    /// The operator and value after a field.
    fn predicate(&mut self, start: usize, field: &Field) -> Result<Filter, FilterError> {
        let Some(text) = self.operator()? else {
            return self.fail("expected an operator: : = != < <= > >= or ~/regular expression/");
        };
        let operator =
            OPERATORS.iter().find(|(known, _)| *known == text).map_or(Operator::Has, |(_, found)| *found);
        if self.cursor.at_end_of_word() {
            let message = format!(
                "expected a value right after `{text}`; the empty text is \"\", a value with spaces or parentheses goes \
                 in quotes"
            );
            return self.fail(message);
        }
        let value_start = self.cursor.at;
        let asked = if operator == Operator::Regex {
            self.field_regex(field)?
        } else {
            let letters = self.cursor.word(true)?;
            value::read(field, operator, &letters, value_start..self.cursor.at)?
        };
        let filter = term(start..self.cursor.at, TermKind::Field(field.clone(), asked.test));
        Ok(if asked.negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    fn field_regex(&mut self, field: &Field) -> Result<Asked, FilterError> {
        if let Field::Severity | Field::Duration = field {
            return self.fail(format!("`{field}` is a number: compare it with = < <= > >= or a range a..b"));
        }
        if self.cursor.peek() != Some('/') {
            return self.fail("expected a regular expression in slashes, as in ~/time(d )?out/");
        }
        let (regex, ignore_case) = self.regex()?;
        // The value is made lower case before it is compared.
        let ignore_case = ignore_case || matches!(field, Field::Kind | Field::Status);
        Ok(Asked { test: Test::Matches(Pattern::Regex { regex, ignore_case }), negated: false })
    }
}

/// Longer ones first.
const OPERATORS: [(&str, Operator); 8] = [
    ("!=", Operator::NotEquals),
    (">=", Operator::Compare(Compare::GreaterOrEqual)),
    ("<=", Operator::Compare(Compare::LessOrEqual)),
    (">", Operator::Compare(Compare::Greater)),
    ("<", Operator::Compare(Compare::Less)),
    (":", Operator::Has),
    ("=", Operator::Equals),
    ("~", Operator::Regex),
];

/// Whether an operator begins with this.
fn is_operator(character: char) -> bool {
    ":=!<>~".contains(character)
}

fn term(span: Range<usize>, kind: TermKind) -> Filter {
    Filter::Term(Term { span, kind })
}
