//! Text of strangers, made harmless before a person sees it.
//!
//! A file under review may hold escape sequences that rewrite the terminal, or characters that swap the order of
//! what is read: an error message must not be their way out.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// Characters that a text is cut to where it is quoted within a message.
const QUOTED: usize = 60;

/// Marks on one base character that are shown; the rest of a pile is written out.
const MARKS: usize = 4;

/// On one line, with everything invisible written out.
pub(super) fn row(text: &str) -> String {
    let mut row = Row::default();
    for c in text.chars() {
        row.push(c);
    }
    row.out
}

/// A harmless line as it is made.
#[derive(Default)]
pub(super) struct Row {
    /// What was made so far.
    pub(super) out: String,
    marks: usize,
}

impl Row {
    /// Adds a character, and says how many columns it takes.
    pub(super) fn push(&mut self, c: char) -> usize {
        let mark = !c.is_ascii() && c.width() == Some(0);
        self.marks = if mark { self.marks + 1 } else { 0 };
        match c {
            '\t' => self.out.push(' '),
            '\n' => self.out.push('⏎'),
            '\u{7f}' => self.out.push('␡'),
            // The pictures of the control characters, in their order.
            '\0'..='\u{1f}' => self.out.extend(char::from_u32(0x2400 + u32::from(c))),
            c if is_invisible(c) || self.marks > MARKS => {
                let before = self.out.len();
                let _ = write!(self.out, "\\u{{{:x}}}", u32::from(c));
                return self.out.len() - before;
            }
            c => {
                self.out.push(c);
                return c.width().unwrap_or(1);
            }
        }
        1
    }
}

/// JSON that stays the same JSON, with everything invisible as `\u` escapes.
///
/// The characters in question stand only inside strings: outside of them JSON is visible ASCII and white space.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) || c == '\u{7f}' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// In quotes, and short enough for a message.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// Beyond ASCII, what acts on the terminal or on the order of reading, or shows nothing at all: C1 controls, line
/// separators, interlinear marks, and Unicode's default-ignorable characters (bidi controls, zero-width spaces
/// and joiners, tags) except the variation selectors of emoji.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
