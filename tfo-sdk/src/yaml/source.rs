//! The text that was read, and places in it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Diagnostic, MAX_BYTES};

/// A place in a text. Lines and columns count from 1; a column is a character, a tab too. The end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// Line of the first character.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

impl Span {
    pub(super) fn new((line, column): (u32, u32), (end_line, end_column): (u32, u32)) -> Self {
        Self { line, column, end_line, end_column }
    }

    pub(super) fn start(self) -> (u32, u32) {
        (self.line, self.column)
    }

    pub(super) fn end(self) -> (u32, u32) {
        (self.end_line, self.end_column)
    }
}

/// A file, or what came from elsewhere, under the name that diagnostics give it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    text: String,
    /// Byte at which each line starts.
    lines: Vec<u32>,
    fault: Option<Diagnostic>,
}

impl Source {
    /// Takes any bytes: what cannot be read as text is an error of [`super::load`].
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let name = name.into();
        let bytes = bytes.into();
        if bytes.len() > MAX_BYTES {
            let fault =
                Diagnostic::error("file-too-large", format!("{} bytes, at most 4 MiB are read", bytes.len()))
                    .with_help("split the file: every file of a folder is read");
            return Self::of(name, String::new(), Some(fault));
        }
        match String::from_utf8(bytes) {
            Ok(mut text) => {
                if text.starts_with('\u{feff}') {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                Self::of(name, text, None)
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let wide = matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
                let message = if wide { "this is UTF-16, not UTF-8" } else { "this byte is not UTF-8" };
                let fault =
                    Diagnostic::error("not-utf-8", message).with_help("save the file as UTF-8 and try again");
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let source = Self::of(name.clone(), text.clone(), None);
                let (line, column) = source.position(valid);
                Self::of(name, text, Some(fault.at(Span::new((line, column), (line, column + 1)))))
            }
        }
    }

    fn of(name: String, text: String, fault: Option<Diagnostic>) -> Self {
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            // A carriage return alone is a line break of YAML too.
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n')) {
                lines.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        let fault = fault.map(|fault| fault.of(&name));
        Self(Arc::new(Inner { name, text, lines, fault }))
    }

    /// The name that diagnostics give it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The text, without a byte order mark. Empty when it was too large.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The same, with a dot in the place of each character that stands in one of these places.
    #[must_use]
    pub fn blotted(&self, places: &[Span]) -> Self {
        let mut ranges: Vec<_> =
            places.iter().map(|place| (self.byte(place.start()), self.byte(place.end()))).collect();
        ranges.sort_unstable();
        let part = |from: usize, to: usize| self.0.text.get(from..to).unwrap_or_default();
        let mut text = String::with_capacity(self.0.text.len());
        let mut done = 0;
        for (start, end) in ranges {
            text.push_str(part(done, start));
            let hidden = part(start.max(done), end).chars();
            text.extend(hidden.map(|c| if matches!(c, '\n' | '\r') { c } else { '•' }));
            done = done.max(end);
        }
        text.push_str(part(done, self.0.text.len()));
        Self::of(self.0.name.clone(), text, self.0.fault.clone())
    }

    /// What makes it unreadable.
    pub(super) fn fault(&self) -> Option<&Diagnostic> {
        self.0.fault.as_ref()
    }

    /// Lines, counted from 1.
    pub fn lines(&self) -> u32 {
        u32::try_from(self.0.lines.len()).unwrap_or(u32::MAX)
    }

    /// A line without its break.
    pub fn line(&self, number: u32) -> Option<&str> {
        let start = self.line_start(number)?;
        let end = self.line_start(number + 1).unwrap_or(self.0.text.len());
        Some(self.0.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// The byte at which a line starts.
    pub(super) fn line_start(&self, number: u32) -> Option<usize> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        Some(*self.0.lines.get(index)? as usize)
    }

    /// The character before a place, if that is in the first thousand of its line: they are counted from its start.
    pub(super) fn character_before(&self, (line, column): (u32, u32)) -> Option<char> {
        let before = usize::try_from(column.checked_sub(2)?).ok().filter(|before| *before < 1000)?;
        self.line(line)?.chars().nth(before)
    }

    /// Line and column of a byte.
    pub(super) fn position(&self, byte: usize) -> (u32, u32) {
        let line = self.0.lines.partition_point(|start| *start as usize <= byte).max(1);
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        let start = self.line_start(number).unwrap_or(0);
        let before = self.0.text.get(start..byte).map_or(0, |text| text.chars().count());
        (number, u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// The byte of a place; the end of the text for one behind it.
    fn byte(&self, (line, column): (u32, u32)) -> usize {
        let characters = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        let of_line = |start: usize| {
            let (at, _) = self.0.text.get(start..)?.char_indices().nth(characters)?;
            Some(start + at)
        };
        self.line_start(line).and_then(of_line).unwrap_or(self.0.text.len())
    }

    /// What stands at a place within one line.
    pub(super) fn text_of(&self, span: Span) -> Option<&str> {
        let line = self.line(span.line).filter(|_| span.line == span.end_line)?;
        let byte = |column: u32| {
            let characters = usize::try_from(column.checked_sub(1)?).ok()?;
            line.char_indices().map(|(at, _)| at).chain([line.len()]).nth(characters)
        };
        line.get(byte(span.column)?..byte(span.end_column)?)
    }
}
