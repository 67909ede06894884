//! Names and places: what a resource is called, and where in the tree it stands.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The name of a resource: a DNS label (RFC 1123), 1 to 63 of `a-z`, `0-9` and `-`, with a letter or digit at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// The longest name, in bytes.
const LONGEST: usize = 63;
/// What the scope above all regions is called; no region may have this name.
pub const PLATFORM: &str = "platform";

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no name, or no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(String);

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let ends = text.starts_with(is_end) && text.ends_with(is_end);
        if ends && text.len() <= LONGEST && text.chars().all(is_inner) {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(LONGEST + 1).collect();
        Err(NameError(format!(
            "expected a name of 1 to {LONGEST} of a-z, 0-9 and '-', with a letter or digit at both ends, got {shown:?}"
        )))
    }
}

impl TryFrom<String> for Name {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A name: 1 to 63 of a-z, 0-9 and '-', with a letter or digit at both ends.",
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST,
            "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        })
    }
}

/// How deep a place lies in the tree of tenancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Above all regions.
    Platform,
    /// A place where data may live.
    Region,
    /// A customer.
    Organization,
    /// A team.
    Workspace,
    /// An environment.
    Tenant,
}

impl Level {
    /// From the top of the tree downwards.
    pub const ALL: [Self; 5] =
        [Self::Platform, Self::Region, Self::Organization, Self::Workspace, Self::Tenant];

    /// Its name, as documents spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => PLATFORM,
            Self::Region => "region",
            Self::Organization => "organization",
            Self::Workspace => "workspace",
            Self::Tenant => "tenant",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in the tree: the platform, or a path `region/organization/workspace/tenant` or the start of one.
///
/// Invariant: at most four parts, each a [`Name`], the first of them not `platform`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<Name>);

impl Scope {
    /// The place above all regions.
    pub const PLATFORM: Self = Self(Vec::new());

    /// The place of telemetry that names no tenant: `default/default/default/default`.
    pub fn default_tenant() -> Self {
        Self(vec![Name("default".into()); 4])
    }

    /// How deep it lies.
    pub fn level(&self) -> Level {
        Level::ALL[self.0.len().min(Level::ALL.len() - 1)]
    }

    /// The place that it lies in; the platform lies in none.
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// Its own name; the platform has none.
    pub fn name(&self) -> Option<&Name> {
        self.0.last()
    }

    /// The place of this name in it; a tenant has none inside.
    pub fn child(&self, name: &Name) -> Option<Self> {
        if self.level() == Level::Tenant || (self.0.is_empty() && name.as_str() == PLATFORM) {
            return None;
        }
        Some(Self(self.0.iter().chain([name]).cloned().collect()))
    }

    /// The place above it, or itself, at this level; `None` below itself.
    pub fn at(&self, level: Level) -> Option<Self> {
        self.0.get(..level as usize).map(|parts| Self(parts.to_vec()))
    }

    /// Whether the other is this place, or lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// Itself and the places around it, from the inside out to the platform.
    pub fn outwards(&self) -> impl Iterator<Item = Self> + '_ {
        (0..=self.0.len()).rev().map(|len| Self(self.0[..len].to_vec()))
    }

    /// Its parts from the outside in.
    pub fn parts(&self) -> &[Name] {
        &self.0
    }

    /// This place with the part at the level of `from` renamed, if it lies in `from` or is it.
    pub fn with_renamed(&self, from: &Self, name: &Name) -> Option<Self> {
        let at = from.0.len().checked_sub(1)?;
        if !from.contains(self) {
            return None;
        }
        let mut parts = self.0.clone();
        parts[at] = name.clone();
        Some(Self(parts))
    }
}

impl FromStr for Scope {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == PLATFORM {
            return Ok(Self::PLATFORM);
        }
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() >= Level::ALL.len() {
            return Err(NameError(
                "expected a path of at most four names, region/organization/workspace/tenant".to_owned(),
            ));
        }
        let parts = parts.into_iter().map(str::parse).collect::<Result<Vec<Name>, _>>().map_err(|error| {
            NameError(format!("expected `platform` or a path like eu/acme/shop/production: {error}"))
        })?;
        if parts.first().is_some_and(|first| first.as_str() == PLATFORM) {
            return Err(NameError(
                "`platform` is the place above all regions, and no region's name".to_owned(),
            ));
        }
        Ok(Self(parts))
    }
}

impl TryFrom<String> for Scope {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.pad(PLATFORM);
        }
        f.pad(&self.0.iter().map(Name::as_str).collect::<Vec<_>>().join("/"))
    }
}

impl JsonSchema for Scope {
    fn schema_name() -> Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A place: `platform`, or a path region/organization/workspace/tenant or the start of one.",
            "type": "string",
            "minLength": 1,
            "maxLength": 4 * LONGEST + 3,
            "examples": ["eu/acme/shop/production"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn names_are_dns_labels() {
        for good in ["a", "0", "eu-west-1", &"x".repeat(63)] {
            assert_eq!(good.parse::<Name>().unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "ä", "a b", "a/b", &"x".repeat(64)] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    #[test]
    fn scopes_are_paths_of_at_most_four_names() {
        for (text, level) in [
            ("platform", Level::Platform),
            ("eu", Level::Region),
            ("eu/acme", Level::Organization),
            ("eu/acme/shop", Level::Workspace),
            ("eu/acme/shop/production", Level::Tenant),
        ] {
            assert_eq!(scope(text).level(), level);
            assert_eq!(scope(text).to_string(), text);
        }
        for bad in ["", "/", "eu/", "/eu", "eu//shop", "a/b/c/d/e", "platform/acme", "EU"] {
            assert!(bad.parse::<Scope>().is_err(), "{bad}");
        }
    }

    #[test]
    fn places_lie_in_one_another() {
        let tenant = scope("eu/acme/shop/production");
        let outwards: Vec<_> = tenant.outwards().map(|scope| scope.to_string()).collect();
        assert_eq!(outwards, ["eu/acme/shop/production", "eu/acme/shop", "eu/acme", "eu", "platform"]);
        assert!(scope("eu/acme").contains(&tenant) && !scope("eu/acm").contains(&tenant));
        assert_eq!(tenant.at(Level::Region), Some(scope("eu")));
        assert_eq!(scope("eu").at(Level::Tenant), None);
        assert_eq!(tenant.child(&"x".parse().unwrap()), None);
        assert_eq!(Scope::PLATFORM.child(&"platform".parse().unwrap()), None);
        let renamed = tenant.with_renamed(&scope("eu/acme"), &"apex".parse().unwrap());
        assert_eq!(renamed, Some(scope("eu/apex/shop/production")));
        assert_eq!(tenant.with_renamed(&scope("us"), &"x".parse().unwrap()), None);
    }
}
