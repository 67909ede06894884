//! `Span` on the wire, with its events, links and status, and what makes one acceptable.

use std::ops::Range;

use tfo_sdk::Timestamp;

use super::DecodeError;
use super::tally::{NESTED_BYTES, Reason, Tally, Times, optional_id, required_id, time_or_reason};
use super::value::measure;
use super::walk::Records;
use super::wire::{Fields, Merged};
use crate::columns::SpanColumns;
use crate::otlp::origin::Origin;

/// A span as it stands on the wire; `None` is a field that was not sent.
#[derive(Default)]
pub(crate) struct SpanRef<'a> {
    trace_id: Option<&'a [u8]>,
    span_id: Option<&'a [u8]>,
    parent_span_id: Option<&'a [u8]>,
    pub(crate) trace_state: Option<&'a str>,
    pub(crate) flags: Option<u32>,
    pub(crate) name: Option<&'a str>,
    pub(crate) kind: Option<i32>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    pub(crate) attributes: Vec<&'a [u8]>,
    pub(crate) dropped_attributes_count: Option<u32>,
    pub(crate) events: Vec<EventRef<'a>>,
    pub(crate) dropped_events_count: Option<u32>,
    pub(crate) links: Vec<LinkRef<'a>>,
    pub(crate) dropped_links_count: Option<u32>,
    pub(crate) status: Option<StatusRef<'a>>,
    /// Attributes of all events and links; each knows its range.
    nested_attributes: Vec<&'a [u8]>,
}

/// An event of a span.
#[derive(Default)]
pub(crate) struct EventRef<'a> {
    pub(crate) time: Option<u64>,
    pub(crate) name: Option<&'a str>,
    /// Asked for with [`SpanRef::nested`].
    pub(crate) attributes: Range<usize>,
    pub(crate) dropped_attributes_count: Option<u32>,
}

/// A link of a span.
#[derive(Default)]
pub(crate) struct LinkRef<'a> {
    pub(crate) trace_id: &'a [u8],
    pub(crate) span_id: &'a [u8],
    pub(crate) trace_state: Option<&'a str>,
    /// Asked for with [`SpanRef::nested`].
    pub(crate) attributes: Range<usize>,
    pub(crate) dropped_attributes_count: Option<u32>,
    pub(crate) flags: Option<u32>,
}

/// The status of a span.
#[derive(Default)]
pub(crate) struct StatusRef<'a> {
    pub(crate) message: Option<&'a str>,
    pub(crate) code: Option<i32>,
}

/// What of a span had to be checked.
pub(crate) struct ValidSpan<'a> {
    pub(crate) times: Times,
    pub(crate) end_timestamp: Option<Timestamp>,
    pub(crate) duration_ns: Option<i64>,
    pub(crate) trace_id: &'a [u8; 16],
    pub(crate) span_id: &'a [u8; 8],
    pub(crate) parent_span_id: Option<&'a [u8; 8]>,
}

impl<'a> SpanRef<'a> {
    /// Reads the next span into this one, whose room is used again.
    fn read(&mut self, bytes: &'a [u8], tally: &mut Tally) -> Result<(), DecodeError> {
        let Self { mut attributes, mut events, mut links, mut nested_attributes, .. } = std::mem::take(self);
        attributes.clear();
        events.clear();
        links.clear();
        nested_attributes.clear();
        *self = Self { attributes, events, links, nested_attributes, ..Self::default() };
        let mut status: Option<Merged<'a>> = None;
        let mut fields = Fields::new("Span", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => self.trace_id = Some(field.bytes("trace_id")?),
                2 => self.span_id = Some(field.bytes("span_id")?),
                3 => self.trace_state = Some(field.string("trace_state")?),
                4 => self.parent_span_id = Some(field.bytes("parent_span_id")?),
                5 => self.name = Some(field.string("name")?),
                6 => self.kind = Some(field.int32("kind")?),
                7 => self.start_time = Some(field.fixed64("start_time_unix_nano")?),
                8 => self.end_time = Some(field.fixed64("end_time_unix_nano")?),
                9 => tally.keep_attribute(&mut self.attributes, field.bytes("attributes")?)?,
                10 => self.dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                11 => {
                    tally.charge(NESTED_BYTES)?;
                    let bytes = field.bytes("events")?;
                    self.events.push(EventRef::parse(bytes, &mut self.nested_attributes, tally)?);
                }
                12 => self.dropped_events_count = Some(field.uint32("dropped_events_count")?),
                13 => {
                    tally.charge(NESTED_BYTES)?;
                    let bytes = field.bytes("links")?;
                    self.links.push(LinkRef::parse(bytes, &mut self.nested_attributes, tally)?);
                }
                14 => self.dropped_links_count = Some(field.uint32("dropped_links_count")?),
                15 => field.merge_into("status", &mut status)?,
                16 => self.flags = Some(field.fixed32("flags")?),
                _ => {}
            }
        }
        self.status = status.map(|status| StatusRef::parse(&status)).transpose()?;
        Ok(())
    }

    /// The attributes of one of its events or links.
    pub(crate) fn nested(&self, attributes: &Range<usize>) -> &[&'a [u8]] {
        self.nested_attributes.get(attributes.clone()).unwrap_or_default()
    }

    /// What all its attributes take as text.
    fn text_bytes(&self) -> Result<usize, DecodeError> {
        Ok(measure(&self.attributes)?.saturating_add(measure(&self.nested_attributes)?))
    }

    fn validate(&self, tally: &Tally) -> Result<ValidSpan<'a>, Reason> {
        let times = [("start_time_unix_nano", self.start_time), ("end_time_unix_nano", self.end_time)];
        let end_timestamp = time_or_reason("end_time_unix_nano", self.end_time)?;
        let start_timestamp = time_or_reason("start_time_unix_nano", self.start_time)?;
        for event in &self.events {
            time_or_reason("events.time_unix_nano", event.time)?;
        }
        for link in &self.links {
            required_id::<16>("links.trace_id", Some(link.trace_id))?;
            required_id::<8>("links.span_id", Some(link.span_id))?;
        }
        Ok(ValidSpan {
            times: tally.times(&times)?,
            end_timestamp,
            duration_ns: duration(start_timestamp, end_timestamp),
            trace_id: not_all_zero("trace_id", required_id("trace_id", self.trace_id)?)?,
            span_id: not_all_zero("span_id", required_id("span_id", self.span_id)?)?,
            parent_span_id: optional_id("parent_span_id", self.parent_span_id)?,
        })
    }
}

fn duration(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<i64> {
    match (start, end) {
        (Some(Timestamp(start @ 1..)), Some(Timestamp(end @ 1..))) => Some(end - start),
        _ => None,
    }
}

fn not_all_zero<'a, const N: usize>(name: &str, id: &'a [u8; N]) -> Result<&'a [u8; N], Reason> {
    if id.iter().all(|byte| *byte == 0) {
        return Err(format!("{name}: all zero, which is no id"));
    }
    Ok(id)
}

impl<'a> EventRef<'a> {
    fn parse(
        bytes: &'a [u8],
        attributes: &mut Vec<&'a [u8]>,
        tally: &mut Tally,
    ) -> Result<Self, DecodeError> {
        let first = attributes.len();
        let mut event = Self::default();
        let mut fields = Fields::new("Span.Event", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => event.time = Some(field.fixed64("time_unix_nano")?),
                2 => event.name = Some(field.string("name")?),
                3 => tally.keep_attribute(attributes, field.bytes("attributes")?)?,
                4 => event.dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                _ => {}
            }
        }
        event.attributes = first..attributes.len();
        Ok(event)
    }
}

impl<'a> LinkRef<'a> {
    fn parse(
        bytes: &'a [u8],
        attributes: &mut Vec<&'a [u8]>,
        tally: &mut Tally,
    ) -> Result<Self, DecodeError> {
        let first = attributes.len();
        let mut link = Self::default();
        let mut fields = Fields::new("Span.Link", bytes);
        while let Some(field) = fields.next()? {
            match field.number {
                1 => link.trace_id = field.bytes("trace_id")?,
                2 => link.span_id = field.bytes("span_id")?,
                3 => link.trace_state = Some(field.string("trace_state")?),
                4 => tally.keep_attribute(attributes, field.bytes("attributes")?)?,
                5 => link.dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                6 => link.flags = Some(field.fixed32("flags")?),
                _ => {}
            }
        }
        link.attributes = first..attributes.len();
        Ok(link)
    }
}

impl<'a> StatusRef<'a> {
    fn parse(message: &Merged<'a>) -> Result<Self, DecodeError> {
        let mut status = Self::default();
        for piece in message.pieces() {
            let mut fields = Fields::new("Status", piece);
            while let Some(field) = fields.next()? {
                match field.number {
                    2 => status.message = Some(field.string("message")?),
                    3 => status.code = Some(field.int32("code")?),
                    _ => {}
                }
            }
        }
        Ok(status)
    }
}

/// Decodes the spans of a request.
pub(super) struct SpanDecoder<'a> {
    span: SpanRef<'a>,
    columns: SpanColumns,
}

impl SpanDecoder<'_> {
    pub(super) fn new() -> Self {
        Self { span: SpanRef::default(), columns: SpanColumns::new() }
    }

    pub(super) fn finish(self) -> Result<arrow::record_batch::RecordBatch, DecodeError> {
        self.columns.finish()
    }
}

impl<'a> Records<'a> for SpanDecoder<'a> {
    fn record(&mut self, bytes: &'a [u8], origin: &Origin<'a>, tally: &mut Tally) -> Result<(), DecodeError> {
        let row = tally.begin_record(bytes.len().saturating_add(origin.row_bytes()))?;
        self.span.read(bytes, tally)?;
        match self.span.validate(tally) {
            Ok(valid) => {
                let ahead = tally.charge_ahead(bytes, || self.span.text_bytes())?;
                let written = self.columns.append(&self.span, &valid, row)?;
                tally.charge(written.saturating_sub(ahead))
            }
            Err(reason) => {
                self.span.text_bytes()?;
                tally.reject(reason);
                Ok(())
            }
        }
    }

    fn end_scope(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError> {
        self.columns.fill_origin(origin)
    }
}
