//! What of the spans is kept in mind for the map, and how one finds another.
//!
//! A span is known by a hash of its trace and its id, with a key of this process, so that nobody outside can make two
//! that are taken for one.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use datafusion::arrow::array::{Array as _, AsArray as _, BooleanArray, PrimitiveArray, StringArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::memory_pool::MemoryReservation;
use tfo_sdk::api::{NodeKind, NodeRef};
use tfo_store::schema::{SERVICE_NAME, TRACE_ID};

use super::service;
use crate::error::{QueryError, fault, of_plan};
use crate::read::Answer;

/// Nothing there, where the number of a node is expected.
pub(super) const NONE: u32 = u32::MAX;
/// Memory of a span in the list and in the index, about.
const FACT_BYTES: usize = 40 + 40;
/// Memory of a node beside its name, about.
const NODE_BYTES: usize = 128;

/// What a span is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Server,
    Consumer,
    Client,
    Producer,
    Other,
}

/// What is kept in mind of a span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    /// Hash of its trace and id.
    key: u64,
    /// Hash of its trace and its parent's id; meaningless for a root.
    parent: u64,
    /// In nanoseconds, `i64::MIN` without one.
    duration: i64,
    /// The number of its service, or [`NONE`].
    pub(super) service: u32,
    /// The number of whom it says that it calls, or [`NONE`].
    pub(super) peer: u32,
    pub(super) part: Part,
    is_root: bool,
    pub(super) is_error: bool,
    /// Whether it is in the range and passes the filter.
    pub(super) counts: bool,
}

impl Fact {
    pub(super) fn duration(&self) -> Option<i64> {
        (self.duration != i64::MIN).then_some(self.duration)
    }

    /// Whether it says what its service was asked for.
    pub(super) fn is_entry(&self) -> bool {
        self.is_root || matches!(self.part, Part::Server | Part::Consumer)
    }
}

/// The spans of a map, and the names of its nodes.
pub(super) struct Facts {
    held: MemoryReservation,
    hashes: RandomState,
    all: Vec<Fact>,
    by_key: HashMap<u64, u32>,
    nodes: Vec<NodeRef>,
    numbers: HashMap<NodeRef, u32>,
    /// Consumers and the spans that they link to.
    links: Vec<(u32, u32)>,
}

impl Facts {
    pub(super) fn new(held: MemoryReservation) -> Self {
        Self {
            held,
            hashes: RandomState::new(),
            all: Vec::new(),
            by_key: HashMap::new(),
            nodes: Vec::new(),
            numbers: HashMap::new(),
            links: Vec::new(),
        }
    }

    pub(super) fn all(&self) -> &[Fact] {
        &self.all
    }

    pub(super) fn links(&self) -> &[(u32, u32)] {
        &self.links
    }

    pub(super) fn has_consumers(&self) -> bool {
        self.all.iter().any(|fact| fact.part == Part::Consumer)
    }

    /// The node with this number.
    pub(super) fn node(&self, number: u32) -> NodeRef {
        self.nodes.get(number as usize).cloned().unwrap_or_else(|| service(""))
    }

    /// The number of the service with the name of this node, if it sends spans.
    pub(super) fn service_named_as(&self, number: u32) -> Option<u32> {
        let node = self.nodes.get(number as usize)?;
        self.numbers.get(&service(&node.name)).copied()
    }

    /// The span's parent, by number, if it is there.
    pub(super) fn parent(&self, fact: &Fact) -> Option<u32> {
        let parent = self.by_key.get(&fact.parent).copied()?;
        (!fact.is_root && fact.parent != fact.key).then_some(parent)
    }

    /// Takes the spans of a batch.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.held.try_grow(batch.num_rows() * FACT_BYTES).map_err(of_plan)?;
        let answer = Answer(batch);
        let (traces, spans) = (answer.texts(TRACE_ID)?, answer.texts("span_id")?);
        let (parents, services) = (answer.texts("parent_span_id")?, answer.texts(SERVICE_NAME)?);
        let kinds = answer.texts("kind")?;
        let durations: &PrimitiveArray<Int64Type> = answer.numbers("duration_ns")?;
        let (failed, roots, counts) =
            (booleans(batch, "failed")?, booleans(batch, "root")?, booleans(batch, "counts")?);
        let peers = [
            (NodeKind::Other, answer.texts("peer")?),
            (NodeKind::Database, answer.texts("database")?),
            (NodeKind::Messaging, answer.texts("broker")?),
            (NodeKind::Other, answer.texts("address")?),
        ];
        for row in 0..batch.num_rows() {
            let trace = traces.value(row);
            let service = match text(services, row) {
                Some(name) => self.number(NodeKind::Service, name)?,
                None => NONE,
            };
            let peer = peers.iter().find_map(|(kind, column)| Some((*kind, text(column, row)?)));
            let peer = peer.map_or(Ok(NONE), |(kind, name)| self.number(kind, name))?;
            self.all.push(Fact {
                key: self.key(trace, spans.value(row)),
                parent: self.key(trace, text(parents, row).unwrap_or_default()),
                duration: if durations.is_valid(row) { durations.value(row) } else { i64::MIN },
                service,
                peer,
                part: part(text(kinds, row)),
                is_root: is(roots, row),
                is_error: is(failed, row),
                counts: is(counts, row),
            });
        }
        Ok(())
    }

    /// Makes spans findable. Of several with one id, the one whose service has the first name is found, so that the
    /// order in which files are read does not matter. One that was sent twice counts once: exporters send again what they
    /// got no answer for.
    pub(super) fn index(&mut self) -> Result<(), QueryError> {
        self.by_key.reserve(self.all.len());
        for number in 0..self.all.len() {
            let fact = self.all[number];
            let number = u32::try_from(number).map_err(|_| QueryError::Memory)?;
            let known = self.by_key.entry(fact.key).or_insert(number);
            if *known != number
                && let Some(first) = self.all.get_mut(*known as usize)
                && (first.service, first.part) == (fact.service, fact.part)
            {
                first.counts |= fact.counts;
                self.all[number as usize].counts = false;
                continue;
            }
            let name = |number: u32| {
                let service = self.all.get(number as usize).map_or(NONE, |fact| fact.service);
                self.nodes.get(service as usize).map(|node| &node.name)
            };
            if name(number) < name(*known) {
                *known = number;
            }
        }
        Ok(())
    }

    /// Takes the links of the consumers of a batch, those that lead to a span that is there.
    pub(super) fn add_links(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let answer = Answer(batch);
        let (traces, spans) = (answer.texts(TRACE_ID)?, answer.texts("span_id")?);
        let wrong = || of_plan(fault("the column of links is none"));
        let lists = batch.column_by_name("links").and_then(|column| column.as_list_opt::<i32>());
        let lists = lists.ok_or_else(wrong)?;
        let items = lists.values().as_struct_opt().ok_or_else(wrong)?;
        let ids = |name: &str| {
            let column = items.column_by_name(name)?;
            column.as_string_opt::<i32>()
        };
        let (Some(link_traces), Some(link_spans)) = (ids("trace_id"), ids("span_id")) else {
            return Err(wrong());
        };
        for (row, ends) in lists.value_offsets().windows(2).enumerate() {
            let key = self.key(traces.value(row), spans.value(row));
            let Some(consumer) = self.by_key.get(&key).copied() else { continue };
            for link in ends[0] as usize..ends[1] as usize {
                let key = self.key(link_traces.value(link), link_spans.value(link));
                if let Some(linked) = self.by_key.get(&key) {
                    self.held.try_grow(size_of::<(u32, u32)>()).map_err(of_plan)?;
                    self.links.push((consumer, *linked));
                }
            }
        }
        Ok(())
    }

    fn key(&self, trace: &str, span: &str) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        hasher.write(trace.as_bytes());
        hasher.write(span.as_bytes());
        hasher.finish()
    }

    fn number(&mut self, kind: NodeKind, name: &str) -> Result<u32, QueryError> {
        let node = NodeRef { kind, name: name.to_owned() };
        if let Some(number) = self.numbers.get(&node) {
            return Ok(*number);
        }
        self.held.try_grow(2 * (NODE_BYTES + name.len())).map_err(of_plan)?;
        let number = u32::try_from(self.nodes.len()).map_err(|_| QueryError::Memory)?;
        self.nodes.push(node.clone());
        self.numbers.insert(node, number);
        Ok(number)
    }
}

fn part(kind: Option<&str>) -> Part {
    match kind {
        Some("SERVER") => Part::Server,
        Some("CONSUMER") => Part::Consumer,
        Some("CLIENT") => Part::Client,
        Some("PRODUCER") => Part::Producer,
        _ => Part::Other,
    }
}

fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

fn booleans<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a BooleanArray, QueryError> {
    let column = batch.column_by_name(name).and_then(|column| column.as_boolean_opt());
    column.ok_or_else(|| QueryError::Internal(format!("the plan gave no conditions {name}")))
}

fn is(column: &BooleanArray, row: usize) -> bool {
    column.is_valid(row) && column.value(row)
}
