//! The command line: what may be said, and what `--help` says about it.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::commands;
use crate::connection::Place;
use crate::exit::{self, Exit};
use crate::output::Output;
use crate::output::style::ColorChoice;
use crate::text;

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

/// Reads the command line. What is wrong with it, and the help that it asks for, is said here; then there is only the
/// exit code to give.
pub(crate) fn read(line: &[OsString]) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(line).map_err(|error| match misread_term(error.kind(), line) {
        Some(term) => {
            // Where stderr is gone, the exit code still speaks.
            let _ = match error.kind() {
                ErrorKind::DisplayHelp => {
                    writeln!(io::stderr(), "error: unexpected argument '{}'", text::row(&term))
                }
                _ => error.print(),
            };
            let _ = writeln!(io::stderr(), "\n{}", text::row(&hint_at_term(&term)));
            Exit::Failed.into()
        }
        None => match error.print().and_then(|()| io::stdout().flush()) {
            Err(cause) if error.exit_code() == 0 => exit::report(&cause.into(), &Place::default()),
            _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
        },
    })
}

/// The term of a filter, like `-health`, that was read as options, `-h` among them. A term may begin so everywhere but
/// as a word of the command line.
fn misread_term(mistake: ErrorKind, line: &[OsString]) -> Option<String> {
    let may_be_it = |word: &str| match mistake {
        ErrorKind::UnknownArgument => true,
        ErrorKind::DisplayHelp => word.starts_with("-h") && word != "-help",
        _ => false,
    };
    let is_term = |word: &&str| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        letters.chars().nth(1).is_some() && !letters.starts_with('-') && may_be_it(word)
    };
    let words: Vec<&str> = line.iter().skip(1).filter_map(|word| word.to_str()).collect();
    let root = Cli::command();
    let command = words.iter().fold(&root, |command, word| command.find_subcommand(word).unwrap_or(command));
    let takes_terms = command.get_arguments().any(|argument| argument.get_id() == "terms");
    words.into_iter().find(is_term).filter(|_| takes_terms).map(str::to_owned)
}

fn hint_at_term(term: &str) -> String {
    let negated = term.trim_start_matches('-');
    format!(
        "hint: what does not match is found by '!{negated}', by --filter '{term}', or by -- {term} behind all options"
    )
}

#[cfg(test)]
mod tests {
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
    fn a_term_that_was_read_as_options_is_named() {
        let misread = |line: &str| {
            let line: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            misread_term(Cli::try_parse_from(&line).unwrap_err().kind(), &line)
        };
        assert_eq!(misread("tfo logs -health").as_deref(), Some("-health"));
        assert_eq!(misread("tfo traces -n 5 -status:error").as_deref(), Some("-status:error"));
        assert_eq!(misread("tfo metrics points -served").as_deref(), Some("-served"));
        for line in
            ["tfo logs -h", "tfo logs -help", "tfo logs --healthy", "tfo status -health", "tfo logs -n x"]
        {
            assert_eq!(misread(line), None, "{line}");
        }
    }

    #[test]
    fn a_term_may_begin_with_a_minus_where_no_option_can_stand() {
        for line in ["tfo logs --filter -served", "tfo logs --grep -served", "tfo logs -n 5 -- -served"] {
            Cli::try_parse_from(line.split(' ')).unwrap();
        }
    }

    #[test]
    fn options_stand_before_and_after_the_command() {
        for line in ["tfo -o json logs", "tfo logs -o json"] {
            assert_eq!(Cli::parse_from(line.split(' ')).print.output, Output::Json);
        }
    }
}
