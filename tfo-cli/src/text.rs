//! Text from outside, made harmless, and measured as a terminal shows it.
//!
//! Telemetry is written by strangers: an escape sequence in a log body could clear the screen, rewrite what
//! was shown or swap the order of what is read. Everything that people read goes through here once. Nothing is
//! dropped: what would be invisible or would act on the terminal is written out.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// Marks on one base character that are shown; the rest of a pile is written out.
const MARKS: usize = 4;

/// A text for one row: harmless, and without line breaks (`⏎`).
pub(crate) fn row(text: &str) -> Cow<'_, str> {
    clean(text, false)
}

/// A text of several lines: harmless, line breaks kept.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    clean(text, true)
}

/// JSON that stays the same JSON, with everything invisible as `\u` escapes.
///
/// The characters in question stand only inside strings: outside of them JSON is visible ASCII and white space.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_invisible(c) || c == '\u{7f}') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_invisible(c) || c == '\u{7f}' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// So many of what is named: `1 line`, `2 lines`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The columns that a clean text takes.
pub(crate) fn width(text: &str) -> usize {
    pieces(text).map(|(_, width)| width).sum()
}

/// A clean text in at most this many columns; a text that is cut ends in `…`.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    let mut used = 0;
    // Where the text would be cut to leave a column for the dots.
    let mut fits = 0;
    for (end, width) in pieces(text) {
        used += width;
        if used > columns {
            let dots = if columns == 0 { "" } else { "…" };
            return Cow::Owned(format!("{}{dots}", &text[..fits]));
        }
        if used < columns {
            fits = end;
        }
    }
    Cow::Borrowed(text)
}

/// Base characters with the marks on them: where each piece ends, and its columns.
fn pieces(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, base) = chars.next()?;
        let mut end = start + base.len_utf8();
        let mut width = base.width().unwrap_or(0);
        while let Some((at, mark)) = chars.next_if(|(_, c)| c.width() == Some(0)) {
            end = at + mark.len_utf8();
            // Emoji presentation: terminals that know it take two columns.
            width = if mark == '\u{fe0f}' { 2 } else { width };
        }
        Some((end, width))
    })
}

fn clean(text: &str, keep_lines: bool) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || is_invisible(c) || is_mark(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' if keep_lines => out.push('\n'),
            '\n' => out.push('⏎'),
            '\t' => out.push(' '),
            '\u{7f}' => out.push('␡'),
            // The pictures of the control characters, in their order.
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            c if marks > MARKS => push_code(&mut out, c),
            c => push_visible(&mut out, c),
        }
    }
    Cow::Owned(out)
}

fn push_visible(out: &mut String, c: char) {
    if is_invisible(c) { push_code(out, c) } else { out.push(c) }
}

fn push_code(out: &mut String, c: char) {
    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
}

/// Takes no column: accents and the like, which pile up on the character before.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}

/// Beyond ASCII, what acts on the terminal or on the order of reading, or shows nothing at all: C1 controls, line
/// separators, interlinear marks, and Unicode's default-ignorable characters (bidi controls, zero-width spaces
/// and joiners, tags) except the variation selectors of emoji.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_what_would_act_on_the_terminal() {
        for (hostile, shown) in [
            ("plain text", "plain text"),
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "␛[2J␛]0;title␇"),
            ("first\nsecond\r\nthird\rover", "first⏎second⏎third␍over"),
            ("\tat Main.java\0\u{7f}", " at Main.java␀␡"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("admin\u{202e}gpj.exe\u{2066}", "admin\\u{202e}gpj.exe\\u{2066}"),
            ("zero\u{200b}width\u{feff}\u{200d}", "zero\\u{200b}width\\u{feff}\\u{200d}"),
            ("tags \u{e0041}", "tags \\u{e0041}"),
            ("naïve 日本 ❤️ e\u{301}", "naïve 日本 ❤️ e\u{301}"),
        ] {
            assert_eq!(row(hostile), shown);
        }
        assert_eq!(lines("a\nb\u{1b}"), "a\nb␛");
    }

    #[test]
    fn a_pile_of_marks_does_not_cover_other_rows() {
        let pile = format!("e{}", "\u{301}".repeat(6));
        assert_eq!(row(&pile), "e\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn nothing_hostile_passes_in_any_form() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            let shown = row(&text);
            assert!(!shown.chars().any(|c| c.is_control() || is_invisible(c)), "{:x}", u32::from(c));
            let document = serde_json::to_string(&text).unwrap();
            let escaped = json(&document);
            assert!(!escaped.chars().any(|c| c.is_control() || is_invisible(c)), "{:x}", u32::from(c));
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "line")), ["0 lines", "1 line", "2 lines"]);
    }

    #[test]
    fn width_is_counted_and_cut_in_columns() {
        assert_eq!(width("日本"), 4);
        assert_eq!(width("e\u{301}x"), 2);
        assert_eq!(cut("checkout", 8), "checkout");
        assert_eq!(cut("checkout", 7), "checko…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
    }
}
