//! Metrics: their series, and questions about their points.

use serde::Serialize;

use super::{Client, ClientError, Read};
use crate::api::{MetricAnswer, MetricName, MetricRequest, MetricSeries, Page};

/// A list of metrics with their sparklines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Drawn<'a> {
    #[serde(flatten)]
    read: &'a Read,
    sparkline: usize,
}

impl Client {
    /// Names and shapes of metrics, each with its course over the range in so many values:
    /// `GET /api/v2/metrics/names?sparkline=`.
    pub async fn metric_names_drawn(
        &self,
        read: &Read,
        values: usize,
    ) -> Result<Page<MetricName>, ClientError> {
        self.get(&["metrics", "names"], &Drawn { read, sparkline: values }).await
    }

    /// Series of metrics: `GET /api/v2/metrics/series`.
    pub async fn metric_series(&self, read: &Read) -> Result<Page<MetricSeries>, ClientError> {
        self.get(&["metrics", "series"], read).await
    }

    /// The points of a metric over time, aggregated: `POST /api/v2/metrics/query`.
    pub async fn metric_values(&self, request: &MetricRequest) -> Result<MetricAnswer, ClientError> {
        let url = self.endpoint(&["metrics", "query"]);
        self.send(self.http.post(url).json(request)).await
    }
}
