//! `Workspace`: a team.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;

/// A team of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workspace {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Kind for Workspace {
    const NAME: &'static str = "Workspace";
    const PLURAL: &'static str = "workspaces";
    const SHORT: &'static [&'static str] = &["ws"];
    const ABOUT: &'static str = "A team of an organization.";
    const LEVELS: &'static [Level] = &[Level::Organization];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("DISPLAY NAME", "/spec/displayName")];
    const IS_PLACE: bool = true;
    const IS_PRECIOUS: bool = true;
}
