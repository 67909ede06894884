//! Similar lines, grouped: Drain (He et al., ICWS 2017) over masked tokens, one tree a service.
//!
//! What is surely a variable (a number, an id, an address, a time) is masked before the tree sees it, so that lines that
//! differ in nothing else are one pattern at once; where other words differ, the pattern gets a hole. The work is one
//! pass, bounded in lines, tokens and patterns.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use tfo_sdk::Timestamp;
use tfo_sdk::api::LogRecord;
use tfo_sdk::value::AnyValue;

/// Tokens of a line that are looked at.
const TOKENS: usize = 64;
/// Bytes of a line that are looked at.
const BYTES: usize = 1024;
/// Share of equal tokens from which on two lines are of one pattern.
const SIMILAR: f64 = 0.5;
/// Patterns that are told apart; what comes after is counted with the last.
const MOST: usize = 1024;
/// Those of one service, length and first word.
const MOST_IN_LEAF: usize = 100;
/// Lines that are looked at, the newest ones.
pub(super) const LINES: usize = 50_000;
/// Lines that are looked at in one go.
pub(super) const SLICE: usize = 1000;
/// Values of a sparkline.
const STEPS: usize = 24;
/// What stands for a part that varies.
pub(crate) const HOLE: &str = "<*>";

/// A group of similar lines.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LinePattern {
    /// Whose lines.
    pub(crate) service: Option<String>,
    /// The words that they have alike, with holes.
    pub(crate) tokens: Vec<String>,
    /// How many there are.
    pub(crate) count: u64,
    /// How many of them are errors.
    pub(crate) errors: u64,
    /// The highest severity number among them.
    pub(crate) severity: Option<i32>,
    /// When they were first and last seen.
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    /// How many there were over time.
    pub(crate) steps: Vec<u64>,
}

impl LinePattern {
    /// Its text with holes.
    pub(crate) fn text(&self) -> String {
        self.tokens.join(" ")
    }

    /// A filter that its lines pass: its service, and a regular expression of its words.
    pub(crate) fn filter(&self) -> String {
        let service = match &self.service {
            Some(service) => format!("service={} ", crate::tui::filter_bar::quoted(service)),
            None => String::new(),
        };
        let words: Vec<String> = self.tokens.iter().map(|token| expression(token)).collect();
        format!("{service}body~/^\\s*{}/", words.join("\\s+").replace('/', "\\/"))
    }
}

/// A token as a regular expression: what is masked in it is anything but blanks.
fn expression(token: &str) -> String {
    token.split(HOLE).map(regex::escape).collect::<Vec<_>>().join("\\S+")
}

static MASK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // In this order: what is longer and surer first.
    let parts = [
        // UUIDs, long hex numbers.
        r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",
        r"\b0x[0-9a-fA-F]+\b",
        r"\b[0-9a-fA-F]*[0-9][0-9a-fA-F]*[a-fA-F][0-9a-fA-F]{6,}\b",
        // Times, addresses, e-mail.
        r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
        r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        // Numbers with and without a unit.
        r"[-+]?\d+(?:[.,:]\d+)*(?:[eE][-+]?\d+)?(?:%|[a-zA-Zµ]{1,3}\b)?",
        // What stands in quotes.
        r#""[^"]*""#,
        r"'[^']*'",
    ];
    Regex::new(&parts.join("|")).ok()
});

/// The masked tokens of a line.
fn tokens(line: &str) -> Vec<String> {
    let end = (0..=line.len().min(BYTES)).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    let masked = match &*MASK {
        Some(mask) => mask.replace_all(&line[..end], HOLE),
        None => line[..end].into(),
    };
    masked.split_whitespace().take(TOKENS).map(str::to_owned).collect()
}

/// Finds patterns a slice of lines at a time, so that nobody waits for a long log.
#[derive(Debug, Default)]
pub(super) struct Miner {
    found: Vec<LinePattern>,
    /// By service, number of tokens and first token: the patterns there.
    tree: HashMap<(Option<String>, usize, String), Vec<usize>>,
    /// Lines that are the same after masking need no walk.
    known: HashMap<(Option<String>, String), usize>,
    /// The times that the lines lie between.
    from: Timestamp,
    span: i64,
    /// How many lines were looked at.
    lines: usize,
}

impl Miner {
    /// A miner of lines between these times.
    pub(super) fn new(from: Timestamp, to: Timestamp) -> Self {
        Self { from, span: to.0.saturating_sub(from.0).max(1), ..Self::default() }
    }

    /// How many lines were looked at.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// The patterns so far, the most frequent first.
    pub(super) fn patterns(&self) -> Vec<LinePattern> {
        let mut patterns = self.found.clone();
        patterns.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.tokens.cmp(&b.tokens)));
        patterns
    }

    /// Looks at a line.
    pub(super) fn add(&mut self, record: &LogRecord) {
        self.lines += 1;
        let line = match (&record.event_name, &record.body) {
            (_, Some(AnyValue::String(text))) if !text.is_empty() => text.clone(),
            (Some(event), _) => event.clone(),
            (None, Some(body)) => body.to_string(),
            (None, None) => String::new(),
        };
        let tokens = tokens(&line);
        let key = (record.service_name.clone(), tokens.join(" "));
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None => {
                let index = self.walk(record, tokens);
                self.known.insert(key, index);
                index
            }
        };
        let pattern = &mut self.found[index];
        pattern.count += 1;
        pattern.errors += u64::from(record.severity_number.is_some_and(|number| number >= 17));
        pattern.severity = pattern.severity.max(record.severity_number);
        pattern.first = pattern.first.min(record.timestamp);
        pattern.last = pattern.last.max(record.timestamp);
        let share = record.timestamp.0.saturating_sub(self.from.0) as f64 / self.span as f64;
        let step = ((share * STEPS as f64) as usize).min(STEPS - 1);
        pattern.steps[step] += 1;
    }

    /// The pattern of a line that was not seen before: the most similar one there is, or a new one.
    fn walk(&mut self, record: &LogRecord, tokens: Vec<String>) -> usize {
        let first = tokens.first().filter(|token| !token.contains(HOLE)).cloned().unwrap_or_default();
        let leaf = self.tree.entry((record.service_name.clone(), tokens.len(), first)).or_default();
        let best = leaf
            .iter()
            .map(|index| (similarity(&self.found[*index].tokens, &tokens), *index))
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((_, index)) => {
                merge(&mut self.found[index].tokens, &tokens);
                index
            }
            None if self.found.len() >= MOST || leaf.len() >= MOST_IN_LEAF => {
                leaf.last().copied().unwrap_or(self.found.len().saturating_sub(1))
            }
            None => {
                self.found.push(LinePattern {
                    service: record.service_name.clone(),
                    tokens,
                    count: 0,
                    errors: 0,
                    severity: None,
                    first: record.timestamp,
                    last: record.timestamp,
                    steps: vec![0; STEPS],
                });
                leaf.push(self.found.len() - 1);
                self.found.len() - 1
            }
        }
    }
}

/// The share of tokens that are equal, or holes.
fn similarity(pattern: &[String], tokens: &[String]) -> f64 {
    let equal = pattern.iter().zip(tokens).filter(|(a, b)| a == b || a.as_str() == HOLE).count();
    equal as f64 / tokens.len().max(1) as f64
}

fn merge(pattern: &mut [String], tokens: &[String]) {
    for (known, token) in pattern.iter_mut().zip(tokens) {
        if known != token {
            HOLE.clone_into(known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(body: &str, second: i64) -> LogRecord {
        let body = serde_json::to_string(body).unwrap();
        let json = format!(
            r#"{{"id":"7.{second}","timestamp":"{}","severityNumber":17,"serviceName":"pay","body":{body},"attributes":{{}}}}"#,
            Timestamp(second * 1_000_000_000)
        );
        serde_json::from_str(&json).unwrap()
    }

    fn mined(records: &[LogRecord]) -> Vec<LinePattern> {
        let mut miner = Miner::new(records[0].timestamp, records[records.len() - 1].timestamp);
        records.iter().for_each(|record| miner.add(record));
        miner.patterns()
    }

    fn found(bodies: &[&str]) -> Vec<(u64, String)> {
        let records: Vec<LogRecord> = (0..).zip(bodies).map(|(second, body)| record(body, second)).collect();
        mined(&records).into_iter().map(|pattern| (pattern.count, pattern.text())).collect()
    }

    #[test]
    fn lines_that_differ_in_variables_are_one_pattern() {
        let found = found(&[
            "payment declined code=51 order=8842",
            "payment declined code=5 order=12",
            "connected to 10.0.0.1:5432 in 12ms",
            "connected to 10.0.0.7:5432 in 1.5ms",
            "user alice logged in",
            "user bob logged in",
            "started",
        ]);
        assert_eq!(
            found,
            [
                (2, "connected to <*> in <*>".to_owned()),
                (2, "payment declined code=<*> order=<*>".to_owned()),
                (2, "user <*> logged in".to_owned()),
                (1, "started".to_owned()),
            ]
        );
    }

    #[test]
    fn the_filter_of_a_pattern_finds_its_lines_and_no_others() {
        let lines = ["GET /a/b?x=(1) took 12ms", "GET /a/b?x=(2) took 7ms", "POST /a took 12ms"];
        let records: Vec<LogRecord> = (0..).zip(lines).map(|(second, body)| record(body, second)).collect();
        let pattern = mined(&records).into_iter().find(|pattern| pattern.count == 2).unwrap();
        let filter = tfo_sdk::filter::parse(&pattern.filter()).unwrap();
        let passed: Vec<bool> = records.iter().map(|record| filter.matches(record)).collect();
        assert_eq!(passed, [true, true, false], "{}", pattern.filter());
    }

    #[test]
    fn hostile_lines_are_bounded() {
        let long = "x ".repeat(100_000);
        let blank = " ".repeat(5000);
        let found = found(&[&long, &blank, "", "é".repeat(2000).as_str()]);
        assert!(found.iter().all(|(_, text)| text.len() <= BYTES + TOKENS * 4));
    }
}
