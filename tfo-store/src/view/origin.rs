//! Resource and scope, as they stand in every record.

use arrow::datatypes::UInt32Type;
use tfo_sdk::RecordId;
use tfo_sdk::api::{Origin, Resource, Scope};

use super::ViewError;
use super::attributes::AttributeReader;
use super::table::{Numbers, Table, Text, required};
use crate::schema;

/// Reads resource and scope, row by row.
pub(super) struct OriginReader {
    resource: AttributeReader,
    resource_dropped: Numbers<UInt32Type>,
    entity_refs: Text,
    resource_schema_url: Text,
    scope: AttributeReader,
    scope_name: Text,
    scope_version: Text,
    scope_dropped: Numbers<UInt32Type>,
    scope_schema_url: Text,
}

impl OriginReader {
    pub(super) fn new(table: &Table) -> Result<Self, ViewError> {
        Ok(Self {
            resource: AttributeReader::new(table, schema::resource_attributes())?,
            resource_dropped: table.numbers("resource_dropped_attributes_count")?,
            entity_refs: table.text("resource_entity_refs")?,
            resource_schema_url: table.text("resource_schema_url")?,
            scope: AttributeReader::new(table, schema::scope_attributes())?,
            scope_name: table.text("scope_name")?,
            scope_version: table.text("scope_version")?,
            scope_dropped: table.numbers("scope_dropped_attributes_count")?,
            scope_schema_url: table.text("scope_schema_url")?,
        })
    }

    pub(super) fn get(&self, row: usize) -> Result<Origin, ViewError> {
        let entity_refs = match self.entity_refs.get(row) {
            None => Vec::new(),
            Some(json) => serde_json::from_str(json)
                .map_err(|error| ViewError(format!("column resource_entity_refs: {error}")))?,
        };
        let resource = self.resource.get(row)?.map(|attributes| Resource {
            attributes,
            dropped_attributes_count: self.resource_dropped.get(row),
            entity_refs,
        });
        let scope = self.scope.get(row)?.map(|attributes| Scope {
            name: self.scope_name.owned(row),
            version: self.scope_version.owned(row),
            attributes,
            dropped_attributes_count: self.scope_dropped.get(row),
        });
        Ok(Origin {
            resource,
            resource_schema_url: self.resource_schema_url.owned(row),
            scope,
            scope_schema_url: self.scope_schema_url.owned(row),
        })
    }
}

/// Reads the records' identities.
pub(super) struct IdReader {
    sequence: Numbers<arrow::datatypes::UInt64Type>,
    row: Numbers<UInt32Type>,
}

impl IdReader {
    pub(super) fn new(table: &Table) -> Result<Self, ViewError> {
        Ok(Self { sequence: table.numbers(schema::INGEST_SEQ)?, row: table.numbers(schema::INGEST_ROW)? })
    }

    pub(super) fn get(&self, row: usize) -> Result<RecordId, ViewError> {
        Ok(RecordId {
            sequence: required(schema::INGEST_SEQ, self.sequence.get(row))?,
            row: required(schema::INGEST_ROW, self.row.get(row))?,
        })
    }
}
