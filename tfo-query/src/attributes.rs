//! Which attributes there are, and which values, with counts: what completion is made of.
//!
//! It looks at the newest records only, so that it is quick however much is stored, and says how far back it looked.
//! What it finds it counts in a table of bounded size: with more keys or values than that, the rare ones fall out,
//! and the counts of the others may be a little low.

mod frequent;
mod keys;
mod values;

use tfo_sdk::Signal;
use tfo_sdk::api::{AttributeKeys, AttributeValues, Incomplete, Scan};
use tfo_sdk::filter::Field;
use tfo_store::TenantScope;

use crate::engine::Engine;
use crate::error::QueryError;
use crate::recent::Recent;
use crate::selection::Selection;
use crate::tables::Tables;

use self::frequent::MOST;

/// Records that keys are looked for in: many columns are read of each.
const KEY_RECORDS: u64 = 100_000;
/// Records that values are looked for in.
const VALUE_RECORDS: u64 = 1_000_000;

/// What to complete.
#[derive(Debug, Clone)]
pub struct Completion {
    /// Attributes of the records of this signal.
    pub signal: Signal,
    /// Of these records.
    pub selection: Selection,
    /// Only what begins with this.
    pub prefix: String,
    /// At most this many, the most frequent.
    pub limit: usize,
}

impl Engine {
    /// The keys of attributes, by how often they stand in the newest records.
    pub async fn attribute_keys(
        &self,
        scope: &TenantScope,
        completion: &Completion,
    ) -> Result<AttributeKeys, QueryError> {
        let until = self.until_half();
        let find = keys::find(self.tables(), self.store.clone(), scope.clone(), completion.clone(), until);
        self.runtime.run(find).await
    }

    /// The values of a field, by how many of the newest records have them. Of a number of severity the level counts;
    /// body and duration have no values worth offering, and are refused.
    pub async fn attribute_values(
        &self,
        scope: &TenantScope,
        field: &Field,
        completion: &Completion,
    ) -> Result<AttributeValues, QueryError> {
        let (store, until) = (self.store.clone(), self.until_half());
        let find =
            values::find(self.tables(), store, scope.clone(), field.clone(), completion.clone(), until);
        self.runtime.run(find).await
    }
}

/// What the answer says that was read, when some of what was found fell out.
fn scan(recent: &Recent, tables: &Tables, lost: bool, what: &str) -> Scan {
    let mut scan = recent.scan(tables);
    if lost {
        let reason = format!("there are more than {MOST} different {what}; rare ones may be missing");
        let code = scan.incomplete_code.unwrap_or(Incomplete::RowLimit);
        let because = match scan.incomplete_because.take() {
            Some(before) => format!("{before}; and {reason}"),
            None => reason,
        };
        scan.end_early(code, because);
    }
    scan
}
