//! Who calls whom.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::Scan;

/// Services, what they call, and how that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMap {
    /// The services with spans in the range, and what they call that sends no spans itself; by kind and name.
    pub nodes: Vec<MapNode>,
    /// The calls between them, by the names of both ends.
    pub edges: Vec<MapEdge>,
    /// What was read to answer.
    pub scan: Scan,
}

/// What a node of the map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NodeKind {
    /// It sends spans.
    Service,
    /// A database that sends none; its name is that of its system, such as `postgresql`.
    Database,
    /// A broker that sends none; its name is that of its system, such as `kafka`.
    Messaging,
    /// Anything else that is called and sends none; its name is `peer.service`, else `server.address`.
    Other,
}

/// One end of calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeRef {
    /// What it is.
    pub kind: NodeKind,
    /// Its name among those of its kind.
    pub name: String,
}

/// A service, or something that is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MapNode {
    /// Who it is.
    #[serde(flatten)]
    pub node: NodeRef,
    /// How it does: a service's entry spans (SERVER, CONSUMER, or root), of everything else the spans that call it.
    #[serde(flatten)]
    pub calls: Calls,
}

/// Calls of one by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MapEdge {
    /// Who calls, or sends a message.
    pub client: NodeRef,
    /// Who is called, or gets the message.
    pub server: NodeRef,
    /// The calls, by the spans of who is called; of what sends no spans, by those of who calls.
    #[serde(flatten)]
    pub calls: Calls,
}

/// Figures of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// How many.
    pub requests: u64,
    /// How many of them have status ERROR.
    pub errors: u64,
    /// Median duration in nanoseconds, good to 2 %; absent where no span has a duration.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p50_ns: Option<i64>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p95_ns: Option<i64>,
}
