//! The query engine's settings, and a session a query: it knows the tables it is given and nothing else.

use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider,
    TableProvider,
};
use datafusion::error::DataFusionError;
use datafusion::execution::config::SessionConfig;
use datafusion::execution::context::SessionContext;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use datafusion::execution::registry::FunctionRegistry;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};

use crate::runtime::Planner;
use crate::sql::functions;
use crate::sql::numbers::TextAsNumber;

/// The catalog of every table; users need not name it.
pub(crate) const CATALOG: &str = "tfo";
/// The schema of every table.
pub(crate) const SCHEMA: &str = "telemetry";

/// Memory of one reader of a file that the memory pool does not see.
const PREDICATE_CACHE_BYTES: usize = 4 << 20;

/// Memory of queries for each part of a plan that runs beside its like: it reads a row group of its own, and sorts
/// in a memory of its own.
const PARTITION_BYTES: usize = 64 << 20;

/// How many parts of a plan run side by side: a core each, but no more than memory has room for.
fn partitions(pool: &dyn MemoryPool, cores: usize) -> usize {
    match pool.memory_limit() {
        MemoryLimit::Finite(bytes) => (bytes / PARTITION_BYTES).clamp(1, cores.max(1)),
        MemoryLimit::Infinite | MemoryLimit::Unknown => cores.max(1),
    }
}

fn config(environment: &RuntimeEnv) -> SessionConfig {
    let config = SessionConfig::new();
    let partitions = partitions(environment.memory_pool.as_ref(), config.target_partitions());
    let mut config = config
        .with_target_partitions(partitions)
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, SCHEMA)
        .with_parquet_pruning(true)
        .with_parquet_page_index_pruning(true)
        .with_parquet_bloom_filter_pruning(true);
    let options = config.options_mut();
    options.execution.parquet.pushdown_filters = true;
    options.execution.parquet.reorder_filters = true;
    // Columns that rows are filtered by are kept until the row is read whole; this much of them, for each file.
    options.execution.parquet.max_predicate_cache_size = Some(PREDICATE_CACHE_BYTES);
    // Times without an offset in SQL are UTC, as all times are.
    options.execution.time_zone = Some("UTC".to_owned());
    config
}

/// A session with these tables.
pub(crate) fn session(
    environment: &Arc<RuntimeEnv>,
    tables: Vec<(String, Arc<dyn TableProvider>)>,
) -> Result<SessionContext, DataFusionError> {
    let schema = MemorySchemaProvider::new();
    for (name, table) in tables {
        schema.register_table(name, table)?;
    }
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(SCHEMA, Arc::new(schema))?;
    let catalogs = MemoryCatalogProviderList::new();
    datafusion::catalog::CatalogProviderList::register_catalog(
        &catalogs,
        CATALOG.to_owned(),
        Arc::new(catalog),
    );
    Ok(SessionContext::new_with_state(state(environment, Arc::new(catalogs))?))
}

fn state(
    environment: &Arc<RuntimeEnv>,
    catalogs: Arc<MemoryCatalogProviderList>,
) -> Result<SessionState, DataFusionError> {
    // Not the default features: they bring table functions, file formats and table factories, which all lead
    // out of the tenant's tables or make rows out of nothing.
    let mut state = SessionStateBuilder::new()
        .with_config(config(environment))
        .with_runtime_env(environment.clone())
        .with_query_planner(Arc::new(Planner))
        .with_catalog_list(catalogs)
        .with_expr_planners(functions::planners())
        .with_scalar_functions(functions::scalar())
        .with_higher_order_functions(functions::higher_order())
        .with_aggregate_functions(functions::aggregate())
        .with_window_functions(functions::window())
        .build();
    state.register_function_rewrite(Arc::new(TextAsNumber))?;
    Ok(state)
}

#[cfg(test)]
mod tests {
    use datafusion::execution::memory_pool::{GreedyMemoryPool, UnboundedMemoryPool};

    use super::*;

    #[test]
    fn little_memory_is_not_divided_among_many() {
        assert_eq!(partitions(&UnboundedMemoryPool::default(), 8), 8);
        for (memory, parts) in [(1 << 20, 1), (100 << 20, 1), (256 << 20, 4), (8 << 30, 8)] {
            assert_eq!(partitions(&GreedyMemoryPool::new(memory), 8), parts);
        }
    }
}
