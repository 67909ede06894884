//! `?encoding=otlp`: the same records, with attributes, bodies and values as OTLP's own `AnyValue`.
//!
//! A record is written as native JSON, and then the parts that hold values are written over: two forms of every
//! record type would drift apart.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use tfo_sdk::Attributes;
use tfo_sdk::api::{LogRecord, MetricPoint, Origin, Page, Span};

use super::params::Encoding;
use crate::platform::problem::{ApiError, ApiResult};

/// A page in the encoding that was asked for.
pub(super) fn answer<T: OtlpForm>(page: Page<T>, encoding: Encoding) -> ApiResult<Response> {
    if encoding == Encoding::Native {
        return Ok(Json(page).into_response());
    }
    let items = page.items.iter().map(OtlpForm::otlp_form).collect::<Result<Vec<_>, _>>();
    let items = items.map_err(ApiError::internal)?;
    Ok(Json(Page { items, next_page_token: page.next_page_token, scan: page.scan }).into_response())
}

/// A record that has an OTLP form.
pub(super) trait OtlpForm: Serialize {
    /// Its native JSON with OTLP's values in it.
    fn otlp_form(&self) -> serde_json::Result<Value>;
}

impl OtlpForm for LogRecord {
    fn otlp_form(&self) -> serde_json::Result<Value> {
        let mut record = object(self)?;
        put(&mut record, "attributes", &self.attributes.as_otlp())?;
        if let Some(body) = &self.body {
            put(&mut record, "body", &body.as_otlp())?;
        }
        origin(&mut record, &self.origin)?;
        Ok(record.into())
    }
}

impl OtlpForm for Span {
    fn otlp_form(&self) -> serde_json::Result<Value> {
        let mut record = object(self)?;
        put(&mut record, "attributes", &self.attributes.as_otlp())?;
        inner(&mut record, "events", "attributes", self.events.iter().map(|event| &event.attributes))?;
        inner(&mut record, "links", "attributes", self.links.iter().map(|link| &link.attributes))?;
        origin(&mut record, &self.origin)?;
        Ok(record.into())
    }
}

impl OtlpForm for MetricPoint {
    fn otlp_form(&self) -> serde_json::Result<Value> {
        let mut record = object(self)?;
        put(&mut record, "attributes", &self.attributes.as_otlp())?;
        if !self.metadata.is_empty() {
            put(&mut record, "metadata", &self.metadata.as_otlp())?;
        }
        // The one number that may be of either type.
        if let Some(value) = &self.value {
            put(&mut record, "value", &value.as_otlp())?;
        }
        let filtered = self.exemplars.iter().map(|exemplar| &exemplar.filtered_attributes);
        inner(&mut record, "exemplars", "filteredAttributes", filtered)?;
        let exemplars = record.get_mut("exemplars").and_then(Value::as_array_mut).into_iter().flatten();
        for (json, exemplar) in exemplars.zip(&self.exemplars) {
            if let (Some(json), Some(value)) = (json.as_object_mut(), &exemplar.value) {
                put(json, "value", &value.as_otlp())?;
            }
        }
        origin(&mut record, &self.origin)?;
        Ok(record.into())
    }
}

fn object(record: &impl Serialize) -> serde_json::Result<Map<String, Value>> {
    match serde_json::to_value(record)? {
        Value::Object(map) => Ok(map),
        other => Err(serde::ser::Error::custom(format!("a record that is no object: {other}"))),
    }
}

fn put(record: &mut Map<String, Value>, key: &str, value: &impl Serialize) -> serde_json::Result<()> {
    record.insert(key.to_owned(), serde_json::to_value(value)?);
    Ok(())
}

/// Writes the attributes of each object in a list; those that have none stay without.
fn inner<'a>(
    record: &mut Map<String, Value>,
    list: &str,
    key: &str,
    attributes: impl Iterator<Item = &'a Attributes>,
) -> serde_json::Result<()> {
    let objects = record.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
    for (object, attributes) in objects.filter_map(Value::as_object_mut).zip(attributes) {
        if !attributes.is_empty() {
            put(object, key, &attributes.as_otlp())?;
        }
    }
    Ok(())
}

fn origin(record: &mut Map<String, Value>, origin: &Origin) -> serde_json::Result<()> {
    let resource = origin.resource.as_ref().map(|resource| ("resource", &resource.attributes));
    let scope = origin.scope.as_ref().map(|scope| ("scope", &scope.attributes));
    for (key, attributes) in resource.into_iter().chain(scope) {
        if let Some(object) = record.get_mut(key).and_then(Value::as_object_mut)
            && object.contains_key("attributes")
        {
            put(object, "attributes", &attributes.as_otlp())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tfo_sdk::AnyValue;

    use super::*;

    #[test]
    fn every_value_of_a_span_has_its_otlp_form() {
        let native = json!({
            "id": "1.0", "timestamp": "2026-01-01T00:00:00Z",
            "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
            "attributes": {"n": 5},
            "events": [{"name": "a"}, {"name": "b", "attributes": {"d": 5.0}}],
            "links": [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
                       "attributes": {"e": null}}],
            "resource": {"attributes": {"service.name": "s"}},
            "scope": {"name": "x"}
        });
        let span: Span = serde_json::from_value(native).unwrap();
        let form = span.otlp_form().unwrap();
        assert_eq!(form["attributes"], json!([{"key": "n", "value": {"intValue": "5"}}]));
        assert_eq!(form["events"][0], json!({"name": "a"}));
        assert_eq!(form["events"][1]["attributes"], json!([{"key": "d", "value": {"doubleValue": 5.0}}]));
        assert_eq!(form["links"][0]["attributes"], json!([{"key": "e", "value": {}}]));
        let service = json!([{"key": "service.name", "value": {"stringValue": "s"}}]);
        assert_eq!(form["resource"]["attributes"], service);
        assert_eq!(form["scope"], json!({"name": "x"}));
    }

    #[test]
    fn a_body_has_its_otlp_form_and_an_absent_one_stays_absent() {
        let native = json!({"id": "1.0", "timestamp": "2026-01-01T00:00:00Z"});
        let mut log: LogRecord = serde_json::from_value(native).unwrap();
        assert_eq!(log.otlp_form().unwrap().get("body"), None);
        log.body = Some(AnyValue::Empty);
        assert_eq!(log.otlp_form().unwrap()["body"], json!({}));
    }
}
