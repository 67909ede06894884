//! Which metric is meant, where several types or units have one name.

use tfo_sdk::api::MetricName;

use crate::tui::link::Link;

/// How a link says that a metric has no unit.
const NO_UNIT: &str = "-";

/// The type and the unit of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) kind: String,
    /// Empty for none; `None` where it was not said.
    pub(super) unit: Option<String>,
}

impl Shape {
    /// That of a metric of the list.
    pub(super) fn of(name: &MetricName) -> Self {
        Self { kind: name.kind.clone(), unit: Some(name.unit.clone().unwrap_or_default()) }
    }

    /// What a link says.
    pub(super) fn parse(link: &Link) -> Option<Self> {
        let kind = link.get("type");
        let unit = match link.get("unit") {
            "" => None,
            NO_UNIT => Some(String::new()),
            unit => Some(unit.to_owned()),
        };
        (!kind.is_empty()).then(|| Self { kind: kind.to_owned(), unit })
    }

    /// A link that says it.
    pub(super) fn in_link(&self, link: Link) -> Link {
        let unit = match self.unit.as_deref() {
            None => "",
            Some("") => NO_UNIT,
            Some(unit) => unit,
        };
        link.with("type", self.kind.as_str()).with("unit", unit)
    }

    /// Whether a metric of the list has it.
    pub(super) fn is_of(&self, name: &MetricName) -> bool {
        let unit = name.unit.as_deref().unwrap_or_default();
        self.kind == name.kind && self.unit.as_deref().is_none_or(|known| known == unit)
    }
}

/// A link to a metric of the list, which says which one it is.
pub(in crate::tui) fn link_to(name: &MetricName) -> Link {
    Shape::of(name).in_link(Link::to("metric").id(name.name.clone()))
}
