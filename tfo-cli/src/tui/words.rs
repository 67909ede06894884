//! Numbers and texts as people read them, and as a shell does.

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number in few digits.
pub(crate) fn short(number: f64) -> String {
    match number {
        number if number >= 1e6 => format!("{:.1}M", number / 1e6),
        number if number >= 1e3 => format!("{:.1}k", number / 1e3),
        number if number >= 10.0 => format!("{number:.0}"),
        number => format!("{number:.1}"),
    }
}

/// A text as a word of a shell. Control characters are written out: pasted as they are, they would edit the line, end it
/// or end the pasting, quotes or not.
pub(crate) fn shell_quoted(text: &str) -> String {
    if !text.chars().any(char::is_control) && crate::text::row(text) == text {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut out = "$'".to_owned();
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() || crate::text::row(c.encode_utf8(&mut [0; 4])) != c.to_string() => {
                out.push_str(&format!("\\U{:08x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_into_a_shell_is_one_harmless_word() {
        for (text, word) in [
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("x\u{15}rm\n", r"$'x\x15rm\x0a'"),
            ("\u{1b}[201~'\\", r"$'\x1b[201~\'\\'"),
            ("a\u{202e}b", r"$'a\U0000202eb'"),
        ] {
            assert_eq!(shell_quoted(text), word);
        }
    }

    #[test]
    fn numbers_are_grouped_and_shortened() {
        assert_eq!([grouped(7), grouped(1234), grouped(1_234_567)], ["7", "1,234", "1,234,567"]);
        assert_eq!([short(1.25), short(12.0), short(8200.0), short(3.1e6)], ["1.2", "12", "8.2k", "3.1M"]);
    }
}
