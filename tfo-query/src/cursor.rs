//! Page tokens: where a page ended, of which snapshot, in which query.
//!
//! A token holds the whole range of its first page, so that `since=1h` means the same hour on every page; its
//! filter and order must be asked for again, and a token that was made for others is refused. Whatever text comes
//! in, reading it gives a cursor or an error.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use tfo_sdk::{RecordId, TimeRange, Timestamp};

use crate::error::QueryError;
use crate::request::{Order, Read};

const VERSION: u8 = 2;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The range of the query.
    pub(crate) range: TimeRange,
    /// Whether that is only the part that could be looked at in time: every page says so.
    pub(crate) is_part: bool,
    /// The last sequence that the first page saw.
    pub(crate) snapshot: u64,
    /// Time of the last item of the page; 0 in lists that are not by time.
    pub(crate) timestamp: Timestamp,
    /// What the list goes on behind, in its own form: the id of a record or of a trace, a name, a place.
    pub(crate) key: Vec<u8>,
}

/// The query that a token belongs to (which list, what filter, what order) and what the token says. It shows a slip;
/// it is no seal: a token opens nothing that its query does not.
fn fingerprint(list: &str, read: &Read, says: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    list.hash(&mut hasher);
    (read.order == Order::Desc).hash(&mut hasher);
    // A filter has no hash of its own (it holds doubles); what it prints tells any two apart.
    format!("{:?}", read.filter).hash(&mut hasher);
    says.hash(&mut hasher);
    hasher.finish()
}

impl Cursor {
    /// The token that continues the list.
    pub(crate) fn token(&self, list: &str, read: &Read) -> String {
        let mut says = Vec::new();
        says.extend(self.range.since.nanos().to_be_bytes());
        says.extend(self.range.until.nanos().to_be_bytes());
        says.push(u8::from(self.is_part));
        says.extend(self.snapshot.to_be_bytes());
        says.extend(self.timestamp.nanos().to_be_bytes());
        says.extend(&self.key);
        let made_for = fingerprint(list, read, &says).to_be_bytes();
        BASE64.encode([&[VERSION], &made_for[..], &says].concat())
    }

    /// The cursor of the query's token; `None` on the first page.
    pub(crate) fn of(list: &str, read: &Read) -> Result<Option<Self>, QueryError> {
        let Some(token) = &read.page_token else { return Ok(None) };
        if read.after.is_some() {
            return Err(QueryError::PageToken);
        }
        let bytes = BASE64.decode(token).map_err(|_| QueryError::PageToken)?;
        let mut rest = bytes.as_slice();
        let ([VERSION], made_for) = (take(&mut rest)?, u64::from_be_bytes(take(&mut rest)?)) else {
            return Err(QueryError::PageToken);
        };
        if made_for != fingerprint(list, read, rest) {
            return Err(QueryError::PageToken);
        }
        let range = TimeRange {
            since: Timestamp(i64::from_be_bytes(take(&mut rest)?)),
            until: Timestamp(i64::from_be_bytes(take(&mut rest)?)),
        };
        let [is_part @ (0 | 1)] = take(&mut rest)? else { return Err(QueryError::PageToken) };
        let snapshot = u64::from_be_bytes(take(&mut rest)?);
        let timestamp = Timestamp(i64::from_be_bytes(take(&mut rest)?));
        Ok(Some(Self { range, is_part: is_part != 0, snapshot, timestamp, key: rest.to_vec() }))
    }
}

/// The key of a record.
pub(crate) fn key_of_record(id: RecordId) -> Vec<u8> {
    [&id.sequence.to_be_bytes()[..], &id.row.to_be_bytes()[..]].concat()
}

/// The record of a key.
pub(crate) fn record_of_key(key: &[u8]) -> Result<RecordId, QueryError> {
    let mut rest = key;
    let id = RecordId {
        sequence: u64::from_be_bytes(take(&mut rest)?),
        row: u32::from_be_bytes(take(&mut rest)?),
    };
    if rest.is_empty() { Ok(id) } else { Err(QueryError::PageToken) }
}

/// The next bytes of a token.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], QueryError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(QueryError::PageToken)?;
    *rest = tail;
    Ok(*head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tfo_sdk::filter::Filter;

    use super::*;

    fn read(order: Order, page_token: Option<String>) -> Read {
        Read { range: TimeRange::ALL, filter: Filter::All(vec![]), order, limit: 10, page_token, after: None }
    }

    fn cursor() -> Cursor {
        Cursor {
            range: TimeRange { since: Timestamp(-5), until: Timestamp(i64::MAX) },
            is_part: true,
            snapshot: 7,
            timestamp: Timestamp(42),
            key: vec![1, 2, 3],
        }
    }

    #[test]
    fn a_token_is_read_back_by_the_query_that_made_it_and_by_no_other() {
        let token = cursor().token("logs", &read(Order::Desc, None));
        assert_eq!(Cursor::of("logs", &read(Order::Desc, Some(token.clone()))).unwrap(), Some(cursor()));
        for (list, order) in [("spans", Order::Desc), ("logs", Order::Asc)] {
            let answer = Cursor::of(list, &read(order, Some(token.clone())));
            assert!(matches!(answer, Err(QueryError::PageToken)), "{list}");
        }
    }

    proptest! {
        #[test]
        fn any_other_text_is_refused(text in ".{0,80}") {
            let answer = Cursor::of("logs", &read(Order::Desc, Some(text)));
            prop_assert!(matches!(answer, Err(QueryError::PageToken)));
        }

        #[test]
        fn a_cut_or_changed_token_is_refused(at in 0usize..70, byte in any::<u8>()) {
            let token = cursor().token("logs", &read(Order::Desc, None)).into_bytes();
            let at = at.min(token.len() - 1);
            let mut changed = token.clone();
            changed[at] = byte;
            prop_assume!(changed != token);
            for text in [&changed[..], &token[..at]] {
                let text = String::from_utf8_lossy(text).into_owned();
                let answer = Cursor::of("logs", &read(Order::Desc, Some(text)));
                prop_assert!(matches!(answer, Err(QueryError::PageToken)));
            }
        }
    }
}
