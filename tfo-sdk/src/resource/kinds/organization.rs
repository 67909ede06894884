//! `Organization`: a customer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;

/// A customer, whose data lives in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Organization {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Kind for Organization {
    const NAME: &'static str = "Organization";
    const PLURAL: &'static str = "organizations";
    const SHORT: &'static [&'static str] = &["org"];
    const ABOUT: &'static str = "A customer, whose data lives in one region.";
    const LEVELS: &'static [Level] = &[Level::Region];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("DISPLAY NAME", "/spec/displayName")];
    const IS_PLACE: bool = true;
    const IS_PRECIOUS: bool = true;
}
