//! The routes of reads that sum records up, or show them around another.

use tfo_sdk::RecordId;
use tfo_sdk::api::{
    AttributeKeys, AttributeValues, LatencyHeatMap, LogContext, LogHistogram, Operation as ServiceOperation,
    Page, ServiceMap,
};

use super::params::{FILTER, LIMIT, NAME, PAGE_TOKEN, SELECTION, SERVICE, SEVERITY, STEP, TRACE};
use super::{
    LIST_FAILS, LOGS, READ_FAILS, SERVICES, TRACES, attributes, context, histogram, latency, operations,
    service_map,
};
use crate::app::App;
use crate::identity::tenant;
use crate::platform::openapi::{Operation, Param, Routes, Tag};
use crate::platform::problem::Code;

const COMPLETION: Tag = Tag { name: "Completion", about: "Which attributes there are, and which values." };

/// Their routes, below `/api/v2`.
pub(super) fn routes() -> Routes<App> {
    Routes::below("/api/v2").taking(&[tenant::TENANT], &tenant::FAILS)
        .route(
            Operation::get(LOGS, "/logs/histogram", "countLogs", "Log records counted by time and severity")
                .about(
                    "Buckets begin at multiples of the step since 1970, so the first one may begin before the range \
                     and the last one end after it; they count what is in the range. Buckets without records are \
                     left out. An answer has at most 10,000 buckets.",
                )
                .params(&SELECTION)
                .params(&[SERVICE, SEVERITY, TRACE, STEP])
                .answers::<LogHistogram>("The buckets")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidQuery]),
            histogram::get,
        )
        .route(
            Operation::get(LOGS, "/logs/{id}/context", "getLogContext", "A log record with those around it")
                .about(
                    "By time, and by id where times are the same. To go on, ask for the context of the first record \
                     with `after=0`, or of the last one with `before=0`.",
                )
                .params(&[Param::path::<RecordId>("id", "The record.")])
                .params(&[context::BEFORE, context::AFTER, context::WITHIN, FILTER, SEVERITY])
                .answers::<LogContext>("The records before it, the record, and those after it")
                .fails(&READ_FAILS)
                .fails(&[Code::NotFound]),
            context::get,
        )
        .route(
            Operation::get(TRACES, "/traces/latency", "countLatencies", "Spans counted by start and duration")
                .about(
                    "The cells of a heat map. Columns begin at multiples of the step since 1970; those without spans \
                     are left out, as are spans without a duration. An answer has at most 1,000 columns.",
                )
                .params(&SELECTION)
                .params(&[SERVICE, NAME, latency::SPANS, STEP])
                .answers::<LatencyHeatMap>("The cells")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidQuery]),
            latency::get,
        )
        .route(
            Operation::get(SERVICES, "/service-map", "getServiceMap", "Services and who calls whom")
                .about(
                    "The filter chooses the spans that count as requests and calls; who calls and who is called is \
                     found among all. A map is made of at most 1,000,000 spans, the newest.",
                )
                .params(&SELECTION)
                .params(&[SERVICE])
                .answers::<ServiceMap>("Nodes and edges")
                .fails(&READ_FAILS),
            service_map::get,
        )
        .route(
            Operation::get(
                SERVICES,
                "/operations",
                "listOperations",
                "What services are asked for, with rate, errors and durations",
            )
            .params(&SELECTION)
            .params(&[SERVICE, NAME, operations::SORT, operations::ORDER, LIMIT, PAGE_TOKEN])
            .answers::<Page<ServiceOperation>>("A page of operations")
            .fails(&LIST_FAILS),
            operations::list,
        )
        .route(
            Operation::get(COMPLETION, "/attributes/keys", "listAttributeKeys", "Keys of attributes, by frequency")
                .about("Looks at the newest 100,000 records of the range; `scan` says how far back that is.")
                .params(&[attributes::SIGNAL, attributes::PREFIX, LIMIT])
                .params(&SELECTION)
                .params(&[SERVICE])
                .answers::<AttributeKeys>("The keys")
                .fails(&READ_FAILS),
            attributes::keys,
        )
        .route(
            Operation::get(
                COMPLETION,
                "/attributes/values",
                "listAttributeValues",
                "Values of a field, by frequency",
            )
            .about(
                "Looks at the newest 1,000,000 records of the range; `scan` says how far back that is. Values of more \
                 than 256 bytes are not offered. Severities are offered by level; bodies and durations are not.",
            )
            .params(&[attributes::SIGNAL, attributes::KEY, attributes::PREFIX, LIMIT])
            .params(&SELECTION)
            .params(&[SERVICE])
            .answers::<AttributeValues>("The values")
            .fails(&READ_FAILS)
            .fails(&[Code::InvalidQuery]),
            attributes::values,
        )
}
