//! Resources: everything that a person configures, in one form.
//!
//! A document says `apiVersion`, `kind`, `metadata` and `spec`. What kinds there are stands in [`kinds::ALL`]; all that is
//! said of one stands in its file. Here are also the types of plans, which the daemon makes. Kept out: how resources are
//! stored, who may change them, and YAML.

pub mod document;
pub mod kind;
pub mod kinds;
pub mod name;
pub mod permission;
pub mod plan;
pub mod problem;
pub mod schema;
pub mod selector;
pub mod values;

pub use document::{API_VERSION, Hold, Manifest, Metadata, Resource, ResourceRef, SetRef};
pub use kind::{Canonical, Kind, KindInfo, Reference};
pub use name::{Level, Name, NameError, Scope};
pub use permission::{BUILT_IN_ROLES, BuiltInRole, Permission};
pub use problem::SpecProblem;
pub use selector::Selector;
