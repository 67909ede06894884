//! The values of a metric as a file.

use serde_json::Value;
use tfo_sdk::api::MetricAnswer;

use crate::views::metric::{values_csv, values_json};

/// What tells the values of one answer from those of another.
const COMPUTED: &str = "computed";

/// Answers, each with what it is of, as a file of this name has them: CSV by its ending, else JSON lines.
pub(super) fn exported(answers: &[(&str, &MetricAnswer)], by: &[String], path: &str) -> String {
    if !path.ends_with(".csv") {
        let lines = answers.iter().flat_map(|(computed, answer)| json_lines(computed, answer));
        return lines.map(|line| format!("{line}\n")).collect();
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (computed, answer) in answers {
        for (index, mut row) in values_csv(answer, by).into_iter().enumerate() {
            match (index, rows.is_empty()) {
                // One heading is enough.
                (0, false) => continue,
                (0, true) => row.push(COMPUTED.to_owned()),
                _ => row.push((*computed).to_owned()),
            }
            rows.push(row);
        }
    }
    csv_text(&rows)
}

fn json_lines(computed: &str, answer: &MetricAnswer) -> Vec<String> {
    let values = values_json(answer).into_iter().filter_map(|value| serde_json::to_value(value).ok());
    values
        .map(|mut value| {
            if let Value::Object(fields) = &mut value {
                fields.insert(COMPUTED.to_owned(), Value::from(computed));
            }
            value.to_string()
        })
        .collect()
}

/// Rows as CSV.
pub(in crate::tui) fn csv_text(rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail, and all rows are of one length.
        if writer.write_record(row).is_err() {
            break;
        }
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Approximately the bytes that an answer takes.
pub(super) fn weight(answer: &MetricAnswer) -> usize {
    let values: usize = answer.series.iter().map(|series| series.values.len() * 16 + 200).sum();
    let exemplars: usize = answer.series.iter().map(|series| series.exemplars.len() * 200).sum();
    values + exemplars + answer.timestamps.len() * 8
}
