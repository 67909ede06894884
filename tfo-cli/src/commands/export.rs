//! `tfo export`.

use clap::Args;
use tfo_sdk::client::ResourceRead;
use tfo_sdk::resource::{Metadata, Name, Resource, Scope, kinds};
use tfo_sdk::yaml::to_yaml;

use super::target::{ScopeArgs, list_scope};
use crate::complete::Names;
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::{Format, Printer};

/// Print resources as files that can be applied
///
/// Without what the daemon says of them, and without what every installation has. A secret is its fingerprint, which
/// stands for the secret that is there when it is applied again.
#[derive(Debug, Args)]
#[command(before_long_help = "\
Examples:
  tfo export > everything-here.yaml
  tfo export --all > platform.yaml && tfo diff -f platform.yaml      no differences
  tfo export --set shop > shop.yaml
  tfo export --scope eu/acme/shop")]
pub(crate) struct ExportArgs {
    /// Of all places
    #[arg(long, conflicts_with = "scope", help_heading = "Place")]
    all: bool,
    #[command(flatten)]
    scope: ScopeArgs,
    /// Only resources whose home is this set
    #[arg(long, value_name = "NAME", add = Names::Sets)]
    set: Option<Name>,
}

/// Prints resources.
pub(crate) async fn run(args: ExportArgs, place: &Place, out: &mut Printer) -> anyhow::Result<Exit> {
    let scope = if args.all { Scope::PLATFORM } else { place.scope(args.scope.scope.as_ref())? };
    let client = place.connect()?;
    let mut all = Vec::new();
    for kind in &kinds::ALL {
        // Of the kinds around the place, nothing stands in it.
        let listed = list_scope(kind, &scope);
        if !scope.contains(&listed) {
            continue;
        }
        let read = ResourceRead { scope: listed, ..ResourceRead::default() };
        all.extend(client.all_resources(kind, &read).await?.items);
    }
    let is_wanted = |resource: &Resource| {
        let home = resource.metadata.managed_by.first();
        !resource.metadata.built_in
            && args.set.as_ref().is_none_or(|set| home.is_some_and(|home| home.name == *set))
    };
    let clean: Vec<Resource> = all.into_iter().filter(is_wanted).map(cleaned).collect();
    match out.format() {
        Format::Json => out.document(&serde_json::json!({"items": clean}))?,
        Format::Jsonl => out.json_lines(&clean)?,
        _ => {
            for resource in &clean {
                out.write("---\n")?;
                out.write(&to_yaml(resource)?)?;
            }
        }
    }
    out.flush()?;
    if clean.is_empty() {
        out.hint(&format!("there is nothing to export in {scope}; --all looks everywhere"));
    }
    Ok(Exit::Done)
}

/// A resource as a person would have written it: what is wished, and nothing that the daemon says.
pub(crate) fn cleaned(resource: Resource) -> Resource {
    let metadata = resource.metadata;
    Resource {
        metadata: Metadata {
            uid: None,
            generation: None,
            created_at: None,
            updated_at: None,
            deleted_at: None,
            managed_by: Vec::new(),
            built_in: false,
            renamed_from: None,
            ..metadata
        },
        status: None,
        ..resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tfo_sdk::yaml::{Source, load};

    #[test]
    fn what_is_exported_reads_back_without_what_the_daemon_says() {
        let json = r#"{"apiVersion":"tfo/v1","kind":"ApiKey","metadata":{"name":"ci","tenant":"eu/acme/shop/production","uid":"u",
            "generation":7,"labels":{"a":"no"},"managedBy":[{"name":"shop","scope":"eu"}],"holds":[{"path":"spec.x"}]},
            "spec":{"scopes":["logs:write"],"secret":{"$secret":"f00"},"description":"two\nlines\n"},"status":{"x":1}}"#;
        let resource: Resource = serde_json::from_str(json).unwrap();
        let text = to_yaml(&cleaned(resource)).unwrap();
        insta::assert_snapshot!(text);
        let again = load(&Source::new("again", text.into_bytes())).unwrap();
        assert_eq!(again[0].get("/spec/secret/$secret").unwrap(), "f00");
        assert_eq!(again[0].get("/metadata/labels/a").unwrap(), "no");
    }

    #[test]
    fn what_is_invisible_is_written_out_and_reads_back() {
        let name = "\u{1f468}\u{200d}\u{1f467} \u{6cc}\u{200c}\u{ad}\u{202e}\u{e0041}";
        let json = serde_json::json!({
            "apiVersion": "tfo/v1",
            "kind": "Region",
            "metadata": {"name": "eu", "annotations": {name: format!("{name}\nof \\uFFFF two lines")}},
            "spec": {"displayName": name},
        });
        let resource: Resource = serde_json::from_value(json.clone()).unwrap();
        let text = to_yaml(&resource).unwrap();
        insta::assert_snapshot!(text, @r#"
        apiVersion: tfo/v1
        kind: Region
        metadata:
          name: eu
          annotations:
            "👨\u200D👧 ی\u200C\u00AD\u202E\U000E0041": "👨\u200D👧 ی\u200C\u00AD\u202E\U000E0041\nof \\uFFFF two lines"
        spec:
          displayName: "👨\u200D👧 ی\u200C\u00AD\u202E\U000E0041"
        "#);
        let again = load(&Source::new("again", text.into_bytes())).unwrap();
        assert_eq!(*again[0].value(), json);
    }
}
