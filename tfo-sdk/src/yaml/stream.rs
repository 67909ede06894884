//! YAML: the events of the parser, one document after the other.
//!
//! A document that cannot be parsed does not hide the mistakes of the next: reading goes on at the next line that
//! begins with `---`, which cannot stand at the start of a line within a document.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag as WrittenTag};

use super::scalar::Tag;
use super::tree::{Budget, Builder, Fatal, report};
use super::{Diagnostic, Document, Loaded, MAX_DEPTH, MAX_DOCUMENTS, Source, Span};

/// Reads all documents of a source.
pub(super) fn read(source: &Source) -> Loaded {
    let mut loaded = Loaded::default();
    if let Some(error) = unprintable(source) {
        loaded.diagnostics.push(error);
        return loaded;
    }
    let mut budget = Budget::default();
    let mut next = Some(1);
    while let Some(line) = next.filter(|_| !budget.is_spent) {
        next = Reader::new(source, line).read(&mut loaded, &mut budget);
    }
    loaded
}

/// Characters that YAML does not allow, U+0000 among them, at which the parser would stop as at the end.
fn unprintable(source: &Source) -> Option<Diagnostic> {
    let refused = |c: char| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}'
            | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    let at = source.text().find(refused)?;
    let found = source.text().get(at..)?.chars().next()?;
    let (line, column) = source.position(at);
    let code = u32::from(found);
    let error =
        Diagnostic::error("control-character", format!("the character U+{code:04X} cannot stand in YAML"))
            .with_help(format!("remove it, or write it as \"\\u{code:04x}\" in double quotes"));
    Some(error.of(source.name()).at(Span::new((line, column), (line, column + 1))))
}

/// Reads from one line until the end, or until what cannot be parsed.
struct Reader<'a> {
    source: &'a Source,
    parser: Parser<'a, StrInput<'a>>,
    /// Line that the parser calls 1.
    first_line: u32,
    /// Line of the last document that began.
    document_line: u32,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source, first_line: u32) -> Self {
        let start = source.line_start(first_line).unwrap_or(0);
        let text = source.text().get(start..).unwrap_or_default();
        Self { source, parser: Parser::new_from_str(text), first_line, document_line: first_line }
    }

    /// The line at which to go on, if there is more.
    fn read(mut self, loaded: &mut Loaded, budget: &mut Budget) -> Option<u32> {
        loop {
            match self.next_event() {
                Ok(None) => return None,
                Ok(Some((Event::DocumentStart(_), span))) => {
                    self.document_line = span.line;
                    if loaded.documents.len() >= MAX_DOCUMENTS {
                        let error = too_many_documents().of(self.source.name()).at(span);
                        report(&mut loaded.diagnostics, error);
                        return None;
                    }
                    let read = self.read_document(loaded, budget);
                    if budget.is_spent {
                        return None;
                    }
                    if let Err(line) = read {
                        return self.next_document(line);
                    }
                }
                Ok(Some(_)) => {}
                Err(error) => {
                    let line = self.refuse(&error, &mut loaded.diagnostics, budget);
                    return self.next_document(line);
                }
            }
        }
    }

    /// Fails with the line at which nothing more could be read.
    fn read_document(&mut self, loaded: &mut Loaded, budget: &mut Budget) -> Result<(), u32> {
        let mut builder = Builder::new(self.source, budget, &mut loaded.diagnostics);
        let mut is_empty = true;
        loop {
            match self.next_event() {
                Ok(None | Some((Event::DocumentEnd, _))) => break,
                Ok(Some((event, span))) => {
                    // What stands between two `---` when nothing does.
                    if !matches!(&event, Event::Scalar(text, ScalarStyle::Plain, 0, None) if text.is_empty())
                    {
                        is_empty = false;
                    }
                    build(&mut builder, event, span).map_err(|Fatal| span.line)?;
                }
                Err(error) => {
                    drop(builder);
                    return Err(self.refuse(&error, &mut loaded.diagnostics, budget));
                }
            }
        }
        if let Some(root) = builder.finish().filter(|_| !is_empty) {
            loaded.documents.push(Document::new(self.source.clone(), root));
        }
        Ok(())
    }

    fn next_event(&mut self) -> Result<Option<(Event<'a>, Span)>, ScanError> {
        let Some((event, span)) = self.parser.next_event().transpose()? else { return Ok(None) };
        let start = self.place(span.start.line(), span.start.col());
        let mut end = self.place(span.end.line(), span.end.col());
        match &event {
            // What was left out has the place of what comes after it, of which it is no part.
            Event::Scalar(text, ScalarStyle::Plain, 0, None) if text.is_empty() => end = start,
            // The indentation of what comes after a block was read with it.
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) if self.is_indentation(end) => {
                end.1 = 1;
            }
            _ => {}
        }
        Ok(Some((event, Span::new(start, end.max(start)))))
    }

    /// Whether only blanks stand before a place in its line.
    fn is_indentation(&self, (line, column): (u32, u32)) -> bool {
        let mut before = self.source.line(line).unwrap_or_default().chars().zip(1..column);
        before.all(|(c, _)| c == ' ')
    }

    fn place(&self, line: usize, column: usize) -> (u32, u32) {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let line = number(line.saturating_sub(1)).saturating_add(self.first_line);
        // The end of a text without a last line break is told as a line that is not there.
        if line > self.source.lines() {
            return self.source.position(self.source.text().len());
        }
        (line, number(column).saturating_add(1))
    }

    /// Notes the parser's own error in our words, and says in which line it is.
    fn refuse(&self, error: &ScanError, diagnostics: &mut Vec<Diagnostic>, budget: &mut Budget) -> u32 {
        let (line, mut column) = self.place(error.marker().line(), error.marker().col());
        let text = self.source.line(line).unwrap_or_default();
        let info = error.info();
        let indent = text.chars().take_while(|c| matches!(c, ' ' | '\t'));
        let found = if let (true, Some(tab)) = (info.contains("tab"), indent.clone().position(|c| c == '\t'))
        {
            column = u32::try_from(tab).unwrap_or(0).saturating_add(1);
            Diagnostic::error("tab-indentation", "a tab cannot indent").with_help("indent with spaces")
        } else if info.contains("unknown anchor") {
            Diagnostic::error("unknown-anchor", "no anchor of this name stands before it in this document")
        } else if info.contains("recursion limit") {
            Diagnostic::error("too-deep", format!("more than {MAX_DEPTH} lists and maps stand in each other"))
        } else {
            let error = Diagnostic::error("invalid-yaml", info);
            match help(info) {
                Some(help) => error.with_help(help),
                None => error,
            }
        };
        let span = Span::new((line, column), (line, column + 1));
        budget.is_spent |= !report(diagnostics, found.of(self.source.name()).at(span));
        line
    }

    /// The line of the next `---`, which may be the one at which the reader stopped.
    fn next_document(&self, stopped: u32) -> Option<u32> {
        let from = stopped.max(self.document_line + 1).max(self.first_line + 1);
        (from..=self.source.lines()).find(|number| {
            let rest = self.source.line(*number).and_then(|line| line.strip_prefix("---"));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        })
    }
}

fn too_many_documents() -> Diagnostic {
    Diagnostic::error("too-many-documents", format!("more than {MAX_DOCUMENTS} documents in one file"))
        .with_help("split the file: every file of a folder is read")
}

fn build(builder: &mut Builder<'_>, event: Event<'_>, span: Span) -> Result<(), Fatal> {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let tag = parse_tag(builder, tag.as_deref(), span);
            builder.scalar(text, style == ScalarStyle::Plain, span, anchor, tag)
        }
        Event::SequenceStart(anchor, tag) => {
            let tag = parse_tag(builder, tag.as_deref(), span);
            builder.open(false, span, anchor, tag)
        }
        Event::MappingStart(anchor, tag) => {
            let tag = parse_tag(builder, tag.as_deref(), span);
            builder.open(true, span, anchor, tag)
        }
        Event::SequenceEnd | Event::MappingEnd => {
            builder.close(span);
            Ok(())
        }
        Event::Alias(anchor) => builder.alias(anchor, span),
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd => Ok(()),
    }
}

/// A tag that is refused counts as none, so that what it stands on is still looked at.
fn parse_tag(builder: &mut Builder<'_>, tag: Option<&WrittenTag>, span: Span) -> Option<Tag> {
    let tag = tag?;
    let name: Cow<'_, str> = match tag.handle.as_str() {
        "" => Cow::Borrowed(&tag.suffix),
        handle => Cow::Owned(format!("{handle}{}", tag.suffix)),
    };
    Tag::parse(&name).map_err(|error| builder.refuse(span, *error)).ok()
}

fn help(info: &str) -> Option<&'static str> {
    const HELP: [(&str, &str); 8] = [
        ("mapping values are not allowed", "put text with `: ` in it in quotes"),
        ("simple key expect", "is a `:` missing, or the line not indented as its neighbours?"),
        ("did not find expected key", "is the line indented as its neighbours?"),
        (
            "unknown escape",
            "within double quotes a backslash is written `\\\\`; single quotes take it as it is",
        ),
        ("character escape code", "write the character itself, or `\\U0001F600` with all its digits"),
        ("end of stream", "a quote is missing at the end"),
        ("must be followed by a valid YAML whitespace", "put a space behind it, not a tab"),
        ("cannot start", "put it in quotes"),
    ];
    HELP.iter().find(|(part, _)| info.contains(part)).map(|(_, help)| *help)
}
