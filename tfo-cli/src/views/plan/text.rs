//! A plan as lines: a block a resource, signs that carry the meaning without colours, nothing cut in silence.

use tfo_sdk::resource::plan::{Action, Conflict, Plan, PlanDiagnostic, PlanSeverity};

use super::line_diff::LineChange;
use super::{Body, Line, Shown, fields, is_shown, note, sign, title};
use crate::output::Look;
use crate::output::style::{Paint, Style};
use crate::text::{counted, cut, row, width};

/// Columns of a block where nobody says how many there are.
const COLUMNS: usize = 100;
/// Lines of one field, unless all of them are wanted.
const MOST_LINES: usize = 30;
/// Where fields begin.
const INDENT: &str = "    ";

/// The plan for people. `head` says what it is a plan of.
pub(crate) fn text(plan: &Plan, head: &str, look: &Look, shown: &Shown) -> String {
    let columns = look.width.unwrap_or(COLUMNS).max(20);
    let sheet = Sheet {
        columns,
        is_cut: look.width.is_some() && !shown.full && !look.wide,
        paint: look.paint,
        shown,
    };
    let mut out = String::new();
    let changes: Vec<_> = plan.changes.iter().filter(|change| is_shown(change)).collect();
    if changes.is_empty() && plan.conflicts.is_empty() {
        return out;
    }
    if !head.is_empty() {
        out.push_str(&look.paint.apply(Style::Title, &row(head)));
        out.push_str("\n\n");
    }
    for change in changes {
        let place = change.source.as_ref().map(ToString::to_string).unwrap_or_default();
        let style = match change.action {
            Action::Create | Action::Restore => Style::Good,
            Action::Update => Style::Warning,
            Action::Delete => Style::Error,
            Action::Keep | Action::Unchanged => Style::Dim,
        };
        let name = format!("{} {}", sign(change.action), title(&change.reference, &plan.set.scope));
        sheet.heading(&mut out, style, &name, &note(change, plan), &place);
        if change.action != Action::Delete {
            let lines: Vec<Line> =
                fields(change, shown).map(|field| Line::new(field, change.action, shown.now)).collect();
            sheet.fields(&mut out, &lines);
        }
    }
    for conflict in &plan.conflicts {
        sheet.conflict(&mut out, conflict, plan);
    }
    out
}

/// What else there is to say, that has no place in a file.
pub(crate) fn remark(diagnostic: &PlanDiagnostic, paint: Paint) -> String {
    let (word, style) = match diagnostic.severity {
        PlanSeverity::Error => ("error", Style::Error),
        PlanSeverity::Warning => ("warning", Style::Warning),
    };
    let place = diagnostic.source.as_ref().map(|source| format!("{source}: ")).unwrap_or_default();
    let word = paint.apply(style, &format!("{word}[{}]", row(&diagnostic.code)));
    format!("{}{word} {}\n", row(&place), row(&diagnostic.message))
}

struct Sheet<'a> {
    columns: usize,
    is_cut: bool,
    paint: Paint,
    shown: &'a Shown,
}

impl Sheet<'_> {
    /// The name on the left, where it was read on the right.
    fn heading(&self, out: &mut String, style: Style, name: &str, note: &str, place: &str) {
        let name = row(name);
        let (note, place) = (row(note), row(place));
        let mut line = self.paint.apply(style, &name);
        let mut used = width(&name);
        if !note.is_empty() {
            line.push_str(&format!("  {note}"));
            used += 2 + width(&note);
        }
        if !place.is_empty() {
            let column = self.columns.min(72).saturating_sub(width(&place));
            let gap = column.saturating_sub(used).max(2);
            if used + gap + width(&place) <= self.columns {
                line.push_str(&" ".repeat(gap));
            } else {
                line.push_str(&format!("\n{INDENT}"));
            }
            line.push_str(&self.paint.apply(Style::Dim, &place));
        }
        out.push_str(&line);
        out.push('\n');
    }

    fn fields(&self, out: &mut String, lines: &[Line]) {
        let most = (self.columns / 3).clamp(12, 32);
        let widest = lines
            .iter()
            .map(|line| width(&row(&line.path)))
            .filter(|width| *width <= most)
            .max()
            .unwrap_or(0);
        for line in lines {
            let path = row(&line.path).into_owned();
            let room = self.columns.saturating_sub(INDENT.len() + widest + 2);
            match &line.body {
                Body::Inline(value) => {
                    let value = row(value);
                    let pad = widest.saturating_sub(width(&path));
                    let fits = width(&path) <= widest && (width(&value) <= room || !self.is_cut);
                    if fits {
                        out.push_str(&format!("{INDENT}{path}{}  {value}\n", " ".repeat(pad)));
                    } else {
                        let room = self.columns.saturating_sub(INDENT.len() + 2);
                        out.push_str(&format!("{INDENT}{path}\n{INDENT}  {}\n", self.fit(&value, room)));
                    }
                }
                Body::Lines(changes) => self.lines(out, &path, changes),
            }
            if let Some(drift) = &line.drift {
                let mark = self.paint.apply(Style::Warning, &row(&format!("! {drift}")));
                out.push_str(&format!("{INDENT}  {mark}\n"));
            }
        }
    }

    /// A value that is too long, with how much is missing.
    fn fit(&self, value: &str, room: usize) -> String {
        if !self.is_cut || width(value) <= room {
            return value.to_owned();
        }
        // The words about what is missing take room themselves; their length hangs on the number in them.
        let start = cut(value, room.saturating_sub(24).max(8)).into_owned();
        let kept = start.trim_end_matches('…');
        let missing = value.len().saturating_sub(kept.len());
        format!("{kept}… {missing} more bytes, --full")
    }

    fn lines(&self, out: &mut String, path: &str, changes: &[LineChange]) {
        let count = changes.iter().filter(|change| !matches!(change, LineChange::Skipped(_))).count();
        let words = if count == 1 { "line" } else { "lines" };
        out.push_str(&format!("{INDENT}{path}  ({count} {words})\n"));
        let most = if self.shown.full { usize::MAX } else { MOST_LINES };
        let room = self.columns.saturating_sub(INDENT.len() + 4);
        for change in changes.iter().take(most) {
            let (sign, line, style) = match change {
                LineChange::Same(line) => (' ', row(line), Style::Normal),
                LineChange::Gone(line) => ('-', row(line), Style::Error),
                LineChange::Come(line) => ('+', row(line), Style::Good),
                LineChange::Skipped(count) => (' ', format!("… {count} equal lines").into(), Style::Dim),
            };
            let line = format!("{sign} {}", self.fit(&line, room));
            out.push_str(&format!("{INDENT}  {}\n", self.paint.apply(style, line.trim_end())));
        }
        if changes.len() > most {
            let more = counted(changes.len() - most, "more line");
            out.push_str(&format!("{INDENT}  … {more}, --full\n"));
        }
    }

    fn conflict(&self, out: &mut String, conflict: &Conflict, plan: &Plan) {
        let name = format!("⚔ {}", title(&conflict.reference, &plan.set.scope));
        let place = conflict.source.as_ref().map(ToString::to_string).unwrap_or_default();
        let path = super::value::path(&conflict.path);
        self.heading(out, Style::Error, &name, &path, &place);
        out.push_str(&format!("{INDENT}{}\n", row(&conflict.message)));
    }
}
