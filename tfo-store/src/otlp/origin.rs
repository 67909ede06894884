//! `Resource` and `InstrumentationScope` on the wire, and what stands around them.

use tfo_sdk::api::EntityRef;

use super::DecodeError;
use super::tally::{NESTED_BYTES, Tally};
use super::value::{AnyValueRef, KeyValueRef, measure};
use super::wire::{Fields, Merged};

/// What a key of an entity takes beside its text.
const KEY_BYTES: usize = 64;

/// Who produced records.
pub(crate) struct ResourceRef<'a> {
    pub(crate) attributes: Vec<&'a [u8]>,
    pub(crate) dropped_attributes_count: Option<u32>,
    /// JSON, as the column has it; `None` when there are none.
    pub(crate) entity_refs: Option<String>,
    /// `service.name`, where it is text.
    pub(crate) service_name: Option<&'a str>,
    /// Bytes that its columns take in each row.
    pub(crate) row_bytes: usize,
}

impl<'a> ResourceRef<'a> {
    fn parse(message: &Merged<'a>, tally: &mut Tally) -> Result<Self, DecodeError> {
        let mut attributes = Vec::new();
        let mut dropped_attributes_count = None;
        let mut entity_refs = Vec::new();
        for piece in message.pieces() {
            let mut fields = Fields::new("Resource", piece);
            while let Some(field) = fields.next()? {
                match field.number {
                    1 => tally.keep_attribute(&mut attributes, field.bytes("attributes")?)?,
                    2 => dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                    3 => entity_refs.push(entity_ref(field.bytes("entity_refs")?, tally)?),
                    _ => {}
                }
            }
        }
        let entity_refs = if entity_refs.is_empty() {
            None
        } else {
            let json = serde_json::to_string(&entity_refs);
            Some(json.map_err(|error| DecodeError(format!("Resource.entity_refs: {error}")))?)
        };
        let service_name = find_text(&attributes, "service.name")?;
        let row_bytes = measure(&attributes)?
            + entity_refs.as_ref().map_or(0, String::len)
            + service_name.map_or(0, str::len);
        tally.charge_large(row_bytes)?;
        Ok(Self { attributes, dropped_attributes_count, entity_refs, service_name, row_bytes })
    }
}

fn entity_ref(bytes: &[u8], tally: &mut Tally) -> Result<EntityRef, DecodeError> {
    // As it is kept here, and its JSON.
    tally.charge(NESTED_BYTES + 2 * bytes.len())?;
    let mut entity_ref = EntityRef::default();
    let mut fields = Fields::new("EntityRef", bytes);
    while let Some(field) = fields.next()? {
        match field.number {
            1 => field.string("schema_url")?.clone_into(&mut entity_ref.schema_url),
            2 => field.string("type")?.clone_into(&mut entity_ref.kind),
            3 => add_key(&mut entity_ref.id_keys, field.string("id_keys")?, tally)?,
            4 => add_key(&mut entity_ref.description_keys, field.string("description_keys")?, tally)?,
            _ => {}
        }
    }
    Ok(entity_ref)
}

fn add_key(keys: &mut Vec<String>, key: &str, tally: &mut Tally) -> Result<(), DecodeError> {
    tally.charge(KEY_BYTES)?;
    keys.push(key.to_owned());
    Ok(())
}

/// The first attribute with this key whose value is text.
fn find_text<'a>(attributes: &[&'a [u8]], wanted: &str) -> Result<Option<&'a str>, DecodeError> {
    for bytes in attributes {
        if let KeyValueRef { key, value: AnyValueRef::String(text) } = KeyValueRef::parse(bytes)?
            && key == wanted
        {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// What code produced records.
#[derive(Default)]
pub(crate) struct ScopeRef<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    pub(crate) attributes: Vec<&'a [u8]>,
    pub(crate) dropped_attributes_count: Option<u32>,
    /// Bytes that its columns take in each row.
    pub(crate) row_bytes: usize,
}

impl<'a> ScopeRef<'a> {
    fn parse(message: &Merged<'a>, tally: &mut Tally) -> Result<Self, DecodeError> {
        let mut scope = Self::default();
        for piece in message.pieces() {
            let mut fields = Fields::new("InstrumentationScope", piece);
            while let Some(field) = fields.next()? {
                match field.number {
                    1 => scope.name = Some(field.string("name")?),
                    2 => scope.version = Some(field.string("version")?),
                    3 => tally.keep_attribute(&mut scope.attributes, field.bytes("attributes")?)?,
                    4 => scope.dropped_attributes_count = Some(field.uint32("dropped_attributes_count")?),
                    _ => {}
                }
            }
        }
        scope.row_bytes =
            measure(&scope.attributes)? + scope.name.map_or(0, str::len) + scope.version.map_or(0, str::len);
        tally.charge_large(scope.row_bytes)?;
        Ok(scope)
    }
}

/// Where the records of one scope's block come from.
#[derive(Default)]
pub(crate) struct Origin<'a> {
    pub(crate) resource: Option<ResourceRef<'a>>,
    pub(crate) resource_schema_url: Option<&'a str>,
    pub(crate) scope: Option<ScopeRef<'a>>,
    pub(crate) scope_schema_url: Option<&'a str>,
}

impl<'a> Origin<'a> {
    /// Reads what a `ResourceLogs`, `ResourceSpans` or `ResourceMetrics` says beside its records.
    pub(crate) fn enter_resource(
        &mut self,
        block: &'static str,
        bytes: &'a [u8],
        tally: &mut Tally,
    ) -> Result<(), DecodeError> {
        let (resource, schema_url) = surroundings(block, "resource", bytes)?;
        self.resource = resource.map(|resource| ResourceRef::parse(&resource, tally)).transpose()?;
        self.resource_schema_url = schema_url;
        Ok(())
    }

    /// Reads what a `ScopeLogs`, `ScopeSpans` or `ScopeMetrics` says beside its records.
    pub(crate) fn enter_scope(
        &mut self,
        block: &'static str,
        bytes: &'a [u8],
        tally: &mut Tally,
    ) -> Result<(), DecodeError> {
        let (scope, schema_url) = surroundings(block, "scope", bytes)?;
        self.scope = scope.map(|scope| ScopeRef::parse(&scope, tally)).transpose()?;
        self.scope_schema_url = schema_url;
        Ok(())
    }

    /// Bytes that its columns take in each row.
    pub(crate) fn row_bytes(&self) -> usize {
        self.resource.as_ref().map_or(0, |resource| resource.row_bytes)
            + self.scope.as_ref().map_or(0, |scope| scope.row_bytes)
            + self.resource_schema_url.map_or(0, str::len)
            + self.scope_schema_url.map_or(0, str::len)
    }
}

/// Fields 1 and 3 of a block: they mean the same in the blocks of resources and of scopes, in all three signals.
/// They may stand behind the records that they are about.
fn surroundings<'a>(
    block: &'static str,
    name: &str,
    bytes: &'a [u8],
) -> Result<(Option<Merged<'a>>, Option<&'a str>), DecodeError> {
    let (mut message, mut schema_url) = (None, None);
    let mut fields = Fields::new(block, bytes);
    while let Some(field) = fields.next()? {
        match field.number {
            1 => field.merge_into(name, &mut message)?,
            3 => schema_url = Some(field.string("schema_url")?),
            _ => {}
        }
    }
    Ok((message, schema_url))
}
