//! What a kind is: a type of `spec`, and what the mechanism must know of it.
//!
//! A kind implements [`Kind`] and has a line in [`super::kinds::ALL`]. REST, the planner, the command line and the schemas
//! read [`KindInfo`] and nothing else, so none of them has code for one kind.

use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::name::{Level, Name, Scope};
use super::problem::{Problems, SpecProblem};

/// A kind of resource: the type of its `spec`.
///
/// Fields are optional or have a default wherever a reader would expect one; unknown fields are refused
/// (`deny_unknown_fields`); an absent optional field is left out (`skip_serializing_if`). Reading and writing a spec gives
/// its canonical form: defaults filled in, durations, sizes and sets in one spelling.
pub trait Kind: Serialize + DeserializeOwned + JsonSchema {
    /// `AlertRule`
    const NAME: &'static str;
    /// `alert-rules`: its path in REST, and the first half of its permissions.
    const PLURAL: &'static str;
    /// Short names for the command line.
    const SHORT: &'static [&'static str] = &[];
    /// What it is, in a sentence.
    const ABOUT: &'static str;
    /// Where it may stand.
    const LEVELS: &'static [Level];
    /// What is shown in lists beside the name: heading and JSON Pointer into the resource.
    const COLUMNS: &'static [(&'static str, &'static str)];
    /// Whether its resources are places of the tree, in which others stand.
    const IS_PLACE: bool = false;
    /// Whether it holds data or access, so that pruning it needs consent.
    const IS_PRECIOUS: bool = false;
    /// How long a deleted one can be had back, where what it holds goes with it.
    const GRACE: Option<Duration> = None;

    /// Complains of what the type cannot say.
    fn check(&self, _problems: &mut Problems) {}

    /// Whom it names.
    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }
}

/// One resource that another one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// JSON Pointer to the field that names it, from the root of the resource.
    pub pointer: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its name; it is looked for where the resource stands, and then outwards.
    pub name: Name,
}

/// What is known of a kind, without its type.
#[derive(Debug, Clone, Copy)]
pub struct KindInfo {
    /// `AlertRule`
    pub name: &'static str,
    /// `alert-rules`
    pub plural: &'static str,
    /// Short names for the command line.
    pub short: &'static [&'static str],
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Where it may stand.
    pub levels: &'static [Level],
    /// What is shown in lists beside the name: heading and JSON Pointer.
    pub columns: &'static [(&'static str, &'static str)],
    /// Whether its resources are places of the tree.
    pub is_place: bool,
    /// Whether it holds data or access, so that pruning it needs consent.
    pub is_precious: bool,
    /// How long a deleted one can be had back.
    pub grace: Option<Duration>,
    canonical: fn(&Value) -> Result<Canonical, Vec<SpecProblem>>,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

/// A spec that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// The spec with its defaults and in one spelling.
    pub spec: Value,
    /// Whom it names.
    pub references: Vec<Reference>,
}

impl KindInfo {
    pub(super) const fn of<K: Kind>() -> Self {
        Self {
            name: K::NAME,
            plural: K::PLURAL,
            short: K::SHORT,
            about: K::ABOUT,
            levels: K::LEVELS,
            columns: K::COLUMNS,
            is_place: K::IS_PLACE,
            is_precious: K::IS_PRECIOUS,
            grace: K::GRACE,
            canonical: canonical::<K>,
            schema: SchemaGenerator::subschema_for::<K>,
        }
    }

    /// Reads and checks a spec.
    ///
    /// # Errors
    /// Everything that is wrong with it, with JSON Pointers from the root of the resource (`/spec/…`).
    pub fn canonical(&self, spec: &Value) -> Result<Canonical, Vec<SpecProblem>> {
        (self.canonical)(spec)
    }

    /// The JSON Schema of its spec.
    pub fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }

    /// The level at which it stands for a caller in this place, where it has one.
    pub fn scope_in(&self, place: &Scope) -> Option<Scope> {
        // The innermost one that the kind may stand at.
        place.outwards().find(|scope| self.levels.contains(&scope.level()))
    }

    /// The permission to do this to resources of the kind: `alert-rules:update`.
    pub fn permission(&self, verb: &str) -> String {
        format!("{}:{verb}", self.plural)
    }
}

fn canonical<K: Kind>(spec: &Value) -> Result<Canonical, Vec<SpecProblem>> {
    let mut problems = Problems::default();
    problems.refuse_nulls("/spec", spec);
    problems.into_result()?;
    let kind: K = super::problem::read("/spec", spec)?;
    let mut problems = Problems::default();
    kind.check(&mut problems);
    problems.into_result()?;
    let spec = serde_json::to_value(&kind)
        .map_err(|error| vec![SpecProblem::new("/spec", "invalid-value", error.to_string())])?;
    Ok(Canonical { spec, references: kind.references() })
}

/// The kind of this name, plural or short name, in any case.
pub fn find(name: &str) -> Option<&'static KindInfo> {
    let is_it = |known: &str| known.eq_ignore_ascii_case(name);
    super::kinds::ALL.iter().find(|kind| {
        is_it(kind.name)
            || is_it(kind.plural)
            || is_it(&kind.plural.replace('-', ""))
            || kind.short.iter().any(|short| is_it(short))
    })
}

/// The kind of exactly this name, as a document spells it.
pub fn find_exactly(name: &str) -> Option<&'static KindInfo> {
    super::kinds::ALL.iter().find(|kind| kind.name == name)
}
