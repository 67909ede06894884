//! Spans, with their events and links.

use std::ops::Range;

use arrow::array::ListArray;
use arrow::datatypes::{Int64Type, TimestampNanosecondType, UInt32Type};
use arrow::record_batch::RecordBatch;
use tfo_sdk::Signal;
use tfo_sdk::api::{Span, SpanEvent, SpanLink};

use super::ViewError;
use super::attributes::AttributeReader;
use super::origin::{IdReader, OriginReader};
use super::table::{Numbers, Table, Text, item_rows, items, required};
use crate::schema;

/// The spans of a batch.
pub fn spans(batch: &RecordBatch) -> Result<Vec<Span>, ViewError> {
    let table = &Table::new(Signal::Spans, batch);
    let id = IdReader::new(table)?;
    let timestamp = table.times(schema::TIMESTAMP)?;
    let sent_timestamp = table.times("sent_timestamp")?;
    let end_timestamp = table.times("end_timestamp")?;
    let duration_ns = table.numbers::<Int64Type>("duration_ns")?;
    let trace_id = table.text(schema::TRACE_ID)?;
    let span_id = table.text("span_id")?;
    let parent_span_id = table.text("parent_span_id")?;
    let trace_state = table.text("trace_state")?;
    let flags = table.numbers::<UInt32Type>("flags")?;
    let name = table.text("name")?;
    let kind = table.text("kind")?;
    let service_name = table.text(schema::SERVICE_NAME)?;
    let status_code = table.text("status_code")?;
    let status_message = table.text("status_message")?;
    let attributes = AttributeReader::new(table, schema::record_attributes(Signal::Spans))?;
    let dropped_attributes_count = table.numbers::<UInt32Type>("dropped_attributes_count")?;
    let events = EventReader::new(table)?;
    let dropped_events_count = table.numbers::<UInt32Type>("dropped_events_count")?;
    let links = LinkReader::new(table)?;
    let dropped_links_count = table.numbers::<UInt32Type>("dropped_links_count")?;
    let origin = OriginReader::new(table)?;
    let span = |row: usize| {
        Ok(Span {
            id: id.get(row)?,
            timestamp: required(schema::TIMESTAMP, timestamp.time(row))?,
            sent_timestamp: sent_timestamp.time(row),
            end_timestamp: end_timestamp.time(row),
            duration_ns: duration_ns.get(row),
            trace_id: required(schema::TRACE_ID, trace_id.id(row)?)?,
            span_id: required("span_id", span_id.id(row)?)?,
            parent_span_id: parent_span_id.id(row)?,
            trace_state: trace_state.owned(row),
            flags: flags.get(row),
            name: name.owned(row),
            kind: kind.owned(row),
            service_name: service_name.owned(row),
            status_code: status_code.owned(row),
            status_message: status_message.owned(row),
            attributes: attributes.get(row)?.unwrap_or_default(),
            dropped_attributes_count: dropped_attributes_count.get(row),
            events: events.get(row)?,
            dropped_events_count: dropped_events_count.get(row),
            links: links.get(row)?,
            dropped_links_count: dropped_links_count.get(row),
            origin: origin.get(row)?,
        })
    };
    (0..table.rows()).map(span).collect()
}

struct EventReader {
    lists: Option<ListArray>,
    timestamp: Numbers<TimestampNanosecondType>,
    name: Text,
    attributes: AttributeReader,
    dropped_attributes_count: Numbers<UInt32Type>,
}

impl EventReader {
    fn new(table: &Table) -> Result<Self, ViewError> {
        let lists = table.lists("events")?;
        let events = items(lists.as_ref(), schema::event_fields())?;
        Ok(Self {
            lists,
            timestamp: events.times("timestamp")?,
            name: events.text("name")?,
            attributes: AttributeReader::new(&events, &schema::NESTED)?,
            dropped_attributes_count: events.numbers("dropped_attributes_count")?,
        })
    }

    fn get(&self, row: usize) -> Result<Vec<SpanEvent>, ViewError> {
        let event = |row: usize| {
            Ok(SpanEvent {
                timestamp: self.timestamp.time(row),
                name: self.name.owned(row),
                attributes: self.attributes.get(row)?.unwrap_or_default(),
                dropped_attributes_count: self.dropped_attributes_count.get(row),
            })
        };
        rows(self.lists.as_ref(), row).map(event).collect()
    }
}

struct LinkReader {
    lists: Option<ListArray>,
    trace_id: Text,
    span_id: Text,
    trace_state: Text,
    attributes: AttributeReader,
    dropped_attributes_count: Numbers<UInt32Type>,
    flags: Numbers<UInt32Type>,
}

impl LinkReader {
    fn new(table: &Table) -> Result<Self, ViewError> {
        let lists = table.lists("links")?;
        let links = items(lists.as_ref(), schema::link_fields())?;
        Ok(Self {
            lists,
            trace_id: links.text("trace_id")?,
            span_id: links.text("span_id")?,
            trace_state: links.text("trace_state")?,
            attributes: AttributeReader::new(&links, &schema::NESTED)?,
            dropped_attributes_count: links.numbers("dropped_attributes_count")?,
            flags: links.numbers("flags")?,
        })
    }

    fn get(&self, row: usize) -> Result<Vec<SpanLink>, ViewError> {
        let link = |row: usize| {
            Ok(SpanLink {
                trace_id: required("links.trace_id", self.trace_id.id(row)?)?,
                span_id: required("links.span_id", self.span_id.id(row)?)?,
                trace_state: self.trace_state.owned(row),
                attributes: self.attributes.get(row)?.unwrap_or_default(),
                dropped_attributes_count: self.dropped_attributes_count.get(row),
                flags: self.flags.get(row),
            })
        };
        rows(self.lists.as_ref(), row).map(link).collect()
    }
}

fn rows(lists: Option<&ListArray>, row: usize) -> Range<usize> {
    item_rows(lists, row).unwrap_or_default()
}
