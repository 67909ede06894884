//! JSON, read as JSON.
//!
//! Most of JSON is YAML, but what programs write is not all of it: emoji as `\ud83d\ude00`, tabs after a colon. So
//! what is JSON as a whole is cut into its tokens here, and goes the same way as YAML from there on.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::tree::{Budget, Builder, Fatal};
use super::{Diagnostic, Document, Loaded, Source, Span};

/// Whether all of the text is one JSON document.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Reads a source of which [`is_json`] is true.
pub(super) fn read(source: &Source) -> Loaded {
    let mut loaded = Loaded::default();
    let mut budget = Budget::default();
    let mut builder = Builder::new(source, &mut budget, &mut loaded.diagnostics);
    let mut tokens = Tokens { rest: source.text(), line: 1, column: 1 };
    let ended = tokens.read_into(&mut builder);
    if let Some(root) = builder.finish().filter(|_| ended.is_ok()) {
        loaded.documents.push(Document::new(source.clone(), root));
    }
    loaded
}

struct Tokens<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Tokens<'a> {
    fn read_into(&mut self, builder: &mut Builder<'_>) -> Result<(), Fatal> {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '{' | '[' => {
                    let (_, span) = self.take(1);
                    builder.open(first == '{', span, 0, None)?;
                }
                '}' | ']' => {
                    let (_, span) = self.take(1);
                    builder.close(span);
                }
                '"' => {
                    let (token, span) = self.take(text_length(self.rest));
                    match serde_json::from_str::<String>(token) {
                        Ok(text) => builder.scalar(Cow::Owned(text), false, span, 0, None)?,
                        // The one thing that skipping a text does not look at.
                        Err(_) => {
                            let error = Diagnostic::error(
                                "lone-surrogate",
                                "half of a character: `\\u` escapes of emoji come in pairs",
                            );
                            builder.refuse(span, error);
                            builder.scalar(Cow::Borrowed(""), false, span, 0, None)?;
                        }
                    }
                }
                ',' | ':' | ' ' | '\t' | '\n' | '\r' => {
                    let other = |c: char| !matches!(c, ',' | ':' | ' ' | '\t' | '\n' | '\r');
                    self.take(self.rest.find(other).unwrap_or(self.rest.len()));
                }
                _ => {
                    let ends = |c: char| matches!(c, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
                    let (token, span) = self.take(self.rest.find(ends).unwrap_or(self.rest.len()));
                    builder.scalar(Cow::Borrowed(token), true, span, 0, None)?;
                }
            }
        }
        Ok(())
    }

    /// The next bytes, and their place.
    fn take(&mut self, bytes: usize) -> (&'a str, Span) {
        let start = (self.line, self.column);
        let (token, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        let mut characters = token.chars().peekable();
        while let Some(c) = characters.next() {
            let breaks = match c {
                '\n' => true,
                '\r' => characters.peek().copied().or(rest.chars().next()) != Some('\n'),
                _ => false,
            };
            if breaks {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            } else {
                self.column = self.column.saturating_add(1);
            }
        }
        (token, Span::new(start, (self.line, self.column)))
    }
}

/// Bytes of the text that begins here, with its quotes.
fn text_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}
