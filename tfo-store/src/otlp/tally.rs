//! What is counted while a request is decoded: its records, the rejected ones with their reasons, and the memory
//! that its columns will take.

use tfo_sdk::Timestamp;

use super::{Acceptance, DecodeError, Rejected};

/// Records that one request may have. With [`MAX_BYTES`] it keeps a hostile request, two bytes a record, from
/// taking gigabytes.
pub(crate) const MAX_RECORDS: u32 = 500_000;

/// Bytes that a decoded request may take: eight times the largest body that is accepted by default.
pub(crate) const MAX_BYTES: usize = 512 << 20;

/// Bytes that a request may have on the wire. The text of a value is at most six times as long as the value
/// (control characters in the JSON of an array), so that no column comes to the 2^31 bytes that it can hold.
pub(crate) const MAX_WIRE_BYTES: usize = 256 << 20;

/// What a row takes before anything is in it: validity, offsets and numbers of its columns, about 120, of which
/// those that are null in every row cost nothing.
const ROW_BYTES: usize = 512;

/// What an attribute takes beside its text: its place on the wire, the offsets of key and value, its type.
const ATTRIBUTE_BYTES: usize = 64;

/// What an event, a link or an exemplar takes beside its text and attributes, on the wire and in columns.
pub(crate) const NESTED_BYTES: usize = 192;

/// What a number of a list takes, on the way and in its column.
pub(crate) const NUMBER_BYTES: usize = 24;

/// Bytes of a record on the wire, or of the text of a resource, that are many.
const LARGE: usize = 256 << 10;

/// How many different reasons are told.
const MAX_REASONS: usize = 3;

/// Why a record cannot be kept, naming the field.
pub(crate) type Reason = String;

/// Memory is asked for in steps of this size.
const STEP: usize = 256 << 10;

/// Whether there is memory for columns of this size, all in all: asked before it is taken.
pub(crate) type Room<'a> = &'a mut dyn FnMut(usize) -> bool;

/// The count.
pub(crate) struct Tally<'a> {
    pub(crate) acceptance: Acceptance,
    room: Room<'a>,
    granted: usize,
    /// Whether some was not granted.
    ran_out: bool,
    records: u32,
    bytes: usize,
    rejected: u64,
    reasons: Vec<(Reason, u64)>,
}

/// The time of a record, and what the sender said where that could not serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) timestamp: Timestamp,
    pub(crate) sent_timestamp: Option<Timestamp>,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(acceptance: Acceptance, room: Room<'a>) -> Self {
        Self {
            acceptance,
            room,
            granted: 0,
            ran_out: false,
            records: 0,
            bytes: 0,
            rejected: 0,
            reasons: Vec::new(),
        }
    }

    /// Whether decoding ended for want of memory.
    pub(crate) fn ran_out(&self) -> bool {
        self.ran_out
    }

    /// Counts a record, kept or not, whose columns take these bytes in text; gives its place.
    pub(crate) fn begin_record(&mut self, bytes: usize) -> Result<u32, DecodeError> {
        let row = self.records;
        if row == MAX_RECORDS {
            return Err(DecodeError(format!(
                "too many records in one request: more than {MAX_RECORDS}, the most there may be; send smaller batches"
            )));
        }
        self.records += 1;
        self.charge(ROW_BYTES.saturating_add(bytes))?;
        Ok(row)
    }

    /// Counts memory.
    pub(crate) fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_BYTES {
            let most = MAX_BYTES >> 20;
            return Err(DecodeError(format!(
                "the request takes more than {most} MiB when decoded; send smaller batches"
            )));
        }
        if self.bytes > self.granted {
            let wanted = self.bytes.saturating_add(STEP).min(MAX_BYTES);
            if !(self.room)(wanted) {
                self.ran_out = true;
                return Err(DecodeError("there is no memory for the request now".to_owned()));
            }
            self.granted = wanted;
        }
        Ok(())
    }

    /// Counts what the text of a large record's values will take, twice because it is written before it is copied into
    /// its column; gives what is counted now of what [`Tally::charge`] would be told when it is there. The JSON of an array
    /// may be six times as long as the array, so of large records that is found out first.
    pub(crate) fn charge_ahead(
        &mut self,
        record: &[u8],
        text_bytes: impl FnOnce() -> Result<usize, DecodeError>,
    ) -> Result<usize, DecodeError> {
        if record.len() <= LARGE {
            return Ok(0);
        }
        let bytes = text_bytes()?;
        self.charge(bytes.saturating_mul(2))?;
        Ok(bytes)
    }

    /// Counts text that stands beside records, such as that of a resource, if it is large: it is written once before it is
    /// part of any row.
    pub(crate) fn charge_large(&mut self, bytes: usize) -> Result<(), DecodeError> {
        if bytes > LARGE { self.charge(bytes.saturating_mul(2)) } else { Ok(()) }
    }

    /// Adds an attribute to a list of them, and counts what it will take.
    pub(crate) fn keep_attribute<'b>(
        &mut self,
        attributes: &mut Vec<&'b [u8]>,
        bytes: &'b [u8],
    ) -> Result<(), DecodeError> {
        self.charge(ATTRIBUTE_BYTES)?;
        attributes.push(bytes);
        Ok(())
    }

    /// Counts a record that is not kept.
    pub(crate) fn reject(&mut self, reason: Reason) {
        self.rejected += 1;
        if let Some((_, count)) = self.reasons.iter_mut().find(|(known, _)| *known == reason) {
            *count += 1;
        } else if self.reasons.len() < MAX_REASONS {
            self.reasons.push((reason, 1));
        }
    }

    /// The rejected records, for the answer.
    pub(crate) fn rejected(self) -> Rejected {
        let records = |count: u64| if count == 1 { "record" } else { "records" };
        let told: u64 = self.reasons.iter().map(|(_, count)| count).sum();
        let mut parts: Vec<String> = self
            .reasons
            .iter()
            .map(|(reason, count)| format!("{reason} ({count} {})", records(*count)))
            .collect();
        if told < self.rejected {
            let more = self.rejected - told;
            parts.push(format!("{more} more {} for other reasons", records(more)));
        }
        Rejected { count: self.rejected, reason: parts.join("; ") }
    }

    /// The time of a record: the first of these fields that was sent and is not 0, else when it was received.
    pub(crate) fn times(&self, fields: &[(&str, Option<u64>)]) -> Result<Times, Reason> {
        let sent = fields.iter().position(|(_, time)| time.is_some_and(|time| time != 0));
        let (name, timestamp) = match sent.and_then(|place| fields.get(place)) {
            Some((name, time)) => {
                (*name, time_or_reason(name, *time)?.unwrap_or(self.acceptance.received_at))
            }
            None => ("the time of receipt", self.acceptance.received_at),
        };
        let Acceptance { oldest, newest, .. } = self.acceptance;
        if timestamp < oldest {
            return Err(format!("{name}: older than is kept, which is from {oldest} on"));
        }
        if timestamp > newest {
            return Err(format!("{name}: in the future, later than {newest}"));
        }
        let sent_timestamp = (sent != Some(0)).then_some(Timestamp(0));
        Ok(Times { timestamp, sent_timestamp })
    }
}

/// A time on the wire as a time of ours.
pub(crate) fn time_or_reason(name: &str, time: Option<u64>) -> Result<Option<Timestamp>, Reason> {
    let Some(time) = time else { return Ok(None) };
    match i64::try_from(time) {
        Ok(time) => Ok(Some(Timestamp(time))),
        Err(_) => Err(format!("{name}: beyond 2^63-1 ns, the year 2262")),
    }
}

/// An id that must be there.
pub(crate) fn required_id<'a, const N: usize>(
    name: &str,
    id: Option<&'a [u8]>,
) -> Result<&'a [u8; N], Reason> {
    let id = id.unwrap_or_default();
    id.try_into().map_err(|_| format!("{name}: {} bytes, expected {N}", id.len()))
}

/// An id that may be left out, or empty.
pub(crate) fn optional_id<'a, const N: usize>(
    name: &str,
    id: Option<&'a [u8]>,
) -> Result<Option<&'a [u8; N]>, Reason> {
    match id {
        None | Some([]) => Ok(None),
        Some(_) => required_id(name, id).map(Some),
    }
}
