//! The log records that are loaded: a window into the log that grows at both ends and is bounded in memory.
//!
//! Records stand by time, and by id where times are the same; putting in one that is there already changes nothing, so
//! that pages and the live tail may overlap as they like. What is dropped from one end to make room is loaded again when
//! one scrolls there.

use std::collections::VecDeque;

use tfo_sdk::api::LogRecord;
use tfo_sdk::{RecordId, Timestamp};

use crate::tui::weight;

/// Bytes that the records may take, approximately.
const MOST_BYTES: usize = 64 << 20;
/// Records.
const MOST_ROWS: usize = 200_000;

/// Where a record stands.
pub(crate) type Place = (Timestamp, RecordId);

/// Whether there are more records beyond an end of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// There may be.
    #[default]
    More,
    /// They are asked for.
    Loading,
    /// There are none: this is the start of the log, or the tail.
    Reached,
}

/// An end of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Towards the past.
    Older,
    /// Towards now.
    Newer,
}

/// A window into the log.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    rows: VecDeque<(LogRecord, usize)>,
    bytes: usize,
    /// Beyond the first record.
    pub(crate) older: End,
    /// Beyond the last record.
    pub(crate) newer: End,
    /// How many it may have at most, in a test.
    #[cfg(test)]
    pub(crate) most: Option<usize>,
}

impl Lines {
    /// How many records are loaded.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Approximately the bytes that they take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// A record by its index.
    pub(crate) fn get(&self, index: usize) -> Option<&LogRecord> {
        self.rows.get(index).map(|(record, _)| record)
    }

    /// All of them, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &LogRecord> {
        self.rows.iter().map(|(record, _)| record)
    }

    /// The first one's place.
    pub(crate) fn first(&self) -> Option<Place> {
        self.get(0).map(place)
    }

    /// The last one's place.
    pub(crate) fn last(&self) -> Option<Place> {
        self.rows.back().map(|(record, _)| place(record))
    }

    /// The index of the record that stands there, or where it would stand.
    pub(crate) fn index_of(&self, at: Place) -> Result<usize, usize> {
        self.rows.binary_search_by(|(record, _)| place(record).cmp(&at))
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.bytes = 0;
        self.older = End::More;
        self.newer = End::More;
    }

    /// Puts in what has arrived. What lies beyond an end where there are more is left out: it comes with them.
    pub(crate) fn insert(&mut self, mut records: Vec<LogRecord>) {
        if let (Some(first), Some(last)) = (self.first(), self.last()) {
            records.retain(|record| {
                let at = place(record);
                (at >= first || self.older == End::Reached) && (at <= last || self.newer == End::Reached)
            });
        }
        self.extend(records);
    }

    /// Puts in a page that adjoins an end, whatever lies beyond it.
    pub(crate) fn extend(&mut self, mut records: Vec<LogRecord>) {
        records.sort_by_key(place);
        let Some(first) = records.first().map(place) else { return };
        // All behind the first of them is merged in one pass: records that come a little late would otherwise move
        // thousands of others, each.
        let at = self.index_of(first).unwrap_or_else(|at| at);
        let mut behind = self.rows.split_off(at).into_iter().peekable();
        for record in records {
            let here = place(&record);
            while let Some(row) = behind.next_if(|(row, _)| place(row) < here) {
                self.rows.push_back(row);
            }
            let is_there = behind.peek().is_some_and(|(row, _)| place(row) == here)
                || self.rows.back().is_some_and(|(row, _)| place(row) == here);
            if !is_there {
                let bytes = weight::of_log(&record);
                self.bytes += bytes;
                self.rows.push_back((record, bytes));
            }
        }
        self.rows.extend(behind);
    }

    /// Drops records at one end until they fit, but none that is to stay. Gives how many.
    pub(crate) fn fit(&mut self, side: Side, stays: Option<Place>) -> usize {
        #[cfg(test)]
        let rows = self.most.unwrap_or(MOST_ROWS);
        #[cfg(not(test))]
        let rows = MOST_ROWS;
        self.fit_into(rows, MOST_BYTES, side, stays)
    }

    fn fit_into(&mut self, rows: usize, bytes: usize, side: Side, stays: Option<Place>) -> usize {
        let mut dropped = 0;
        while self.rows.len() > 1 && (self.rows.len() > rows || self.bytes > bytes) {
            let end = match side {
                Side::Older => self.rows.front(),
                Side::Newer => self.rows.back(),
            };
            if end.is_some_and(|(record, _)| Some(place(record)) == stays) {
                break;
            }
            let gone = match side {
                Side::Older => self.rows.pop_front(),
                Side::Newer => self.rows.pop_back(),
            };
            let Some((_, bytes)) = gone else { break };
            self.bytes -= bytes;
            dropped += 1;
        }
        if dropped > 0 {
            match side {
                Side::Older => self.older = End::More,
                Side::Newer => self.newer = End::More,
            }
        }
        dropped
    }
}

/// Where a record stands.
pub(crate) fn place(record: &LogRecord) -> Place {
    (record.timestamp, record.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(second: i64, row: u32) -> LogRecord {
        let json = format!(
            r#"{{"id":"7.{row}","timestamp":"{}","body":"line {row}","attributes":{{}}}}"#,
            Timestamp(second * 1_000_000_000)
        );
        serde_json::from_str(&json).unwrap()
    }

    fn rows(lines: &Lines) -> Vec<u32> {
        lines.iter().map(|record| record.id.row).collect()
    }

    #[test]
    fn records_stand_by_time_and_none_stands_twice() {
        let mut lines = Lines::default();
        lines.extend(vec![record(5, 1), record(5, 0), record(9, 2)]);
        lines.extend(vec![record(5, 1), record(7, 3), record(7, 3)]);
        assert_eq!(rows(&lines), [0, 1, 3, 2]);
        let bytes = lines.bytes();
        lines.extend(vec![record(9, 2), record(5, 0)]);
        assert_eq!((rows(&lines), lines.bytes()), (vec![0, 1, 3, 2], bytes));
    }

    #[test]
    fn what_lies_beyond_an_end_comes_with_its_page() {
        let mut lines = Lines::default();
        lines.extend(vec![record(5, 0), record(9, 1)]);
        lines.insert(vec![record(3, 2), record(10, 3), record(7, 4)]);
        assert_eq!(rows(&lines), [0, 4, 1]);
        lines.newer = End::Reached;
        lines.insert(vec![record(3, 2), record(10, 3)]);
        assert_eq!(rows(&lines), [0, 4, 1, 3]);
    }

    #[test]
    fn any_order_of_arrival_gives_the_same_list() {
        let all: Vec<LogRecord> = (0..200u32).map(|row| record(i64::from(row * 7919 % 50), row)).collect();
        let mut whole = Lines::default();
        whole.extend(all.clone());
        for size in [1, 3, 50] {
            let mut lines = Lines::default();
            for batch in all.chunks(size) {
                lines.extend(batch.to_vec());
                lines.extend(batch.to_vec());
            }
            assert_eq!((rows(&lines), lines.bytes()), (rows(&whole), whole.bytes()));
        }
    }

    #[test]
    fn a_window_that_is_full_loses_its_far_end() {
        let mut lines = Lines::default();
        lines.extend((0..10u32).map(|row| record(i64::from(row), row)).collect());
        lines.older = End::Reached;
        lines.newer = End::Reached;
        assert_eq!(lines.fit_into(6, usize::MAX, Side::Older, None), 4);
        assert_eq!((lines.older, lines.newer), (End::More, End::Reached));
        assert_eq!(rows(&lines), [4, 5, 6, 7, 8, 9]);
        let stays = Some(place(&record(8, 8)));
        assert_eq!(lines.fit_into(1, usize::MAX, Side::Newer, stays), 1);
        assert_eq!(rows(&lines), [4, 5, 6, 7, 8]);
        let each = lines.bytes() / 5;
        lines.fit_into(100, each * 2, Side::Older, None);
        assert_eq!(rows(&lines), [7, 8]);
        lines.clear();
        assert_eq!(lines.bytes(), 0);
    }
}
