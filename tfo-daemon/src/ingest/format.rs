//! The two encodings of OTLP over HTTP.

use http::{HeaderMap, HeaderValue, header};

/// How a message is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The protobuf wire format.
    Protobuf,
    /// OTLP's JSON.
    Json,
}

impl Format {
    /// What the content type says; parameters after it are ignored. `None` for any other or none.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The content type of an answer.
    pub(super) const fn content_type(self) -> HeaderValue {
        match self {
            Self::Protobuf => HeaderValue::from_static("application/x-protobuf"),
            Self::Json => HeaderValue::from_static("application/json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read_without_their_parameters() {
        let of = |text: &'static str| {
            Format::of(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(text))]))
        };
        assert_eq!(of("application/x-protobuf"), Some(Format::Protobuf));
        assert_eq!(of("application/protobuf"), Some(Format::Protobuf));
        assert_eq!(of("Application/JSON; charset=utf-8"), Some(Format::Json));
        for other in ["text/plain", "application/jsonp", "application/grpc", ""] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Format::of(&HeaderMap::new()), None);
    }
}
