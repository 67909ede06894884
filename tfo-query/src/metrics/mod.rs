//! Metrics: their series, and their points over time.
//!
//! A question about points is answered in two passes over one snapshot. The first reads what is small (which types,
//! units and temporalities there are, how often points come) and refuses what would mix them. The second streams the
//! columns that the question needs, sorted by group, series and time, and hands each point to [`evaluate`]: only one
//! group is in the making at any time, and of those that are done the largest are kept.

mod evaluate;
mod exemplars;
mod key;
mod kinds;
mod lines;
mod points;
mod question;
mod series;
mod sparklines;
mod walk;

use tfo_sdk::api::{MetricAnswer, MetricName, MetricSeries, Page};
use tfo_store::TenantScope;

use crate::engine::{Engine, Read};
use crate::error::QueryError;
pub use question::{GroupField, MetricQuestion};

impl Engine {
    /// The points of a metric over time, aggregated; see [`tfo_sdk::api::Aggregation`].
    pub async fn metric_values(
        &self,
        scope: &TenantScope,
        question: &MetricQuestion,
    ) -> Result<MetricAnswer, QueryError> {
        let answer = question::answer(self.tables(), self.store.clone(), scope.clone(), question.clone());
        self.runtime.run(answer).await
    }

    /// Series with points in the range that pass the filter, by metric, service and id.
    pub async fn metric_series(
        &self,
        scope: &TenantScope,
        read: &Read,
    ) -> Result<Page<MetricSeries>, QueryError> {
        let (tables, until) = (self.tables(), self.until_half());
        let page = series::page(tables, self.store.clone(), scope.clone(), read.clone(), until);
        self.runtime.run(page).await
    }

    /// Draws the course of each metric of a page of the list that `read` asked for, in this many values.
    pub async fn draw_sparklines(
        &self,
        scope: &TenantScope,
        read: &Read,
        page: &mut Page<MetricName>,
        values: usize,
    ) -> Result<(), QueryError> {
        let names = std::mem::take(&mut page.items);
        let drawn =
            sparklines::draw(self.tables(), self.store.clone(), scope.clone(), read.clone(), names, values);
        let (items, scan) = self.runtime.run(drawn).await?;
        page.items = items;
        page.scan.add(scan);
        Ok(())
    }
}
