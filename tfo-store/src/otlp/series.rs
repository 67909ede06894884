//! The id of a series: a hash of what tells it from others.
//!
//! It stands in files, so it never changes: XXH3 of bytes that are laid out here. The order of attributes does
//! not matter, and a field that was not sent is the same as an empty one.

use twox_hash::XxHash3_64;

use super::DecodeError;
use super::origin::Origin;
use super::value::KeyValueRef;

/// Hashes what a series is made of, with buffers that are used again.
#[derive(Default)]
pub(crate) struct SeriesHasher {
    bytes: Vec<u8>,
    text: String,
}

/// What points of one metric of one origin share.
pub(crate) struct MetricIdentity<'a> {
    pub(crate) name: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) temporality: i32,
    pub(crate) is_monotonic: bool,
}

impl SeriesHasher {
    /// Of a resource: once for all of its scopes, of which a request may have very many.
    pub(crate) fn resource(&mut self, origin: &Origin<'_>) -> Result<u64, DecodeError> {
        match &origin.resource {
            Some(resource) => self.attributes(&resource.attributes),
            None => Ok(0),
        }
    }

    /// Of resource and scope.
    pub(crate) fn origin(&mut self, resource: u64, origin: &Origin<'_>) -> Result<u64, DecodeError> {
        let scope_attributes = match &origin.scope {
            Some(scope) => self.attributes(&scope.attributes)?,
            None => 0,
        };
        let scope = origin.scope.as_ref();
        self.begin(&[resource, scope_attributes]);
        self.add_text(scope.and_then(|scope| scope.name).unwrap_or_default());
        self.add_text(scope.and_then(|scope| scope.version).unwrap_or_default());
        Ok(XxHash3_64::oneshot(&self.bytes))
    }

    /// Of a metric.
    pub(crate) fn metric(&mut self, origin: u64, metric: &MetricIdentity<'_>) -> u64 {
        self.begin(&[origin]);
        self.add_text(metric.name);
        self.add_text(metric.unit);
        self.add_text(metric.kind);
        self.bytes.extend(metric.temporality.to_le_bytes());
        self.bytes.push(u8::from(metric.is_monotonic));
        XxHash3_64::oneshot(&self.bytes)
    }

    /// Of a series of that metric.
    pub(crate) fn series(&mut self, metric: u64, attributes: &[&[u8]]) -> Result<u64, DecodeError> {
        let attributes = self.attributes(attributes)?;
        self.begin(&[metric, attributes]);
        Ok(XxHash3_64::oneshot(&self.bytes))
    }

    /// A sum, so that the order does not matter.
    fn attributes(&mut self, attributes: &[&[u8]]) -> Result<u64, DecodeError> {
        let mut sum = 0u64;
        for bytes in attributes {
            let KeyValueRef { key, value } = KeyValueRef::parse(bytes)?;
            let text = value.text(&mut self.text)?;
            self.bytes.clear();
            for part in [key, value.type_code().unwrap_or_default(), text] {
                self.bytes.extend((part.len() as u64).to_le_bytes());
                self.bytes.extend(part.as_bytes());
            }
            sum = sum.wrapping_add(XxHash3_64::oneshot(&self.bytes));
        }
        Ok(sum)
    }

    fn begin(&mut self, words: &[u64]) {
        self.bytes.clear();
        self.bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }

    fn add_text(&mut self, text: &str) {
        self.bytes.extend((text.len() as u64).to_le_bytes());
        self.bytes.extend(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOUR: &[u8] = b"\x0a\x06colour\x12\x05\x0a\x03red";
    const SIZE: &[u8] = b"\x0a\x04size\x12\x02\x18\x05";
    const SIZE_TEXT: &[u8] = b"\x0a\x04size\x12\x03\x0a\x015";

    fn series(attributes: &[&[u8]]) -> u64 {
        let hasher = &mut SeriesHasher::default();
        let origin = hasher.origin(0, &Origin::default()).unwrap();
        let metric = MetricIdentity { name: "m", unit: "1", kind: "sum", temporality: 2, is_monotonic: true };
        let metric = hasher.metric(origin, &metric);
        hasher.series(metric, attributes).unwrap()
    }

    #[test]
    fn a_series_keeps_its_id_for_ever() {
        assert_eq!(format!("{:016x}", series(&[COLOUR, SIZE])), "2d205f59ee1f5fe1");
    }

    #[test]
    fn the_order_of_attributes_does_not_matter_but_their_types_do() {
        assert_eq!(series(&[COLOUR, SIZE]), series(&[SIZE, COLOUR]));
        assert_ne!(series(&[COLOUR, SIZE]), series(&[COLOUR, SIZE_TEXT]));
        assert_ne!(series(&[COLOUR]), series(&[]));
    }
}
