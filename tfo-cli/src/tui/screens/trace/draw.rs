//! How a trace looks.

use ratatui::layout::Rect;
use tfo_sdk::api::{Trace, TraceSpan};
use tfo_sdk::time::format_duration;

use super::flame::ends_of;
use super::rows::Row;
use super::stats::Difference;
use super::{TraceScreen, View};
use crate::tui::list::{Column, column, columns_of, heading, mark, number, rows};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::civil;
use crate::tui::screen::Look;
use crate::tui::theme::Role;
use crate::tui::words::grouped;

/// Levels whose depth is drawn by indentation; below, it stands as a number.
const LEVELS: usize = 12;
/// Services whose share of the critical path is told.
const SHARES: usize = 6;

/// Rows above the list: figures, critical path, minimap.
pub(super) fn head_rows(area: Rect) -> u16 {
    match area.height {
        0..8 => 0,
        8..14 => 1,
        14..20 => 2,
        _ => 4,
    }
}

/// Service and name of a span.
pub(super) fn label(span: &TraceSpan) -> String {
    let name = span.span.name.as_deref().unwrap_or("-");
    match &span.span.service_name {
        Some(service) => format!("{service} {name}"),
        None => name.to_owned(),
    }
}

/// Draws the screen.
pub(super) fn view(screen: &TraceScreen, paper: &mut Paper<'_>, look: &Look<'_>) {
    let area = paper.area();
    let Some(trace) = &screen.trace else {
        match &screen.fault {
            Some(fault) => paper.notice(&[piece(fault.clone(), Role::Error)]),
            None => paper.notice(&look.outlook()),
        }
        return;
    };
    let split = screen.layout(area);
    let head = split.whole.y - area.y;
    if head >= 1 {
        let mut line = paper.part(Rect { height: 1, ..area });
        figures(trace, &mut line, look);
    }
    if head >= 2 {
        let mut line = paper.part(Rect { y: area.y + 1, height: 1, ..area });
        match &screen.other {
            Some(other) if screen.view == View::Compared => other_figures(other, &mut line),
            _ => shares(trace, &mut line),
        }
    }
    if head >= 4 {
        let mut map = paper.part(Rect { y: area.y + 2, height: 2, ..area });
        minimap(screen, trace, &mut map);
    }
    if split.list.area() > 0 {
        let mut list = paper.part(split.list);
        let has_focus = look.has_focus && !screen.is_detail_focused;
        match screen.view {
            View::Waterfall => waterfall(screen, trace, &mut list, look, has_focus),
            View::Flame => flame(screen, trace, &mut list, has_focus),
            View::Operations => operations(screen, trace, &mut list, has_focus),
            View::Logs => logs(screen, trace, &mut list, look, has_focus),
            View::Compared => compared(screen, &mut list, has_focus),
        }
    }
    if split.detail.area() > 0 {
        crate::tui::screens::logs::line(paper, split.line);
        let mut detail = paper.part(split.detail);
        screen.tree.view(&mut detail, &screen.nodes(), look.has_focus && screen.is_detail_focused);
    }
}

fn figures(trace: &Trace, paper: &mut Paper<'_>, look: &Look<'_>) {
    let time = civil(trace.timestamp, &look.shared.zone).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let mut pieces = vec![
        piece(format_duration(trace.duration_ns), Role::Title),
        piece(format!("  {} spans", grouped(trace.span_count)), Role::Text),
        piece(format!("  {} services", trace.services.len()), Role::Text),
    ];
    if trace.error_count > 0 {
        let error = paper.glyphs().error;
        pieces.push(piece(format!("  {error} {}", trace.error_count), Role::Error));
    }
    pieces.push(piece(format!("  {time}"), Role::Dim));
    pieces.push(piece(format!("  {}", trace.trace_id), Role::Id));
    if trace.missing_parents > 0 {
        pieces.push(piece(format!("  {} parents have not come", trace.missing_parents), Role::Warning));
    }
    let loaded = trace.spans.len() as u64;
    if loaded < trace.span_count {
        pieces.push(piece(format!("  the first {} are shown", grouped(loaded)), Role::Warning));
    }
    paper.pieces(1, 0, &pieces);
}

fn other_figures(other: &Trace, paper: &mut Paper<'_>) {
    paper.pieces(
        1,
        0,
        &[
            piece(other.trace_id.to_string(), Role::Id),
            piece(format!("  {}", format_duration(other.duration_ns)), Role::Title),
            piece(format!("  {} spans", grouped(other.span_count)), Role::Text),
            piece(
                format!("  {} errors", other.error_count),
                if other.error_count > 0 { Role::Error } else { Role::Dim },
            ),
        ],
    );
}

/// Each service's share of the critical path.
fn shares(trace: &Trace, paper: &mut Paper<'_>) {
    let whole =
        trace.critical_path.iter().fold(0i64, |whole, share| whole.saturating_add(share.duration_ns)).max(1);
    let mut pieces = vec![piece("critical path", Role::Critical)];
    for share in trace.critical_path.iter().take(SHARES) {
        let percent = share.duration_ns as f64 * 100.0 / whole as f64;
        if percent < 0.5 {
            continue;
        }
        let name = share.service_name.as_deref().unwrap_or("-");
        pieces.push(piece(format!("  {name}"), Role::service(name)));
        pieces.push(piece(format!(" {percent:.0}%"), Role::Text));
    }
    paper.pieces(1, 0, &pieces);
}

/// How many spans there are at each moment of the whole trace, and which part of it is drawn below.
fn minimap(screen: &TraceScreen, trace: &Trace, paper: &mut Paper<'_>) {
    let width = usize::from(paper.width());
    let whole = trace.duration_ns.max(1) as f64;
    // How many begin and end in each column.
    let mut changes = vec![0i64; width + 1];
    let mut failed = vec![false; width + 1];
    for span in &trace.spans {
        let (start, end) = ends_of(span);
        let column = |time: i64| {
            ((time.saturating_sub(trace.timestamp.0) as f64 / whole * width as f64) as usize)
                .min(width.saturating_sub(1))
        };
        let (first, last) = (column(start), column(end));
        changes[first] += 1;
        changes[last + 1] -= 1;
        if span.span.is_error() {
            failed[first..=last].fill(true);
        }
    }
    let mut running = 0;
    let counts: Vec<i64> = changes
        .iter()
        .map(|change| {
            running += change;
            running
        })
        .collect();
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let heights = paper.glyphs().heights;
    let (from, to) = screen.window;
    for (x, count) in (0u16..paper.width()).zip(&counts) {
        let time = (whole * f64::from(x) / width as f64) as i64;
        let is_inside = time >= from && time < to;
        if *count > 0 {
            let height = ((count * 8).div_euclid(most)).clamp(1, 8) as usize - 1;
            let role = match (failed[usize::from(x)], is_inside) {
                (true, _) => Role::Error,
                (false, true) => Role::Info,
                (false, false) => Role::Dim,
            };
            paper.glyph(x, 0, heights[height], role);
        }
        let line = paper.glyphs().horizontal;
        if is_inside && (to - from) < trace.duration_ns {
            paper.glyph(x, 1, line, Role::Key);
        }
    }
}

/// Where the columns of the waterfall lie: label, duration, time.
struct Columns {
    label: u16,
    duration: u16,
    axis: Rect,
}

fn columns_in(area: Rect) -> Columns {
    let label = (area.width * 2 / 5).clamp(12.min(area.width), 70);
    let duration = 9;
    let x = (label + duration + 2).min(area.width);
    Columns { label, duration, axis: Rect { x: area.x + x, width: area.width - x, ..area } }
}

fn waterfall(screen: &TraceScreen, trace: &Trace, paper: &mut Paper<'_>, look: &Look<'_>, has_focus: bool) {
    let area = paper.area();
    let columns = columns_in(area);
    paper.text_in(1, 0, columns.label, "SPAN", Role::Dim);
    paper.right(columns.label + 1, 0, columns.duration, "DURATION", Role::Dim);
    ticks(screen, &mut paper.part(Rect { height: 1, ..columns.axis }));
    let mut body = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    for line in 0..body.height() {
        let Some(at) = screen.cursor.row_at(line, screen.rows.len()) else { break };
        let row = &screen.rows[at];
        let Some(span) = trace.spans.get(row.span()) else { continue };
        waterfall_row(screen, trace, row, span, line, &columns, &mut body, look);
        if at == screen.cursor.at {
            mark(&mut body, line, has_focus);
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "what a row depends on; a struct of it would be used here alone"
)]
fn waterfall_row(
    screen: &TraceScreen,
    trace: &Trace,
    row: &Row,
    span: &TraceSpan,
    line: u16,
    columns: &Columns,
    paper: &mut Paper<'_>,
    look: &Look<'_>,
) {
    let service = span.span.service_name.as_deref().unwrap_or("-");
    let name = span.span.name.as_deref().unwrap_or("-");
    let depth = row.depth();
    let mut x = 1 + u16::try_from(depth.min(LEVELS) * 2).unwrap_or(0).min(columns.label / 2);
    if depth > LEVELS {
        x = paper.text_in(x, line, columns.label.saturating_sub(x), &format!("›{depth} "), Role::Dim);
    }
    let folds = paper.glyphs().folded;
    let room = |x: u16| columns.label.saturating_sub(x);
    match row {
        Row::Missing { .. } => {
            let parent = span.span.parent_span_id.map(|id| id.to_string()).unwrap_or_default();
            paper.text_in(x, line, room(x), &format!("? parent {parent} has not come"), Role::Warning);
            return;
        }
        Row::Similar { count, .. } => {
            paper.glyph(x, line, folds[0], Role::Dim);
            let at = paper.text_in(x + 2, line, room(x + 2), &format!("×{count} "), Role::Key);
            let at = paper.text_in(at, line, room(at), service, Role::service(service));
            paper.text_in(at + 1, line, room(at + 1), name, Role::Text);
        }
        Row::Span { below, is_folded, .. } => {
            if *below > 0 {
                paper.glyph(x, line, folds[usize::from(!is_folded)], Role::Dim);
            }
            let at = paper.text_in(x + 2, line, room(x + 2), service, Role::service(service));
            let role = if span.span.is_error() { Role::Error } else { Role::Text };
            let at = paper.text_in(at + 1, line, room(at + 1), name, role);
            if *is_folded {
                paper.text_in(at + 1, line, room(at + 1), &format!("(+{below})"), Role::Dim);
            }
        }
    }
    crate::tui::screens::logs::highlight(&label(span), x + 2, line, paper, look);
    let spans = match row {
        Row::Similar { first, count, .. } => trace.spans.get(*first..first + count).unwrap_or_default(),
        _ => std::slice::from_ref(span),
    };
    let took = match row {
        Row::Similar { .. } => {
            let longest = spans.iter().filter_map(|span| span.span.duration_ns).max();
            longest.map(|longest| format!("≤{}", format_duration(longest))).unwrap_or_default()
        }
        _ => span.span.duration_ns.map_or_else(|| "-".to_owned(), format_duration),
    };
    let role = if span.span.is_error() { Role::Error } else { Role::Text };
    paper.right(columns.label + 1, line, columns.duration, &took, role);
    let area = paper.area();
    let axis = Rect { y: area.y + line, height: 1, ..columns.axis };
    let mut axis = paper.part(axis);
    // Of a run of similar spans as many as there are columns say all that can be seen.
    let step = (spans.len() / usize::from(axis.width().max(1))).max(1);
    for span in spans.iter().step_by(step) {
        bar(screen, trace, span, spans.len() == 1, &mut axis);
    }
}

/// The bar of a span on the axis, of at least one cell.
fn bar(screen: &TraceScreen, trace: &Trace, span: &TraceSpan, has_label: bool, axis: &mut Paper<'_>) {
    let width = axis.width();
    if width == 0 {
        return;
    }
    let (from, to) = screen.window;
    let length = (to - from).max(1) as f64;
    // In cells from the left edge of the window.
    let cell = |time: i64| {
        let offset = time.saturating_sub(trace.timestamp.0).saturating_sub(from);
        (offset as f64 / length * f64::from(width)).round()
    };
    let (start, end) = ends_of(span);
    let (first, last) = (cell(start), cell(end).max(cell(start) + 1.0));
    if last <= 0.0 {
        axis.glyph(0, 0, '‹', Role::Dim);
        return;
    }
    if first >= f64::from(width) {
        axis.glyph(width - 1, 0, '›', Role::Dim);
        return;
    }
    let inside = |cell: f64| cell.clamp(0.0, f64::from(width)) as u16;
    let (first, last) = (inside(first), inside(last).max(inside(first) + 1));
    let glyphs = axis.glyphs();
    let [other, critical, detached] = glyphs.bars;
    let service = span.span.service_name.as_deref().unwrap_or("-");
    let is_detached = span.span.kind.as_deref() == Some("CONSUMER") && span.critical_path.is_empty();
    for x in first..last {
        axis.glyph(x, 0, if is_detached { detached } else { other }, Role::service(service));
    }
    for segment in &span.critical_path {
        let (from, to) = (inside(cell(segment.start.0)), inside(cell(segment.end.0)));
        for x in from.max(first)..to.max(from.max(first) + 1).min(last) {
            axis.glyph(x, 0, critical, Role::Critical);
        }
    }
    for event in span.span.events.iter().take(20) {
        if let Some(time) = event.timestamp {
            let at = cell(time.0);
            if at >= 0.0 && at < f64::from(width) {
                axis.glyph(at as u16, 0, glyphs.mark, Role::Warning);
            }
        }
    }
    if span.span.is_error() {
        axis.glyph(last.min(width - 1), 0, glyphs.error, Role::Error);
    } else if let Some(took) = span.span.duration_ns.filter(|_| has_label).map(format_duration) {
        // Beside the bar where it fits: the eye need not go back.
        let needed = columns_of(&took) + 1;
        if last + needed < width {
            axis.text(last + 1, 0, &took, Role::Dim);
        }
    }
}

/// Times above the axis.
fn ticks(screen: &TraceScreen, paper: &mut Paper<'_>) {
    let (from, to) = screen.window;
    let count = (paper.width() / 14).clamp(1, 8);
    for index in 0..count {
        let share = f64::from(index) / f64::from(count);
        let time = from + ((to - from) as f64 * share) as i64;
        let x = (f64::from(paper.width()) * share) as u16;
        let text = if time == 0 { "0".to_owned() } else { format_duration(time) };
        paper.text(x, 0, &text, Role::Dim);
    }
}

fn flame(screen: &TraceScreen, trace: &Trace, paper: &mut Paper<'_>, has_focus: bool) {
    let area = paper.area();
    ticks(screen, &mut paper.part(Rect { height: 1, ..area }));
    let selected = screen.selected();
    let height = usize::from(area.height.saturating_sub(1));
    // The lane of the selected span stays in sight.
    let lane = selected.and_then(|at| screen.lanes.get(at)).copied().unwrap_or(0);
    let top = (lane + 1).saturating_sub(height);
    let (from, to) = screen.window;
    let length = (to - from).max(1) as f64;
    let mut body = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let width = f64::from(body.width());
    for (index, span) in trace.spans.iter().enumerate() {
        let Some(line) = screen.lanes.get(index).and_then(|lane| lane.checked_sub(top)) else { continue };
        if line >= height {
            continue;
        }
        let (start, end) = ends_of(span);
        let cell = |time: i64| {
            (time.saturating_sub(trace.timestamp.0).saturating_sub(from) as f64 / length * width).floor()
        };
        let (first, last) = (cell(start), cell(end));
        if last < 0.0 || first >= width {
            continue;
        }
        let first = first.max(0.0) as u16;
        let columns = (last.min(width - 1.0).max(0.0) as u16).saturating_sub(first) + 1;
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        let service = span.span.service_name.as_deref().unwrap_or("-");
        let role = if span.span.is_error() { Role::Error } else { Role::service(service) };
        for x in first..first.saturating_add(columns) {
            body.glyph(x, line, '▔', role);
        }
        if columns > 3 {
            body.text_in(first, line, columns - 1, span.span.name.as_deref().unwrap_or("-"), role);
        }
        if Some(index) == selected {
            body.lay(first, line, columns, if has_focus { Role::Match } else { Role::Selected });
        }
    }
}

const OPERATIONS: [Column; 8] = [
    column("SERVICE", 18),
    column("OPERATION", 0),
    number("SPANS", 7),
    number("ERRORS", 7),
    number("ON PATH", 9),
    number("OF PATH", 8),
    number("TOTAL", 9).from(90),
    number("LONGEST", 9),
];

fn operations(screen: &TraceScreen, trace: &Trace, paper: &mut Paper<'_>, has_focus: bool) {
    heading(paper, &OPERATIONS, Some((4, true)));
    let whole =
        trace.critical_path.iter().fold(0i64, |whole, share| whole.saturating_add(share.duration_ns)).max(1);
    let area = paper.area();
    let mut body = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    rows(&mut body, &OPERATIONS, screen.other_cursor, screen.operations.len(), has_focus, |index| {
        let Some(operation) = screen.operations.get(index) else { return Vec::new() };
        let on_path = operation.path_ns > 0;
        vec![
            piece(operation.service.clone(), Role::service(&operation.service)),
            piece(operation.name.clone(), Role::Text),
            piece(grouped(operation.count), Role::Text),
            piece(if operation.errors > 0 { grouped(operation.errors) } else { String::new() }, Role::Error),
            piece(if on_path { format_duration(operation.path_ns) } else { String::new() }, Role::Critical),
            piece(
                if on_path {
                    format!("{:.0}%", operation.path_ns as f64 * 100.0 / whole as f64)
                } else {
                    String::new()
                },
                Role::Critical,
            ),
            piece(format_duration(operation.total_ns), Role::Dim),
            piece(format_duration(operation.longest_ns.max(0)), Role::Text),
        ]
    });
}

fn logs(screen: &TraceScreen, trace: &Trace, paper: &mut Paper<'_>, look: &Look<'_>, has_focus: bool) {
    const COLUMNS: [Column; 4] =
        [number("AFTER", 10), column("SERVICE", 18), column("", 1), column("MESSAGE", 0)];
    if screen.logs.is_empty() {
        paper.notice(&[piece("this trace wrote no logs", Role::Dim)]);
        return;
    }
    heading(paper, &COLUMNS, None);
    let area = paper.area();
    let mut body = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let _ = look;
    rows(&mut body, &COLUMNS, screen.other_cursor, screen.logs.len(), has_focus, |index| {
        let Some(record) = screen.logs.get(index) else { return Vec::new() };
        let service = record.service_name.as_deref().unwrap_or("-");
        let after = record.timestamp.0.saturating_sub(trace.timestamp.0);
        let severity = Role::severity(record.severity_number);
        vec![
            piece(format_duration(after), Role::Dim),
            piece(service, Role::service(service)),
            piece(crate::tui::screens::logs::letter(record), severity),
            piece(record.body.as_ref().map(ToString::to_string).unwrap_or_default(), severity),
        ]
    });
}

const COMPARED: [Column; 6] = [
    column("SPANS OF BOTH", 0),
    number("FIRST", 10),
    number("SECOND", 10),
    number("CHANGE", 11),
    number("COUNT", 11),
    number("ERRORS", 9),
];

fn compared(screen: &TraceScreen, paper: &mut Paper<'_>, has_focus: bool) {
    if screen.other.is_none() {
        let text = screen.fault.clone().unwrap_or_else(|| "…".to_owned());
        paper.notice(&[piece(text, Role::Dim)]);
        return;
    }
    heading(paper, &COMPARED, None);
    let area = paper.area();
    let mut body = paper.part(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area });
    let largest =
        screen.differences.iter().map(|difference| difference.change_ns().abs()).max().unwrap_or(1).max(1);
    rows(&mut body, &COMPARED, screen.other_cursor, screen.differences.len(), has_focus, |index| {
        screen.differences.get(index).map(|difference| compared_row(difference, largest)).unwrap_or_default()
    });
}

fn compared_row(difference: &Difference, largest: i64) -> Vec<Piece> {
    let indent = "  ".repeat(difference.depth.min(LEVELS));
    let change = difference.change_ns();
    // What makes the difference stands out; the rest is as it was.
    let role = match () {
        () if change.abs() * 10 < largest => Role::Dim,
        () if change > 0 => Role::Error,
        () => Role::Good,
    };
    let sign = if change > 0 { "+" } else { "" };
    let (first, second) = difference.counts;
    let time = |count: u64, total: i64| if count == 0 { "-".to_owned() } else { format_duration(total) };
    let only = match (first, second) {
        (0, _) => Role::Good,
        (_, 0) => Role::Warning,
        _ => Role::Text,
    };
    let errors = difference.errors;
    vec![
        piece(format!("{indent}{} {}", difference.service, difference.name), only),
        piece(time(first, difference.totals_ns.0), Role::Text),
        piece(time(second, difference.totals_ns.1), Role::Text),
        piece(format!("{sign}{}", format_duration(change)), role),
        piece(
            if first == second { first.to_string() } else { format!("{first} → {second}") },
            if first == second { Role::Dim } else { Role::Warning },
        ),
        piece(
            if errors == (0, 0) { String::new() } else { format!("{} → {}", errors.0, errors.1) },
            if errors.1 > errors.0 { Role::Error } else { Role::Dim },
        ),
    ]
}
