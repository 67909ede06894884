//! The columns of `spans`, with the lists of events and links.

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use tfo_sdk::{Signal, Timestamp};

use super::attributes::AttributeColumns;
use super::cell::{Int64Column, Nulls, TextColumn, TimeColumn, UInt32Column};
use super::list::ListOffsets;
use super::{Frame, enum_name, structs};
use crate::otlp::DecodeError;
use crate::otlp::origin::Origin;
use crate::otlp::spans::{EventRef, LinkRef, SpanRef, ValidSpan};
use crate::schema;

const KINDS: [&str; 6] = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const STATUS_CODES: [&str; 3] = ["UNSET", "OK", "ERROR"];

/// The table of spans, while it is built.
pub(crate) struct SpanColumns {
    frame: Frame,
    end_timestamp: TimeColumn,
    duration_ns: Int64Column,
    trace_id: TextColumn,
    span_id: TextColumn,
    parent_span_id: TextColumn,
    trace_state: TextColumn,
    flags: UInt32Column,
    name: TextColumn,
    kind: TextColumn,
    status_code: TextColumn,
    status_message: TextColumn,
    dropped_attributes_count: UInt32Column,
    events: EventColumns,
    dropped_events_count: UInt32Column,
    links: LinkColumns,
    dropped_links_count: UInt32Column,
}

impl SpanColumns {
    pub(crate) fn new() -> Self {
        Self {
            frame: Frame::new(Signal::Spans),
            end_timestamp: TimeColumn::default(),
            duration_ns: Int64Column::default(),
            trace_id: TextColumn::default(),
            span_id: TextColumn::default(),
            parent_span_id: TextColumn::default(),
            trace_state: TextColumn::default(),
            flags: UInt32Column::default(),
            name: TextColumn::default(),
            kind: TextColumn::default(),
            status_code: TextColumn::default(),
            status_message: TextColumn::default(),
            dropped_attributes_count: UInt32Column::default(),
            events: EventColumns::new(),
            dropped_events_count: UInt32Column::default(),
            links: LinkColumns::new(),
            dropped_links_count: UInt32Column::default(),
        }
    }

    /// Adds a span; gives the bytes of text that its attributes took, and those of its events and links.
    pub(crate) fn append(
        &mut self,
        span: &SpanRef<'_>,
        valid: &ValidSpan<'_>,
        ingest_row: u32,
    ) -> Result<usize, DecodeError> {
        let row = self.frame.begin(valid.times, ingest_row);
        self.end_timestamp.set_option(row, valid.end_timestamp.map(Timestamp::nanos));
        self.duration_ns.set_option(row, valid.duration_ns);
        self.trace_id.set_id(row, Some(valid.trace_id));
        self.span_id.set_id(row, Some(valid.span_id));
        self.parent_span_id.set_id(row, valid.parent_span_id);
        self.trace_state.set_option(row, span.trace_state);
        self.flags.set_option(row, span.flags);
        self.name.set_option(row, span.name);
        if let Some(kind) = span.kind {
            self.kind.set(row, &enum_name(kind, &KINDS));
        }
        if let Some(status) = &span.status {
            self.status_code.set(row, &enum_name(status.code.unwrap_or_default(), &STATUS_CODES));
            self.status_message.set_option(row, status.message);
        }
        self.dropped_attributes_count.set_option(row, span.dropped_attributes_count);
        let mut written = self.frame.attributes.append(row, &span.attributes)?;
        for event in &span.events {
            written += self.events.append(event, span.nested(&event.attributes))?;
        }
        self.events.lists.set(row, self.events.count);
        self.dropped_events_count.set_option(row, span.dropped_events_count);
        for link in &span.links {
            written += self.links.append(link, span.nested(&link.attributes))?;
        }
        self.links.lists.set(row, self.links.count);
        self.dropped_links_count.set_option(row, span.dropped_links_count);
        Ok(written)
    }

    /// Gives this origin to the spans that have none yet.
    pub(crate) fn fill_origin(&mut self, origin: &Origin<'_>) -> Result<(), DecodeError> {
        self.frame.fill_origin(origin)
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Result<RecordBatch, DecodeError> {
        let nulls = &mut Nulls::new(self.frame.rows());
        let own = vec![
            self.end_timestamp.finish(nulls),
            self.duration_ns.finish(nulls),
            self.trace_id.finish(nulls),
            self.span_id.finish(nulls),
            self.parent_span_id.finish(nulls),
            self.trace_state.finish(nulls),
            self.flags.finish(nulls),
            self.name.finish(nulls),
            self.kind.finish(nulls),
            self.status_code.finish(nulls),
            self.status_message.finish(nulls),
            self.dropped_attributes_count.finish(nulls),
            self.events.finish(nulls),
            self.dropped_events_count.finish(nulls),
            self.links.finish(nulls),
            self.dropped_links_count.finish(nulls),
        ];
        self.frame.finish(nulls, own)
    }
}

struct EventColumns {
    lists: ListOffsets,
    count: usize,
    timestamp: TimeColumn,
    name: TextColumn,
    attributes: AttributeColumns,
    dropped_attributes_count: UInt32Column,
}

impl EventColumns {
    fn new() -> Self {
        Self {
            lists: ListOffsets::default(),
            count: 0,
            timestamp: TimeColumn::default(),
            name: TextColumn::default(),
            attributes: AttributeColumns::new(&schema::NESTED),
            dropped_attributes_count: UInt32Column::default(),
        }
    }

    fn append(&mut self, event: &EventRef<'_>, attributes: &[&[u8]]) -> Result<usize, DecodeError> {
        let row = self.count;
        self.count += 1;
        // A time beyond 2^63 has been rejected with its span.
        self.timestamp.set_option(row, event.time.map(u64::cast_signed));
        self.name.set_option(row, event.name);
        self.dropped_attributes_count.set_option(row, event.dropped_attributes_count);
        self.attributes.append(row, attributes)
    }

    fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        let own = &mut Nulls::new(self.count);
        let mut columns = vec![self.timestamp.finish(own), self.name.finish(own)];
        columns.extend(self.attributes.finish(own));
        columns.push(self.dropped_attributes_count.finish(own));
        self.lists.finish(structs(schema::event_fields(), columns), nulls)
    }
}

struct LinkColumns {
    lists: ListOffsets,
    count: usize,
    trace_id: TextColumn,
    span_id: TextColumn,
    trace_state: TextColumn,
    attributes: AttributeColumns,
    dropped_attributes_count: UInt32Column,
    flags: UInt32Column,
}

impl LinkColumns {
    fn new() -> Self {
        Self {
            lists: ListOffsets::default(),
            count: 0,
            trace_id: TextColumn::default(),
            span_id: TextColumn::default(),
            trace_state: TextColumn::default(),
            attributes: AttributeColumns::new(&schema::NESTED),
            dropped_attributes_count: UInt32Column::default(),
            flags: UInt32Column::default(),
        }
    }

    fn append(&mut self, link: &LinkRef<'_>, attributes: &[&[u8]]) -> Result<usize, DecodeError> {
        let row = self.count;
        self.count += 1;
        self.trace_id.set(row, super::hex(link.trace_id, &mut [0; 32]));
        self.span_id.set(row, super::hex(link.span_id, &mut [0; 32]));
        self.trace_state.set_option(row, link.trace_state);
        self.dropped_attributes_count.set_option(row, link.dropped_attributes_count);
        self.flags.set_option(row, link.flags);
        self.attributes.append(row, attributes)
    }

    fn finish(self, nulls: &mut Nulls) -> ArrayRef {
        let own = &mut Nulls::new(self.count);
        let mut columns =
            vec![self.trace_id.finish(own), self.span_id.finish(own), self.trace_state.finish(own)];
        columns.extend(self.attributes.finish(own));
        columns.extend([self.dropped_attributes_count.finish(own), self.flags.finish(own)]);
        self.lists.finish(structs(schema::link_fields(), columns), nulls)
    }
}
