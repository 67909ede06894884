-- Text that is compared and sorted has the collation "C": by bytes, as in SQLite, whatever the database's is.

-- What a person configures; `record` is the whole of it as JSON.
create table resource (
    uid text collate "C" not null primary key,
    kind text collate "C" not null,
    scope text collate "C" not null,
    name text collate "C" not null,
    revision bigint not null,
    record text not null
);
create unique index resource_name on resource (kind, scope, name);
create index resource_revision on resource (revision);

-- Every change of state, in its order. Rows stay; what they held of a person can be taken out.
create table change (
    seq bigint not null primary key,
    at bigint not null,
    principal text collate "C" not null,
    via text collate "C" not null,
    address text collate "C",
    action text collate "C" not null,
    kind text collate "C",
    scope text collate "C",
    name text collate "C",
    uid text collate "C",
    generation bigint,
    set_name text collate "C",
    before_record text,
    after_record text,
    digest text collate "C" not null,
    hash text collate "C" not null
);
create index change_name on change (kind, scope, name, seq);
create index change_uid on change (uid, seq);
create index change_at on change (at);

create function change_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'change is append-only: rows are not deleted'
        using errcode = 'integrity_constraint_violation';
end
$$;

create trigger change_is_kept before delete on change
for each row execute function change_is_kept();

create trigger change_is_not_emptied before truncate on change
for each statement execute function change_is_kept();

create function change_is_final() returns trigger language plpgsql as $$
begin
    raise exception 'change is append-only: only its records can be taken out'
        using errcode = 'integrity_constraint_violation';
end
$$;

create trigger change_is_final before update on change
for each row when (not (
    new.seq is not distinct from old.seq
    and new.at is not distinct from old.at
    and new.principal is not distinct from old.principal
    and new.via is not distinct from old.via
    and new.address is not distinct from old.address
    and new.action is not distinct from old.action
    and new.kind is not distinct from old.kind
    and new.scope is not distinct from old.scope
    and new.name is not distinct from old.name
    and new.uid is not distinct from old.uid
    and new.generation is not distinct from old.generation
    and new.set_name is not distinct from old.set_name
    and new.digest is not distinct from old.digest
    and new.hash is not distinct from old.hash
    and (new.before_record is null or new.before_record is not distinct from old.before_record)
    and (new.after_record is null or new.after_record is not distinct from old.after_record)
))
execute function change_is_final();

-- Values that never come back out; the resource holds `id` in their place.
create table secret (
    id text collate "C" not null primary key,
    resource_uid text collate "C" not null,
    path text collate "C" not null,
    key_id text collate "C" not null,
    nonce bytea not null,
    ciphertext bytea not null,
    fingerprint text collate "C" not null,
    created_at bigint not null
);
create index secret_resource on secret (resource_uid);

-- Tenants whose telemetry is being erased, and those that are.
create table erasure (
    tenant_id text collate "C" not null primary key,
    path text collate "C" not null,
    requested_at bigint not null,
    stage text collate "C" not null,
    finished_at bigint
);

create table meta (
    key text collate "C" not null primary key,
    value text not null
);
