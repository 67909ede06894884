//! `tfo sql`.

use std::io::Read as _;

use tfo_sdk::client::Client;

use crate::exit::Exit;
use crate::output::{Format, Printer};
use crate::views::sql::{csv, records, table};
use crate::views::sql_plan;

/// Run a SELECT over logs, spans and metric_points
///
/// Made of these are two tables more: services, with their numbers of spans, errors and logs, and metric_series, with the
/// attributes that each is told apart by. Both have last_timestamp.
#[derive(Debug, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo sql 'SELECT service_name, count(*) AS errors FROM logs WHERE severity_number >= 17 GROUP BY 1 ORDER BY 2 DESC'
  tfo sql \"SELECT attributes['http.route'] AS route, max(duration_ns) FROM spans GROUP BY 1\"
  tfo sql -o csv 'SELECT timestamp, body FROM logs LIMIT 1000' > logs.csv
  tfo sql - < query.sql
  tfo sql --explain 'SELECT …'                which files, columns and steps it takes
  tfo sql --analyze 'SELECT …'                the same, run, with what each step did")]
pub(crate) struct SqlArgs {
    /// The statement, or - to read it from stdin
    #[arg(value_name = "SELECT")]
    sql: String,
    /// Show how the statement is answered; do not run it
    #[arg(long)]
    explain: bool,
    /// Run the statement, and show how it was answered in place of its rows
    #[arg(long, conflicts_with = "explain")]
    analyze: bool,
}

/// Runs the statement.
pub(crate) async fn run(args: SqlArgs, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let mut sql = args.sql;
    if sql == "-" {
        sql.clear();
        std::io::stdin().read_to_string(&mut sql)?;
    }
    if args.explain || args.analyze {
        return explain(&sql, args.analyze, client, out).await;
    }
    let answer = client.sql(&sql).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let table = table(&answer, &out.look());
            out.write(&table)?;
        }
        Format::Json | Format::Yaml => out.document(&answer)?,
        Format::Jsonl => out.json_lines(&records(&answer))?,
        Format::Csv => out.csv(&csv(&answer))?,
    }
    out.flush()?;
    out.incomplete(&answer.scan);
    if answer.rows.is_empty() {
        out.hint("no rows. The tables are logs, spans and metric_points; `tfo status` says what they hold");
    }
    Ok(Exit::Done)
}

async fn explain(sql: &str, analyze: bool, client: &Client, out: &mut Printer) -> anyhow::Result<Exit> {
    let plan = client.explain_sql(sql, analyze).await?;
    match out.format() {
        Format::Table | Format::Wide => {
            let text = sql_plan::plan(&plan, &out.look());
            out.write(&text)?;
        }
        Format::Json | Format::Yaml => out.document(&plan)?,
        Format::Jsonl => out.json_lines(&plan.steps)?,
        Format::Csv => anyhow::bail!("a plan is no table; use -o table, json, jsonl or yaml"),
    }
    out.flush()?;
    if let Some(scan) = &plan.scan {
        out.incomplete(scan);
    }
    Ok(Exit::Done)
}
