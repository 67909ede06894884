//! What values a setting takes: how one is read, written as TOML, and described.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tfo_sdk::resource::Name;

use super::KeyPlace;
use crate::platform::db::PostgresUrl;

/// The values of a setting.
pub(super) trait Unit {
    /// What it reads to.
    type Value;

    /// Reads what a file, a variable or a flag says.
    fn parse(&self, text: &str) -> Result<Self::Value, String>;

    /// The value as TOML; `None` where no value stands for it.
    fn write(&self, value: &Self::Value) -> Option<String>;

    /// What is expected, in a few words.
    fn expected(&self) -> String;

    /// The default in words, where a value would not say it.
    fn default_in_words(&self) -> Option<&'static str> {
        None
    }
}

/// Text as TOML writes it.
fn quoted(text: &str) -> String {
    // A JSON text is a TOML text, but for the one control character that JSON does not escape.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// A path that is not empty; the default in words.
pub(super) struct Path(pub(super) &'static str);

impl Unit for Path {
    type Value = PathBuf;

    fn parse(&self, text: &str) -> Result<PathBuf, String> {
        if text.is_empty() { Err("expected a path, got nothing".into()) } else { Ok(PathBuf::from(text)) }
    }

    fn write(&self, value: &PathBuf) -> Option<String> {
        Some(quoted(&value.to_string_lossy()))
    }

    fn expected(&self) -> String {
        "a path".into()
    }

    fn default_in_words(&self) -> Option<&'static str> {
        Some(self.0)
    }
}

/// Where keys are kept; the default in words.
pub(super) struct Keys(pub(super) &'static str);

impl Unit for Keys {
    type Value = KeyPlace;

    fn parse(&self, text: &str) -> Result<KeyPlace, String> {
        match text.strip_prefix(KeyPlace::KEYRING) {
            _ if text.is_empty() => Err("expected a path or keyring:ENTRY, got nothing".into()),
            Some("") => Err("expected a name behind keyring:, such as keyring:production".into()),
            Some(entry) => Ok(KeyPlace::Keyring(entry.to_owned())),
            None => Ok(KeyPlace::File(PathBuf::from(text))),
        }
    }

    fn write(&self, value: &KeyPlace) -> Option<String> {
        Some(quoted(&value.to_string()))
    }

    fn expected(&self) -> String {
        "a path, or `keyring:ENTRY`".into()
    }

    fn default_in_words(&self) -> Option<&'static str> {
        Some(self.0)
    }
}

/// Names with commas between them.
pub(super) struct Names;

impl Unit for Names {
    type Value = Vec<Name>;

    fn parse(&self, text: &str) -> Result<Vec<Name>, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| name.parse::<Name>().map_err(|error| error.to_string())).collect()
    }

    fn write(&self, value: &Vec<Name>) -> Option<String> {
        Some(quoted(&value.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")))
    }

    fn expected(&self) -> String {
        "names with commas between them".into()
    }
}

/// A size in bytes of at least this.
pub(super) struct Bytes(pub(super) u64);

const SIZES: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

impl Unit for Bytes {
    type Value = u64;

    fn parse(&self, text: &str) -> Result<u64, String> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let factor = SIZES.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
        let size = factor.and_then(|factor| number.parse::<u64>().ok()?.checked_mul(factor));
        match size {
            None => Err(format!("expected a size like 64MiB, got {text:?}")),
            Some(size) if size < self.0 => Err(format!("expected at least {} bytes, got {text:?}", self.0)),
            Some(size) => Ok(size),
        }
    }

    fn write(&self, value: &u64) -> Option<String> {
        let whole = |factor: u64| *value > 0 && value.is_multiple_of(factor);
        let unit = SIZES[2..6].iter().rev().find(|(_, factor)| whole(*factor));
        Some(
            unit.map_or_else(
                || value.to_string(),
                |(name, factor)| quoted(&format!("{}{name}", value / factor)),
            ),
        )
    }

    fn expected(&self) -> String {
        if self.0 == 0 {
            return "a size like 64MiB, or a number of bytes".into();
        }
        let least = self.write(&self.0).unwrap_or_default();
        format!("a size like 64MiB, or a number of bytes; at least {}", least.trim_matches('"'))
    }
}

/// A value that is worked out where none is said; the default in words.
pub(super) struct Or<U>(pub(super) U, pub(super) &'static str);

impl<U: Unit> Unit for Or<U> {
    type Value = Option<U::Value>;

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        self.0.parse(text).map(Some)
    }

    fn write(&self, value: &Self::Value) -> Option<String> {
        value.as_ref().and_then(|value| self.0.write(value))
    }

    fn expected(&self) -> String {
        self.0.expected()
    }

    fn default_in_words(&self) -> Option<&'static str> {
        Some(self.1)
    }
}

/// A value whose default depends on the machine, or on other settings; the default in words.
pub(super) struct Worked<U>(pub(super) U, pub(super) &'static str);

impl<U: Unit> Unit for Worked<U> {
    type Value = U::Value;

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        self.0.parse(text)
    }

    fn write(&self, value: &Self::Value) -> Option<String> {
        self.0.write(value)
    }

    fn expected(&self) -> String {
        self.0.expected()
    }

    fn default_in_words(&self) -> Option<&'static str> {
        Some(self.1)
    }
}

/// A time span above zero.
pub(super) struct Span;

impl Unit for Span {
    type Value = Duration;

    fn parse(&self, text: &str) -> Result<Duration, String> {
        match tfo_sdk::time::parse_duration(text).map_err(|error| error.to_string())? {
            Duration::ZERO => Err("expected a duration above zero".into()),
            duration => Ok(duration),
        }
    }

    fn write(&self, value: &Duration) -> Option<String> {
        const UNITS: [(&str, u128); 6] = [
            ("d", 86_400_000_000_000),
            ("h", 3_600_000_000_000),
            ("m", 60_000_000_000),
            ("s", 1_000_000_000),
            ("ms", 1_000_000),
            ("us", 1_000),
        ];
        let nanos = value.as_nanos();
        let unit = UNITS.iter().find(|(_, factor)| nanos.is_multiple_of(*factor)).unwrap_or(&("ns", 1));
        Some(quoted(&format!("{}{}", nanos / unit.1, unit.0)))
    }

    fn expected(&self) -> String {
        "a duration like 30s or 5m".into()
    }
}

/// A whole number from one to another.
pub(super) struct Number<T>(pub(super) T, pub(super) T);

impl<T: FromStr + PartialOrd + Display> Unit for Number<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, String> {
        match text.parse::<T>() {
            Ok(number) if self.0 <= number && number <= self.1 => Ok(number),
            _ => Err(format!("expected {}, got {text:?}", self.expected())),
        }
    }

    fn write(&self, value: &T) -> Option<String> {
        Some(value.to_string())
    }

    fn expected(&self) -> String {
        format!("a number from {} to {}", self.0, self.1)
    }
}

/// Yes or no.
pub(super) struct Switch;

impl Unit for Switch {
    type Value = bool;

    fn parse(&self, text: &str) -> Result<bool, String> {
        text.parse().map_err(|_| format!("expected true or false, got {text:?}"))
    }

    fn write(&self, value: &bool) -> Option<String> {
        Some(value.to_string())
    }

    fn expected(&self) -> String {
        "true or false".into()
    }
}

/// One of a few words, each with its value.
pub(super) struct Word<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: PartialEq + Copy> Unit for Word<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, String> {
        let found = self.0.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| format!("expected {}, got {text:?}", self.expected()))
    }

    fn write(&self, value: &T) -> Option<String> {
        self.0.iter().find(|(_, of)| of == value).map(|(word, _)| quoted(word))
    }

    fn expected(&self) -> String {
        self.0.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" or ")
    }
}

/// Text that a function finds valid; what is expected.
pub(super) struct Text(pub(super) fn(&str) -> bool, pub(super) &'static str);

impl Unit for Text {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, String> {
        if self.0(text) { Ok(text.to_owned()) } else { Err(format!("expected {}, got {text:?}", self.1)) }
    }

    fn write(&self, value: &String) -> Option<String> {
        Some(quoted(value))
    }

    fn expected(&self) -> String {
        self.1.into()
    }
}

/// A database of PostgreSQL. It is written without its password.
pub(super) struct Postgres;

impl Unit for Postgres {
    type Value = PostgresUrl;

    fn parse(&self, text: &str) -> Result<PostgresUrl, String> {
        text.parse()
    }

    fn write(&self, value: &PostgresUrl) -> Option<String> {
        Some(quoted(&value.to_string()))
    }

    fn expected(&self) -> String {
        "a URL like `postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full`".into()
    }
}

/// A `host:port` on the loopback of this machine. Any other is refused: there are no keys yet.
pub(super) struct Loopback;

impl Unit for Loopback {
    type Value = SocketAddr;

    fn parse(&self, text: &str) -> Result<SocketAddr, String> {
        let named = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
        let address = match named {
            Some(port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            None => {
                text.parse().map_err(|_| format!("expected an address like 127.0.0.1:3100, got {text:?}"))?
            }
        };
        if address.ip().is_loopback() {
            return Ok(address);
        }
        let port = address.port();
        Err(format!(
            "{address} is not a loopback address, and there are no keys yet: everybody who reaches it could read \
             and write everything. Listen on 127.0.0.1:{port}; from another machine, come through \
             `ssh -L {port}:127.0.0.1:{port} HOST`, or send to an OpenTelemetry Collector on this one"
        ))
    }

    fn write(&self, value: &SocketAddr) -> Option<String> {
        Some(quoted(&value.to_string()))
    }

    fn expected(&self) -> String {
        "a loopback address with its port; port 0 is any free one".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, size) in
            [("0", 0), ("17", 17), ("64MiB", 64 << 20), ("1 GiB", 1 << 30), ("2GB", 2_000_000_000)]
        {
            assert_eq!(Bytes(0).parse(text), Ok(size), "{text}");
        }
        for wrong in ["", "MiB", "-1", "1.5GiB", "64 mib", "99999999999TiB", "1MiB2"] {
            assert!(Bytes(0).parse(wrong).is_err(), "{wrong}");
        }
        assert!(Bytes(1024).parse("1023").is_err());
    }

    #[test]
    fn numbers_have_limits() {
        assert_eq!(Number(1, 10).parse("10"), Ok(10));
        for wrong in ["0", "11", "x", ""] {
            assert!(Number(1, 10).parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        fn back<U: Unit>(unit: &U, value: &U::Value) -> (String, U::Value) {
            let written = unit.write(value).unwrap();
            let table: toml::Table = format!("x = {written}").parse().unwrap();
            let text = match &table["x"] {
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                other => panic!("{other:?}"),
            };
            (written, unit.parse(&text).unwrap())
        }
        for (bytes, text) in [(0, "0"), (1023, "1023"), (64 << 20, "\"64MiB\""), (1536, "1536")] {
            assert_eq!(back(&Bytes(0), &bytes), (text.to_owned(), bytes));
        }
        for (nanos, text) in [(300_000_000_000, "\"5m\""), (1_500_000_000, "\"1500ms\""), (7, "\"7ns\"")] {
            let span = Duration::from_nanos(nanos);
            assert_eq!(back(&Span, &span), (text.to_owned(), span));
        }
        let odd = PathBuf::from("/a \"b\\\n\u{7f}ä");
        assert_eq!(back(&Path(""), &odd).1, odd);
    }
}
