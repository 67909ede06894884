//! One trace as a waterfall: a tree of spans, and beside each the stretch of time that it took.
//!
//! Every span is drawn, with at least one cell; what the trace waited for (the critical path) is drawn double. A
//! parent that has not come has a row of its own, so that its children hang somewhere.

mod bar;
mod tree;

use tfo_sdk::api::{ServiceShare, Trace, TraceSpan};
use tfo_sdk::time::format_duration;

use self::bar::Axis;
use self::tree::{Row, rows};
use crate::output::Look;
use crate::output::style::{Paint, Style};
use crate::text;
use crate::views;

/// Widths that a waterfall can have.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=400;

/// Columns of a duration: `-59m59s`.
const DURATION: usize = 8;

/// Errors that are told below the drawing.
const ERRORS: usize = 10;

/// Services whose share of the critical path is told.
const SHARES: usize = 5;

/// The characters that it is drawn with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glyphs {
    critical: char,
    other: char,
    error: char,
    missing: char,
    branch: &'static str,
    last: &'static str,
    through: &'static str,
    deeper: char,
}

impl Glyphs {
    /// Lines and double lines.
    pub(crate) const UNICODE: Self = Self {
        critical: '═',
        other: '━',
        error: '✖',
        missing: '?',
        branch: "├ ",
        last: "└ ",
        through: "│ ",
        deeper: '›',
    };
    /// For terminals and fonts without them.
    pub(crate) const ASCII: Self = Self {
        critical: '=',
        other: '-',
        error: 'x',
        missing: '?',
        branch: "|-",
        last: "`-",
        through: "| ",
        deeper: '>',
    };
}

/// The drawing, in this many columns.
pub(crate) fn draw(trace: &Trace, columns: usize, look: &Look, glyphs: &Glyphs) -> String {
    let columns = columns.clamp(*WIDTHS.start(), *WIDTHS.end());
    let rows = rows(&trace.spans, glyphs);
    let details = if look.wide { DETAILS } else { 0 };
    let widest = rows.iter().map(|row| text::width(&row.indent) + text::width(&row.label)).max().unwrap_or(0);
    let label_width = widest.max("SPAN".len()).clamp(16, (columns * 2 / 5).max(24));
    // Between the columns: two, one, two, one.
    let cells = columns.saturating_sub(label_width + details + DURATION + 6).max(10);
    let axis = Axis::new(trace, cells);
    let sheet = Sheet { trace, paint: look.paint, wide: look.wide, glyphs, label_width, axis };

    let mut out = String::new();
    sheet.head(&mut out);
    sheet.push(&mut out, "SPAN", Style::Title, "", ("DURATION", Style::Title), &sheet.axis.ticks(look.paint));
    for row in &rows {
        sheet.row(&mut out, row);
    }
    sheet.errors(&mut out);
    sheet.legend(&mut out);
    out
}

/// Kind and span id, with the gaps before them.
const DETAILS: usize = 2 + 8 + 2 + 16;

struct Sheet<'a> {
    trace: &'a Trace,
    paint: Paint,
    wide: bool,
    glyphs: &'a Glyphs,
    label_width: usize,
    axis: Axis,
}

impl Sheet<'_> {
    fn head(&self, out: &mut String) {
        let trace = self.trace;
        let count = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let errors = count(trace.error_count, "error");
        let errors_style = if trace.error_count == 0 { Style::Normal } else { Style::Error };
        out.push_str(&format!(
            "trace {}  {}  {}  {}  {}  {}\n",
            self.paint.apply(Style::Id, &trace.trace_id.to_string()),
            views::time(trace.timestamp),
            format_duration(trace.duration_ns),
            count(trace.span_count, "span"),
            count(trace.services.len() as u64, "service"),
            self.paint.apply(errors_style, &errors),
        ));
        let shares = self.shares();
        if !shares.is_empty() {
            out.push_str(&format!("critical path  {}\n", shares.join("  ")));
        }
        out.push('\n');
    }

    /// Each service's share of the critical path, largest first.
    fn shares(&self) -> Vec<String> {
        let shares = &self.trace.critical_path;
        let whole: i64 = shares.iter().fold(0, |whole, share| whole.saturating_add(share.duration_ns));
        let text = |share: &ServiceShare| {
            let name = text::row(share.service_name.as_deref().unwrap_or("-"));
            let percent = share.duration_ns as f64 * 100.0 / whole as f64;
            format!("{} {percent:.0}%", self.paint.apply(Style::service(&name), &name))
        };
        // What would show as 0% is left out.
        let counts = |share: &&ServiceShare| share.duration_ns as f64 >= whole as f64 * 0.005;
        shares.iter().take(SHARES).filter(counts).map(text).collect()
    }

    fn row(&self, out: &mut String, row: &Row<'_>) {
        let Some(span) = row.span else {
            let label = format!("{}{}", row.indent, row.label);
            return self.push(out, &label, Style::Dim, "", ("", Style::Normal), "");
        };
        let is_error = span.span.is_error();
        let style = Style::service(span.span.service_name.as_deref().unwrap_or_default());
        let label = format!("{}{}", row.indent, row.label);
        let duration = span.span.duration_ns.map_or_else(|| "-".to_owned(), format_duration);
        let duration_style = if is_error { Style::Error } else { Style::Normal };
        let bar = self.axis.bar(span, self.glyphs, self.paint);
        self.push(out, &label, style, &details(span), (&duration, duration_style), &bar);
    }

    fn push(
        &self,
        out: &mut String,
        label: &str,
        label_style: Style,
        details: &str,
        (duration, duration_style): (&str, Style),
        bar: &str,
    ) {
        let label = text::cut(label, self.label_width);
        let padding = " ".repeat(self.label_width - text::width(&label));
        out.extend([self.paint.apply(label_style, &label).as_str(), &padding]);
        if self.wide {
            out.push_str(&format!("{details:DETAILS$}"));
        }
        let padding = " ".repeat(DURATION.saturating_sub(text::width(duration)));
        out.extend(["  ", &padding, &self.paint.apply(duration_style, duration), "  ", bar]);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    /// What the failed spans say: where a failure was passed up with the same words, once, where it began.
    fn errors(&self, out: &mut String) {
        let failed: Vec<&TraceSpan> = self.trace.spans.iter().filter(|span| span.span.is_error()).collect();
        let mut lines = Vec::new();
        let mut above = 0;
        for (index, span) in failed.iter().enumerate() {
            let message = message(span);
            let below = failed.get(index + 1).filter(|below| below.depth > span.depth);
            if below.is_some_and(|below| !message.is_empty() && self::message(below) == message) {
                above += 1;
                continue;
            }
            let said = if message.is_empty() { "failed" } else { &message };
            let also = match std::mem::take(&mut above) {
                0 => String::new(),
                1 => " (and in the span above)".to_owned(),
                above => format!(" (and in {above} spans above)"),
            };
            lines.push(format!("{}: {said}{also}", tree::label(span)));
        }
        if !lines.is_empty() {
            out.push('\n');
        }
        for line in lines.iter().take(ERRORS) {
            let sign = self.paint.apply(Style::Error, &self.glyphs.error.to_string());
            out.push_str(&format!("{sign} {}\n", text::row(line)));
        }
        if lines.len() > ERRORS {
            out.push_str(&format!("  and {} more\n", lines.len() - ERRORS));
        }
    }

    fn legend(&self, out: &mut String) {
        let Glyphs { critical, other, error, missing, .. } = self.glyphs;
        let mut legend = format!("{critical} critical path   {other} other time   {error} error");
        if self.trace.missing_parents > 0 {
            legend.push_str(&format!("   {missing} a parent that has not come"));
        }
        out.push_str(&format!("\n{}\n", self.paint.apply(Style::Dim, &legend)));
    }
}

fn details(span: &TraceSpan) -> String {
    let kind = text::row(span.span.kind.as_deref().unwrap_or("-")).into_owned();
    format!("  {:8}  {}", text::cut(&kind, 8), span.span.span_id)
}

/// Why a span failed: its status in words, else the message of its exception.
fn message(span: &TraceSpan) -> String {
    if let Some(message) = span.span.status_message.as_deref().filter(|message| !message.is_empty()) {
        return message.to_owned();
    }
    let exception = span.span.events.iter().rev().find_map(|event| {
        event.attributes.get("exception.message").or_else(|| event.attributes.get("exception.type"))
    });
    exception.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests;
