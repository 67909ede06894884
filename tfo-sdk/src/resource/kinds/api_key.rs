//! `ApiKey`: what a program shows to be let in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::permission::Permission;
use crate::resource::problem::Problems;
use crate::resource::values::{Secret, SetOf};
use crate::time::Timestamp;

/// A key for programs: exporters, pipelines, scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKey {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it may do, where it stands and below.
    #[serde(default)]
    pub scopes: SetOf<Permission>,
    /// When it ends to be valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Requests a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub requests_per_minute: Option<u32>,
    /// Its secret, `tfs_` and 64 hex digits, where it is made elsewhere. Without one, the key cannot be used until one is
    /// issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

impl Kind for ApiKey {
    const NAME: &'static str = "ApiKey";
    const PLURAL: &'static str = "api-keys";
    const SHORT: &'static [&'static str] = &["key", "keys"];
    const ABOUT: &'static str = "A key for programs: exporters, pipelines, scripts.";
    const LEVELS: &'static [Level] = &[Level::Workspace, Level::Tenant];
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("SCOPES", "/spec/scopes"), ("EXPIRES", "/spec/expiresAt")];
    const IS_PRECIOUS: bool = true;

    fn check(&self, problems: &mut Problems) {
        if self.requests_per_minute == Some(0) {
            problems.value("/spec/requestsPerMinute", "expected at least 1; leave it out for no limit");
        }
        if let Some(Secret::Plain(secret)) = &self.secret
            && !secret.strip_prefix("tfs_").is_some_and(|hex| {
                hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            })
        {
            // What was given is a secret, and is not repeated.
            problems.value("/spec/secret", "expected tfs_ and 64 hex digits in lower case");
        }
    }
}
