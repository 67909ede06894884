//! What to read: the options that select telemetry, put together into one filter and one range.
//!
//! A mistake in a filter is shown here, with its place, before any daemon is asked.

use std::fmt;

use clap::Args;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{Page, Scan};
use tfo_sdk::client::{ClientError, Order, Read};
use tfo_sdk::filter::{self, Field, Filter, FilterError, Literal, Number, Pattern, Term, TermKind, Test};
use tfo_sdk::time::{TimeError, parse_moment};

use crate::complete::Names;

/// Most records of one page of the interface.
const PAGE: usize = 10_000;

/// Most records of one list: beyond, `tfo sql` is the tool.
const MOST: u64 = 1_000_000;

/// Which records.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct Selection {
    /// Terms that all must hold: a word of the text, or field:value (service:cart, severity:error+, duration:100ms..,
    /// http.route:/pay, !debug)
    #[arg(value_name = "FILTER", help_heading = "Selection")]
    terms: Vec<String>,
    /// A filter in the whole grammar, with OR and parentheses
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Only this service
    #[arg(long, value_name = "SERVICE", add = Names::Services)]
    service: Option<String>,
    /// Only records whose text has this: the body of a log, the name of a span
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    grep: Option<String>,
    /// Only records with this attribute; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = attribute)]
    attr: Vec<(String, String)>,
    /// From when
    #[command(flatten)]
    range: Range,
}

/// From when to when.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct Range {
    /// Start: a duration ago like 15m or 7d, a time like 2026-11-25T08:00:00Z, or a date, which begins in UTC [default: 1h]
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) since: Option<String>,
    /// End, in the same forms [default: none, as clocks of senders may be ahead; now for metrics]
    #[arg(long, value_name = "WHEN", value_parser = moment, allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
}

/// How many.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Limit {
    /// Show the latest this many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=MOST), help_heading = "Selection")]
    limit: u64,
}

impl Limit {
    /// As a number of records.
    pub(crate) fn records(self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }
}

impl Selection {
    /// The read that this asks for, with further conditions.
    pub(crate) fn read(&self, further: Vec<Filter>) -> Result<Read, BadFilter> {
        let read = Read { filter: self.filter_text(further)?, ..self.range.read() };
        Ok(read)
    }

    fn filter_text(&self, further: Vec<Filter>) -> Result<Option<String>, BadFilter> {
        let mut all = Vec::new();
        if let Some(text) = &self.filter {
            all.push(filter::parse(text).map_err(|error| BadFilter::new(text, error))?);
        }
        for text in &self.terms {
            all.push(filter::parse_term(text).map_err(|error| BadFilter::new(text, error))?);
        }
        if let Some(service) = &self.service {
            all.push(equals(Field::Service, service, None));
        }
        if let Some(text) = &self.grep {
            all.push(contains(text));
        }
        all.extend(
            self.attr.iter().map(|(key, value)| equals(Field::Attribute(key.clone()), value, number(value))),
        );
        all.extend(further);
        // A filter that passes everything is none.
        all.retain(|filter| *filter != Filter::All(Vec::new()));
        Ok((!all.is_empty()).then(|| Filter::All(all).to_string()))
    }
}

impl Range {
    /// A read of this range.
    pub(crate) fn read(&self) -> Read {
        Read { since: self.since.clone(), until: self.until.clone(), ..Read::default() }
    }
}

/// A severity as `--severity` takes it: `error`, `error+`, `warn|error`, `17`.
pub(crate) fn severity(text: &str) -> Result<Filter, BadFilter> {
    let term = format!("severity:{text}");
    filter::parse_term(&term).map_err(|error| BadFilter::new(&term, error))
}

/// The latest records, oldest first, as a log reads. Asks for as many pages as it takes.
pub(crate) async fn latest<T>(
    read: &Read,
    limit: usize,
    fetch: impl AsyncFn(&Read) -> Result<Page<T>, ClientError>,
) -> Result<Page<T>, ClientError> {
    let mut read = Read { order: Some(Order::Desc), ..read.clone() };
    let mut all =
        Page { items: Vec::new(), next_page_token: None, scan: Scan { complete: true, ..Scan::default() } };
    loop {
        let missing = limit.saturating_sub(all.items.len());
        read.limit = Some(missing.min(PAGE));
        let page = fetch(&read).await?;
        let is_last = append(&mut all, page);
        if is_last || all.items.len() >= limit {
            all.items.reverse();
            return Ok(all);
        }
        read.page_token.clone_from(&all.next_page_token);
    }
}

/// Everything, in the daemon's order.
pub(crate) async fn everything<T>(
    read: &Read,
    fetch: impl AsyncFn(&Read) -> Result<Page<T>, ClientError>,
) -> Result<Page<T>, ClientError> {
    let mut read = Read { limit: Some(PAGE), ..read.clone() };
    let mut all =
        Page { items: Vec::new(), next_page_token: None, scan: Scan { complete: true, ..Scan::default() } };
    loop {
        let page = fetch(&read).await?;
        if append(&mut all, page) {
            return Ok(all);
        }
        read.page_token.clone_from(&all.next_page_token);
    }
}

/// Adds a page; true when it was the last one.
fn append<T>(all: &mut Page<T>, page: Page<T>) -> bool {
    let is_last = page.next_page_token.is_none() || page.items.is_empty();
    all.items.extend(page.items);
    all.next_page_token = page.next_page_token;
    // A page that took all the time that a query has is the last one: whoever wants more asks for more.
    let is_last = is_last || !page.scan.complete;
    all.scan.add(page.scan);
    is_last
}

/// A point in time of a command line.
pub(crate) fn moment(text: &str) -> Result<String, TimeError> {
    // Only the form is checked: the daemon's clock decides what "ago" means.
    parse_moment(text, Timestamp::MAX).map(|_| text.to_owned())
}

fn attribute(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, like http.route=/pay".to_owned()),
    }
}

fn term(kind: TermKind) -> Filter {
    Filter::Term(Term { span: 0..0, kind })
}

fn equals(field: Field, text: &str, number: Option<Number>) -> Filter {
    term(TermKind::Field(field, Test::Equals(Literal { text: text.to_owned(), number })))
}

/// Finds the text in smart case, whatever characters it has.
fn contains(text: &str) -> Filter {
    let ignore_case = !text.chars().any(char::is_uppercase);
    term(TermKind::Text(Pattern::Contains { text: text.to_owned(), ignore_case }))
}

fn number(text: &str) -> Option<Number> {
    let integer = text.parse().ok().map(Number::Int);
    integer.or_else(|| text.parse().ok().filter(|value: &f64| value.is_finite()).map(Number::Double))
}

/// A filter that cannot be read, shown with its place.
#[derive(Debug)]
pub(crate) struct BadFilter {
    text: String,
    error: FilterError,
}

impl BadFilter {
    fn new(text: &str, error: FilterError) -> Self {
        Self { text: text.to_owned(), error }
    }
}

impl std::error::Error for BadFilter {}

impl fmt::Display for BadFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| crate::text::row(text).into_owned();
        let at =
            |byte: usize| (0..=byte.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at));
        let (start, end) = (at(self.error.span.start).unwrap_or(0), at(self.error.span.end).unwrap_or(0));
        let (before, fault) = (&self.text[..start], self.text.get(start..end).unwrap_or_default());
        let carets = crate::text::width(&shown(fault)).max(1);
        writeln!(f, "filter, column {}: {}", before.chars().count() + 1, shown(&self.error.message))?;
        writeln!(f, "  {}", shown(&self.text))?;
        write!(f, "  {}{}", " ".repeat(crate::text::width(&shown(before))), "^".repeat(carets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(terms: &[&str]) -> Selection {
        Selection { terms: terms.iter().map(|&term| term.to_owned()).collect(), ..Selection::default() }
    }

    #[test]
    fn a_time_that_cannot_be_read_is_told_what_it_lacks() {
        use clap::Parser as _;

        let refused = |since: &str| {
            let read = crate::cli::Cli::try_parse_from(["tfo", "logs", "--since", since]);
            read.map(|_| String::new()).unwrap_or_else(|error| error.to_string())
        };
        assert!(
            refused("-5m").contains("a duration counts back from now by itself: 5m"),
            "{}",
            refused("-5m")
        );
        assert!(refused("13:38").contains("the day and the offset are missing"), "{}", refused("13:38"));
        assert_eq!(refused("2026-11-29"), "");
    }

    #[test]
    fn all_options_become_one_filter() {
        let selection = Selection {
            filter: Some("name:pay OR name:cart".into()),
            service: Some("check out".into()),
            grep: Some("Timed \"out\" 50*".into()),
            attr: vec![
                ("http.status_code".into(), "500".into()),
                ("k=".into(), "a b".into()),
                ("service".into(), "x".into()),
            ],
            ..selection(&["checkout", "duration:100ms.."])
        };
        let text = selection.read(vec![severity("error+").unwrap()]).unwrap().filter.unwrap();
        insta::assert_snapshot!(text, @r#"(name:pay OR name:cart) checkout duration:100ms.. service="check out" "Timed \"out\" 50*" http.status_code=500 attr."k="="a b" attr.service=x severity:error+"#);
        let read_again = filter::parse(&text).unwrap().to_string();
        assert_eq!(read_again, text);
    }

    #[test]
    fn nothing_asked_for_is_no_filter() {
        assert_eq!(Selection::default().read(Vec::new()).unwrap(), Read::default());
        let empty = Selection { filter: Some("  ".into()), ..selection(&[""]) };
        assert_eq!(empty.read(Vec::new()).unwrap(), Read::default());
    }

    #[test]
    fn a_mistake_is_shown_with_its_place() {
        let error = selection(&["checkout", "durän\u{1b}:5"]).read(Vec::new()).unwrap_err();
        insta::assert_snapshot!(error.to_string(), @r#"
        filter, column 1: `␛` cannot stand in a name: write attr."durän␛" for the attribute, or put the text in quotes
          durän␛:5
          ^^^^^^
        "#);
        let error = Selection { filter: Some("日本 AND (a".into()), ..Selection::default() };
        insta::assert_snapshot!(error.read(Vec::new()).unwrap_err().to_string(), @r"
        filter, column 8: no closing ) for this one
          日本 AND (a
                   ^
        ");
    }

    #[tokio::test]
    async fn the_latest_are_read_in_pages_and_shown_oldest_first() {
        let asked = std::sync::Mutex::new(Vec::new());
        let fetch = async |read: &Read| {
            asked.lock().unwrap().push((read.limit, read.page_token.clone()));
            let (from, next) = match read.page_token.as_deref() {
                None => (25_000, Some("a")),
                Some("a") => (15_000, Some("b")),
                _ => (5_000, None),
            };
            let count = read.limit.unwrap().min(from);
            let scan = Scan { files: 1, complete: true, ..Scan::default() };
            let items = (0..count).map(|index| from - index).collect::<Vec<_>>();
            Ok(Page { items, next_page_token: next.map(str::to_owned), scan })
        };
        let page = latest(&Read::default(), 22_000, fetch).await.unwrap();
        assert_eq!((page.items.len(), page.items[0], page.items[21_999]), (22_000, 3_001, 25_000));
        assert_eq!(page.scan.files, 3);
        let a = Some("a".to_owned());
        let b = Some("b".to_owned());
        assert_eq!(*asked.lock().unwrap(), [(Some(10_000), None), (Some(10_000), a), (Some(2_000), b)]);
    }
}
