//! A plan as Markdown for a comment on a pull request. Values stand in code, where no name calls anybody and no sign has
//! a meaning; the whole fits into a comment, and what does not fit is counted.

use tfo_sdk::resource::plan::{Action, Change, Plan, PlanSeverity};

use super::line_diff::LineChange;
use super::{Body, Line, Shown, fields, is_shown, note, sign, title};
use crate::text::row;

/// Characters of the whole; a comment on GitHub has 65,536.
const BUDGET: usize = 60_000;
/// Characters of the details of one resource.
const MOST_OF_ONE: usize = 20_000;

/// The plan as Markdown; nothing at all where there is nothing to say.
pub(crate) fn markdown(plan: &Plan, shown: &Shown) -> String {
    let errors: Vec<_> =
        plan.diagnostics.iter().filter(|diagnostic| diagnostic.severity == PlanSeverity::Error).collect();
    let mut changes: Vec<&Change> = plan.changes.iter().filter(|change| is_shown(change)).collect();
    if changes.is_empty() && plan.conflicts.is_empty() && errors.is_empty() {
        return String::new();
    }
    // What destroys stands first: it must be there however little fits.
    changes.sort_by_key(|change| change.action != Action::Delete);
    let head = head(plan);
    let mut rows = Vec::new();
    for conflict in &plan.conflicts {
        let what = format!("{} {}", code(&super::value::path(&conflict.path)), escaped(&conflict.message));
        rows.push(table_row("⚔", &escaped(&title(&conflict.reference, &plan.set.scope)), what.trim()));
    }
    for error in &errors {
        let place = error.source.as_ref().map(ToString::to_string).unwrap_or_default();
        rows.push(table_row("✖", &escaped(&place), &escaped(&error.message)));
    }
    let urgent = rows.len() + changes.iter().filter(|change| change.action == Action::Delete).count();
    rows.extend(changes.iter().map(|change| change_row(change, plan, shown)));
    let details: Vec<String> = changes.iter().filter_map(|change| details(change, plan, shown)).collect();
    assemble(&head, &rows, urgent, &details)
}

/// That nothing differs, under the mark by which a bot finds its comment.
pub(crate) fn nothing(plan: &Plan) -> String {
    format!("{}\n{}\n", mark(plan), escaped(&super::summary(plan)))
}

fn assemble(head: &str, rows: &[String], urgent: usize, details: &[String]) -> String {
    const TABLE: &str = "\n| | resource | change |\n|---|---|---|\n";
    // Room for the two sentences about what is missing.
    let mut room = BUDGET.saturating_sub(chars(head) + chars(TABLE) + 200);
    let mut out = format!("{head}{TABLE}");
    let mut kept = 0;
    for row in rows {
        if chars(row) > room {
            break;
        }
        room -= chars(row);
        out.push_str(row);
        kept += 1;
    }
    if kept < rows.len() {
        let hidden = urgent.saturating_sub(kept);
        let warning = if hidden > 0 {
            format!(", {hidden} deletions, conflicts or errors among them")
        } else {
            String::new()
        };
        out.push_str(&format!(
            "\n… and {} more resources{warning}; `tfo diff` shows them.\n",
            rows.len() - kept
        ));
        return out;
    }
    let mut shown = 0;
    for detail in details {
        if chars(detail) > room {
            break;
        }
        room -= chars(detail);
        out.push('\n');
        out.push_str(detail);
        shown += 1;
    }
    if shown < details.len() {
        out.push_str(&format!(
            "\n… and the details of {} more resources; `tfo diff` shows them.\n",
            details.len() - shown
        ));
    }
    out
}

fn chars(text: &str) -> usize {
    text.chars().count() + 1
}

/// The mark lets a bot find its comment again.
fn mark(plan: &Plan) -> String {
    let set = &plan.set;
    format!("<!-- tfo-plan set={0} scope={1} -->\n**tfo plan** for `{1}` (set `{0}`)", set.name, set.scope)
}

fn head(plan: &Plan) -> String {
    let summary = plan.summary;
    let mut counts = format!("+{} ~{} −{}", summary.create, summary.update, summary.delete);
    if summary.restore > 0 {
        counts.push_str(&format!(" ↺{}", summary.restore));
    }
    let mut more = String::new();
    for (count, what) in [(summary.conflict, "conflict"), (summary.drift, "drift"), (summary.keep, "kept")] {
        if count > 0 {
            more.push_str(&format!(", {count} {what}"));
        }
    }
    format!("{}: **{counts}**{more}\n", mark(plan))
}

fn table_row(sign: &str, resource: &str, change: &str) -> String {
    format!("| {sign} | {resource} | {change} |\n")
}

fn change_row(change: &Change, plan: &Plan, shown: &Shown) -> String {
    /// Characters of a row.
    const LONGEST: usize = 400;
    let mut parts = Vec::new();
    let note = note(change, plan);
    if !note.is_empty() {
        parts.push(escaped(&note));
    }
    if change.action != Action::Delete {
        for field in fields(change, shown) {
            let line = Line::new(field, change.action, shown.now);
            let drift = if line.drift.is_some() { " (drift)" } else { "" };
            let short = match &line.body {
                Body::Inline(value) if value.chars().count() <= 60 => format!(" {}", code(value)),
                _ => String::new(),
            };
            parts.push(format!("{}{short}{drift}", code(&line.path)));
        }
    }
    let mut text = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 && text.chars().count() + part.chars().count() > LONGEST {
            text.push_str(&format!(", {} more", parts.len() - at));
            break;
        }
        text.push_str(if at > 0 { ", " } else { "" });
        text.push_str(part);
    }
    let sign = if change.action == Action::Delete { "−" } else { sign(change.action) };
    table_row(sign, &escaped(&title(&change.reference, &plan.set.scope)), &text)
}

/// The fields of a resource as a `diff` block that folds away.
fn details(change: &Change, plan: &Plan, shown: &Shown) -> Option<String> {
    if change.action == Action::Delete || change.fields.is_empty() {
        return None;
    }
    let mut block = String::new();
    for field in fields(change, shown) {
        let line = Line::new(field, change.action, shown.now);
        match line.body {
            Body::Inline(value) => {
                let sign = if change.action == Action::Create { '+' } else { '!' };
                block.push_str(&format!("{sign} {}: {}\n", row(&line.path), row(&value)));
            }
            Body::Lines(changes) => {
                block.push_str(&format!("  {}:\n", row(&line.path)));
                for change in changes {
                    let (sign, text) = match change {
                        LineChange::Same(text) => (' ', text),
                        LineChange::Gone(text) => ('-', text),
                        LineChange::Come(text) => ('+', text),
                        LineChange::Skipped(count) => (' ', format!("… {count} equal lines")),
                    };
                    block.push_str(&format!("{sign}   {}\n", row(&text)));
                }
            }
        }
        if let Some(drift) = line.drift {
            block.push_str(&format!("# {}\n", row(&drift)));
        }
    }
    if block.is_empty() {
        return None;
    }
    let block = match block.char_indices().nth(MOST_OF_ONE) {
        Some((at, _)) => {
            let start = &block[..at];
            let start = start.rsplit_once('\n').map_or(start, |(start, _)| start);
            let missing = block.len() - start.len();
            format!("{start}\n… {missing} more bytes; `tfo diff --full` shows them\n")
        }
        None => block,
    };
    let fence = fence(&block);
    let name = escaped(&title(&change.reference, &plan.set.scope));
    Some(format!("<details><summary>{name}</summary>\n\n{fence}diff\n{block}{fence}\n</details>\n"))
}

/// Longer than any fence inside.
fn fence(block: &str) -> String {
    "`".repeat(longest_run(block).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Text as code. A bar would end the cell of the table even there.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = row(text).replace('|', "\\|");
    let marks = "`".repeat(longest_run(&text) + 1);
    // A blank keeps its own backticks apart from the marks.
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{marks}{blank}{text}{blank}{marks}")
}

/// Text in which no sign has a meaning, and no name calls anybody.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in row(text).chars() {
        match c {
            '@' | '#' | '<' | '>' | '&' => out.push_str(&format!("&#{};", u32::from(c))),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_out_of_code_or_text() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`x` and ```"), "```` `x` and ``` ````");
        assert_eq!(fence("a ```` b"), "`````");
        assert_eq!(escaped("@here <b> *x* | [a](b)"), "&#64;here &#60;b&#62; \\*x\\* \\| \\[a\\](b)");
    }
}
