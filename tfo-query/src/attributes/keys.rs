//! The keys of attributes: those of promoted columns, and those in the maps.

use std::collections::BTreeMap;

use datafusion::arrow::array::Array as _;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::logical_expr::Expr;
use tfo_sdk::Signal;
use tfo_sdk::api::{AttributeKey, AttributeKeys, AttributePlace};
use tfo_sdk::filter::Field;
use tfo_store::schema::{
    AttributeSet, PromotedType, TEXT_TYPE, record_attributes, resource_attributes, scope_attributes,
};
use tfo_store::{Store, TenantScope};

use super::frequent::Frequent;
use super::{Completion, KEY_RECORDS, scan};
use crate::entries::{Entries, as_map};
use crate::error::{QueryError, of_plan};
use crate::plan::{self, column};
use crate::recent::Recent;
use crate::tables::Tables;
use crate::until::Until;

/// Longest key that is offered.
const LONGEST: usize = 256;

pub(super) async fn find(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    completion: Completion,
    until: Until,
) -> Result<AttributeKeys, QueryError> {
    let Completion { signal, selection, prefix, limit } = completion;
    let snapshot = store.snapshot(&scope, signal, selection.range);
    let recent = Recent::of(&tables, signal, &snapshot, &selection, KEY_RECORDS, until).await?;
    let sets = sets(signal);
    let columns: Vec<Expr> = sets.iter().flat_map(|(_, set)| columns(set)).collect();
    let frame = recent.selection.frame(&tables, signal, snapshot)?.select(columns).map_err(of_plan)?;
    let mut found = Found { prefix, promoted: BTreeMap::new(), in_maps: Frequent::new(tables.hold("keys")) };
    plan::each(frame, &tables, |batch| {
        for (place, set) in &sets {
            found.add(*place, set, &batch)?;
        }
        Ok(())
    })
    .await?;
    let lost = found.in_maps.lost();
    let mut items = found.keys();
    let distinct = items.len() as u64;
    items.truncate(limit);
    Ok(AttributeKeys { items, distinct, scan: scan(&recent, &tables, lost, "keys") })
}

/// Where attributes stand.
fn sets(signal: Signal) -> [(AttributePlace, &'static AttributeSet); 3] {
    [
        (AttributePlace::Record, record_attributes(signal)),
        (AttributePlace::Resource, resource_attributes()),
        (AttributePlace::Scope, scope_attributes()),
    ]
}

fn columns(set: &AttributeSet) -> Vec<Expr> {
    let promoted = set.promoted.iter().map(|(key, _)| column(&format!("{}{key}", set.prefix)));
    [column(set.map), column(set.types)].into_iter().chain(promoted).collect()
}

/// What a key is called in filters.
pub(super) fn field(place: AttributePlace, key: &str) -> Field {
    match place {
        AttributePlace::Record => Field::Attribute(key.to_owned()),
        AttributePlace::Resource => Field::ResourceAttribute(key.to_owned()),
        AttributePlace::Scope => Field::ScopeAttribute(key.to_owned()),
    }
}

struct Found {
    prefix: String,
    /// By place, key and type; few, because they stand in a list.
    promoted: BTreeMap<(AttributePlace, &'static str, &'static str), u64>,
    /// By place, key and type.
    in_maps: Frequent<(AttributePlace, String, String)>,
}

impl Found {
    fn add(
        &mut self,
        place: AttributePlace,
        set: &'static AttributeSet,
        batch: &RecordBatch,
    ) -> Result<(), QueryError> {
        for (key, kind) in set.promoted {
            if !self.is_wanted(place, key) {
                continue;
            }
            let Some(column) = batch.column_by_name(&format!("{}{key}", set.prefix)) else { continue };
            let count = (column.len() - column.null_count()) as u64;
            let kind = match kind {
                PromotedType::Text => TEXT_TYPE,
                PromotedType::Int => "int",
            };
            if count > 0 {
                *self.promoted.entry((place, key, kind)).or_default() += count;
            }
        }
        let missing = || QueryError::Internal(format!("the plan gave no column {}", set.map));
        let map = as_map(batch.column_by_name(set.map).ok_or_else(missing)?).map_err(of_plan)?;
        let types = as_map(batch.column_by_name(set.types).ok_or_else(missing)?).map_err(of_plan)?;
        let (entries, types) = (Entries::new(map).map_err(of_plan)?, Entries::new(types).map_err(of_plan)?);
        for row in 0..batch.num_rows() {
            let mut typed = types.places(row).map(|at| types.entry(at)).peekable();
            for at in entries.places(row) {
                let (key, _) = entries.entry(at);
                let kind = typed.next_if(|(of, _)| *of == key).map_or(TEXT_TYPE, |(_, kind)| kind);
                if key.len() <= LONGEST && self.is_wanted(place, key) {
                    self.in_maps.add((place, key.to_owned(), kind.to_owned()), key.len())?;
                }
            }
        }
        Ok(())
    }

    /// Whether a key begins as it should, or what it is called in filters does.
    fn is_wanted(&self, place: AttributePlace, key: &str) -> bool {
        key.starts_with(&self.prefix) || field(place, key).to_string().starts_with(&self.prefix)
    }

    fn keys(self) -> Vec<AttributeKey> {
        let mut keys: BTreeMap<(AttributePlace, String), BTreeMap<String, u64>> = BTreeMap::new();
        let promoted = self
            .promoted
            .into_iter()
            .map(|((place, key, kind), count)| ((place, key.to_owned(), kind.to_owned()), count));
        for ((place, key, kind), count) in promoted.chain(self.in_maps.sorted()) {
            *keys.entry((place, key)).or_default().entry(kind).or_default() += count;
        }
        let mut keys: Vec<AttributeKey> = keys
            .into_iter()
            .map(|((place, key), types)| AttributeKey {
                field: field(place, &key).to_string(),
                key,
                place,
                count: types.values().sum(),
                types,
            })
            .collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.count));
        keys
    }
}
