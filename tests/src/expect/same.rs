//! One form for what protobuf cannot tell apart.

use tfo_sdk::api::{Buckets, LogRecord, MetricPoint, Origin, Span};
use tfo_sdk::{AnyValue, Attributes, RecordId};

/// Records that can be brought to the form in which sent and answered ones are compared.
pub trait Same: Sized {
    /// The same record: identity cleared, absent where a plain field has its default, attributes by key.
    #[must_use]
    fn same(self) -> Self;
}

impl Same for LogRecord {
    fn same(mut self) -> Self {
        self.id = RecordId { sequence: 0, row: 0 };
        clear_default(&mut self.sent_timestamp);
        clear_default(&mut self.observed_timestamp);
        clear_default(&mut self.severity_number);
        clear_default(&mut self.severity_text);
        clear_default(&mut self.service_name);
        clear_default(&mut self.flags);
        clear_default(&mut self.event_name);
        clear_default(&mut self.dropped_attributes_count);
        sort(&mut self.attributes);
        origin(&mut self.origin);
        self
    }
}

impl Same for Span {
    fn same(mut self) -> Self {
        self.id = RecordId { sequence: 0, row: 0 };
        clear_default(&mut self.sent_timestamp);
        clear_default(&mut self.end_timestamp);
        clear_default(&mut self.trace_state);
        clear_default(&mut self.flags);
        clear_default(&mut self.name);
        clear_if(&mut self.kind, |kind| kind == "UNSPECIFIED");
        clear_default(&mut self.service_name);
        clear_if(&mut self.status_code, |code| code == "UNSET");
        clear_default(&mut self.status_message);
        clear_default(&mut self.dropped_attributes_count);
        clear_default(&mut self.dropped_events_count);
        clear_default(&mut self.dropped_links_count);
        sort(&mut self.attributes);
        for event in &mut self.events {
            clear_default(&mut event.timestamp);
            clear_default(&mut event.name);
            clear_default(&mut event.dropped_attributes_count);
            sort(&mut event.attributes);
        }
        for link in &mut self.links {
            clear_default(&mut link.trace_state);
            clear_default(&mut link.flags);
            clear_default(&mut link.dropped_attributes_count);
            sort(&mut link.attributes);
        }
        origin(&mut self.origin);
        self
    }
}

impl Same for MetricPoint {
    fn same(mut self) -> Self {
        self.id = RecordId { sequence: 0, row: 0 };
        self.series_id.clear();
        clear_default(&mut self.sent_timestamp);
        clear_default(&mut self.start_timestamp);
        clear_default(&mut self.metric_name);
        clear_default(&mut self.unit);
        clear_default(&mut self.description);
        clear_if(&mut self.temporality, |temporality| temporality == "UNSPECIFIED");
        clear_default(&mut self.is_monotonic);
        clear_default(&mut self.service_name);
        clear_default(&mut self.count);
        // A summary's sum has no presence on the wire, a histogram's has.
        if self.kind == "summary" {
            clear_if(&mut self.sum, is_zero);
        }
        clear_default(&mut self.bounds);
        clear_default(&mut self.bucket_counts);
        clear_default(&mut self.scale);
        clear_default(&mut self.zero_count);
        clear_if(&mut self.zero_threshold, is_zero);
        for buckets in [&mut self.positive, &mut self.negative] {
            if let Some(buckets) = buckets {
                clear_default(&mut buckets.offset);
            }
            clear_if(buckets, |buckets| *buckets == Buckets::default());
        }
        clear_default(&mut self.quantiles);
        for quantile in self.quantiles.iter_mut().flatten() {
            for double in [&mut quantile.quantile, &mut quantile.value] {
                if *double == AnyValue::Empty || is_zero(double) {
                    *double = AnyValue::Double(0.0);
                }
            }
        }
        for exemplar in &mut self.exemplars {
            clear_default(&mut exemplar.timestamp);
            sort(&mut exemplar.filtered_attributes);
        }
        clear_default(&mut self.flags);
        sort(&mut self.metadata);
        sort(&mut self.attributes);
        origin(&mut self.origin);
        self
    }
}

/// Zero of either sign: `prost` leaves out both where a field has no presence.
fn is_zero(value: &AnyValue) -> bool {
    matches!(value, AnyValue::Double(value) if *value == 0.0)
}

fn clear_default<T: Default + PartialEq>(field: &mut Option<T>) {
    clear_if(field, |value| *value == T::default());
}

fn clear_if<T>(field: &mut Option<T>, is: impl FnOnce(&T) -> bool) {
    if field.as_ref().is_some_and(is) {
        *field = None;
    }
}

/// By key. Values of a key that was sent more than once (which OTLP forbids) have no order either.
fn sort(attributes: &mut Attributes) {
    attributes.0.sort_by_cached_key(|(key, value)| (key.clone(), format!("{value:?}")));
}

fn origin(origin: &mut Origin) {
    clear_default(&mut origin.resource_schema_url);
    clear_default(&mut origin.scope_schema_url);
    if let Some(resource) = &mut origin.resource {
        clear_default(&mut resource.dropped_attributes_count);
        sort(&mut resource.attributes);
    }
    if let Some(scope) = &mut origin.scope {
        clear_default(&mut scope.name);
        clear_default(&mut scope.version);
        clear_default(&mut scope.dropped_attributes_count);
        sort(&mut scope.attributes);
    }
}
