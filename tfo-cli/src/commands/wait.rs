//! `tfo wait`.

use std::time::{Duration, Instant};

use clap::Args;
use serde_json::Value;
use tfo_sdk::client::{Client, ResourceRead};
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::{Action, Plan};
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope};

use super::target::{self, Found, ScopeArgs, find_one, list_scope};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;

/// How often it is looked.
const PERIOD: Duration = Duration::from_millis(500);

/// Wait until resources are there, are gone, or are in some condition
///
/// What does not exist yet is waited for. A condition that is about an earlier generation does not count.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo wait Tenant/production --for exists
  tfo wait Tenant/production --for condition=Ready --timeout 5m
  tfo wait quotas -l team=checkout --for deleted")]
pub(crate) struct WaitArgs {
    /// Kind, or KIND/NAME
    #[arg(value_name = "KIND", add = Names::KindsOrResources)]
    kind: String,
    /// Name of the resource
    #[arg(value_name = "NAME", add = Names::Resources)]
    name: Option<String>,
    /// All resources with these labels
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    labels: Option<String>,
    /// exists, deleted, or condition=NAME
    #[arg(long = "for", value_name = "WHAT", value_parser = awaited)]
    awaited: Awaited,
    /// How long to wait
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    scope: ScopeArgs,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Awaited {
    Exists,
    Deleted,
    Condition(String),
}

impl Awaited {
    /// Whether it is so: what is found now, and the identities of what was found first. What can be had back is deleted all
    /// the same.
    fn is_met(&self, found: &[Resource], first: &[String]) -> bool {
        let mut there = found.iter().filter(|resource| resource.metadata.deleted_at.is_none()).peekable();
        match self {
            Self::Exists => there.peek().is_some(),
            Self::Deleted => {
                !there.any(|resource| resource.metadata.uid.as_ref().is_some_and(|uid| first.contains(uid)))
            }
            Self::Condition(name) => {
                there.peek().is_some() && there.all(|resource| condition(resource, name) == Some(true))
            }
        }
    }
}

fn awaited(text: &str) -> Result<Awaited, String> {
    match text.split_once('=') {
        None if text == "exists" => Ok(Awaited::Exists),
        None if text == "deleted" => Ok(Awaited::Deleted),
        Some(("condition", name)) if !name.is_empty() => Ok(Awaited::Condition(name.to_owned())),
        _ => Err("expected exists, deleted, or condition=NAME like condition=Ready".to_owned()),
    }
}

/// A duration of the command line.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    tfo_sdk::time::parse_duration(text).map_err(|error| error.to_string())
}

/// Waits.
pub(crate) async fn run(args: WaitArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let (kind, name) = target::kind_and_name(&args.kind, args.name.as_deref())?;
    anyhow::ensure!(name.is_some() != args.labels.is_some(), "expected a name or -l SELECTOR");
    let scope = place.scope(args.scope.scope.as_ref())?;
    let client = place.connect()?;
    let waiting =
        Waiting { client: &client, kind, name: name.as_ref(), labels: args.labels.as_deref(), scope: &scope };
    let first = waiting.look().await?;
    // One that is made again under its old name is another one: the first is gone.
    let uids: Vec<String> = first.iter().filter_map(|resource| resource.metadata.uid.clone()).collect();
    let until = Instant::now() + args.timeout;
    let mut found = first;
    loop {
        if args.awaited.is_met(&found, &uids) {
            return Ok(Exit::Done);
        }
        if Instant::now() >= until {
            out.say(&format!(
                "not within {}: {}",
                tfo_sdk::time::exact_duration(args.timeout),
                state(&found)
            ));
            return Ok(Exit::Differences);
        }
        tokio::time::sleep(PERIOD).await;
        found = waiting.look().await?;
    }
}

struct Waiting<'a> {
    client: &'a Client,
    kind: &'static KindInfo,
    name: Option<&'a Name>,
    labels: Option<&'a str>,
    scope: &'a Scope,
}

impl Waiting<'_> {
    /// What there is now.
    async fn look(&self) -> anyhow::Result<Vec<Resource>> {
        if let Some(name) = self.name {
            return Ok(match find_one(self.client, self.kind, name, self.scope).await? {
                Found::Resource(resource, ..) => vec![*resource],
                Found::Nothing(_) => Vec::new(),
            });
        }
        let scope = list_scope(self.kind, self.scope);
        let read = ResourceRead { scope, labels: self.labels.map(str::to_owned), ..ResourceRead::default() };
        Ok(self.client.all_resources(self.kind, &read).await?.items)
    }
}

fn state(found: &[Resource]) -> String {
    match found {
        [] => "there is none".to_owned(),
        [one] if one.metadata.deleted_at.is_some() => {
            format!("{}/{} is deleted", one.kind, one.metadata.name)
        }
        [one] => {
            let status = one.status.as_ref().map(|status| Value::Object(status.clone()).to_string());
            format!(
                "{}/{} is there, with the status {}",
                one.kind,
                one.metadata.name,
                status.unwrap_or_else(|| "{}".into())
            )
        }
        many => format!("there are {}", many.len()),
    }
}

/// Whether a resource is in a condition; `None` where it does not say, or says it of an earlier generation.
fn condition(resource: &Resource, name: &str) -> Option<bool> {
    let conditions = resource.status.as_ref()?.get("conditions")?.as_array()?;
    let condition =
        conditions.iter().find(|condition| condition.get("type").is_some_and(|kind| kind == name))?;
    let observed = condition.get("observedGeneration").and_then(Value::as_u64);
    if observed.is_some_and(|observed| Some(observed) < resource.metadata.generation) {
        return None;
    }
    Some(condition.get("status").is_some_and(|status| *status == Value::Bool(true) || status == "True"))
}

/// Waits until what a plan has changed is ready. A resource without conditions is so when it is stored.
pub(crate) async fn for_changes(
    client: &Client,
    plan: &Plan,
    timeout: Duration,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let until = Instant::now() + timeout;
    for change in plan
        .changes
        .iter()
        .filter(|change| matches!(change.action, Action::Create | Action::Update | Action::Restore))
    {
        let Some(kind) = find_exactly(&change.reference.kind) else { continue };
        loop {
            let resource =
                client.find_resource(kind, &change.reference.scope, &change.reference.name).await?;
            let says = resource.as_ref().is_some_and(|resource| {
                resource.status.as_ref().is_some_and(|status| status.contains_key("conditions"))
            });
            if resource.as_ref().is_some_and(|resource| !says || condition(resource, "Ready") == Some(true)) {
                break;
            }
            if Instant::now() >= until {
                out.say(&format!(
                    "{} is not ready within {}",
                    change.reference,
                    tfo_sdk::time::exact_duration(timeout)
                ));
                return Ok(Exit::Differences);
            }
            tokio::time::sleep(PERIOD).await;
        }
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_of_an_earlier_generation_does_not_count() {
        let resource = |observed: u64, status: &str| -> Resource {
            let json = format!(
                r#"{{"apiVersion":"tfo/v1","kind":"Region","metadata":{{"name":"eu","generation":7}},"spec":{{}},
                    "status":{{"conditions":[{{"type":"Ready","status":"{status}","observedGeneration":{observed}}}]}}}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        assert_eq!(condition(&resource(7, "True"), "Ready"), Some(true));
        assert_eq!(condition(&resource(7, "False"), "Ready"), Some(false));
        assert_eq!(condition(&resource(6, "True"), "Ready"), None);
        assert_eq!(condition(&resource(7, "True"), "Other"), None);
        assert_eq!(awaited("condition=Ready"), Ok(Awaited::Condition("Ready".into())));
        assert!(awaited("ready").is_err());
    }

    #[test]
    fn what_is_deleted_and_can_be_had_back_is_not_there() {
        let json = r#"{"apiVersion":"tfo/v1","kind":"Tenant","metadata":{"name":"a","uid":"u","generation":7},"spec":{},
            "status":{"conditions":[{"type":"Ready","status":"True","observedGeneration":7}]}}"#;
        let there: Resource = serde_json::from_str(json).unwrap();
        let mut deleted = there.clone();
        deleted.metadata.deleted_at = Some(tfo_sdk::Timestamp(0));
        let first = ["u".to_owned()];
        for (awaited, of_there, of_deleted, of_none) in [
            (Awaited::Exists, true, false, false),
            (Awaited::Condition("Ready".into()), true, false, false),
            (Awaited::Deleted, false, true, true),
        ] {
            let met = |found: &[Resource]| awaited.is_met(found, &first);
            let both = [there.clone(), deleted.clone()];
            assert_eq!(
                (met(&both[..1]), met(&both[1..]), met(&[])),
                (of_there, of_deleted, of_none),
                "{awaited:?}"
            );
            assert_eq!(met(&both), of_there, "{awaited:?}");
        }
        assert_eq!(state(&[deleted]), "Tenant/a is deleted");
    }
}
