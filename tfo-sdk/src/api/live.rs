//! What a live tail sends: the text frames of `GET /live/{logs,spans,metrics}`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::RecordId;

/// A message of a live tail, one a text frame.
///
/// Records come in the order of their arrival, each with a higher id than the one before. Whoever connects again with
/// `after` set to the last id that a message named goes on just behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[schemars(rename = "{T}LiveMessage")]
pub enum LiveMessage<T> {
    /// Records that arrived, maybe none.
    Records {
        /// The records.
        items: Vec<T>,
        /// How far this tail has come: every record up to this id was sent, was reported as dropped, or did not match.
        /// It need not be the id of any record.
        last_id: RecordId,
    },
    /// The reader was too slow: these records matched, and were not sent.
    Dropped {
        /// How many.
        count: u64,
        /// The first of them.
        from: RecordId,
        /// The last of them.
        to: RecordId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::LogRecord;

    #[test]
    fn messages_are_told_apart_by_their_type() {
        let dropped = r#"{"type":"dropped","count":3,"from":"7.1","to":"9.0"}"#;
        let read: LiveMessage<LogRecord> = serde_json::from_str(dropped).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), dropped);
        let records = r#"{"type":"records","items":[{"id":"7.1","timestamp":"2026-11-25T09:16:23Z","body":5.0,"attributes":{"a":5,"a":null}}],"lastId":"9.4294967295"}"#;
        let read: LiveMessage<LogRecord> = serde_json::from_str(records).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), records);
    }
}
