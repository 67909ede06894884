//! Plans in files: `tfo diff --out plan.json`, and later `tfo apply plan.json`.
//!
//! A file has what was asked, the documents, and the plan. Secrets are in none of them: they are read again, and known again
//! by their digests. What is read again must be what was planned, and so must be what the daemon has.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tfo_sdk::resource::Scope;
use tfo_sdk::resource::plan::{FORMAT_VERSION, Plan, PlanRequest, Source, SourceDocument};

use super::PlanArgs;
use super::report::does_the_same;
use crate::bundle::{self, Bundle, Entry, Faults, Input, Process};
use crate::commands::input::InputArgs;

/// The longest file that is read.
const MAX_BYTES: u64 = 256 << 20;

/// A plan in a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanFile {
    /// The version of the form, which plans have too.
    format_version: String,
    /// What was read.
    pub(super) input: PlannedInput,
    /// What was asked, with the documents as they are without their secrets.
    request: PlanRequest,
    /// What was answered.
    pub(super) plan: Plan,
    /// By what the secrets of the documents are known again.
    #[serde(default)]
    secrets: Secrets,
}

/// Digests of secrets: of keys, which are long by their form. What a person made up could be guessed by them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Secrets {
    /// Random, so that two plans with the same secret do not show it.
    salt: String,
    /// SHA-256 of the salt and each secret, in hex, in the order of the documents.
    digests: Vec<String>,
}

impl Secrets {
    fn of(bundle: &Bundle) -> Self {
        let salt = format!("{:032x}", rand::random::<u128>());
        let secrets = bundle.entries.iter().flat_map(Entry::secret_values);
        Self { digests: secrets.map(|secret| digest(&salt, secret)).collect(), salt }
    }

    /// The first document whose secret is another one than then.
    fn changed<'b>(&self, bundle: &'b Bundle) -> Option<&'b Entry> {
        let mut then = self.digests.iter();
        let mut is_other =
            |secret: &Value| then.next().is_none_or(|then| *then != digest(&self.salt, secret));
        bundle.entries.iter().find(|entry| entry.secret_values().into_iter().any(&mut is_other))
    }
}

fn digest(salt: &str, secret: &Value) -> String {
    let digest = Sha256::new().chain_update(salt).chain_update(secret.to_string()).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was read for a plan. Variables of the command line are given again: one may be a secret.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlannedInput {
    paths: Vec<String>,
    /// What `--scope` has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
}

impl PlannedInput {
    /// Reads it again.
    pub(super) fn load(&self, given: &InputArgs) -> Result<Bundle, Faults> {
        let (_, variables) = given.named();
        let input = Input { paths: self.paths.clone(), variables, scope: self.scope.clone() };
        bundle::load(&input, &Process)
    }
}

impl PlanFile {
    pub(super) fn new(args: &PlanArgs, request: &PlanRequest, bundle: &Bundle, plan: &Plan) -> Self {
        let mut request = request.clone();
        request.documents = without_secrets(bundle);
        request.expect = super::expectations(plan);
        let (paths, _) = args.input.named();
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            input: PlannedInput { paths, scope: args.set.scope.clone() },
            request,
            plan: plan.clone(),
            secrets: Secrets::of(bundle),
        }
    }

    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        std::fs::write(path, text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
    }

    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        use std::io::Read as _;
        let shown = path.display();
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(|error| anyhow::anyhow!("{shown}: {error}"))?;
        file.take(MAX_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| anyhow::anyhow!("{shown}: {error}"))?;
        let read: Self = serde_json::from_str(&text).map_err(|error| {
            anyhow::anyhow!(
                "{shown} is no plan of `tfo diff --out` ({error}); files of resources are named with -f"
            )
        })?;
        let major = |version: &str| version.split('.').next().map(str::to_owned);
        anyhow::ensure!(
            major(&read.format_version) == major(FORMAT_VERSION),
            "{shown} has the version {:?}, this tfo reads {FORMAT_VERSION}",
            read.format_version
        );
        Ok(read)
    }

    /// What is asked now: what was asked then, with the secrets, if the files still say the same.
    pub(super) fn request(&self, bundle: &Bundle) -> anyhow::Result<PlanRequest> {
        let now = without_secrets(bundle);
        let then = &self.request.documents;
        let is_as_planned = |(now, then): (&SourceDocument, &SourceDocument)| now.document == then.document;
        let place = |document: Option<&SourceDocument>| {
            let source = document.and_then(|document| document.source.as_ref());
            source.map(Source::to_string).unwrap_or_default()
        };
        let differs = now.iter().zip(then).position(|pair| !is_as_planned(pair));
        let at = differs.or((now.len() != then.len()).then_some(now.len().min(then.len())));
        if let Some(at) = at {
            anyhow::bail!(
                "the files are not those that were planned: look at {}; make a new plan with tfo diff --out",
                [place(now.get(at)), place(then.get(at))]
                    .into_iter()
                    .find(|place| !place.is_empty())
                    .unwrap_or_default()
            );
        }
        if let Some(entry) = self.secrets.changed(bundle) {
            anyhow::bail!(
                "a secret is not the one that was planned: look at {}; make a new plan with tfo diff --out",
                entry.place()
            );
        }
        let documents = bundle.entries.iter().map(Entry::to_source_document).collect();
        Ok(PlanRequest { documents, ..self.request.clone() })
    }
}

fn without_secrets(bundle: &Bundle) -> Vec<SourceDocument> {
    let document = |entry: &Entry| SourceDocument {
        document: entry.value_without_secrets(),
        source: Some(entry.place()),
    };
    bundle.entries.iter().map(document).collect()
}

/// Whether what would be done now is what was planned.
pub(super) fn is_same(planned: &Plan, now: &Plan) -> bool {
    does_the_same(planned, now)
}
