//! The columns of resource and scope, which are the same for all records of one scope's block.

use arrow::array::ArrayRef;

use super::attributes::AttributeColumns;
use super::cell::{Nulls, TextColumn, UInt32Column};
use crate::otlp::DecodeError;
use crate::otlp::origin::Origin;
use crate::schema;

/// The columns of resource and scope, and the service's name.
pub(super) struct OriginColumns {
    service_name: TextColumn,
    resource: AttributeColumns,
    resource_dropped: UInt32Column,
    entity_refs: TextColumn,
    resource_schema_url: TextColumn,
    scope_name: TextColumn,
    scope_version: TextColumn,
    scope: AttributeColumns,
    scope_dropped: UInt32Column,
    scope_schema_url: TextColumn,
    /// Rows that have their origin.
    filled: usize,
}

impl OriginColumns {
    pub(super) fn new() -> Self {
        Self {
            service_name: TextColumn::default(),
            resource: AttributeColumns::new(schema::resource_attributes()),
            resource_dropped: UInt32Column::default(),
            entity_refs: TextColumn::default(),
            resource_schema_url: TextColumn::default(),
            scope_name: TextColumn::default(),
            scope_version: TextColumn::default(),
            scope: AttributeColumns::new(schema::scope_attributes()),
            scope_dropped: UInt32Column::default(),
            scope_schema_url: TextColumn::default(),
            filled: 0,
        }
    }

    /// Gives this origin to the rows that have none yet, up to so many in all.
    pub(super) fn fill_to(&mut self, rows: usize, origin: &Origin<'_>) -> Result<(), DecodeError> {
        let row = self.filled;
        let Some(count @ 1..) = rows.checked_sub(row) else { return Ok(()) };
        self.filled = rows;
        if let Some(resource) = &origin.resource {
            self.resource.append(row, &resource.attributes)?;
            self.resource.repeat(row, count - 1);
            self.service_name.set_all(row, count, resource.service_name);
            self.resource_dropped.set_all(row, count, resource.dropped_attributes_count);
            self.entity_refs.set_all(row, count, resource.entity_refs.as_deref());
        }
        self.resource_schema_url.set_all(row, count, origin.resource_schema_url);
        if let Some(scope) = &origin.scope {
            self.scope_name.set_all(row, count, scope.name);
            self.scope_version.set_all(row, count, scope.version);
            self.scope.append(row, &scope.attributes)?;
            self.scope.repeat(row, count - 1);
            self.scope_dropped.set_all(row, count, scope.dropped_attributes_count);
        }
        self.scope_schema_url.set_all(row, count, origin.scope_schema_url);
        Ok(())
    }

    /// The column of the service's name, and the others in the order of the schema.
    pub(super) fn finish(self, nulls: &mut Nulls) -> (ArrayRef, Vec<ArrayRef>) {
        let service_name = self.service_name.finish(nulls);
        let mut columns: Vec<ArrayRef> = self.resource.finish(nulls).collect();
        columns.extend([
            self.resource_dropped.finish(nulls),
            self.entity_refs.finish(nulls),
            self.resource_schema_url.finish(nulls),
            self.scope_name.finish(nulls),
            self.scope_version.finish(nulls),
        ]);
        columns.extend(self.scope.finish(nulls));
        columns.extend([self.scope_dropped.finish(nulls), self.scope_schema_url.finish(nulls)]);
        (service_name, columns)
    }
}
