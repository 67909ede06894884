//! Plans of SQL: what is read of each table, and the steps as a tree.

use tfo_sdk::api::{SqlPlan, SqlPruned, SqlStep, SqlTableRead};
use tfo_sdk::time::format_duration;

use super::status::bytes;
use crate::output::Look;
use crate::output::style::Style;
use crate::text;

/// The plan, to be read from top to bottom.
pub(crate) fn plan(plan: &SqlPlan, look: &Look) -> String {
    let mut out = String::new();
    for table in &plan.tables {
        for line in table_lines(table) {
            out.push_str(&line);
            out.push('\n');
        }
        out.push('\n');
    }
    for step in &plan.steps {
        let indent = "  ".repeat(step.depth as usize);
        let name = look.paint.apply(Style::Title, &text::row(&step.name));
        let detail = text::row(&step.detail);
        out.push_str(&format!(
            "{indent}{name}{}{detail}{}\n",
            if detail.is_empty() { "" } else { "  " },
            ran(step)
        ));
        if let Some(pruned) = &step.pruned {
            out.push_str(&format!("{indent}  {}\n", left_out(pruned)));
        }
    }
    out
}

fn table_lines(read: &SqlTableRead) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{}: {} of {} files by their times ({}), and {} rows in memory; about {} rows to look at",
            text::row(&read.table),
            read.files_left,
            read.files,
            bytes(read.bytes_left),
            read.memory_rows,
            read.estimated_rows,
        ),
        format!("  columns   {}", text::row(&read.columns.join(", "))),
    ];
    if !read.promoted_attributes.is_empty() {
        lines.push(format!("  promoted  {}", text::row(&read.promoted_attributes.join(", "))));
    }
    lines.extend(read.filters.iter().map(|filter| format!("  filter    {}", text::row(filter))));
    lines
}

fn ran(step: &SqlStep) -> String {
    match (step.rows, step.elapsed_ns) {
        (Some(rows), Some(elapsed)) => {
            format!("  [{} rows, {}]", rows, format_duration(i64::try_from(elapsed).unwrap_or(i64::MAX)))
        }
        (Some(rows), None) => format!("  [{rows} rows]"),
        _ => String::new(),
    }
}

fn left_out(pruned: &SqlPruned) -> String {
    format!(
        "read {} in {} row groups; left out {} files, row groups: {} by statistics, {} by bloom filters, rows: {} by \
         page index, {} by filters",
        bytes(pruned.bytes_read),
        pruned.row_groups_read,
        pruned.files,
        pruned.row_groups_by_statistics,
        pruned.row_groups_by_bloom_filters,
        pruned.rows_by_page_index,
        pruned.rows_by_filters,
    )
}
