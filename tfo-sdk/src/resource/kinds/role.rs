//! `Role`: a set of permissions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::permission::Permission;
use crate::resource::values::SetOf;

/// A set of permissions with a name. A role binding says who has it where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it allows; everything else is denied.
    #[serde(default)]
    pub permissions: SetOf<Permission>,
}

impl Kind for Role {
    const NAME: &'static str = "Role";
    const PLURAL: &'static str = "roles";
    const ABOUT: &'static str = "A set of permissions with a name. A role binding says who has it where.";
    const LEVELS: &'static [Level] = &[Level::Platform, Level::Organization];
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("PERMISSIONS", "/spec/permissions"), ("DESCRIPTION", "/spec/description")];
}
