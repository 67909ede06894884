//! What screens ask the daemon, and what they get.
//!
//! A [`Request`] is data, so that `update` stays pure: the driver sends it and brings the [`Answer`] back.

use std::collections::BTreeMap;

use serde_json::Value;
use tfo_sdk::api::{
    AttributeKeys, AttributeValues, LatencyHeatMap, LogContext, LogHistogram, LogRecord, MetricAnswer,
    MetricName, MetricRequest, Operation, Page, ResourcePage, Revision, ServiceMap, ServiceSummary, Status,
    Trace, TraceSummary,
};
use tfo_sdk::client::{
    Around, Client, ClientError, CompletionRead, OperationsRead, Part, Precondition, Read, ResourceRead,
    Stepped,
};
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope};
use tfo_sdk::{RecordId, TraceId};

use super::weight;
use crate::commands::target::list_scope;

/// Spans of a trace that are loaded, at most: beyond, the answer says that there are more.
pub(crate) const SPANS: usize = 100_000;
/// Bytes of a trace that are loaded, at most and approximately: to the page in which they are reached.
const TRACE_BYTES: usize = 256 << 20;
/// Resources of a kind that are counted, at most.
pub(crate) const MOST_COUNTED: usize = 1000;
/// Spans of one page of a trace.
const PAGE: usize = 5_000;

/// A question to the daemon.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Status,
    Logs(Read),
    Histogram(Stepped),
    Context(RecordId, Around),
    Traces(Read),
    Latency(Stepped),
    Trace(TraceId),
    Services(Read),
    Operations(OperationsRead),
    ServiceMap(Read),
    /// With sparklines of so many values; 0 is without.
    MetricNames {
        read: Read,
        values: usize,
    },
    Metric(MetricRequest),
    Keys(CompletionRead),
    Values(CompletionRead),
    Resources {
        kind: &'static KindInfo,
        read: ResourceRead,
    },
    /// How many there are of each kind, as far as one may see them.
    ResourceCounts(Scope),
    Resource {
        kind: &'static KindInfo,
        scope: Scope,
        name: Name,
    },
    History {
        kind: &'static KindInfo,
        scope: Scope,
        name: Name,
    },
    Rollback {
        kind: &'static KindInfo,
        scope: Scope,
        name: Name,
        generation: u64,
        counting_on: Precondition,
    },
    Put {
        kind: &'static KindInfo,
        scope: Scope,
        name: Name,
        document: Value,
        counting_on: Precondition,
    },
}

/// What the daemon said. Which answer belongs to which request is told by its name.
#[derive(Debug)]
pub(crate) enum Answer {
    Status(Box<Status>),
    Logs(Page<LogRecord>),
    Histogram(LogHistogram),
    Context(Option<Box<LogContext>>),
    Traces(Page<TraceSummary>),
    Latency(LatencyHeatMap),
    Trace(Option<Box<Trace>>),
    Services(Page<ServiceSummary>),
    Operations(Page<Operation>),
    ServiceMap(ServiceMap),
    MetricNames(Page<MetricName>),
    Metric(Box<MetricAnswer>),
    Keys(AttributeKeys),
    Values(AttributeValues),
    Resources(ResourcePage),
    ResourceCounts(BTreeMap<&'static str, Result<usize, String>>),
    Resource(Option<Box<Resource>>),
    History(Vec<Revision>),
    Changed(Box<Resource>),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What happened and what to do.
    pub(crate) text: String,
    /// Whether the daemon could not be reached at all.
    pub(crate) is_lost: bool,
    /// Whether the request itself is at fault, a filter say.
    pub(crate) is_refused: bool,
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self {
            is_lost: matches!(error, ClientError::Unreachable { .. }),
            is_refused: error.status().is_some_and(|status| (400..429).contains(&status)),
            text: error.to_string(),
        }
    }
}

impl Request {
    /// Whether it changes something on the daemon: such a request is sent once, and never instead of another.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self, Self::Rollback { .. } | Self::Put { .. })
    }

    /// Asks the daemon.
    pub(crate) async fn send(self, client: &Client) -> Result<Answer, Failure> {
        Ok(match self {
            Self::Status => Answer::Status(Box::new(client.status().await?)),
            Self::Logs(read) => Answer::Logs(client.logs(&read).await?),
            Self::Histogram(read) => Answer::Histogram(client.log_histogram(&read).await?),
            Self::Context(id, around) => {
                Answer::Context(client.find_log_context(id, &around).await?.map(Box::new))
            }
            Self::Traces(read) => Answer::Traces(client.traces(&read).await?),
            Self::Latency(read) => Answer::Latency(client.latency(&read).await?),
            Self::Trace(id) => Answer::Trace(whole_trace(id, client).await?.map(Box::new)),
            Self::Services(read) => Answer::Services(client.services(&read).await?),
            Self::Operations(read) => Answer::Operations(client.operations(&read).await?),
            Self::ServiceMap(read) => Answer::ServiceMap(client.service_map(&read).await?),
            Self::MetricNames { read, values: 0 } => Answer::MetricNames(client.metric_names(&read).await?),
            Self::MetricNames { read, values } => {
                Answer::MetricNames(client.metric_names_drawn(&read, values).await?)
            }
            Self::Metric(request) => Answer::Metric(Box::new(client.metric_values(&request).await?)),
            Self::Keys(read) => Answer::Keys(client.attribute_keys(&read).await?),
            Self::Values(read) => Answer::Values(client.attribute_values(&read).await?),
            Self::Resources { kind, read } => Answer::Resources(client.all_resources(kind, &read).await?),
            Self::ResourceCounts(scope) => Answer::ResourceCounts(counts(&scope, client).await?),
            Self::Resource { kind, scope, name } => {
                Answer::Resource(client.find_resource(kind, &scope, &name).await?.map(Box::new))
            }
            Self::History { kind, scope, name } => {
                Answer::History(history(kind, &scope, &name, client).await?)
            }
            Self::Rollback { kind, scope, name, generation, counting_on } => Answer::Changed(Box::new(
                client.rollback(kind, &scope, &name, generation, counting_on).await?,
            )),
            Self::Put { kind, scope, name, document, counting_on } => {
                let put = client.put_resource(kind, &scope, &name, &document, counting_on, "edit").await?;
                Answer::Changed(Box::new(put))
            }
        })
    }
}

async fn whole_trace(id: TraceId, client: &Client) -> Result<Option<Trace>, ClientError> {
    let mut part = Part { limit: Some(PAGE), page_token: None };
    let Some(mut trace) = client.find_trace(id, &part).await? else { return Ok(None) };
    let mut bytes: usize = trace.spans.iter().map(weight::of_span).sum();
    while trace.spans.len() < SPANS
        && bytes < TRACE_BYTES
        && let Some(token) = trace.next_page_token.take()
    {
        part = Part { limit: Some(PAGE), page_token: Some(token) };
        let Some(page) = client.find_trace(id, &part).await? else { break };
        bytes += page.spans.iter().map(weight::of_span).sum::<usize>();
        trace.spans.extend(page.spans);
        trace.next_page_token = page.next_page_token;
    }
    Ok(Some(trace))
}

/// A kind that one may not see is no reason to see none.
async fn counts(
    scope: &Scope,
    client: &Client,
) -> Result<BTreeMap<&'static str, Result<usize, String>>, ClientError> {
    let mut counts = BTreeMap::new();
    for kind in &tfo_sdk::resource::kinds::ALL {
        // Where `tfo get` looks for it; a page is enough to know that there are many.
        let part = Part { limit: Some(MOST_COUNTED), page_token: None };
        let read = ResourceRead { scope: list_scope(kind, scope), part, ..ResourceRead::default() };
        let count = match client.resources(kind, &read).await {
            Ok(list) => Ok(list.items.len()),
            Err(error @ ClientError::Problem(_)) => Err(error.to_string()),
            Err(error) => return Err(error),
        };
        counts.insert(kind.name, count);
    }
    Ok(counts)
}

async fn history(
    kind: &KindInfo,
    scope: &Scope,
    name: &Name,
    client: &Client,
) -> Result<Vec<Revision>, ClientError> {
    let part = Part { limit: Some(200), page_token: None };
    Ok(client.history(kind, scope, name, &part).await?.items)
}
