//! Links: a place in the interface as a text that a colleague can open.
//!
//! `tfo://trace/4bf9…?span=00f0…&tenant=eu/acme/shop/production`. What the history keeps, what a palette command leads
//! to and what `--open` takes is the same thing.

use std::collections::BTreeMap;
use std::fmt;

use url::form_urlencoded::{Serializer, parse};

/// A place in the interface.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Name of the screen.
    pub(crate) screen: String,
    /// What it shows, where it shows one thing: a trace id, a service, `Quota/ingest`.
    pub(crate) id: Option<String>,
    /// Everything else: `filter`, `range`, `tenant` are known to all screens, others to one.
    pub(crate) parameters: BTreeMap<String, String>,
}

/// What every link begins with; it may be left out.
const SCHEME: &str = "tfo://";

/// A text that is no link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a link like trace/4bf92f3577b34da6a3ce929d0e0e4736 or logs?filter=service:cart&range=1h, got {0:?}"
)]
pub(crate) struct LinkError(String);

impl Link {
    /// A screen, with nothing chosen.
    pub(crate) fn to(screen: &str) -> Self {
        Self { screen: screen.to_owned(), ..Self::default() }
    }

    /// The same link, to one thing.
    #[must_use]
    pub(crate) fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same link with a parameter; an empty one is left out.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() {
            self.parameters.remove(name);
        } else {
            self.parameters.insert(name.to_owned(), value);
        }
        self
    }

    /// A parameter; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Reads a link. Whether there is such a screen is not known here.
    pub(crate) fn parse(text: &str) -> Result<Self, LinkError> {
        let rest = text.trim();
        let rest = rest.strip_prefix(SCHEME).unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (screen, id) = match path.split_once('/') {
            Some((screen, id)) => (screen, Some(id)),
            None => (path, None),
        };
        if screen.is_empty() || !screen.chars().all(|c| c.is_ascii_lowercase() || c == '-') || id == Some("")
        {
            return Err(LinkError(text.to_owned()));
        }
        Ok(Self {
            screen: screen.to_owned(),
            id: id.map(decoded),
            parameters: parse(query.as_bytes()).into_owned().filter(|(_, value)| !value.is_empty()).collect(),
        })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.screen)?;
        if let Some(id) = &self.id {
            write!(f, "/{}", encoded(id).replace("%2F", "/"))?;
        }
        if !self.parameters.is_empty() {
            let query = Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
            write!(f, "?{query}")?;
        }
        Ok(())
    }
}

/// As form encoding does it, with `%20` for a blank, so that it can be read in both parts of a link.
fn encoded(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn decoded(text: &str) -> String {
    // A plus is a plus in a path.
    let form = text.replace('+', "%2B");
    let key = form.replace(['&', '='], "");
    parse(key.as_bytes()).next().map(|(key, _)| key.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for link in [
            Link::to("logs"),
            Link::to("trace").id("4bf92f3577b34da6a3ce929d0e0e4736").with("span", "00f067aa0ba902b7"),
            Link::to("logs").with("filter", "service=\"a b\" & x+y=1 é").with("range", "15m"),
            Link::to("service").id("a/b c?d&e=f#é+g%20"),
            Link::to("resource").id("SavedQuery/errors").with("scope", "eu/acme"),
        ] {
            assert_eq!(Link::parse(&link.to_string()), Ok(link.clone()), "{link}");
        }
        assert_eq!(Link::parse("trace/ab").unwrap(), Link::to("trace").id("ab"));
        assert_eq!(Link::parse(" tfo://logs?filter= ").unwrap(), Link::to("logs"));
    }

    #[test]
    fn what_is_no_link_is_refused() {
        for text in ["", "tfo://", "/x", "trace/", "http://localhost", "Logs", "a b"] {
            assert!(Link::parse(text).is_err(), "{text}");
        }
    }
}
