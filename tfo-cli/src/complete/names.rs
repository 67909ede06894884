//! What the values of an argument are, and where they are found: in this program, in a file, at the daemon.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;

use clap::builder::ArgExt;
use clap_complete::engine::{CompletionCandidate, PathCompleter, ValueCompleter as _};
use tfo_sdk::client::{Client, Part, Read, ResourceRead};
use tfo_sdk::resource::kind::find;
use tfo_sdk::resource::schema::explain;
use tfo_sdk::resource::{KindInfo, Resource, Scope, kinds};
use tfo_sdk::time::parse_duration;

use super::line::Line;
use crate::commands::target::scope_of;
use crate::contexts::{self, Contexts};

/// How long the daemon may take, in all: somebody waits, and sees nothing until then. On a busy machine a test may.
const DEADLINE: Duration = if cfg!(test) { Duration::from_secs(300) } else { Duration::from_millis(700) };

/// Says another deadline, where the network is slow.
const DEADLINE_VARIABLE: &str = "TFO_COMPLETE_DEADLINE";

/// Most names of one list: nobody looks through more, and what they begin with is not known to the daemon.
const MOST: usize = 1_000;

/// What the values of an argument are. It stands beside the argument: `add = Names::Services`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Kinds of resources.
    Kinds,
    /// Kinds, and KIND/NAME.
    KindsOrResources,
    /// Resources of the kind that the line names.
    Resources,
    /// Kinds, and KIND.FIELD.
    Fields,
    /// Contexts.
    Contexts,
    /// Paths of tenants.
    Tenants,
    /// The platform, and paths of everything that is a place.
    Places,
    /// Sets.
    Sets,
    /// Services of the last hour.
    Services,
    /// Metrics of the last hour.
    Metrics,
    /// Files and folders, and - for stdin.
    Files,
}

impl ArgExt for Names {}

impl Names {
    /// Those that begin with the word.
    pub(super) fn candidates(self, words: &[OsString], word: &OsStr) -> Vec<CompletionCandidate> {
        if self == Self::Files {
            return PathCompleter::any().stdio().complete(word);
        }
        let Some(word) = word.to_str() else { return Vec::new() };
        let candidates = match self {
            Self::Kinds => kinds_of(word),
            Self::KindsOrResources if !word.contains('/') => kinds_of(word),
            Self::Fields => named(fields(word)),
            Self::Contexts => named(contexts(&contexts::folder(|name| std::env::var(name).ok()))),
            _ => named(self.ask(&Line::read(words), word)),
        };
        candidates.into_iter().filter(|candidate| begins_with(candidate, word)).collect()
    }

    /// Asks the daemon; nothing when it has no answer, refuses one, or takes too long.
    fn ask(self, line: &Line, word: &str) -> Vec<String> {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return Vec::new();
        };
        let names = runtime.block_on(self.names(line, word));
        // A lookup of a host's name may still run.
        runtime.shutdown_background();
        names
    }

    /// What the daemon has, within the deadline.
    pub(super) async fn names(self, line: &Line, word: &str) -> Vec<String> {
        let said = std::env::var(DEADLINE_VARIABLE).ok().and_then(|text| parse_duration(&text).ok());
        match tokio::time::timeout(said.unwrap_or(DEADLINE), self.list(line, word)).await {
            Ok(Ok(names)) => names,
            _ => Vec::new(),
        }
    }

    async fn list(self, line: &Line, word: &str) -> anyhow::Result<Vec<String>> {
        let client = line.place.connect()?;
        Ok(match self {
            Self::Kinds | Self::Fields | Self::Contexts | Self::Files => Vec::new(),
            Self::Resources => resources(&client, line, line.kind.as_deref().unwrap_or_default()).await?,
            Self::KindsOrResources => {
                let kind = word.split('/').next().unwrap_or_default();
                let names = resources(&client, line, kind).await?;
                names.iter().map(|name| format!("{kind}/{name}")).collect()
            }
            Self::Tenants => places(&client, |kind| kind.name == "Tenant").await?,
            Self::Places => {
                let mut places = places(&client, |kind| kind.is_place).await?;
                places.push(Scope::PLATFORM.to_string());
                places
            }
            Self::Sets => {
                let sets = client.sets(&line.scope()?).await?.items;
                sets.into_iter().map(|summary| summary.set.name.to_string()).collect()
            }
            Self::Services => client
                .services(&Read::default())
                .await?
                .items
                .into_iter()
                .map(|service| service.service_name)
                .collect(),
            Self::Metrics => {
                let read = Read { limit: Some(MOST), ..Read::default() };
                client.metric_names(&read).await?.items.into_iter().map(|metric| metric.name).collect()
            }
        })
    }
}

/// Names of the resources of a kind.
async fn resources(client: &Client, line: &Line, kind: &str) -> anyhow::Result<Vec<String>> {
    let Some(kind) = find(kind) else { return Ok(Vec::new()) };
    let resources = page(client, kind, line.scope_of(kind)?).await?;
    Ok(resources.into_iter().map(|resource| resource.metadata.name.to_string()).collect())
}

/// Paths of all places of these kinds.
async fn places(client: &Client, is_wanted: fn(&KindInfo) -> bool) -> anyhow::Result<Vec<String>> {
    let mut places = Vec::new();
    for kind in kinds::ALL.iter().filter(|kind| is_wanted(kind)) {
        let resources = page(client, kind, Scope::PLATFORM).await?;
        let path = |resource: &Resource| scope_of(resource).child(&resource.metadata.name);
        places.extend(resources.iter().filter_map(path).map(|path| path.to_string()));
    }
    Ok(places)
}

async fn page(client: &Client, kind: &KindInfo, scope: Scope) -> anyhow::Result<Vec<Resource>> {
    let part = Part { limit: Some(MOST), ..Part::default() };
    Ok(client.resources(kind, &ResourceRead { scope, part, ..ResourceRead::default() }).await?.items)
}

/// Kinds, by their plurals; the other names only for whoever has begun one of them. `a,b` is a list of kinds.
fn kinds_of(word: &str) -> Vec<CompletionCandidate> {
    let before = word.rfind(',').map_or("", |comma| &word[..=comma]);
    let candidate = |name: &str, kind: &KindInfo| {
        CompletionCandidate::new(format!("{before}{name}")).help(Some(kind.about.into()))
    };
    let of_kind = |kind: &'static KindInfo| {
        let lower = kind.name.to_ascii_lowercase();
        let others: Vec<_> =
            [kind.name, &lower].iter().chain(kind.short).map(|name| candidate(name, kind)).collect();
        std::iter::once(candidate(kind.plural, kind)).chain(others.into_iter().map(|other| other.hide(true)))
    };
    kinds::ALL.iter().flat_map(of_kind).collect()
}

/// Kinds, or what is in the field that the word has come to.
fn fields(word: &str) -> Vec<String> {
    let Some((path, _)) = word.rsplit_once('.') else {
        return kinds::ALL.iter().map(|kind| kind.name.to_owned()).collect();
    };
    let mut parts = path.split('.');
    let kind = parts.next().and_then(find);
    let field = kind.and_then(|kind| explain(kind, &parts.collect::<Vec<_>>()).ok());
    field.into_iter().flat_map(|field| field.fields).map(|field| format!("{path}.{}", field.name)).collect()
}

pub(super) fn contexts(folder: &Path) -> Vec<String> {
    Contexts::read(folder).unwrap_or_default().contexts.into_keys().collect()
}

/// Candidates for what can stand on a command line as it is.
pub(super) fn named(names: Vec<String>) -> Vec<CompletionCandidate> {
    let names: BTreeSet<String> = names.into_iter().filter(|name| is_plain(name)).collect();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// Whether no shell takes it for anything but a word, and no command for an option.
///
/// Bash puts a candidate into the line as it comes, without quotes, and anybody who sends telemetry names a service.
fn is_plain(name: &str) -> bool {
    let is_inside = |c: char| c.is_alphanumeric() || "-_./:@+".contains(c);
    name.starts_with(|c: char| c.is_alphanumeric() || "_./".contains(c)) && name.chars().all(is_inside)
}

fn begins_with(candidate: &CompletionCandidate, word: &str) -> bool {
    candidate.get_value().to_string_lossy().starts_with(word)
}
