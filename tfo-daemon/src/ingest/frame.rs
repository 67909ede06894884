//! The gRPC message frame: a flag that says whether the message is compressed, its length, the message.

use super::error::IngestError;

/// Bytes before a message.
pub(super) const PREFIX: usize = 5;

/// What stands before a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) compressed: bool,
    pub(super) length: u32,
}

impl Prefix {
    /// Reads the prefix; `bytes` may be short when the stream ended early.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, IngestError> {
        let wrong = |message: &str| Err(IngestError::Undecodable(format!("gRPC frame: {message}")));
        match bytes.first_chunk::<PREFIX>() {
            Some([flag @ (0 | 1), length @ ..]) => {
                Ok(Self { compressed: *flag == 1, length: u32::from_be_bytes(*length) })
            }
            Some([flag, ..]) => wrong(&format!("expected the flag 0 or 1, got {flag}")),
            None if bytes.is_empty() => wrong("the request has no message"),
            None => wrong("cut short in its prefix"),
        }
    }

    /// Takes the prefix off a whole stream, which must hold exactly this one message.
    pub(super) fn strip(self, mut stream: Vec<u8>) -> Result<Vec<u8>, IngestError> {
        let (announced, there) = (self.length as usize, stream.len().saturating_sub(PREFIX));
        if there < announced {
            let message = format!("gRPC frame: {announced} bytes announced, {there} came");
            return Err(IngestError::Undecodable(message));
        }
        if there > announced {
            return Err(IngestError::Undecodable(
                "gRPC frame: more than one message in a unary call".to_owned(),
            ));
        }
        stream.drain(..PREFIX.min(stream.len()));
        Ok(stream)
    }
}

/// An uncompressed message in its frame.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    // Our answers are a count and a short text.
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(PREFIX + message.len());
    frame.push(0);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(message);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stream: &[u8]) -> Result<Vec<u8>, String> {
        Prefix::read(stream)
            .and_then(|prefix| prefix.strip(stream.to_vec()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn one_whole_message_is_read() {
        assert_eq!(read(&framed(b"hello")), Ok(b"hello".to_vec()));
        assert_eq!(read(&framed(b"")), Ok(vec![]));
        let compressed = Prefix::read(&[1, 0, 0, 1, 2]).unwrap();
        assert_eq!(compressed, Prefix { compressed: true, length: 258 });
    }

    #[test]
    fn anything_else_is_refused() {
        let mut two = framed(b"one");
        two.extend(framed(b"two"));
        for (stream, message) in [
            (&b""[..], "the request has no message"),
            (&[0, 0, 0], "cut short"),
            (&[2, 0, 0, 0, 0], "expected the flag 0 or 1, got 2"),
            (&[0, 0, 0, 0, 9, 1], "9 bytes announced, 1 came"),
            (&two, "more than one message"),
        ] {
            let error = read(stream).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }
}
