//! What a receiver answered: taken, try again later, or no.

use std::time::Duration;

use base64::Engine as _;
use http::HeaderMap;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Acknowledged, but for some of its records.
    Taken { rejected: u64 },
    /// Not now. After how long, when the receiver said so.
    Busy { after: Option<Duration> },
    /// Never.
    Refused { reason: String },
    /// Nobody knows: the connection broke.
    Broken { reason: String },
}

/// Codes of gRPC that OTLP lets a client try again, without and only with a hint when.
const RETRIED: [u32; 6] = [1, 4, 10, 11, 14, 15];
const RESOURCE_EXHAUSTED: u32 = 8;

/// The outcome of an OTLP/HTTP request.
pub(crate) fn http(status: u16, headers: &HeaderMap, body: &[u8]) -> Outcome {
    match status {
        200..300 => Outcome::Taken { rejected: rejected(body) },
        429 | 502 | 503 | 504 => {
            let after = text(headers, "retry-after").and_then(|seconds| seconds.parse().ok());
            Outcome::Busy { after: after.map(Duration::from_secs) }
        }
        _ => Outcome::Refused { reason: format!("HTTP {status}{}", excerpt(message(headers, body))) },
    }
}

/// The outcome of an OTLP/gRPC request: trailers, or headers where there was no message.
pub(crate) fn grpc(trailers: &HeaderMap, message: &[u8]) -> Outcome {
    let Some(code) = text(trailers, "grpc-status").and_then(|code| code.parse::<u32>().ok()) else {
        return Outcome::Refused { reason: "the answer has no grpc-status: not a gRPC endpoint".to_owned() };
    };
    if code == 0 {
        return Outcome::Taken { rejected: rejected(message) };
    }
    let after = retry_info(trailers);
    if RETRIED.contains(&code) || (code == RESOURCE_EXHAUSTED && after.is_some()) {
        return Outcome::Busy { after };
    }
    // It is percent-encoded, as a header must be.
    let status = tonic::Status::from_header_map(trailers);
    let message = status.as_ref().map(tonic::Status::message).unwrap_or_default();
    Outcome::Refused { reason: format!("gRPC status {code}: {message}") }
}

/// What an error's body says: the second field of a `google.rpc.Status`, where it is protobuf.
fn message<'a>(headers: &HeaderMap, body: &'a [u8]) -> &'a [u8] {
    match text(headers, "content-type") {
        Some("application/x-protobuf") => Fields(body).bytes(2).unwrap_or_default(),
        _ => body,
    }
}

/// How many records a `partial_success` names: field 1 of field 1.
fn rejected(response: &[u8]) -> u64 {
    Fields(response).bytes(1).and_then(|partial| Fields(partial).number(1)).unwrap_or(0)
}

/// The delay of a `RetryInfo`: in a header of its own, or among the details of a `google.rpc.Status`.
fn retry_info(trailers: &HeaderMap) -> Option<Duration> {
    let own = binary(trailers, "google.rpc.retryinfo-bin").and_then(|info| delay(&info));
    own.or_else(|| {
        let status = binary(trailers, "grpc-status-details-bin")?;
        let infos = Fields(&status).filter_map(|(field, value)| match value {
            Value::Bytes(any) if field == 3 => Some(any),
            _ => None,
        });
        infos
            .filter(|any| Fields(any).bytes(1).is_some_and(|url| url.ends_with(b"google.rpc.RetryInfo")))
            .find_map(|any| delay(Fields(any).bytes(2)?))
    })
}

/// `RetryInfo { retry_delay: Duration { seconds, nanos } }`
fn delay(info: &[u8]) -> Option<Duration> {
    let duration = Fields(info).bytes(1)?;
    let part = |field| Fields(duration).number(field).unwrap_or(0);
    Some(Duration::new(part(1), u32::try_from(part(2)).ok()?))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn binary(headers: &HeaderMap, name: &str) -> Option<Vec<u8>> {
    let text = text(headers, name)?.trim_end_matches('=');
    base64::engine::general_purpose::STANDARD_NO_PAD.decode(text).ok()
}

/// The start of an error's body where it is text.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text: String =
        text.chars().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER).collect();
    if text.trim().is_empty() {
        String::new()
    } else {
        format!(": {}", text.trim().chars().take(200).collect::<String>())
    }
}

/// The fields of a message in protobuf, as far as they can be read.
#[derive(Debug, Clone, Copy)]
struct Fields<'a>(&'a [u8]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Fields<'a> {
    fn number(self, wanted: u64) -> Option<u64> {
        self.filter(|(field, _)| *field == wanted).find_map(|(_, value)| match value {
            Value::Number(number) => Some(number),
            Value::Bytes(_) => None,
        })
    }

    fn bytes(self, wanted: u64) -> Option<&'a [u8]> {
        self.filter(|(field, _)| *field == wanted).find_map(|(_, value)| match value {
            Value::Bytes(bytes) => Some(bytes),
            Value::Number(_) => None,
        })
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for place in 0..10 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Bytes(self.take(8)?),
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Bytes(self.take(4)?),
            _ => return None,
        };
        Some((tag >> 3, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn bin(bytes: &[u8]) -> String {
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }

    #[test]
    fn a_partial_success_is_counted() {
        let none = headers(&[]);
        assert_eq!(http(200, &none, b""), Outcome::Taken { rejected: 0 });
        assert_eq!(http(200, &none, b"\x0a\x07\x08\xac\x02\x12\x02no"), Outcome::Taken { rejected: 300 });
        let ok = headers(&[("grpc-status", "0")]);
        assert_eq!(grpc(&ok, b"\x0a\x02\x08\x05"), Outcome::Taken { rejected: 5 });
    }

    #[test]
    fn a_hint_when_to_try_again_is_understood_in_every_form() {
        let busy = |seconds| Outcome::Busy { after: Some(Duration::from_secs(seconds)) };
        assert_eq!(http(429, &headers(&[("retry-after", "7")]), b""), busy(7));
        assert_eq!(http(503, &headers(&[]), b""), Outcome::Busy { after: None });
        let info = b"\x0a\x02\x08\x07";
        let own = headers(&[("grpc-status", "8"), ("google.rpc.retryinfo-bin", &bin(info))]);
        assert_eq!(grpc(&own, b""), busy(7));
        let url = b"type.googleapis.com/google.rpc.RetryInfo";
        let any = [b"\x0a".as_slice(), &[url.len() as u8], url, b"\x12\x04", info].concat();
        let status = [b"\x08\x0e\x1a".as_slice(), &[any.len() as u8], &any].concat();
        let details = headers(&[("grpc-status", "14"), ("grpc-status-details-bin", &bin(&status))]);
        assert_eq!(grpc(&details, b""), busy(7));
    }

    #[test]
    fn what_will_never_be_taken_is_told_from_what_may_be() {
        let refused = |reason: &str| Outcome::Refused { reason: reason.to_owned() };
        assert_eq!(http(400, &headers(&[]), b"bad\n request"), refused("HTTP 400: bad request"));
        let full = headers(&[("grpc-status", "8"), ("grpc-message", "too large")]);
        assert_eq!(grpc(&full, b""), refused("gRPC status 8: too large"));
        let encoded = headers(&[("grpc-status", "5"), ("grpc-message", "there%20is no tenant")]);
        assert_eq!(grpc(&encoded, b""), refused("gRPC status 5: there is no tenant"));
        let protobuf = headers(&[("content-type", "application/x-protobuf")]);
        let status = b"\x08\x05\x12\x14there is no tenant @";
        assert_eq!(http(404, &protobuf, status), refused("HTTP 404: there is no tenant @"));
        assert_eq!(grpc(&headers(&[]), b""), refused("the answer has no grpc-status: not a gRPC endpoint"));
        assert_eq!(grpc(&headers(&[("grpc-status", "14")]), b""), Outcome::Busy { after: None });
    }

    #[test]
    fn an_answer_of_nonsense_does_no_harm() {
        for body in [&b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..], b"\x0a\xff\xff\x03", b"\x0b"] {
            assert_eq!(http(200, &headers(&[]), body), Outcome::Taken { rejected: 0 });
        }
    }
}
