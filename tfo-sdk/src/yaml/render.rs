//! Diagnostics as people, editors and CI read them.

use std::fmt::Write as _;
use std::str::FromStr;

use serde::Serialize;

use super::visible::{self, Row};
use super::{Diagnostic, Source, Span};

/// Characters of a line that are shown around what is wrong with it.
const WIDTH: usize = 120;
/// Of which stand before it.
const BEFORE: usize = 40;

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// With the line of the source, and what to do.
    #[default]
    Full,
    /// A line each, as compilers do.
    Concise,
    /// One object with a list.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "concise" => Ok(Self::Concise),
            "json" => Ok(Self::Json),
            "github" => Ok(Self::Github),
            other => Err(format!("expected full, concise, json or github, got {}", visible::quoted(other))),
        }
    }
}

/// All of them, in the order given; at most so many are shown, and the others counted.
///
/// Nothing of what a stranger wrote comes out raw: control characters and those that change the order of reading are
/// written out, in every format.
pub fn render_all(diagnostics: &[Diagnostic], format: Format, sources: &[Source], most: usize) -> String {
    let shown = diagnostics.get(..most).unwrap_or(diagnostics);
    let more = diagnostics.len() - shown.len();
    if format == Format::Json {
        return json(&Report { diagnostics: shown, omitted: more });
    }
    let blocks: Vec<String> = shown.iter().map(|diagnostic| render(diagnostic, format, sources)).collect();
    let mut out = blocks.join(if format == Format::Full { "\n" } else { "" });
    if more > 0 {
        let _ = match format {
            Format::Github => writeln!(out, "::error::and {more} more"),
            Format::Full => writeln!(out, "\nand {more} more"),
            Format::Concise | Format::Json => writeln!(out, "and {more} more"),
        };
    }
    out
}

/// One of them, with a line break at its end.
pub fn render(diagnostic: &Diagnostic, format: Format, sources: &[Source]) -> String {
    match format {
        Format::Full => full(diagnostic, sources),
        Format::Concise => concise(diagnostic),
        Format::Json => json(diagnostic),
        Format::Github => github(diagnostic),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    diagnostics: &'a [Diagnostic],
    omitted: usize,
}

fn json<T: Serialize>(value: &T) -> String {
    // Nothing in here can fail: texts and numbers only.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    visible::json(&text) + "\n"
}

/// `alerts.yaml:12:9: error[invalid-duration] spec.for: expected a duration like 5m, got "5 min"`
fn headline(diagnostic: &Diagnostic) -> String {
    let place = place(diagnostic.file.as_deref(), diagnostic.span);
    let start = if place.is_empty() { place } else { format!("{place}: ") };
    let (severity, code) = (diagnostic.severity.as_str(), &diagnostic.code);
    let path = diagnostic.path.as_ref().map_or(String::new(), |path| format!(" {path}:"));
    visible::row(&format!("{start}{severity}[{code}]{path} {}", diagnostic.message))
}

fn place(file: Option<&str>, span: Option<Span>) -> String {
    let parts = [
        file.map(ToOwned::to_owned),
        span.map(|span| span.line.to_string()),
        span.map(|span| span.column.to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(":")
}

fn concise(diagnostic: &Diagnostic) -> String {
    let mut out = headline(diagnostic);
    for related in &diagnostic.related {
        let place = place(related.file.as_deref(), related.span);
        out += &visible::row(&format!(" ({}: {place})", related.message));
    }
    out.push('\n');
    out
}

fn full(diagnostic: &Diagnostic, sources: &[Source]) -> String {
    let mut out = headline(diagnostic) + "\n";
    let margin = diagnostic.span.map_or(1, |span| span.line.to_string().len());
    let file = diagnostic.file.as_deref();
    let source = sources.iter().find(|source| Some(source.name()) == file);
    if let Some((span, line)) = diagnostic.span.and_then(|span| Some((span, source?.line(span.line)?))) {
        let (shown, marks) = snippet(line, span);
        let _ = writeln!(out, "{:margin$} |", "");
        let _ = writeln!(out, "{} | {shown}", span.line);
        let _ = writeln!(out, "{:margin$} | {marks}", "");
    }
    for related in &diagnostic.related {
        let place = place(related.file.as_deref(), related.span);
        let text = visible::row(&format!("{}: {place}", related.message));
        let _ = writeln!(out, "{:margin$} = {text}", "");
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "{:margin$} = help: {}", "", visible::row(help));
    }
    out
}

/// The part of a line around a place, and the marks below it.
fn snippet(line: &str, span: Span) -> (String, String) {
    let index = |column: u32| usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let from = index(span.column);
    // What goes on on later lines is marked to the end of this one.
    let to = if span.end_line == span.line { index(span.end_column).max(from + 1) } else { usize::MAX };
    let length = line.chars().count();
    let start = if length <= WIDTH { 0 } else { from.saturating_sub(BEFORE).min(length) };
    let mut shown = Row::default();
    let mut marks = String::new();
    if start > 0 {
        shown.push('…');
        marks.push(' ');
    }
    for (at, c) in line.chars().enumerate().skip(start).take(WIDTH) {
        let columns = shown.push(c);
        let mark = if (from..to).contains(&at) { "^" } else { " " };
        marks += &mark.repeat(columns);
    }
    if start + WIDTH < length {
        shown.push('…');
    }
    // At the end of the line, where something is missing.
    if from >= length {
        marks.push('^');
    }
    (shown.out.trim_end().to_owned(), marks.trim_end().to_owned())
}

/// `::error file=alerts.yaml,line=12,col=9,…::spec.for: expected a duration like 5m, got "5 min"`
fn github(diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(file) = &diagnostic.file {
        properties.push(format!("file={}", property(file)));
    }
    if let Some(span) = diagnostic.span {
        properties.push(format!("line={},col={}", span.line, span.column));
        // It knows end columns on the same line only.
        if span.line == span.end_line && span.end_column > span.column {
            properties.push(format!("endLine={},endColumn={}", span.end_line, span.end_column));
        }
    }
    properties.push(format!("title={}", property(&diagnostic.code)));
    let mut message = diagnostic.path.as_ref().map_or(String::new(), |path| format!("{path}: "));
    message += &diagnostic.message;
    let mut lines = vec![visible::row(&message)];
    for related in &diagnostic.related {
        let place = place(related.file.as_deref(), related.span);
        lines.push(visible::row(&format!("{}: {place}", related.message)));
    }
    lines.extend(diagnostic.help.as_ref().map(|help| format!("help: {}", visible::row(help))));
    let data: Vec<String> = lines.iter().map(|line| line.replace('%', "%25")).collect();
    format!("::{} {}::{}\n", diagnostic.severity.as_str(), properties.join(","), data.join("%0A"))
}

fn property(text: &str) -> String {
    visible::row(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
