//! From the value of a predicate to a test, by what the field holds.

use std::cmp::Ordering;
use std::ops::Range;

use super::ast::{Compare, Field, Literal, Number, Pattern, Test};
use super::parse::FilterError;
use super::word::{How, Letter, is_quoted, span_of, text_of, trimmed};
use crate::time::parse_duration;

/// What stands between a field and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `:`
    Has,
    /// `=`
    Equals,
    /// `!=`
    NotEquals,
    /// `<` and its like
    Compare(Compare),
    /// `~`
    Regex,
}

/// A test, or the opposite of one.
pub(super) struct Asked {
    pub test: Test,
    pub negated: bool,
}

/// The severity names; each level has four numbers, the first is `4 * index + 1`.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "fatal"];

/// Kinds of spans and types of metrics, in lower case.
const KINDS: [&str; 11] = [
    "internal",
    "server",
    "client",
    "producer",
    "consumer",
    "unspecified",
    "gauge",
    "sum",
    "histogram",
    "exponential_histogram",
    "summary",
];

/// Status codes of spans, in lower case.
const STATUSES: [&str; 3] = ["unset", "ok", "error"];

/// The values of a field that has few; none for all others.
fn names(field: &Field) -> &'static [&'static str] {
    match field {
        Field::Kind => &KINDS,
        Field::Status => &STATUSES,
        _ => &[],
    }
}

/// The level whose four numbers begin with this one.
pub(super) fn level_name(first: i64) -> Option<&'static str> {
    let index = usize::try_from(first - 1).ok()?;
    if index % 4 == 0 { LEVELS.get(index / 4).copied() } else { None }
}

/// Reads the value of `field operator value`; `span` is where it stands.
pub(super) fn read(
    field: &Field,
    operator: Operator,
    letters: &[Letter],
    span: Range<usize>,
) -> Result<Asked, FilterError> {
    if let Operator::Compare(compare) = operator {
        let element = Element { field, letters, span };
        return Ok(Asked { test: element.compare(compare)?, negated: false });
    }
    let mut tests = Vec::new();
    for letters in split(letters, &span)? {
        let element = Element { field, letters, span: span_of(letters, span.clone()) };
        tests.push(element.test(operator == Operator::Has)?);
    }
    let test = if tests.len() == 1 { tests.swap_remove(0) } else { Test::AnyOf(tests) };
    Ok(match (operator, test) {
        (Operator::NotEquals, Test::Equals(literal)) => {
            Asked { test: Test::NotEquals(literal), negated: false }
        }
        (operator, test) => Asked { test, negated: operator == Operator::NotEquals },
    })
}

/// The elements of `{a,b}` or `a|b`.
fn split<'a>(letters: &'a [Letter], span: &Range<usize>) -> Result<Vec<&'a [Letter]>, FilterError> {
    let (inner, separator) = match letters {
        [open, inner @ .., close] if open.is('{') && close.is('}') => (inner, ','),
        [open, ..] if open.is('{') => {
            return Err(FilterError::new(span.clone(), "expected } at the end of the list that { begins"));
        }
        all => (all, '|'),
    };
    let elements: Vec<&[Letter]> = inner.split(|letter| letter.is(separator)).collect();
    if let [whole] = elements.as_slice()
        && separator == '|'
    {
        return Ok(vec![whole]);
    }
    let elements: Vec<&[Letter]> = elements.into_iter().map(trimmed).collect();
    if elements.iter().any(|element| element.is_empty()) {
        return Err(FilterError::new(span.clone(), "empty element in the list; the empty text is \"\""));
    }
    Ok(elements)
}

/// The ends of a range, of which one may be open.
type Ends<'a> = (Option<&'a [Letter]>, Option<&'a [Letter]>);

/// One value of a field.
struct Element<'a> {
    field: &'a Field,
    letters: &'a [Letter],
    span: Range<usize>,
}

impl Element<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, FilterError> {
        Err(FilterError::new(self.span.clone(), message))
    }

    /// What `:` (`has`) or `=` asks with this value.
    fn test(&self, has: bool) -> Result<Test, FilterError> {
        if has && matches!(self.letters, [star] if star.is('*')) {
            return Ok(Test::Exists);
        }
        match self.field {
            Field::Severity => self.severity(),
            Field::Duration => match self.range() {
                Some((from, to)) => self.between(from, to, Self::duration),
                None => self.duration(self.letters).map(Test::Equals),
            },
            Field::Attribute(_) | Field::ResourceAttribute(_) | Field::ScopeAttribute(_) => {
                match self.range() {
                    Some((from, to)) => {
                        self.between(from, to, |element, letters| Ok(element.literal(letters)))
                    }
                    None => self.text(has),
                }
            }
            _ => self.text(has),
        }
    }

    fn text(&self, has: bool) -> Result<Test, FilterError> {
        let literal = self.literal(self.letters);
        self.is_name(&literal.text, has)?;
        let digits = match self.field {
            Field::Trace => 32,
            Field::Span => 16,
            _ => 0,
        };
        let is_id = literal.text.len() == digits && literal.text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match (has, digits) {
            (false, 0) => Ok(Test::Equals(literal)),
            (_, 16 | 32) if is_id => Ok(Test::Equals(literal)),
            (false, _) => {
                self.fail(format!("expected {digits} hex digits; `{}:` finds a part of an id", self.field))
            }
            (true, _) => pattern(Some(self.field), self.letters, &self.span).map(Test::Matches),
        }
    }

    /// Refuses what no value of the field is, or has in it: a slip of the pen would find nothing, for ever.
    fn is_name(&self, text: &str, has: bool) -> Result<(), FilterError> {
        let names = names(self.field);
        let is_number = text.parse::<i32>().is_ok(); // as values are stored that have no name
        let is_one =
            |name: &&str| if has { name.contains(text) || text.contains('*') } else { *name == text };
        if names.is_empty() || is_number || names.iter().any(is_one) {
            return Ok(());
        }
        self.fail(format!("no {} `{text}`: expected {}", self.field, names.join(", ")))
    }

    fn compare(&self, compare: Compare) -> Result<Test, FilterError> {
        let literal = match self.field {
            Field::Status => {
                return self.fail(
                    "the status of a span is unset, ok or error and has no order; that of HTTP is an attribute, as in \
                     http.response.status_code>=500",
                );
            }
            Field::Kind | Field::Trace | Field::Span => {
                return self.fail(format!("`{}` has no order: use = or :", self.field));
            }
            Field::Severity => {
                let (low, high) = self.level(self.letters)?;
                match compare {
                    Compare::Less | Compare::GreaterOrEqual => whole(low),
                    Compare::LessOrEqual | Compare::Greater => whole(high),
                }
            }
            Field::Duration => self.duration(self.letters)?,
            _ => self.literal(self.letters),
        };
        Ok(Test::Compare(compare, literal))
    }

    /// `error` is four numbers, `error2` and `17` are one, `error+` is that and all above.
    fn severity(&self) -> Result<Test, FilterError> {
        if let Some((from, to)) = self.range() {
            let from = from.map(|letters| self.level(letters)).transpose()?.map(|(low, _)| low);
            let to = to.map(|letters| self.level(letters)).transpose()?.map(|(_, high)| high);
            if from > to && to.is_some() {
                return self.fail("the range is empty: its start is above its end");
            }
            return Ok(Test::Between(from.map(whole), to.map(whole)));
        }
        if let [level @ .., plus] = self.letters
            && plus.is('+')
        {
            let (low, _) = self.level(level)?;
            return Ok(Test::Compare(Compare::GreaterOrEqual, whole(low)));
        }
        let (low, high) = self.level(self.letters)?;
        Ok(if low == high {
            Test::Equals(whole(low))
        } else {
            Test::Between(Some(whole(low)), Some(whole(high)))
        })
    }

    /// The first and last number of a level.
    fn level(&self, letters: &[Letter]) -> Result<(i64, i64), FilterError> {
        let text = text_of(letters).to_lowercase();
        if let Ok(number) = text.parse::<i32>() {
            return Ok((number.into(), number.into()));
        }
        for (first, name) in (1..).step_by(4).zip(LEVELS) {
            match text.strip_prefix(name) {
                Some("") => return Ok((first, first + 3)),
                Some("2") => return Ok((first + 1, first + 1)),
                Some("3") => return Ok((first + 2, first + 2)),
                Some("4") => return Ok((first + 3, first + 3)),
                _ => {}
            }
        }
        Err(FilterError::new(
            span_of(letters, self.span.clone()),
            format!(
                "no severity `{text}`: expected trace, debug, info, warn, error or fatal, each also with 2, 3 or 4 \
                 like error2, or a number from 1 to 24"
            ),
        ))
    }

    fn duration(&self, letters: &[Letter]) -> Result<Literal, FilterError> {
        let text = text_of(letters);
        let fail = |message| Err(FilterError::new(span_of(letters, self.span.clone()), message));
        if text.ends_with(|last: char| last.is_ascii_digit()) && number(&text).is_some() {
            return fail(format!("say the unit of the duration, as in {text}ms"));
        }
        let nanos = match parse_duration(&text) {
            Ok(duration) => i64::try_from(duration.as_nanos()),
            Err(error) => return fail(error.to_string()),
        };
        match nanos {
            Ok(nanos) => Ok(Literal { text, number: Some(Number::Int(nanos)) }),
            Err(_) => fail("a duration is at most 292 years".to_owned()),
        }
    }

    /// A value as it stands, with its number where the field may hold numbers.
    fn literal(&self, letters: &[Letter]) -> Literal {
        let text = text_of(letters);
        match self.field {
            Field::Trace | Field::Span | Field::Kind | Field::Status => {
                Literal { text: text.to_lowercase(), number: None }
            }
            Field::Attribute(_) | Field::ResourceAttribute(_) | Field::ScopeAttribute(_)
                if !is_quoted(letters) =>
            {
                Literal::unquoted(&text)
            }
            _ => Literal { text, number: None },
        }
    }

    fn between(
        &self,
        from: Option<&[Letter]>,
        to: Option<&[Letter]>,
        literal: impl Fn(&Self, &[Letter]) -> Result<Literal, FilterError>,
    ) -> Result<Test, FilterError> {
        let from = from.map(|letters| literal(self, letters)).transpose()?;
        let to = to.map(|letters| literal(self, letters)).transpose()?;
        if let (Some(from), Some(to)) = (&from, &to) {
            let is_empty = match (from.number, to.number) {
                (Some(from), Some(to)) => from.compare(to) == Some(Ordering::Greater),
                (None, None) => from.text > to.text,
                _ => return self.fail("a range is between two numbers or two texts, not one of each"),
            };
            if is_empty {
                return self.fail("the range is empty: its start is above its end");
            }
        }
        Ok(Test::Between(from, to))
    }

    /// The ends of `a..b`. Not three dots, and no path such as `../a`: those are text.
    fn range(&self) -> Option<Ends<'_>> {
        let is_dots = |pair: &[Letter]| pair.iter().all(|letter| letter.is('.'));
        let at = self.letters.windows(2).position(is_dots)?;
        let (from, rest) = self.letters.split_at_checked(at)?;
        let to = rest.get(2..)?;
        let is_path = self.letters.iter().any(|letter| letter.is('/') || letter.is('\\'));
        if is_path || to.first().is_some_and(|letter| letter.is('.')) || to.windows(2).any(is_dots) {
            return None;
        }
        let end = |letters: &[Letter]| !letters.is_empty();
        match (end(from), end(to)) {
            (false, false) => None,
            (has_from, has_to) => Some((has_from.then_some(from), has_to.then_some(to))),
        }
    }
}

/// The literal of a whole number.
fn whole(number: i64) -> Literal {
    Literal { text: number.to_string(), number: Some(Number::Int(number)) }
}

/// The text or glob to find in a field, or in a record's text where there is none.
pub(super) fn pattern(
    field: Option<&Field>,
    letters: &[Letter],
    span: &Range<usize>,
) -> Result<Pattern, FilterError> {
    let text = text_of(letters);
    if !letters.iter().any(|letter| letter.is('*')) {
        let (text, ignore_case) = cased(field, &text);
        return Ok(Pattern::Contains { text, ignore_case });
    }
    if letters.iter().any(|letter| letter.how == How::Quoted && letter.character == '*') {
        return Err(FilterError::new(
            span.clone(),
            "a quoted * beside one that stands for any text: use ~/re/",
        ));
    }
    // A glob is about the whole of a field, but bare text is found anywhere.
    let text = match field {
        Some(_) => text,
        None => format!("*{}*", text.trim_start_matches('*').trim_end_matches('*')),
    };
    let (glob, ignore_case) = cased(field, &text);
    Ok(Pattern::Glob { glob, ignore_case })
}

/// A text as it is compared with a field: smart case, but ids are lower case and enums have none.
pub(super) fn cased(field: Option<&Field>, text: &str) -> (String, bool) {
    match field {
        Some(Field::Trace | Field::Span) => (text.to_lowercase(), false),
        Some(Field::Kind | Field::Status) => (text.to_lowercase(), true),
        _ if text.chars().any(char::is_uppercase) => (text.to_owned(), false),
        _ => (text.to_lowercase(), true),
    }
}

impl Literal {
    /// The value of an attribute as written without quotes: also the number that it looks like.
    pub fn unquoted(text: &str) -> Self {
        Self { text: text.to_owned(), number: number(text) }
    }
}

impl Pattern {
    /// A text to find anywhere, in smart case.
    pub fn contains(text: &str) -> Self {
        let (text, ignore_case) = cased(None, text);
        Self::Contains { text, ignore_case }
    }
}

const SIZES: [(&str, i64); 10] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
];

/// The number that an unquoted value is: `5`, `-1.5`, `2e3`, or a size in bytes such as `5MiB` and `1.5kB`.
pub(super) fn number(text: &str) -> Option<Number> {
    let (digits, factor) = SIZES
        .iter()
        .find_map(|(unit, factor)| text.strip_suffix(unit).map(|digits| (digits, *factor)))
        .unwrap_or((text, 1));
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let is_digit = |character: char| character.is_ascii_digit();
    let is_number = unsigned.starts_with(is_digit)
        && unsigned.ends_with(is_digit)
        && unsigned.chars().all(|character| character.is_ascii_digit() || ".eE+-".contains(character));
    if !is_number {
        return None;
    }
    if let Some(whole) = digits.parse::<i64>().ok().and_then(|whole| whole.checked_mul(factor)) {
        return Some(Number::Int(whole));
    }
    let value = digits.parse::<f64>().ok()? * factor as f64;
    // Bytes are whole: 1.5kB is 1500. Below 2^53 the conversion is exact.
    if factor > 1 && value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Number::Int(value as i64));
    }
    value.is_finite().then_some(Number::Double(value))
}
