//! The commands: a file each, with its arguments and what it does.

pub(crate) mod apply;
pub(crate) mod around;
pub(crate) mod attributes;
pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod context;
pub(crate) mod delete;
pub(crate) mod demo;
pub(crate) mod describe;
pub(crate) mod edit;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod follow;
pub(crate) mod get;
pub(crate) mod histogram;
pub(crate) mod history;
pub(crate) mod input;
pub(crate) mod logs;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod metrics;
pub(crate) mod operations;
pub(crate) mod quota;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod services;
pub(crate) mod sets;
pub(crate) mod sql;
pub(crate) mod status;
pub(crate) mod target;
pub(crate) mod trace;
pub(crate) mod traces;
#[cfg(feature = "up")]
pub(crate) mod up;
pub(crate) mod validate;
pub(crate) mod wait;

use std::io::IsTerminal as _;

use clap::{CommandFactory as _, ValueEnum as _};
use tfo_sdk::Signal;
use tfo_sdk::client::Client;

use crate::cli::{Cli, Command};
use crate::connection::otlp_url;
use crate::exit::Exit;
use crate::output::{Format, Output, Printer};
use crate::views;

/// Runs a command line.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Exit> {
    let command = match cli.command {
        Some(command) => command,
        None if std::io::stdout().is_terminal() && std::io::stdin().is_terminal() => {
            Command::Tui(crate::tui::TuiArgs::default())
        }
        None => {
            // What a pipe or a script gets is what it can read.
            let mut printer = Printer::new(Format::Table, cli.print.color);
            printer.talk(&Cli::command().render_help().to_string());
            return Ok(Exit::Failed);
        }
    };
    let output = cli.print.output;
    let format = output.format().unwrap_or(Format::Table);
    anyhow::ensure!(
        command.knows(output),
        "-o {} is not for this command",
        output.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    );
    let mut printer = Printer::new(format, cli.print.color);
    let out = &mut printer;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let place = &cli.place;
    let result = runtime.block_on(async {
        match command {
            #[cfg(feature = "up")]
            Command::Up(args) => up::run(args, place, out).await,
            Command::Tui(args) => crate::tui::run(args, place, cli.print.color, out).await,
            Command::Status(args) => status::run(args, &place.connect()?, out).await,
            Command::Logs(args) => logs::run(args, place, out).await,
            Command::Traces(args) => traces::run(args, place, out).await,
            Command::Trace(args) => trace::run(args, &place.connect()?, out).await,
            Command::Services(args) => services::run(args, &place.connect()?, out).await,
            Command::Map(args) => map::run(args, &place.connect()?, out).await,
            Command::Operations(args) => operations::run(args, &place.connect()?, out).await,
            Command::Attributes(args) => attributes::run(args, &place.connect()?, out).await,
            Command::Metrics(args) => metrics::run(args, &place.connect()?, out).await,
            Command::Sql(args) => sql::run(args, &place.connect()?, out).await,
            Command::Apply(args) => apply::run_apply(args, place, output, out).await,
            Command::Diff(args) => apply::run_diff(args, place, output, out).await,
            Command::Validate(args) => validate::run(&args, place, output, out),
            Command::Render(args) => render::run(&args, out),
            Command::Get(args) => get::run(args, place, output, out).await,
            Command::Describe(args) => describe::run(args, place, out).await,
            Command::Edit(args) => edit::run(args, place, out).await,
            Command::Delete(args) => delete::run(args, place, out).await,
            Command::Export(args) => export::run(args, place, out).await,
            Command::History(args) => history::run_history(args, place, out).await,
            Command::Rollback(args) => history::run_rollback(args, place, out).await,
            Command::Wait(args) => wait::run(args, place, out).await,
            Command::Quota(args) => quota::run(args, &place.connect()?, out).await,
            Command::Sets(args) => sets::run(args, place, out).await,
            Command::Audit(args) => audit::run(args, place, out).await,
            Command::Schema(args) => schema::run(&args, out),
            Command::Explain(args) => explain::run(&args, out),
            Command::Context(args) => context::run(args, place, out),
            Command::Demo(args) => demo::run(args, place, out).await,
            Command::Bench(args) => bench::run(args, place, out).await,
            Command::Completions(args) => completions::run(args, out),
            Command::Man(args) => man::run(&args, out),
        }
    });
    // Whoever asked to stop at once does not wait for what still runs.
    runtime.shutdown_background();
    result
}

/// Whether somebody sits in front of it who can be asked.
fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks a question on stderr; only a yes is one.
fn confirm(question: &str, out: &mut Printer) -> anyhow::Result<bool> {
    out.talk(&format!("{} [y/N] ", crate::text::row(question)));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

impl Command {
    /// Whether it has this form, which not every command has: what would be left unheeded is refused.
    fn knows(&self, output: Output) -> bool {
        match output {
            Output::Table | Output::Wide => true,
            Output::Json => self.has_data(),
            Output::Jsonl | Output::Yaml => self.has_data() && !matches!(self, Self::Validate(_)),
            Output::Csv => self.has_data() && !self.has_documents(),
            Output::Name => matches!(self, Self::Get(_)),
            Output::Github => matches!(self, Self::Apply(_) | Self::Diff(_) | Self::Validate(_)),
            Output::Markdown | Output::YamlDiff => matches!(self, Self::Apply(_) | Self::Diff(_)),
        }
    }

    /// Whether it answers with data, and not only with what people read.
    fn has_data(&self) -> bool {
        match self {
            #[cfg(feature = "up")]
            Self::Up(_) => false,
            Self::Tui(_)
            | Self::Edit(_)
            | Self::Delete(_)
            | Self::Rollback(_)
            | Self::Wait(_)
            | Self::Explain(_)
            | Self::Demo(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
            _ => true,
        }
    }

    /// Whether its answer is made of documents that are no rows.
    fn has_documents(&self) -> bool {
        matches!(
            self,
            Self::Apply(_)
                | Self::Diff(_)
                | Self::Validate(_)
                | Self::Render(_)
                | Self::Describe(_)
                | Self::Export(_)
                | Self::Schema(_)
        )
    }
}

/// Says why a list may be empty and what to try: nothing is stored yet, or nothing matches.
async fn hint_at_empty(client: &Client, signals: &[Signal], what: &str, out: &mut Printer) {
    // Without these there is less to say, and the empty list is still the answer.
    let (Ok(status), Ok(stats)) = (client.status().await, client.stats().await) else { return };
    let stored =
        stats.signals.iter().filter(|stored| signals.iter().any(|signal| stored.signal == signal.table()));
    if let Some(newest) = stored.filter_map(|stored| stored.newest).max() {
        let newest = views::time(newest);
        out.hint(&format!(
            "no {what} here; the newest is of {newest}. Try a wider range (--since 24h) or fewer terms"
        ));
    } else {
        let url = otlp_url(client, &status.otlp_http);
        let (path, option) = match client.tenant() {
            Some(tenant) => (format!("/t/{tenant}"), format!(" --tenant {tenant}")),
            None => Default::default(),
        };
        out.hint(&format!(
            "no {what} yet. Set OTEL_EXPORTER_OTLP_ENDPOINT={url}{path} in a program with an OpenTelemetry SDK, or try \
             `tfo{option} demo`"
        ));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::connection::tests::{daemon, empty};
    use crate::output::tests::printer;

    #[test]
    fn a_form_that_a_command_does_not_have_is_refused() {
        let knows = |line: &str| {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            cli.command.unwrap().knows(cli.print.output)
        };
        for line in [
            "tfo explain Quota -o json",
            "tfo validate -f x -o yaml",
            "tfo validate -f x -o csv",
            "tfo describe quota q -o csv",
            "tfo export -o csv",
            "tfo render -f x -o csv",
            "tfo apply -f x -o csv",
            "tfo schema -o csv",
            "tfo man --out x -o json",
            "tfo logs -o name",
        ] {
            assert!(!knows(line), "{line}");
        }
        for line in [
            "tfo explain Quota -o wide",
            "tfo validate -f x -o json",
            "tfo describe quota q -o jsonl",
            "tfo audit verify -o csv",
            "tfo logs -o csv",
            "tfo get quotas -o name",
        ] {
            assert!(knows(line), "{line}");
        }
    }

    #[tokio::test]
    async fn where_nothing_is_stored_the_hint_leads_into_the_tenant_that_was_asked() {
        let client = Client::new(&daemon(empty).replace("127.0.0.1", "localhost")).unwrap();
        let hint = async |client: &Client| {
            let (mut out, _, err) = printer(Format::Table, None);
            hint_at_empty(client, &[Signal::Logs], "log records", &mut out).await;
            err.text()
        };
        let hints = hint(&client).await;
        assert!(hints.contains("ENDPOINT=http://localhost:6318 in a program"), "{hints}");
        assert!(hints.contains("`tfo demo`"), "{hints}");
        let tenant = client.in_tenant(&"eu/acme/shop/staging".parse().unwrap()).unwrap();
        let hints = hint(&tenant).await;
        assert!(
            hints.contains("ENDPOINT=http://localhost:6318/t/eu/acme/shop/staging in a program"),
            "{hints}"
        );
        assert!(hints.contains("`tfo --tenant eu/acme/shop/staging demo`"), "{hints}");
    }
}
