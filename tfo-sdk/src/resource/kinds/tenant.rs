//! `Tenant`: an environment, whose telemetry is kept apart.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;

/// An environment of a team: its telemetry is kept apart from every other tenant's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tenant {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Kind for Tenant {
    const NAME: &'static str = "Tenant";
    const PLURAL: &'static str = "tenants";
    const SHORT: &'static [&'static str] = &[];
    const ABOUT: &'static str =
        "An environment of a team: its telemetry is kept apart from every other tenant's.";
    const LEVELS: &'static [Level] = &[Level::Workspace];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("DISPLAY NAME", "/spec/displayName")];
    const IS_PLACE: bool = true;
    const IS_PRECIOUS: bool = true;
    const GRACE: Option<Duration> = Some(Duration::from_secs(7 * 24 * 3600));
}
