//! The body of the fuzz target `cursor`.

use tfo_sdk::filter::Filter;
use tfo_sdk::{TimeRange, Timestamp};

use crate::cursor::{Cursor, key_of_record, record_of_key};
use crate::error::QueryError;
use crate::request::{Order, Read};

const LISTS: [&str; 4] = ["logs", "spans", "traces", "metrics"];

fn read(order: Order, page_token: Option<String>) -> Read {
    Read { range: TimeRange::ALL, filter: Filter::All(vec![]), order, limit: 10, page_token, after: None }
}

/// Any text is a token of its query or refused; a cursor of any content comes back from its token, and from no other
/// text.
pub(crate) fn cursor(data: &[u8]) {
    let Some((&choice, rest)) = data.split_first() else { return };
    let list = LISTS[usize::from(choice) % LISTS.len()];
    let order = if choice & 4 == 0 { Order::Desc } else { Order::Asc };
    if let Ok(text) = std::str::from_utf8(rest)
        && let Some(read_back) = of(list, order, text)
    {
        assert_eq!(read_back.token(list, &read(order, None)), text, "another text for the same cursor");
    }
    let Some((numbers, key)) = rest.split_first_chunk::<32>() else { return };
    let number = |at: usize| numbers[at..at + 8].iter().fold(0, |sum, byte| sum << 8 | i64::from(*byte));
    let made = Cursor {
        range: TimeRange { since: Timestamp(number(0)), until: Timestamp(number(8)) },
        is_part: choice & 8 != 0,
        snapshot: number(16) as u64,
        timestamp: Timestamp(number(24)),
        key: key.to_vec(),
    };
    if let Ok(id) = record_of_key(&made.key) {
        assert_eq!(key_of_record(id), made.key);
    }
    let token = made.token(list, &read(order, None));
    assert_eq!(of(list, order, &token).as_ref(), Some(&made));
    let other = if order == Order::Desc { Order::Asc } else { Order::Desc };
    assert_eq!(of(list, other, &token), None, "a token of another order");
    for end in [0, 1, token.len() / 2, token.len() - 1] {
        assert_eq!(of(list, order, &token[..end]), None, "a token that was cut");
    }
}

fn of(list: &str, order: Order, token: &str) -> Option<Cursor> {
    match Cursor::of(list, &read(order, Some(token.to_owned()))) {
        Ok(cursor) => Some(cursor.unwrap()),
        Err(QueryError::PageToken) => None,
        Err(other) => panic!("{other}"),
    }
}
