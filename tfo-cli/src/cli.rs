//! The command line: what may be said, and what `--help` says about it.

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::connection::Place;
use crate::output::Output;
use crate::output::style::ColorChoice;

/// Logs, traces and metrics from OpenTelemetry, in a terminal
#[derive(Debug, Parser)]
#[command(name = "tfo", version)]
#[command(before_long_help = "\
Examples:
  tfo up --demo                          start the daemon, with a shop that sends telemetry
  tfo                                    the terminal interface: logs, traces, metrics, services
  tfo services                           rate, errors and durations of every service
  tfo logs --severity error+ --follow    errors, as they come
  tfo traces duration:500ms..            slow traces
  tfo trace 4bf92f3577b34da6a3ce929d0e0e4736
  tfo sql 'SELECT service_name, count(*) FROM logs GROUP BY 1'
  tfo diff -f ./observability            what would change, if these files were applied
  tfo apply -f ./observability --set shop")]
pub(crate) struct Cli {
    /// What to do; on a terminal, without anything said, open the interface.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Which daemon.
    #[command(flatten)]
    pub(crate) place: Place,
    /// How to print.
    #[command(flatten)]
    pub(crate) print: PrintArgs,
}

/// How to print.
#[derive(Debug, Clone, Args)]
pub(crate) struct PrintArgs {
    /// Format of the answer
    #[arg(
        short,
        long,
        value_enum,
        default_value_t,
        global = true,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(crate) output: Output,
    /// When to use colours
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: ColorChoice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[cfg(feature = "up")]
    Up(commands::up::UpArgs),
    Tui(crate::tui::TuiArgs),
    Status(commands::status::StatusArgs),
    Logs(commands::logs::LogsArgs),
    Traces(commands::traces::TracesArgs),
    Trace(commands::trace::TraceArgs),
    Services(commands::services::ServicesArgs),
    Map(commands::map::MapArgs),
    Operations(commands::operations::OperationsArgs),
    Metrics(commands::metrics::MetricsArgs),
    Attributes(commands::attributes::AttributesArgs),
    Sql(commands::sql::SqlArgs),
    Apply(commands::apply::ApplyArgs),
    Diff(commands::apply::DiffArgs),
    Validate(commands::validate::ValidateArgs),
    Render(commands::render::RenderArgs),
    Get(commands::get::GetArgs),
    Describe(commands::describe::DescribeArgs),
    Edit(commands::edit::EditArgs),
    Delete(commands::delete::DeleteArgs),
    Export(commands::export::ExportArgs),
    History(commands::history::HistoryArgs),
    Rollback(commands::history::RollbackArgs),
    Wait(commands::wait::WaitArgs),
    Quota(commands::quota::QuotaArgs),
    Sets(commands::sets::SetsArgs),
    Audit(commands::audit::AuditArgs),
    Schema(commands::schema::SchemaArgs),
    Explain(commands::explain::ExplainArgs),
    Context(commands::context::ContextArgs),
    Demo(commands::demo::DemoArgs),
    Bench(commands::bench::BenchArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Of two options with one name, a command would read the other's value.
    #[test]
    fn no_command_has_an_option_of_all_commands() {
        fn check(command: &clap::Command, global: &[(String, Option<String>)]) {
            for sub in command.get_subcommands() {
                for arg in sub.get_arguments() {
                    let is_it = |(id, long): &&(String, Option<String>)| {
                        arg.get_id() == id.as_str() || (long.is_some() && arg.get_long() == long.as_deref())
                    };
                    assert_eq!(global.iter().find(is_it), None, "{}", sub.get_name());
                }
                check(sub, global);
            }
        }
        let command = Cli::command();
        let global = command.get_arguments().filter(|arg| arg.is_global_set());
        let global: Vec<_> =
            global.map(|arg| (arg.get_id().to_string(), arg.get_long().map(str::to_owned))).collect();
        assert!(global.len() > 4, "{global:?}");
        check(&command, &global);
    }

    #[test]
    fn every_command_starts_its_help_with_examples() {
        let mut command = Cli::command();
        command.build();
        for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
            let help = sub.render_long_help().to_string();
            assert!(help.starts_with("Examples:\n"), "{help}");
        }
    }

    #[test]
    fn options_stand_before_and_after_the_command() {
        for line in ["tfo -o json logs", "tfo logs -o json"] {
            assert_eq!(Cli::parse_from(line.split(' ')).print.output, Output::Json);
        }
    }
}
