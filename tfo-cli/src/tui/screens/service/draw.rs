//! How one service looks.

use tfo_sdk::Timestamp;
use tfo_sdk::api::LogRecord;
use tfo_sdk::time::format_duration;

use super::onset::Onset;
use super::sections::{
    self, Asked, ERRORS, Listed, NEIGHBOURS, Neighbour, OPERATIONS, Parts, Section, message, parts,
};
use super::{MOST_ERRORS, MOST_OPERATIONS, Service};
use crate::tui::bars;
use crate::tui::list::{Column, heading, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::civil;
use crate::tui::screen::{Look, TimeStyle};
use crate::tui::screens::logs::{how_to_send, letter};
use crate::tui::screens::services::figures::{
    Change, Figures, Worse, against, duration_text, nanos, percent, rate_text,
};
use crate::tui::theme::Role;

/// Digits of a trace id that tell it from its neighbours.
const SHORT_ID: usize = 8;
/// Callers that are named at once; the list of them has all.
const NAMED: usize = 8;

/// Draws the screen.
pub(super) fn view(service: &Service, paper: &mut Paper<'_>, look: &Look<'_>) {
    let parts = parts(paper.area());
    if parts.bars.height > 0 {
        let bounds = look.shared.range.bounds(look.shared.now);
        let mut over_time = paper.part(parts.bars);
        let selected = service.selected_time();
        bars::view(&mut over_time, &service.bars, bounds, service.brush, selected, look.shared);
    }
    let mut head = paper.part(parts.head);
    head.pieces(1, 0, &figures(service, look));
    head.pieces(1, 1, &since(service, look));
    head.pieces(1, 2, &callers(service));
    tabs(service, &mut paper.part(parts.tabs));
    list(service, paper, parts, look);
}

/// What it does, against the hour before.
fn figures(service: &Service, look: &Look<'_>) -> Vec<Piece> {
    let Some(now) = &service.now else {
        return match (&service.fault, service.is_now_known) {
            (Some(fault), _) => vec![piece(fault.clone(), Role::Error)],
            (None, false) => vec![piece("…", Role::Dim)],
            (None, true) => {
                let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
                vec![piece(format!("nothing of it in {range}"), Role::Warning)]
            }
        };
    };
    let before = service.before.as_ref();
    let change = |of: fn(&Figures) -> Option<f64>, worse: Worse| {
        // What was not there an hour before is new as a whole; its parts need not say so.
        let change = match before.and_then(of) {
            Some(before) => Change::between(of(now), Some(before)),
            None => Change::Unknown,
        };
        piece(format!(" ({})", change.text()), change.role(worse))
    };
    let mut pieces = vec![
        piece(rate_text(now.rate), Role::Title),
        change(|figures| Some(figures.rate), Worse::Less),
        piece(format!("   {} errors", percent(now.error_ratio())), now.error_role()),
        change(|figures| Some(figures.error_ratio()), Worse::More),
    ];
    type Of = fn(&Figures) -> Option<f64>;
    let durations: [(&str, Option<i64>, Of); 3] = [
        ("p50", now.p50_ns, |figures| nanos(figures.p50_ns)),
        ("p95", now.p95_ns, |figures| nanos(figures.p95_ns)),
        ("p99", now.p99_ns, |figures| nanos(figures.p99_ns)),
    ];
    for (name, duration, of) in durations {
        pieces.push(piece(format!("   {name} "), Role::Dim));
        pieces.push(piece(duration_text(duration), Role::Text));
        pieces.push(change(of, Worse::More));
    }
    match before {
        Some(_) => pieces.push(piece(format!("   {}", against(look.shared.range)), Role::Dim)),
        None if service.is_now_known => pieces.push(piece("   nothing known of the hour before", Role::Dim)),
        None => {}
    }
    pieces
}

/// Since when there are errors.
fn since(service: &Service, look: &Look<'_>) -> Vec<Piece> {
    let Some(onset) = service.onset else {
        let fault = service.fault.as_ref().map(|_| "since when there are errors is not known");
        return vec![piece(fault.unwrap_or("…"), Role::Dim)];
    };
    let (from, _) = look.shared.range.bounds(look.shared.now);
    let now = look.shared.now;
    let at = |time: Timestamp| {
        let time = civil(time.max(from), &look.shared.zone);
        let is_today = time.date() == civil(now, &look.shared.zone).date();
        time.strftime(if is_today { "%H:%M:%S" } else { "%m-%d %H:%M:%S" }).to_string()
    };
    let ago = |time: Timestamp| {
        // Seconds are as fine as a person counts backwards.
        format_duration(now.0.saturating_sub(time.max(from).0) / 1_000_000_000 * 1_000_000_000)
    };
    match onset {
        Onset::Never => vec![piece("no errors", Role::Good)],
        Onset::Since(time) => vec![
            piece(format!("errors since {}", at(time)), Role::Error),
            piece(format!(", for {}", ago(time)), Role::Dim),
        ],
        Onset::Between(first, last) => vec![
            piece(format!("errors from {} to {}", at(first), at(last)), Role::Warning),
            piece(format!(", over for {}", ago(last)), Role::Dim),
        ],
        Onset::NowAndThen(first) => vec![
            piece("errors now and then", Role::Warning),
            piece(format!(", the first at {}", at(first)), Role::Dim),
        ],
        Onset::Throughout => vec![
            piece("errors all the time", Role::Error),
            piece(format!(", since before {}: - widens the range", at(from)), Role::Dim),
        ],
    }
}

/// Who calls it, the busiest first.
fn callers(service: &Service) -> Vec<Piece> {
    let callers = &service.callers;
    if !callers.is_known {
        let text = if callers.fault.is_some() { "callers are not known" } else { "called by …" };
        return vec![piece(text, Role::Dim)];
    }
    if callers.items.is_empty() {
        return vec![piece("called by nobody that sends spans", Role::Dim)];
    }
    let mut pieces = vec![piece("called by ", Role::Dim)];
    for (index, caller) in callers.items.iter().enumerate().take(NAMED) {
        if index > 0 {
            pieces.push(piece("  ·  ", Role::Frame));
        }
        pieces.push(piece(caller.title(), Role::service(&caller.node.name)));
        pieces.push(piece(format!(" {}", rate_text(caller.figures.rate)), Role::Text));
        if caller.figures.errors > 0 {
            pieces.push(piece(format!(" {}", percent(caller.figures.error_ratio())), Role::Error));
        }
    }
    if callers.items.len() > NAMED {
        pieces.push(piece(format!("  and {} more", callers.items.len() - NAMED), Role::Dim));
    }
    pieces
}

/// The names of the lists, that of the one that is shown set off.
fn tabs(service: &Service, paper: &mut Paper<'_>) {
    paper.rule(0, "", Role::Dim);
    for (section, x, text) in sections::tabs(service.lengths()) {
        let is_shown = section == service.section;
        let role = match (is_shown, section) {
            (true, _) => Role::Title,
            (false, Section::Errors) if !service.errors.items.is_empty() => Role::Error,
            (false, _) => Role::Dim,
        };
        let end = paper.text(x, 0, &text, role);
        if is_shown {
            paper.lay(x, 0, end.saturating_sub(x), Role::Cursor);
        }
    }
}

fn list(service: &Service, paper: &mut Paper<'_>, parts: Parts, look: &Look<'_>) {
    match service.section {
        Section::Operations => {
            let sorted = Some((service.sort.column(), service.sort.is_descending));
            let more = format!("the {MOST_OPERATIONS} busiest");
            let listed = &service.operations;
            if table(service, listed, OPERATIONS, sorted, paper, parts, look, Asked::cells) {
                foot(listed, &more, paper, parts);
            }
        }
        Section::Callers => neighbours(service, &service.callers, paper, parts, look),
        Section::Calls => neighbours(service, &service.calls, paper, parts, look),
        Section::Errors => {
            let more = format!("the newest {MOST_ERRORS}; o l opens all of them");
            let listed = &service.errors;
            let cells = |record: &LogRecord| error_cells(record, look);
            if table(service, listed, ERRORS, None, paper, parts, look, cells) {
                foot(listed, &more, paper, parts);
            }
        }
    }
}

fn neighbours(
    service: &Service,
    listed: &Listed<Neighbour>,
    paper: &mut Paper<'_>,
    parts: Parts,
    look: &Look<'_>,
) {
    if table(service, listed, NEIGHBOURS, None, paper, parts, look, Neighbour::cells) {
        foot(listed, "of the newest spans alone; a narrower range has all of its own", paper, parts);
    }
}

/// Draws a list. False where there is none, and what is to be said instead stands there.
#[expect(
    clippy::too_many_arguments,
    reason = "a list and how it is drawn; a struct of it would be used here alone"
)]
fn table<T>(
    service: &Service,
    listed: &Listed<T>,
    columns: &[Column],
    sorted: Option<(usize, bool)>,
    paper: &mut Paper<'_>,
    parts: Parts,
    look: &Look<'_>,
    cells: impl Fn(&T) -> Vec<Piece>,
) -> bool {
    if listed.items.is_empty() {
        let fault = listed.fault.as_ref();
        empty(service, fault, listed.is_known, &mut paper.part(parts.list), look);
        return false;
    }
    heading(&mut paper.part(parts.heading), columns, sorted);
    let mut list = paper.part(parts.list);
    let mut cursor = listed.cursor;
    cursor.keep(listed.items.len(), usize::from(list.height()));
    let row = |index: usize| listed.items.get(index).map(&cells).unwrap_or_default();
    rows(&mut list, columns, cursor, listed.items.len(), look.has_focus, row);
    true
}

/// What is told below a list that is not all there is.
fn foot<T>(listed: &Listed<T>, more: &str, paper: &mut Paper<'_>, parts: Parts) {
    let mut list = paper.part(parts.list);
    let bottom = list.height().saturating_sub(1);
    let width = list.width().saturating_sub(1);
    if let Some(fault) = &listed.fault {
        list.right(0, bottom, width, &format!(" {fault} "), Role::Error);
    } else if listed.has_more {
        list.right(0, bottom, width, &format!(" {more} "), Role::Warning);
    }
}

fn empty(service: &Service, fault: Option<&String>, is_known: bool, paper: &mut Paper<'_>, look: &Look<'_>) {
    if let Some(fault) = fault {
        paper.notice(&[
            piece(fault.clone(), Role::Error),
            piece("", Role::Text),
            piece("r asks again", Role::Dim),
        ]);
        return;
    }
    if !is_known {
        paper.notice(&look.outlook());
        return;
    }
    let range = look.shared.range.shown(look.shared.now, &look.shared.zone);
    let what = match service.section {
        Section::Operations => format!("no requests in {range}"),
        Section::Callers => format!("nobody that sends spans has called it in {range}"),
        Section::Calls => format!("it has called nobody in {range}"),
        Section::Errors => format!("no error log records in {range}"),
    };
    let mut lines = vec![piece(what, Role::Text), piece("", Role::Text)];
    if service.is_tenant_empty {
        lines.extend(how_to_send(look));
        lines.push(piece("", Role::Text));
    }
    lines.push(piece("t changes the time range, - widens it", Role::Dim));
    paper.notice(&lines);
}

/// The cells of an error log record.
fn error_cells(record: &LogRecord, look: &Look<'_>) -> Vec<Piece> {
    let severity = Role::severity(record.severity_number);
    let trace: String =
        record.trace_id.map(|id| id.to_string().chars().take(SHORT_ID).collect()).unwrap_or_default();
    vec![
        piece(shown_time(record, look), Role::Dim),
        piece(letter(record), severity),
        piece(message(record), severity),
        piece(trace, Role::Id),
    ]
}

fn shown_time(record: &LogRecord, look: &Look<'_>) -> String {
    let time = match look.shared.time_style {
        TimeStyle::Observed => record.observed_timestamp.unwrap_or(record.timestamp),
        _ => record.timestamp,
    };
    match look.shared.time_style {
        TimeStyle::Date => civil(time, &look.shared.zone).strftime("%m-%dT%H:%M:%S").to_string(),
        TimeStyle::Ago => {
            let seconds = look.shared.now.0.saturating_sub(time.0) / 1_000_000_000 * 1_000_000_000;
            format_duration(seconds)
        }
        _ => civil(time, &look.shared.zone).strftime("%H:%M:%S%.3f").to_string(),
    }
}
