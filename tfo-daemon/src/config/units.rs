//! Values as people write them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// A path that is not empty.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("expected a path, got nothing".into()) } else { Ok(PathBuf::from(text)) }
}

/// A size like `64MiB`, or a number of bytes.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("", 1),
        ("B", 1),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
    ];
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
    let size = factor.and_then(|factor| number.parse::<u64>().ok()?.checked_mul(factor));
    size.ok_or_else(|| format!("expected a size like 64MiB, got {text:?}"))
}

/// A size of at least `least`.
pub(super) fn bytes_from(least: u64) -> impl Fn(&str) -> Result<u64, String> {
    move |text| match bytes(text)? {
        size if size < least => Err(format!("expected at least {least} bytes, got {text:?}")),
        size => Ok(size),
    }
}

/// A duration like `30s` that is not zero.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    match tfo_sdk::time::parse_duration(text).map_err(|error| error.to_string())? {
        Duration::ZERO => Err("expected a duration above zero".into()),
        duration => Ok(duration),
    }
}

/// A whole number in a range.
pub(super) fn number<T: FromStr + PartialOrd + std::fmt::Display + Copy>(
    least: T,
    most: T,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| match text.parse::<T>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("expected a number from {least} to {most}, got {text:?}")),
    }
}

/// A `host:port` on the loopback of this machine. Any other is refused: there are no keys yet.
pub(super) fn loopback(text: &str) -> Result<SocketAddr, String> {
    let named = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let address = match named {
        Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        None => text.parse().map_err(|_| format!("expected an address like 127.0.0.1:3100, got {text:?}"))?,
    };
    if address.ip().is_loopback() {
        return Ok(address);
    }
    let port = address.port();
    Err(format!(
        "{address} is not a loopback address, and there are no keys yet: everybody who reaches it could read and \
         write everything. Listen on 127.0.0.1:{port}; from another machine, come through \
         `ssh -L {port}:127.0.0.1:{port} HOST`, or send to an OpenTelemetry Collector on this one"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, size) in
            [("0", 0), ("17", 17), ("64MiB", 64 << 20), ("1 GiB", 1 << 30), ("2GB", 2_000_000_000)]
        {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for wrong in ["", "MiB", "-1", "1.5GiB", "64 mib", "99999999999TiB", "1MiB2"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_have_limits() {
        assert_eq!(number(1, 10)("10"), Ok(10));
        for wrong in ["0", "11", "x", ""] {
            assert!(number(1, 10)(wrong).is_err(), "{wrong}");
        }
    }
}
