//! What log records say: sentences of programs, with words of a vocabulary and with slots for what is never twice
//! the same. Telemetry that repeats itself would compress to nothing and flatter every store.

use super::fill::{Fill, word};
use super::piece::Piece;
use super::random::Random;

/// How many words there are; the first are the common ones.
const VOCABULARY: u64 = 20_000;

/// `<w>` is a word, `<d3>` three digits, `<h8>` eight hexadecimal ones, `<u>` a user, `<r>` a word that is rare.
const QUIET: [&str; 14] = [
    "GET /api/<w>/<d6> 200 in <d3> ms",
    "POST /api/<w> 201 in <d3> ms, <d4> bytes",
    "request <h16> of user-<u> took <d3>.<d2> ms",
    "cache hit for <w>:<d8>, age <d3> s",
    "cache miss for <w>:<d8>, loading <w> from <w>",
    "order <d8> placed by user-<u>: <d2> items, <d3>.<d2> EUR",
    "payment <h12> authorised with <w>, reference <d8>",
    "published <w>.<w> to partition <d2> at offset <d8>",
    "SELECT from <w> returned <d4> rows in <d2>.<d3> ms",
    "session <h16> of user-<u> renewed for <d4> s",
    "job <w>-<w> finished: <d6> <w> in <d2> s",
    "reconciled <w>/<w>-<h8> at generation <d4>",
    "user-<u> changed <w> from <w> to <w> because <r>",
    "<w> <w> <w> with <r> and <d4> <w>",
];

const LOUD: [&str; 8] = [
    "connection to <w>:<d4> timed out after <d4> ms, attempt <d1>",
    "payment <h12> of user-<u> refused: <w> says <w> <w>",
    "cannot read <w>/<w>-<h8>.json: no such <w> <r>",
    "deadlock on <w> while updating order <d8>, retrying",
    "<w> exceeded its budget of <d3> ms by <d3> ms calling <w>",
    "queue <w> is <d2> percent full, <d6> messages wait",
    "invalid <w> in request <h16>: expected <w>, got <r>",
    "circuit of <w> opened after <d2> failures in <d2> s",
];

/// A sentence for a log record.
pub(super) fn sentence(is_loud: bool, random: &mut Random) -> Piece {
    let pattern = if is_loud { random.pick(&LOUD) } else { random.pick(&QUIET) };
    let mut text = Piece::default();
    let mut rest = *pattern;
    while let Some((before, (placeholder, after))) =
        rest.split_once('<').and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    {
        text.push(before);
        let width = placeholder.get(1..).and_then(|digits| digits.parse().ok()).unwrap_or(1);
        match placeholder.as_bytes().first() {
            Some(b'd') => text.slot(Fill::Digits(width)),
            Some(b'h') => text.slot(Fill::Hex(width)),
            Some(b'u') => text.slot(Fill::Value),
            Some(b'r') => text.slot(Fill::Word),
            _ => text.push(&common_word(random)),
        }
        rest = after;
    }
    text.push(rest);
    text
}

/// Words for so many bytes, with a blank before each.
pub(super) fn filler(bytes: usize, random: &mut Random) -> String {
    let mut text = String::with_capacity(bytes + 12);
    while text.len() < bytes {
        text.push(' ');
        text.push_str(&common_word(random));
    }
    text.truncate(bytes);
    text
}

/// A word as they occur in a language: few are common, most are seldom.
pub(super) fn common_word(random: &mut Random) -> String {
    let rank = random.skewed(VOCABULARY);
    // The same word for the same rank, in every run.
    let mut own = Random::new(rank, &[4]);
    let mut letters = [0; 8];
    word(own.below(100_000_000), &mut letters);
    let length = 3 + own.below(6) as usize;
    String::from_utf8_lossy(&letters[..length]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_no_placeholder_left_and_vary() {
        let mut random = Random::new(1, &[]);
        let mut texts = std::collections::BTreeSet::new();
        for round in 0..500 {
            let sentence = sentence(round % 2 == 0, &mut random);
            let text = String::from_utf8(sentence.bytes).unwrap();
            assert!(!text.contains(['<', '>']), "{text}");
            assert!(!sentence.slots.is_empty(), "{text}");
            texts.insert(text);
        }
        assert!(texts.len() > 300, "{}", texts.len());
    }

    #[test]
    fn filler_has_exactly_the_bytes_asked_for() {
        let mut random = Random::new(1, &[]);
        for bytes in [0, 1, 7, 500] {
            assert_eq!(filler(bytes, &mut random).len(), bytes);
        }
    }
}
