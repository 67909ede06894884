//! The resources of one kind as rows: in order, searched, and changed one by one. Nothing here draws or asks.

use serde_json::json;
use tfo_sdk::api::WatchEvent;
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope};
use tfo_sdk::yaml::to_yaml;

use crate::commands::export::cleaned;
use crate::commands::target::scope_of;
use crate::views::resource::csv;

/// Cells before those of the kind: name and place.
const BEFORE: usize = 2;
/// Cells behind those of the kind in which one searches: labels and sets. Of a number one would find too much.
const BEHIND: usize = 2;

/// A resource, with what is shown of it and searched in.
#[derive(Debug)]
pub(super) struct Row {
    /// Where it stands.
    pub(super) scope: Scope,
    /// As it is.
    pub(super) resource: Resource,
    /// Name, place, the columns of its kind, labels, sets, generation, time of the last change: as `tfo get -o csv`.
    cells: Vec<String>,
    /// The first of these in lower case.
    searched: String,
}

impl Row {
    fn new(kind: &KindInfo, resource: Resource) -> Self {
        let cells = csv(kind, std::slice::from_ref(&resource), false).pop().unwrap_or_default();
        let searched = cells.iter().take(BEFORE + kind.columns.len() + BEHIND);
        let searched = searched.map(|cell| cell.to_lowercase()).collect::<Vec<_>>().join("\n");
        Self { scope: scope_of(&resource), resource, cells, searched }
    }

    /// What it is told from the others by, and sorted by.
    pub(super) fn key(&self) -> (&Scope, &Name) {
        (&self.scope, &self.resource.metadata.name)
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.cell(0)
    }

    /// Its place.
    pub(super) fn place(&self) -> &str {
        self.cell(1)
    }

    /// The columns of its kind.
    pub(super) fn own<'r>(&'r self, kind: &KindInfo) -> impl Iterator<Item = &'r str> {
        (BEFORE..BEFORE + kind.columns.len()).map(move |index| self.cell(index))
    }

    /// Its labels.
    pub(super) fn labels(&self, kind: &KindInfo) -> &str {
        self.cell(BEFORE + kind.columns.len())
    }

    /// The sets that own fields of it.
    pub(super) fn sets(&self, kind: &KindInfo) -> &str {
        self.cell(BEFORE + kind.columns.len() + 1)
    }

    /// All of it as a text, for what is highlighted.
    pub(super) fn text(&self) -> String {
        self.cells.join(" ")
    }

    fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", String::as_str)
    }

    fn bytes(&self) -> usize {
        // The resource itself and what is searched are about what the cells are.
        size_of::<Self>() + 3 * self.cells.iter().map(|cell| cell.len() + 24).sum::<usize>()
    }
}

/// Whether a text in lower case has all words of a search, and none of those that stand behind a `-` or `!` in it.
fn passes(searched: &str, search: &str) -> bool {
    search.to_lowercase().split_whitespace().all(|word| match word.strip_prefix(['-', '!']) {
        Some(unwanted) if !unwanted.is_empty() => !searched.contains(unwanted),
        _ => searched.contains(word),
    })
}

/// All rows, and those that pass a search.
#[derive(Debug)]
pub(super) struct Rows {
    kind: &'static KindInfo,
    /// By place and name.
    all: Vec<Row>,
    found: Vec<usize>,
    search: String,
}

impl Rows {
    /// None yet.
    pub(super) fn new(kind: &'static KindInfo, search: &str) -> Self {
        Self { kind, all: Vec::new(), found: Vec::new(), search: search.trim().to_owned() }
    }

    /// How many there are, whatever the search.
    pub(super) fn all(&self) -> usize {
        self.all.len()
    }

    /// How many pass the search.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// One of those that pass the search.
    pub(super) fn get(&self, index: usize) -> Option<&Row> {
        self.all.get(*self.found.get(index)?)
    }

    /// Those that pass the search.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.found.iter().filter_map(move |at| self.all.get(*at))
    }

    /// What is searched for; empty where nothing is.
    pub(super) fn search(&self) -> &str {
        &self.search
    }

    /// Searches for something else.
    pub(super) fn set_search(&mut self, search: &str) {
        search.trim().clone_into(&mut self.search);
        self.find();
    }

    /// Puts a whole list in place of what was there.
    pub(super) fn fill(&mut self, resources: Vec<Resource>) {
        self.all = resources.into_iter().map(|resource| Row::new(self.kind, resource)).collect();
        self.all.sort_by(|a, b| a.key().cmp(&b.key()));
        self.find();
    }

    /// Takes a change in.
    pub(super) fn change(&mut self, event: WatchEvent) {
        let WatchEvent { reference, resource, .. } = event;
        if reference.kind != self.kind.name {
            return;
        }
        let uid = resource.as_ref().and_then(|resource| resource.metadata.uid.clone());
        // A resource that is renamed keeps its identity.
        self.all.retain(|row| {
            let is_named = row.key() == (&reference.scope, &reference.name);
            let is_same = uid.is_some() && row.resource.metadata.uid == uid;
            !is_named && !is_same
        });
        // What is deleted and can be had back is not listed either.
        if let Some(resource) = resource.filter(|resource| resource.metadata.deleted_at.is_none()) {
            let row = Row::new(self.kind, resource);
            let at = self.all.partition_point(|known| known.key() < row.key());
            self.all.insert(at, row);
        }
        self.find();
    }

    fn find(&mut self) {
        let rows = self.all.iter().enumerate();
        self.found =
            rows.filter(|(_, row)| passes(&row.searched, &self.search)).map(|(index, _)| index).collect();
    }

    /// What is found as documents that can be applied, as YAML, or as JSON where the path ends so. What every
    /// installation has is left out.
    pub(super) fn exported(&self, path: &str) -> Result<String, String> {
        let wished = self.iter().map(|row| &row.resource).filter(|resource| !resource.metadata.built_in);
        let wished = wished.cloned().map(cleaned);
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ending.eq_ignore_ascii_case("json") {
            let items: Vec<Resource> = wished.collect();
            return serde_json::to_string_pretty(&json!({ "items": items }))
                .map_err(|error| error.to_string());
        }
        let mut out = String::new();
        for resource in wished {
            out.push_str("---\n");
            out.push_str(&to_yaml(&resource).map_err(|error| error.to_string())?);
        }
        Ok(out)
    }

    /// Approximately the bytes that they hold.
    pub(super) fn bytes(&self) -> usize {
        self.all.iter().map(Row::bytes).sum()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use tfo_sdk::Timestamp;
    use tfo_sdk::resource::ResourceRef;
    use tfo_sdk::resource::kind::find_exactly;

    use super::*;

    /// A quota of a tenant.
    pub(in super::super) fn quota(name: &str, tenant: &str, uid: &str) -> Resource {
        let document = json!({
            "apiVersion": "tfo/v1", "kind": "Quota", "spec": {"activeSeries": 5000},
            "metadata": {
                "name": name, "tenant": format!("eu/acme/shop/{tenant}"), "labels": {"team": "checkout"},
                "uid": uid, "generation": 7,
            },
        });
        serde_json::from_value(document).unwrap()
    }

    /// What a watch tells of a resource.
    pub(in super::super) fn event(action: &str, resource: &Resource, is_gone: bool) -> WatchEvent {
        let reference = ResourceRef {
            kind: resource.kind.clone(),
            scope: scope_of(resource),
            name: resource.metadata.name.clone(),
        };
        let resource = (!is_gone).then(|| resource.clone());
        WatchEvent { revision: 1, action: action.to_owned(), reference, resource }
    }

    fn rows(search: &str) -> Rows {
        let mut rows = Rows::new(find_exactly("Quota").unwrap(), search);
        rows.fill(vec![
            quota("b", "production", "1"),
            quota("a", "staging", "2"),
            quota("a", "production", "3"),
        ]);
        rows
    }

    fn names(rows: &Rows) -> Vec<String> {
        rows.iter().map(|row| format!("{} {}", row.place().rsplit('/').next().unwrap(), row.name())).collect()
    }

    #[test]
    fn words_are_searched_in_names_places_labels_and_columns() {
        let row = Row::new(find_exactly("Quota").unwrap(), quota("ingest", "production", "1"));
        for (search, is_found) in [
            ("", true),
            ("INGEST shop", true),
            ("team=checkout", true),
            ("5000", true),
            ("team=cart", false),
            ("-staging", true),
            ("ingest !production", false),
            ("-", false),
            // The generation is none of these.
            ("7", false),
        ] {
            assert_eq!(passes(&row.searched, search), is_found, "{search:?}");
        }
        assert_eq!(names(&rows(" staging ")), ["staging a"]);
    }

    #[test]
    fn changes_come_in_their_place() {
        let mut rows = rows("");
        assert_eq!(names(&rows), ["production a", "production b", "staging a"]);
        rows.change(event("create", &quota("aa", "production", "4"), false));
        assert_eq!(names(&rows), ["production a", "production aa", "production b", "staging a"]);
        rows.change(event("delete", &quota("a", "production", "3"), true));
        assert_eq!(names(&rows), ["production aa", "production b", "staging a"]);
        // Renamed: the same identity.
        rows.change(event("update", &quota("c", "staging", "2"), false));
        assert_eq!(names(&rows), ["production aa", "production b", "staging c"]);
        let mut deleted = quota("b", "production", "1");
        deleted.metadata.deleted_at = Some(Timestamp(1));
        rows.change(event("delete", &deleted, false));
        assert_eq!(names(&rows), ["production aa", "staging c"]);
        let mut other = event("delete", &quota("c", "staging", "2"), true);
        other.reference.kind = "Role".to_owned();
        rows.change(other);
        assert_eq!(rows.all(), 2);
    }

    #[test]
    fn what_is_found_can_be_applied_elsewhere() {
        let text = rows("production").exported("quotas.yaml").unwrap();
        assert_eq!(text.matches("---\n").count(), 2);
        assert!(text.contains("activeSeries: 5000") && !text.contains("generation"), "{text}");
        assert!(rows("staging").exported("quotas.JSON").unwrap().starts_with("{\n  \"items\": ["));
    }
}
