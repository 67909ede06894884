//! The two levels of blocks around the records, which are built alike in all three signals.

use super::DecodeError;
use super::origin::Origin;
use super::tally::Tally;
use super::wire::Fields;

/// What the messages of a signal are called.
pub(super) struct Names {
    pub(super) request: &'static str,
    pub(super) resources: &'static str,
    pub(super) resource_block: &'static str,
    pub(super) scopes: &'static str,
    pub(super) scope_block: &'static str,
    pub(super) records: &'static str,
}

/// Takes the records of a request, one scope's block after the other.
pub(super) trait Records<'a> {
    /// Prepares for scopes of this resource; nothing that is asked for each scope may look at all of the resource.
    fn begin_resource(&mut self, _origin: &Origin<'a>) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Prepares for records of this origin.
    fn begin_scope(&mut self, _origin: &Origin<'a>) -> Result<(), DecodeError> {
        Ok(())
    }

    /// Takes a `LogRecord`, `Span` or `Metric`.
    fn record(&mut self, bytes: &'a [u8], origin: &Origin<'a>, tally: &mut Tally) -> Result<(), DecodeError>;

    /// Takes note that the records since the last call are those of this origin.
    fn end_scope(&mut self, origin: &Origin<'a>) -> Result<(), DecodeError>;
}

/// Walks through an `Export…ServiceRequest`.
///
/// Resource and scope may stand behind the records that they are about, so each block is read twice: for what it
/// says itself, then for what is in it.
pub(super) fn walk<'a>(
    names: &Names,
    raw: &'a [u8],
    tally: &mut Tally,
    records: &mut impl Records<'a>,
) -> Result<(), DecodeError> {
    let origin = &mut Origin::default();
    each(names.request, names.resources, 1, raw, |block| {
        origin.enter_resource(names.resource_block, block, tally)?;
        records.begin_resource(origin)?;
        each(names.resource_block, names.scopes, 2, block, |block| {
            origin.enter_scope(names.scope_block, block, tally)?;
            records.begin_scope(origin)?;
            each(names.scope_block, names.records, 2, block, |record| records.record(record, origin, tally))?;
            records.end_scope(origin)
        })
    })
}

/// Calls with each occurrence of one field.
fn each<'a>(
    message: &'static str,
    name: &'static str,
    number: u32,
    bytes: &'a [u8],
    mut call: impl FnMut(&'a [u8]) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut fields = Fields::new(message, bytes);
    while let Some(field) = fields.next()? {
        if field.number == number {
            call(field.bytes(name)?)?;
        }
    }
    Ok(())
}
