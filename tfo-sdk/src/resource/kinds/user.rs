//! `User`: a person who signs in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::problem::Problems;

/// A person. What one may do is said by role bindings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// Where mail reaches the person; what one signs in with.
    #[schemars(length(max = 254), extend("format" = "email", "examples" = ["ada@example.com"]))]
    pub email: String,
    /// What people call the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Keeps the person out, without forgetting who it was.
    #[serde(default)]
    pub disabled: bool,
}

impl Kind for User {
    const NAME: &'static str = "User";
    const PLURAL: &'static str = "users";
    const ABOUT: &'static str = "A person. What one may do is said by role bindings.";
    const LEVELS: &'static [Level] = &[Level::Platform];
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("EMAIL", "/spec/email"), ("DISABLED", "/spec/disabled")];
    const IS_PRECIOUS: bool = true;

    fn check(&self, problems: &mut Problems) {
        let is_part = |part: &str| {
            !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
        };
        let is_address = self.email.split_once('@').is_some_and(|(who, host)| is_part(who) && is_part(host));
        if !is_address || self.email.len() > 254 {
            let shown: String = self.email.chars().take(64).collect();
            problems.value("/spec/email", format!("expected an address like ada@example.com, got {shown:?}"));
        }
    }
}
