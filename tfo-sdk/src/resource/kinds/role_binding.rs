//! `RoleBinding`: who has a role where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::{Kind, Reference};
use crate::resource::name::{Level, Name};
use crate::resource::problem::Problems;
use crate::resource::values::SetOf;

/// Gives a role to users and keys, where the binding stands and below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleBinding {
    /// The role: one that stands here or further up.
    #[schemars(extend("x-tfo-ref" = "Role"))]
    pub role: Name,
    /// Who has it.
    pub subjects: SetOf<Subject>,
}

/// Who has a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// Whether it is a person or a key.
    pub kind: SubjectKind,
    /// Its name.
    pub name: Name,
}

/// Kinds of those who may have a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum SubjectKind {
    /// A person.
    User,
    /// A key.
    ApiKey,
}

impl SubjectKind {
    fn kind(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::ApiKey => "ApiKey",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.kind(), self.name)
    }
}

impl Kind for RoleBinding {
    const NAME: &'static str = "RoleBinding";
    const PLURAL: &'static str = "role-bindings";
    const SHORT: &'static [&'static str] = &["rb"];
    const ABOUT: &'static str = "Gives a role to users and keys, where the binding stands and below.";
    const LEVELS: &'static [Level] = &Level::ALL;
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("ROLE", "/spec/role"), ("SUBJECTS", "/spec/subjects")];
    const IS_PRECIOUS: bool = false;

    fn check(&self, problems: &mut Problems) {
        if self.subjects.0.is_empty() {
            problems.value("/spec/subjects", "expected at least one subject, like {kind: User, name: ada}");
        }
    }

    fn references(&self) -> Vec<Reference> {
        let role = Reference { pointer: "/spec/role".into(), kind: "Role", name: self.role.clone() };
        let subjects = self.subjects.0.iter().map(|subject| Reference {
            // Sets have no places of their own.
            pointer: "/spec/subjects".into(),
            kind: subject.kind.kind(),
            name: subject.name.clone(),
        });
        [role].into_iter().chain(subjects).collect()
    }
}
