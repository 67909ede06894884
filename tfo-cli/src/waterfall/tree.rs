//! The rows of a waterfall and the lines of the tree before them.

use tfo_sdk::api::TraceSpan;

use super::Glyphs;
use crate::text;

/// Levels whose lines are drawn; below, the depth stands as a number.
const LEVELS: usize = 10;

/// A row: a span, or a parent that has not come.
pub(super) struct Row<'a> {
    /// The lines of the tree.
    pub(super) indent: String,
    /// Service and name, clean.
    pub(super) label: String,
    /// The span; `None` for a missing parent.
    pub(super) span: Option<&'a TraceSpan>,
}

/// Service and name of a span.
pub(super) fn label(span: &TraceSpan) -> String {
    let name = span.span.name.as_deref().unwrap_or("-");
    match &span.span.service_name {
        Some(service) => format!("{service}  {name}"),
        None => name.to_owned(),
    }
}

/// The rows of these spans, which stand in the order of the tree.
pub(super) fn rows<'a>(spans: &'a [TraceSpan], glyphs: &Glyphs) -> Vec<Row<'a>> {
    let mut depths: Vec<usize> = Vec::with_capacity(spans.len());
    let mut rows = Vec::with_capacity(spans.len());
    // The missing parent that the last rows hang under, and the depth of its children.
    let mut missing = None;
    for span in spans {
        let depth = span.depth as usize;
        if missing.is_some_and(|(_, base)| depth < base)
            || (missing_at(missing, depth) && !span.parent_missing)
        {
            missing = None;
        }
        if span.parent_missing && missing != Some((span.span.parent_span_id, depth)) {
            missing = Some((span.span.parent_span_id, depth));
            let id = span.span.parent_span_id.map(|id| id.to_string()).unwrap_or_default();
            let label = format!("{} parent {id}", glyphs.missing);
            rows.push(Row { indent: String::new(), label, span: None });
            depths.push(depth);
        }
        rows.push(Row {
            indent: String::new(),
            label: text::row(&label(span)).into_owned(),
            span: Some(span),
        });
        depths.push(depth + usize::from(missing.is_some()));
    }
    indent(&mut rows, &depths, glyphs);
    rows
}

fn missing_at<T>(missing: Option<(T, usize)>, depth: usize) -> bool {
    missing.is_some_and(|(_, base)| base == depth)
}

/// Draws the lines from the last row up: only then is it known whether a sibling follows.
fn indent(rows: &mut [Row<'_>], depths: &[usize], glyphs: &Glyphs) {
    // By level: whether a row of that level follows below the same parent.
    let mut follows: Vec<bool> = Vec::new();
    for (row, &depth) in rows.iter_mut().zip(depths).rev() {
        follows.resize(depth + 1, false);
        if depth > LEVELS {
            row.indent = format!("{}{depth} ", glyphs.deeper);
        } else if depth > 0 {
            for &follows in &follows[1..depth] {
                row.indent.push_str(if follows { glyphs.through } else { "  " });
            }
            row.indent.push_str(if follows[depth] { glyphs.branch } else { glyphs.last });
        }
        follows[depth] = true;
    }
}
