//! The tables `resource`, `change` and `secret`.

use tfo_sdk::resource::{Name, Scope};

use super::journal::{Entry, ORIGIN, Placed};
use super::record::Record;
use super::secrets::Kept;
use crate::platform::db::{DbError, DbResult, Tx, WriteTx, on_engine};

/// A row of `change`.
type ChangeRow = (
    i64,
    i64,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    String,
);

fn placed(row: ChangeRow) -> Placed {
    let (
        seq,
        at,
        principal,
        via,
        address,
        action,
        kind,
        scope,
        name,
        uid,
        generation,
        set,
        before,
        after,
        digest,
        hash,
    ) = row;
    let entry =
        Entry { at, principal, via, address, action, kind, scope, name, uid, generation, set, before, after };
    Placed { seq, entry, digest, hash }
}

/// All resources, and the last entry of the journal.
pub(super) async fn load(tx: &mut Tx) -> DbResult<(Vec<Record>, i64)> {
    let rows: Vec<(String,)> = on_engine!(tx, |connection| {
        sqlx::query_as("select record from resource").fetch_all(connection).await?
    });
    let records = rows.iter().map(|(record,)| parse(record)).collect::<DbResult<Vec<_>>>()?;
    Ok((records, last(tx).await?.0))
}

fn parse(record: &str) -> DbResult<Record> {
    serde_json::from_str(record)
        .map_err(|error| DbError::Corrupt { cause: format!("a resource cannot be read: {error}") })
}

/// The highest generation that a resource of this place, kind and name ever had, 0 if there was none.
pub(super) async fn last_generation(tx: &mut Tx, record: &Record) -> DbResult<u64> {
    const SQL: &str = "select max(generation) from change where kind = $1 and scope = $2 and name = $3";
    let (generation,): (Option<i64>,) = on_engine!(tx, |connection| {
        sqlx::query_as(SQL)
            .bind(&record.kind)
            .bind(record.scope.to_string())
            .bind(record.name.as_str())
            .fetch_one(connection)
            .await?
    });
    Ok(generation.map_or(0, i64::unsigned_abs))
}

/// The last entry of the journal, and its hash.
pub(super) async fn last(tx: &mut Tx) -> DbResult<(i64, String)> {
    let row: Option<(i64, String)> = on_engine!(tx, |connection| {
        sqlx::query_as("select seq, hash from change order by seq desc limit 1")
            .fetch_optional(connection)
            .await?
    });
    Ok(row.unwrap_or((0, ORIGIN.to_owned())))
}

/// So many bytes of records are read at a time, unless one entry alone has more: a page of the journal ends before what
/// would not fit into memory, however many entries were asked for.
pub(super) const PAGE_BYTES: i64 = 16 << 20;

/// How many of the entries whose records have these bytes are a page.
fn page(sizes: &[(i64,)], limit: i64) -> i64 {
    let mut bytes = 0;
    let fits = |(size,): &&(i64,)| {
        let is_first = bytes == 0;
        bytes += size;
        is_first || bytes <= PAGE_BYTES
    };
    (sizes.iter().take_while(fits).count() as i64).min(limit)
}

/// Entries of the journal, and whether there are more behind them.
pub(super) type Page = (Vec<Placed>, bool);

/// Entries of the journal behind this one, oldest first: at most so many, and [`PAGE_BYTES`].
pub(super) async fn changes_after(tx: &mut Tx, seq: i64, limit: i64) -> DbResult<Vec<Placed>> {
    const SIZES: &str = "select cast(coalesce(octet_length(before_record), 0) + coalesce(octet_length(after_record), 0) \
                         as bigint) from change where seq > $1 order by seq limit $2";
    const SQL: &str = "select seq, at, principal, via, address, action, kind, scope, name, uid, generation, set_name, \
                       before_record, after_record, digest, hash from change where seq > $1 order by seq limit $2";
    let sizes: Vec<(i64,)> = on_engine!(tx, |connection| {
        sqlx::query_as(SIZES).bind(seq).bind(limit).fetch_all(connection).await?
    });
    let rows: Vec<ChangeRow> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL).bind(seq).bind(page(&sizes, limit)).fetch_all(connection).await?
    });
    Ok(rows.into_iter().map(placed).collect())
}

/// Entries of the journal about one resource before this one, newest first: at most so many, and [`PAGE_BYTES`].
pub(super) async fn changes_of(tx: &mut Tx, uid: &str, before: i64, limit: i64) -> DbResult<Page> {
    const SIZES: &str = "select cast(coalesce(octet_length(before_record), 0) + coalesce(octet_length(after_record), 0) \
                         as bigint) from change where uid = $1 and seq < $2 order by seq desc limit $3";
    const SQL: &str = "select seq, at, principal, via, address, action, kind, scope, name, uid, generation, set_name, \
                       before_record, after_record, digest, hash from change where uid = $1 and seq < $2 \
                       order by seq desc limit $3";
    let sizes: Vec<(i64,)> = on_engine!(tx, |connection| {
        sqlx::query_as(SIZES).bind(uid).bind(before).bind(limit + 1).fetch_all(connection).await?
    });
    let count = page(&sizes, limit);
    let rows: Vec<ChangeRow> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL).bind(uid).bind(before).bind(count).fetch_all(connection).await?
    });
    Ok((rows.into_iter().map(placed).collect(), sizes.len() as i64 > count))
}

/// Entries of the journal before this one, newest first; of a time and of a place, and what stands in it: at most so
/// many, and [`PAGE_BYTES`].
pub(super) async fn changes_before(
    tx: &mut Tx,
    seq: i64,
    since: i64,
    until: i64,
    scope: &Scope,
    name: Option<&Name>,
    limit: i64,
) -> DbResult<Page> {
    const SIZES: &str = "select cast(coalesce(octet_length(before_record), 0) + coalesce(octet_length(after_record), 0) \
                         as bigint) from change \
                         where seq < $1 and at >= $2 and at < $3 and ($4 = '' or scope = $4 or scope like $5) \
                         and ($6 = '' or name = $6) order by seq desc limit $7";
    const SQL: &str = "select seq, at, principal, via, address, action, kind, scope, name, uid, generation, set_name, \
                       before_record, after_record, digest, hash from change \
                       where seq < $1 and at >= $2 and at < $3 and ($4 = '' or scope = $4 or scope like $5) \
                       and ($6 = '' or name = $6) order by seq desc limit $7";
    let place = if *scope == Scope::PLATFORM { String::new() } else { scope.to_string() };
    let name = name.map_or("", Name::as_str);
    let sizes: Vec<(i64,)> = on_engine!(tx, |connection| {
        sqlx::query_as(SIZES)
            .bind(seq)
            .bind(since)
            .bind(until)
            .bind(&place)
            // Names have neither % nor _.
            .bind(format!("{place}/%"))
            .bind(name)
            .bind(limit + 1)
            .fetch_all(connection)
            .await?
    });
    let count = page(&sizes, limit);
    let rows: Vec<ChangeRow> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL)
            .bind(seq)
            .bind(since)
            .bind(until)
            .bind(&place)
            .bind(format!("{place}/%"))
            .bind(name)
            .bind(count)
            .fetch_all(connection)
            .await?
    });
    Ok((rows.into_iter().map(placed).collect(), sizes.len() as i64 > count))
}

/// Writes a resource.
pub(super) async fn put(tx: &mut WriteTx, record: &Record) -> DbResult<()> {
    const SQL: &str = "insert into resource (uid, kind, scope, name, revision, record) values ($1, $2, $3, $4, $5, $6) \
                       on conflict (uid) do update set scope = excluded.scope, name = excluded.name, \
                       revision = excluded.revision, record = excluded.record";
    let text = serde_json::to_string(record).map_err(|error| DbError::Other { cause: error.to_string() })?;
    on_engine!(tx, |connection| {
        sqlx::query(SQL)
            .bind(record.uid.to_string())
            .bind(&record.kind)
            .bind(record.scope.to_string())
            .bind(record.name.as_str())
            .bind(record.revision)
            .bind(text)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Removes a resource, and its secrets.
pub(super) async fn remove(tx: &mut WriteTx, uid: &str) -> DbResult<()> {
    on_engine!(tx, |connection| {
        sqlx::query("delete from secret where resource_uid = $1").bind(uid).execute(connection).await?;
    });
    on_engine!(tx, |connection| {
        sqlx::query("delete from resource where uid = $1").bind(uid).execute(connection).await?;
    });
    Ok(())
}

/// Writes an entry of the journal.
pub(super) async fn append(tx: &mut WriteTx, placed: &Placed) -> DbResult<()> {
    const SQL: &str = "insert into change (seq, at, principal, via, address, action, kind, scope, name, uid, generation, \
                       set_name, before_record, after_record, digest, hash) \
                       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let entry = &placed.entry;
    on_engine!(tx, |connection| {
        sqlx::query(SQL)
            .bind(placed.seq)
            .bind(entry.at)
            .bind(&entry.principal)
            .bind(&entry.via)
            .bind(&entry.address)
            .bind(&entry.action)
            .bind(&entry.kind)
            .bind(&entry.scope)
            .bind(&entry.name)
            .bind(&entry.uid)
            .bind(entry.generation)
            .bind(&entry.set)
            .bind(&entry.before)
            .bind(&entry.after)
            .bind(&placed.digest)
            .bind(&placed.hash)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Whether a resource's field has a secret of this fingerprint.
pub(super) async fn has_secret(tx: &mut Tx, uid: &str, pointer: &str, fingerprint: &str) -> DbResult<bool> {
    const SQL: &str = "select id from secret where resource_uid = $1 and path = $2 and fingerprint = $3";
    let row: Option<(String,)> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL).bind(uid).bind(pointer).bind(fingerprint).fetch_optional(connection).await?
    });
    Ok(row.is_some())
}

/// What is read of a row of `secret`.
type SecretRow = (String, String, String, String, Vec<u8>, Vec<u8>);

/// A secret of a resource's field, as it is kept.
pub(super) struct Secret {
    pub(super) id: String,
    pub(super) uid: String,
    pub(super) pointer: String,
    pub(super) kept: Kept,
}

/// All secrets.
pub(super) async fn secrets(tx: &mut Tx) -> DbResult<Vec<Secret>> {
    const SQL: &str = "select id, resource_uid, path, key_id, nonce, ciphertext from secret";
    let rows: Vec<SecretRow> = on_engine!(tx, |connection| sqlx::query_as(SQL).fetch_all(connection).await?);
    let secret = |(id, uid, pointer, key_id, nonce, ciphertext)| Secret {
        id,
        uid,
        pointer,
        kept: Kept { key_id, nonce, ciphertext },
    };
    Ok(rows.into_iter().map(secret).collect())
}

/// Keeps a secret in another form.
pub(super) async fn replace_secret(tx: &mut WriteTx, id: &str, kept: &Kept) -> DbResult<()> {
    const SQL: &str = "update secret set key_id = $1, nonce = $2, ciphertext = $3 where id = $4";
    on_engine!(tx, |connection| {
        sqlx::query(SQL)
            .bind(&kept.key_id)
            .bind(&kept.nonce)
            .bind(&kept.ciphertext)
            .bind(id)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// Writes a secret of a resource's field.
pub(super) async fn put_secret(
    tx: &mut WriteTx,
    id: &str,
    uid: &str,
    pointer: &str,
    fingerprint: &str,
    kept: &Kept,
    at: i64,
) -> DbResult<()> {
    const SQL: &str = "insert into secret (id, resource_uid, path, key_id, nonce, ciphertext, fingerprint, created_at) \
                       values ($1, $2, $3, $4, $5, $6, $7, $8)";
    on_engine!(tx, |connection| {
        sqlx::query(SQL)
            .bind(id)
            .bind(uid)
            .bind(pointer)
            .bind(&kept.key_id)
            .bind(&kept.nonce)
            .bind(&kept.ciphertext)
            .bind(fingerprint)
            .bind(at)
            .execute(connection)
            .await?;
    });
    Ok(())
}
