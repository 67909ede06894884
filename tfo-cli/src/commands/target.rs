//! Naming resources on the command line: `KIND`, `KIND NAME`, `KIND/NAME`, and where they stand.

use clap::Args;
use tfo_sdk::api::ResourcePage;
use tfo_sdk::client::{Client, ResourceRead};
use tfo_sdk::resource::kind::find;
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope, kinds};
use tfo_sdk::yaml::nearest;

use crate::complete::Names;
use crate::connection::Place;

/// One resource.
#[derive(Debug, Clone, Args)]
pub(crate) struct TargetArgs {
    /// Kind, plural or short name; or KIND/NAME
    #[arg(value_name = "KIND", add = Names::KindsOrResources)]
    kind: String,
    /// Name of the resource
    #[arg(value_name = "NAME", add = Names::Resources)]
    name: Option<String>,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
}

/// Where.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScopeArgs {
    /// Place: platform, or a path like eu/acme/shop/production [default: TFO_TENANT, or that of the context]
    #[arg(long, value_name = "PLACE", help_heading = "Place", add = Names::Places)]
    pub(crate) scope: Option<Scope>,
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> anyhow::Result<&'static KindInfo> {
    find(name).ok_or_else(|| {
        let shown: String = name.chars().take(64).collect();
        let known = kinds::ALL
            .iter()
            .flat_map(|kind| [kind.name, kind.plural].into_iter().chain(kind.short.iter().copied()));
        match nearest(name, known) {
            Some(meant) => anyhow::anyhow!("there is no kind {shown:?}, did you mean {meant:?}?"),
            None => {
                let all: Vec<&str> = kinds::ALL.iter().map(|kind| kind.name).collect();
                anyhow::anyhow!("there is no kind {shown:?}; there are {}", all.join(", "))
            }
        }
    })
}

/// A kind, and a name where there is one, out of `KIND NAME` or `KIND/NAME`.
pub(crate) fn kind_and_name(
    kind_text: &str,
    name: Option<&str>,
) -> anyhow::Result<(&'static KindInfo, Option<Name>)> {
    let (kind_text, name) = match (kind_text.split_once('/'), name) {
        (Some((kind, within)), None) => (kind, Some(within)),
        (Some(_), Some(_)) => anyhow::bail!("expected KIND/NAME or KIND NAME, not both"),
        (None, name) => (kind_text, name),
    };
    Ok((kind(kind_text)?, name.map(str::parse).transpose()?))
}

impl TargetArgs {
    /// The kind and the name.
    pub(crate) fn parse(&self) -> anyhow::Result<(&'static KindInfo, Name)> {
        let (kind, name) = kind_and_name(&self.kind, self.name.as_deref())?;
        let name =
            name.ok_or_else(|| anyhow::anyhow!("expected the name of a resource: {} NAME", kind.name))?;
        Ok((kind, name))
    }

    /// Finds it, or says what there is.
    pub(crate) async fn find(&self, client: &Client, place: &Place) -> anyhow::Result<Found> {
        let (kind, name) = self.parse()?;
        find_one(client, kind, &name, &place.scope(self.scope.scope.as_ref())?).await
    }
}

/// What looking for a resource gives.
pub(crate) enum Found {
    /// It is there, and stands here.
    Resource(Box<Resource>, &'static KindInfo, Scope),
    /// It is not there; what to say about it.
    Nothing(String),
}

/// Where a resource stands.
pub(crate) fn scope_of(resource: &Resource) -> Scope {
    let metadata = &resource.metadata;
    let said = [&metadata.tenant, &metadata.workspace, &metadata.organization, &metadata.region];
    said.into_iter().flatten().next().cloned().unwrap_or_default()
}

/// Where to list a kind for somebody who works in a place: there and below, or as far up as the kind stands.
pub(crate) fn list_scope(kind: &KindInfo, place: &Scope) -> Scope {
    if kind.levels.iter().any(|level| *level >= place.level()) {
        return place.clone();
    }
    kind.scope_in(place).unwrap_or_default()
}

/// Finds a resource by its name: in the place, around it as far as the kind asks, and else the only one below it.
pub(crate) async fn find_one(
    client: &Client,
    kind: &'static KindInfo,
    name: &Name,
    place: &Scope,
) -> anyhow::Result<Found> {
    if kind.scope_in(place).is_some()
        && let Some(resource) = client.find_resource(kind, place, name).await?
    {
        let scope = scope_of(&resource);
        return Ok(Found::Resource(Box::new(resource), kind, scope));
    }
    let scope = list_scope(kind, place);
    let read = ResourceRead { scope: scope.clone(), ..ResourceRead::default() };
    let ResourcePage { items, .. } = client.all_resources(kind, &read).await?;
    let (mut same, others): (Vec<Resource>, Vec<Resource>) =
        items.into_iter().partition(|resource| resource.metadata.name == *name);
    if same.len() > 1 {
        let places: Vec<String> = same.iter().map(|resource| scope_of(resource).to_string()).collect();
        anyhow::bail!(
            "there are several {}/{name}: in {}; say which with --scope",
            kind.name,
            places.join(", ")
        );
    }
    if let Some(resource) = same.pop() {
        let scope = scope_of(&resource);
        return Ok(Found::Resource(Box::new(resource), kind, scope));
    }
    let meant = nearest(name.as_str(), others.iter().map(|resource| resource.metadata.name.as_str()));
    let meant = meant.map(|near| format!(", did you mean {near}?")).unwrap_or_default();
    Ok(Found::Nothing(format!("{}/{name} not found in {scope}{meant}", kind.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_named_in_two_ways_and_kinds_in_many() {
        for (kind, name) in [("quota", Some("a")), ("quotas/a", None), ("Quota/a", None)] {
            let (kind, name) = kind_and_name(kind, name).unwrap();
            assert_eq!((kind.name, name.unwrap().as_str()), ("Quota", "a"));
        }
        assert!(kind_and_name("quota/a", Some("b")).is_err());
        let error = kind("quta").unwrap_err().to_string();
        assert_eq!(error, "there is no kind \"quta\", did you mean \"Quota\"?");
        assert!(kind("nonsense").unwrap_err().to_string().contains("there are Region, Organization"));
    }

    #[test]
    fn a_kind_is_listed_where_it_can_stand() {
        let listed =
            |kind: &str, place: &str| list_scope(find(kind).unwrap(), &place.parse().unwrap()).to_string();
        assert_eq!(listed("quota", "eu/acme/shop/production"), "eu/acme/shop/production");
        assert_eq!(listed("quota", "eu"), "eu");
        assert_eq!(listed("workspace", "eu/acme/shop/production"), "eu/acme");
        assert_eq!(listed("role", "eu/acme/shop"), "eu/acme");
        assert_eq!(listed("user", "eu"), "platform");
    }
}
