-- What a person configures; `record` is the whole of it as JSON.
create table resource (
    uid text not null primary key,
    kind text not null,
    scope text not null,
    name text not null,
    revision bigint not null,
    record text not null
);
create unique index resource_name on resource (kind, scope, name);
create index resource_revision on resource (revision);

-- Every change of state, in its order. Rows stay; what they held of a person can be taken out.
create table change (
    seq bigint not null primary key,
    at bigint not null,
    principal text not null,
    via text not null,
    address text,
    action text not null,
    kind text,
    scope text,
    name text,
    uid text,
    generation bigint,
    set_name text,
    before_record text,
    after_record text,
    digest text not null,
    hash text not null
);
create index change_name on change (kind, scope, name, seq);
create index change_uid on change (uid, seq);
create index change_at on change (at);

create trigger change_is_kept before delete on change
begin
    select raise(abort, 'change is append-only: rows are not deleted');
end;

-- `insert or replace` deletes without asking the trigger above.
create trigger change_is_not_replaced before insert on change
when exists (select 1 from change where seq = new.seq)
begin
    select raise(abort, 'change is append-only: this seq is taken');
end;

create trigger change_is_final before update on change
when not (
    new.seq is old.seq
    and new.at is old.at
    and new.principal is old.principal
    and new.via is old.via
    and new.address is old.address
    and new.action is old.action
    and new.kind is old.kind
    and new.scope is old.scope
    and new.name is old.name
    and new.uid is old.uid
    and new.generation is old.generation
    and new.set_name is old.set_name
    and new.digest is old.digest
    and new.hash is old.hash
    and (new.before_record is null or new.before_record is old.before_record)
    and (new.after_record is null or new.after_record is old.after_record)
)
begin
    select raise(abort, 'change is append-only: only its records can be taken out');
end;

-- Values that never come back out; the resource holds `id` in their place.
create table secret (
    id text not null primary key,
    resource_uid text not null,
    path text not null,
    key_id text not null,
    nonce blob not null,
    ciphertext blob not null,
    fingerprint text not null,
    created_at bigint not null
);
create index secret_resource on secret (resource_uid);

-- Tenants whose telemetry is being erased, and those that are.
create table erasure (
    tenant_id text not null primary key,
    path text not null,
    requested_at bigint not null,
    stage text not null,
    finished_at bigint
);

create table meta (
    key text not null primary key,
    value text not null
);
