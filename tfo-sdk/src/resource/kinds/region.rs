//! `Region`: where data may live.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;

/// A place where data may live: a daemon serves the regions of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Region {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Kind for Region {
    const NAME: &'static str = "Region";
    const PLURAL: &'static str = "regions";
    const SHORT: &'static [&'static str] = &["reg"];
    const ABOUT: &'static str =
        "A place where data may live: a daemon serves the regions of its configuration.";
    const LEVELS: &'static [Level] = &[Level::Platform];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("DISPLAY NAME", "/spec/displayName")];
    const IS_PLACE: bool = true;
    const IS_PRECIOUS: bool = true;
}
