//! The parameters of a read. Plain ones (`service`, `severity`, …) become terms beside those of `filter`.

use std::time::Duration;

use tfo_query::{Order, Read, Selection};
use tfo_sdk::filter::{self, Field, Filter, Literal, Term, TermKind, Test};
use tfo_sdk::time::{parse_duration, parse_moment};
use tfo_sdk::{RecordId, TimeRange, Timestamp, TraceId};

use crate::platform::openapi::Param;
use crate::platform::params::Params;

/// How far back a read looks when it does not say.
pub(super) const DEFAULT_SINCE: Duration = Duration::from_secs(3600);
/// Items of a page, unless said otherwise.
pub(super) const DEFAULT_LIMIT: usize = 100;
/// Items of a page, at most.
pub(super) const MAX_LIMIT: usize = 10_000;

const SINCE: Param = Param::text(
    "since",
    "Where the range begins: an RFC 3339 time, a date (in UTC), a duration ago such as `15m`, `7d` or `2w`, or `now`.",
)
.default_text("1h");
const UNTIL: Param = Param::text(
    "until",
    "Where the range ends, written like `since`; not part of it. Without it the range has no end, because a \
     sender's clock may be ahead.",
);
/// `filter`.
pub(super) const FILTER: Param = Param::text(
    "filter",
    "What records must match: terms that all have to, such as `severity:error+`, `duration:100ms..`, \
     `http.response.status_code>=500`, `\"timed out\"`, `-debug`; `or` and parentheses combine them.",
);
const ORDER: Param =
    Param::choice("order", &["desc", "asc"], "By time: `desc` is newest first, `asc` oldest first.");
/// `limit`.
pub(super) const LIMIT: Param = Param::integer("limit", 1, MAX_LIMIT as i64, "The most items of a page.")
    .default_number(DEFAULT_LIMIT as i64);
/// `pageToken`.
pub(super) const PAGE_TOKEN: Param = Param::text(
    "pageToken",
    "The `nextPageToken` of the page before, to go on where it ends. The other parameters must be the same.",
);
const AFTER: Param = Param::of::<RecordId>(
    "after",
    "Only records that arrived after this one: what came since a list was read. Not beside `pageToken`.",
);

/// What [`range`] reads.
pub(super) const RANGE: [Param; 2] = [SINCE, UNTIL];
/// What [`selection`] reads, beside the plain ones.
pub(super) const SELECTION: [Param; 3] = [SINCE, UNTIL, FILTER];
/// What [`step`] reads.
pub(super) const STEP: Param = Param::text(
    "step",
    "How long one step of time is, such as `30s` or `1h`. Without it, the range is cut into about a hundred.",
)
.example("1m");
/// What [`read`] reads, beside the plain ones.
pub(super) const READ: [Param; 7] = [SINCE, UNTIL, FILTER, ORDER, LIMIT, PAGE_TOKEN, AFTER];
/// What [`encoding`] reads.
pub(super) const ENCODING: Param = Param::choice(
    "encoding",
    &["native", "otlp"],
    "How attributes and bodies are written: as native JSON, or as OTLP's `AnyValue`.",
);
/// What [`Plain::Service`] reads.
pub(super) const SERVICE: Param = Param::text("service", "Only of this service (`service.name`), exactly.");
/// What [`Plain::Severity`] reads.
pub(super) const SEVERITY: Param = Param::text(
    "severity",
    "Only of this level: `error` is that level alone (17 to 20), `error+` that and above; a number is one severity.",
)
.example("error+");
/// What [`Plain::Trace`] reads.
pub(super) const TRACE: Param = Param::of::<TraceId>("trace", "Only of this trace.");
/// What [`Plain::Name`] reads.
pub(super) const NAME: Param =
    Param::text("name", "Only of this name (of the span, of the metric), exactly.");

/// A plain parameter: a field that a list can be narrowed by without the filter grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Service,
    Severity,
    Trace,
    Name,
}

/// How attributes and bodies are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// As native JSON.
    #[default]
    Native,
    /// As OTLP's `AnyValue`.
    Otlp,
}

/// `since` and `until`: the last hour, with an open end, where they are not said.
///
/// The end is open rather than now, because a sender's clock may be ahead of ours.
pub(super) fn range(params: &mut Params, now: Timestamp) -> TimeRange {
    let since = params.take("since", |text| parse_moment(text, now));
    let until = params.take("until", |text| parse_moment(text, now));
    let range = TimeRange {
        since: since.unwrap_or_else(|| now.minus(DEFAULT_SINCE)),
        until: until.unwrap_or(Timestamp::MAX),
    };
    if range.until <= range.since {
        let default = if since.is_none() { ", the default," } else { "" };
        params.wrong(
            "until",
            format!("expected a time after since, but {}{default} is not before it", range.since),
        );
    }
    range
}

/// The parameters of a list: range, filter, order, page.
pub(super) fn read(params: &mut Params, now: Timestamp, plain: &[Plain]) -> Read {
    let after = params.take("after", str::parse);
    let page_token = page_token(params);
    if after.is_some() && page_token.is_some() {
        params.wrong("after", "cannot stand together with pageToken: go on after the last record that came");
    }
    let Selection { range, filter } = selection(params, now, plain);
    Read {
        range,
        filter,
        order: params.take("order", order).unwrap_or(Order::Desc),
        limit: params.take("limit", limit).unwrap_or(DEFAULT_LIMIT),
        page_token,
        after,
    }
}

/// Range and filter.
pub(super) fn selection(params: &mut Params, now: Timestamp, plain: &[Plain]) -> Selection {
    let filter = filter(params, plain);
    Selection { range: range(params, now), filter }
}

/// A filter; the error says where in it.
pub(super) fn parse_filter(text: &str) -> Result<Filter, String> {
    filter::parse(text).map_err(|error| format!("column {}: {}", error.column, error.message))
}

/// `filter`, and plain parameters as terms beside its own.
pub(super) fn filter(params: &mut Params, plain: &[Plain]) -> Filter {
    let mut terms: Vec<Filter> = params.take("filter", parse_filter).into_iter().collect();
    terms.extend(plain.iter().filter_map(|plain| plain.take(params)));
    Filter::All(terms)
}

/// `pageToken`.
pub(super) fn page_token(params: &mut Params) -> Option<String> {
    params.take("pageToken", |text| Ok::<_, String>(text.to_owned()))
}

/// `step`, longer than nothing.
pub(super) fn step(params: &mut Params) -> Option<Duration> {
    params.take("step", |text| match parse_duration(text) {
        Ok(step) if step > Duration::ZERO && i64::try_from(step.as_nanos()).is_ok() => Ok(step),
        _ => Err(format!("expected a duration like 30s or 1h, got {text:?}")),
    })
}

/// `encoding`.
pub(super) fn encoding(params: &mut Params) -> Encoding {
    let parse = |text: &str| match text {
        "native" => Ok(Encoding::Native),
        "otlp" => Ok(Encoding::Otlp),
        other => Err(format!("expected native or otlp, got {other:?}")),
    };
    params.take("encoding", parse).unwrap_or_default()
}

impl Plain {
    fn take(self, params: &mut Params) -> Option<Filter> {
        match self {
            Self::Service => params.take("service", |text| Ok::<_, String>(equals(Field::Service, text))),
            Self::Name => params.take("name", |text| Ok::<_, String>(equals(Field::Name, text))),
            Self::Trace => {
                let parse =
                    |text: &str| text.parse().map(|id: TraceId| equals(Field::Trace, &id.to_string()));
                params.take("trace", parse)
            }
            Self::Severity => params.take("severity", severity),
        }
    }
}

fn equals(field: Field, text: &str) -> Filter {
    let literal = Literal { text: text.to_owned(), number: None };
    Filter::Term(Term { span: 0..0, kind: TermKind::Field(field, Test::Equals(literal)) })
}

/// `error` is that level alone, `error+` that and above: the filter grammar knows the names.
fn severity(text: &str) -> Result<Filter, String> {
    let error = || format!("expected a level like error, error+ or 17, got {text:?}");
    let word = text.strip_suffix('+').unwrap_or(text);
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(error());
    }
    filter::parse(&format!("severity:{text}")).map_err(|_| error())
}

pub(super) fn order(text: &str) -> Result<Order, String> {
    match text {
        "asc" => Ok(Order::Asc),
        "desc" => Ok(Order::Desc),
        other => Err(format!("expected desc (newest first) or asc, got {other:?}")),
    }
}

pub(super) fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(format!("expected a number from 1 to {MAX_LIMIT}, got {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000_000);

    fn parse(pairs: &[(&str, &str)], plain: &[Plain]) -> Result<Read, Vec<String>> {
        let mut params = Params::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        let read = read(&mut params, NOW, plain);
        match params.finish() {
            Ok(()) => Ok(read),
            Err(error) => Err(error.problem("r").errors.into_iter().map(|e| e.path).collect()),
        }
    }

    #[test]
    fn without_parameters_a_read_is_the_newest_hundred_of_the_last_hour() {
        let read = parse(&[], &[]).unwrap();
        assert_eq!(read.range.since, NOW.minus(Duration::from_secs(3600)));
        assert_eq!(read.range.until, Timestamp::MAX);
        assert_eq!((read.limit, read.order), (100, Order::Desc));
        assert_eq!(read.filter, Filter::All(vec![]));
    }

    #[test]
    fn plain_parameters_are_terms() {
        let trace = "5B8EFFF798038103D269B633813FC60C";
        let plain = [Plain::Service, Plain::Trace, Plain::Name];
        let read = parse(&[("service", "a b"), ("trace", trace), ("name", "GET /")], &plain).unwrap();
        let expected = [
            equals(Field::Service, "a b"),
            equals(Field::Trace, "5b8efff798038103d269b633813fc60c"),
            equals(Field::Name, "GET /"),
        ];
        assert_eq!(read.filter, Filter::All(expected.into()));
    }

    #[test]
    fn mistakes_are_named_by_their_parameter() {
        let wrong = [
            ("since", "yesterday"),
            ("limit", "0"),
            ("order", "up"),
            ("after", "x"),
            ("trace", "12"),
            ("severity", "error or x"),
            ("colour", "red"),
        ];
        let mut paths = parse(&wrong, &[Plain::Trace, Plain::Severity]).unwrap_err();
        paths.sort();
        assert_eq!(paths, ["after", "colour", "limit", "order", "severity", "since", "trace"]);
        assert_eq!(parse(&[("limit", "10001")], &[]).unwrap_err(), ["limit"]);
        assert_eq!(parse(&[("since", "5m"), ("until", "10m")], &[]).unwrap_err(), ["until"]);
        assert_eq!(parse(&[("after", "1.2"), ("pageToken", "x")], &[]).unwrap_err(), ["after"]);
        assert_eq!(parse(&[("service", "x")], &[]).unwrap_err(), ["service"]);
    }
}
