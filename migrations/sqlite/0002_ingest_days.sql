-- Bytes of telemetry that came in, by day (counted from 1970-01-01, UTC) and tenant: what a quota of a day goes by.
create table ingest_day (
    day bigint not null,
    tenant text not null,
    bytes bigint not null,
    primary key (day, tenant)
);
