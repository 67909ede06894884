//! `tfo describe`.

use clap::Args;
use serde_json::Value;
use tfo_sdk::api::RevisionPage;
use tfo_sdk::client::Part;
use tfo_sdk::resource::{KindInfo, Resource, Scope};
use tfo_sdk::yaml::to_yaml;

use super::history;
use super::target::{Found, TargetArgs};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::style::{Paint, Style};
use crate::output::{Format, Printer};
use crate::text::row;
use crate::views::resource::sets;
use crate::views::time;

/// Changes that are shown.
const CHANGES: usize = 5;

/// Show a resource with its status, who owns it, and its last changes
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo describe quota ingest
  tfo describe Tenant/production --scope eu/acme/shop")]
pub(crate) struct DescribeArgs {
    #[command(flatten)]
    target: TargetArgs,
}

/// Shows a resource.
pub(crate) async fn run(args: DescribeArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let client = place.connect()?;
    let (resource, kind, scope) = match args.target.find(&client, place).await? {
        Found::Resource(resource, kind, scope) => (resource, kind, scope),
        Found::Nothing(message) => {
            out.say(&message);
            return Ok(Exit::NotFound);
        }
    };
    let part = Part { limit: Some(CHANGES), page_token: None };
    let changes = client.history(kind, &scope, &resource.metadata.name, &part).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let look = out.look();
            let text = describe(&resource, kind, &scope, look.paint)?;
            out.write(&text)?;
            out.write(&format!("\n{}\n", look.paint.apply(Style::Title, "Changes")))?;
            let lines = history::table(&changes.items, &look);
            out.write(&lines)?;
        }
        Format::Jsonl => out.json_lines(&[whole(&resource, &changes)])?,
        _ => out.document(&whole(&resource, &changes))?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn whole(resource: &Resource, changes: &RevisionPage) -> Value {
    serde_json::json!({"resource": resource, "history": changes.items})
}

fn describe(resource: &Resource, kind: &KindInfo, scope: &Scope, paint: Paint) -> anyhow::Result<String> {
    let metadata = &resource.metadata;
    let mut out = format!("{}\n", paint.apply(Style::Title, &format!("{}/{}", kind.name, metadata.name)));
    let mut line = |name: &str, content: &str| {
        if !content.is_empty() {
            out.push_str(&format!("  {name:12} {}\n", row(content)));
        }
    };
    line("is", kind.about);
    line("place", &scope.to_string());
    let pairs = |map: &std::collections::BTreeMap<String, String>| {
        map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
    };
    line("labels", &pairs(&metadata.labels));
    line("annotations", &pairs(&metadata.annotations));
    line("sets", &sets(resource));
    line("protected", if metadata.deletion_protection { "yes: it cannot be deleted" } else { "" });
    line("built in", if metadata.built_in { "yes: it cannot be changed" } else { "" });
    line("generation", &metadata.generation.map(|generation| generation.to_string()).unwrap_or_default());
    line("uid", metadata.uid.as_deref().unwrap_or_default());
    line("made", &metadata.created_at.map(time).unwrap_or_default());
    line("changed", &metadata.updated_at.map(time).unwrap_or_default());
    line("deleted", &metadata.deleted_at.map(time).unwrap_or_default());
    for hold in &metadata.holds {
        let until = hold.until.map(|until| format!(" until {}", time(until))).unwrap_or_default();
        line("held", &format!("{}{until}", hold.path));
    }
    for (title, fields) in [("Spec", Some(&resource.spec)), ("Status", resource.status.as_ref())] {
        if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
            out.push_str(&format!("\n{}\n", paint.apply(Style::Title, title)));
            let text = to_yaml(&Value::Object(fields.clone()))?;
            for line in text.lines() {
                out.push_str(&format!("  {line}\n"));
            }
        }
    }
    Ok(out)
}
