//! `CorsPolicy`: which web pages may ask.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::problem::Problems;
use crate::resource::values::{SetOf, Span};

/// Pages of these origins may ask the REST interface, and send telemetry over OTLP/HTTP, from a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorsPolicy {
    /// Who may ask: scheme, host and, where it is not the usual one, port.
    #[schemars(extend("examples" = [["https://grafana.example.com"]]))]
    pub origins: SetOf<String>,
    /// How long a browser may remember the answer.
    #[serde(default = "ten_minutes")]
    #[schemars(default = "ten_minutes")]
    pub max_age: Span,
}

fn ten_minutes() -> Span {
    Span(std::time::Duration::from_secs(600))
}

impl Kind for CorsPolicy {
    const NAME: &'static str = "CorsPolicy";
    const PLURAL: &'static str = "cors-policies";
    const SHORT: &'static [&'static str] = &["cors"];
    const ABOUT: &'static str = "Which web pages may ask the daemon from a browser.";
    const LEVELS: &'static [Level] = &[Level::Platform];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[("ORIGINS", "/spec/origins")];

    fn check(&self, problems: &mut Problems) {
        for origin in &self.origins.0 {
            let is_origin = Url::parse(origin).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin
            });
            if !is_origin {
                let shown: String = origin.chars().take(64).collect();
                problems.value(
                    "/spec/origins",
                    format!("expected an origin like https://grafana.example.com, got {shown:?}"),
                );
            }
        }
    }
}
