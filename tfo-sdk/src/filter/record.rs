//! What a filter sees of the three signals.

use super::ast::Field;
use super::predicate::Record;
use crate::api::{LogRecord, MetricPoint, Origin, Span};
use crate::value::{AnyValue, Attributes};

impl Record for LogRecord {
    fn text(&self) -> Vec<String> {
        let mut leaves = Vec::new();
        if let Some(body) = &self.body {
            push_text(body, &mut leaves);
        }
        leaves
    }

    fn field(&self, field: &Field) -> Option<AnyValue> {
        match field {
            Field::Severity => self.severity_number.map(|number| AnyValue::Int(number.into())),
            Field::Body => self.body.as_ref().map(|body| AnyValue::String(body.to_string())),
            Field::Event => text(self.event_name.as_ref()),
            Field::Trace => self.trace_id.map(|id| AnyValue::String(id.to_string())),
            Field::Span => self.span_id.map(|id| AnyValue::String(id.to_string())),
            other => shared(other, self.service_name.as_ref(), &self.attributes, &self.origin),
        }
    }
}

impl Record for Span {
    fn text(&self) -> Vec<String> {
        self.name.iter().cloned().collect()
    }

    fn field(&self, field: &Field) -> Option<AnyValue> {
        match field {
            Field::Trace => Some(AnyValue::String(self.trace_id.to_string())),
            Field::Span => Some(AnyValue::String(self.span_id.to_string())),
            Field::Name => text(self.name.as_ref()),
            Field::Kind => text(self.kind.as_ref()),
            Field::Status => text(self.status_code.as_ref()),
            Field::Duration => self.duration_ns.map(AnyValue::Int),
            other => shared(other, self.service_name.as_ref(), &self.attributes, &self.origin),
        }
    }
}

impl Record for MetricPoint {
    fn text(&self) -> Vec<String> {
        self.metric_name.iter().cloned().collect()
    }

    fn field(&self, field: &Field) -> Option<AnyValue> {
        match field {
            Field::Name => text(self.metric_name.as_ref()),
            Field::Kind => text(Some(&self.kind)),
            other => shared(other, self.service_name.as_ref(), &self.attributes, &self.origin),
        }
    }
}

/// The fields that every signal has; the others are missing.
fn shared(
    field: &Field,
    service: Option<&String>,
    attributes: &Attributes,
    origin: &Origin,
) -> Option<AnyValue> {
    match field {
        Field::Service => text(service),
        Field::Attribute(key) => attributes.get(key).cloned(),
        Field::ResourceAttribute(key) => origin.resource.as_ref()?.attributes.get(key).cloned(),
        Field::ScopeAttribute(key) => {
            let scope = origin.scope.as_ref()?;
            match key.as_str() {
                "name" => text(scope.name.as_ref()),
                "version" => text(scope.version.as_ref()),
                key => scope.attributes.get(key).cloned(),
            }
        }
        _ => None,
    }
}

fn text(text: Option<&String>) -> Option<AnyValue> {
    text.cloned().map(AnyValue::String)
}

/// The texts in a body, in its order. Bodies nest at most 64 deep: the daemon refuses deeper ones.
fn push_text(value: &AnyValue, leaves: &mut Vec<String>) {
    match value {
        AnyValue::String(text) => leaves.push(text.clone()),
        AnyValue::Array(values) => values.iter().for_each(|value| push_text(value, leaves)),
        AnyValue::Map(Attributes(entries)) => entries.iter().for_each(|(_, value)| push_text(value, leaves)),
        _ => {}
    }
}
