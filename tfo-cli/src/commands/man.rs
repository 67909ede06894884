//! `tfo man`.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output::Printer;

/// Print the manual page of a command, or write those of all
///
/// They say what --help says, in the form of man(1).
#[derive(Debug, Clone, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo man logs | man -l -
  tfo man context use | man -l -
  tfo man --out ~/.local/share/man/man1          then: man tfo-logs")]
pub(crate) struct ManArgs {
    /// The command; tfo itself without one
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// A page, and the file that man(1) looks for it in.
struct Page {
    file: String,
    text: String,
}

/// Prints a page, or writes all.
pub(crate) fn run(args: &ManArgs, out: &mut Printer) -> anyhow::Result<Exit> {
    let pages = pages()?;
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)?;
        for page in &pages {
            std::fs::write(folder.join(&page.file), &page.text)?;
        }
        out.say(&format!("{} pages are in {}", pages.len(), folder.display()));
        return Ok(Exit::Done);
    }
    let words: Vec<&str> = std::iter::once("tfo").chain(args.command.iter().map(String::as_str)).collect();
    let file = format!("{}.1", words.join("-"));
    let Some(page) = pages.iter().find(|page| page.file == file) else {
        anyhow::bail!("there is no command {:?}; `tfo --help` lists them", words.join(" "));
    };
    out.write(&page.text)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// A page for every command.
fn pages() -> anyhow::Result<Vec<Page>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    push(command, &mut pages)?;
    Ok(pages)
}

fn push(command: clap::Command, pages: &mut Vec<Page>) -> anyhow::Result<()> {
    let commands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let examples = command.get_before_long_help().map(ToString::to_string).unwrap_or_default();
    let man = Man::new(command);
    let mut page = Vec::new();
    man.render(&mut page)?;
    let text = titled(&String::from_utf8(page)?, &man.get_filename());
    let text = format!("{text}{}", section(&examples));
    pages.push(Page { file: man.get_filename(), text });
    commands.into_iter().try_for_each(|command| push(command, pages))
}

/// The page with a title line of our own: the one that comes lacks the place of the date, so that the version stands in it,
/// and knows no version of commands below the first.
fn titled(page: &str, file: &str) -> String {
    let name = file.trim_end_matches(".1");
    let title = format!(".TH {name} 1 \"\" \"tfo {}\"", env!("CARGO_PKG_VERSION"));
    let lines = page.lines().map(|line| if line.starts_with(".TH ") { title.as_str() } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The examples that `--help` begins with; the page knows nothing of them by itself.
fn section(examples: &str) -> String {
    // None of these lines begins with a dot or a quote, which would make a command of it.
    let lines = examples.lines().skip(1).map(|line| line.strip_prefix("  ").unwrap_or(line));
    let lines: Vec<String> =
        lines.map(|line| line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq")).collect();
    format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All commands under this one, as they are typed.
    fn names(command: &clap::Command, before: &str) -> Vec<String> {
        let name = format!("{before}{}", command.get_name());
        let under = command.get_subcommands().filter(|command| command.get_name() != "help");
        let under: Vec<String> = under.flat_map(|command| names(command, &format!("{name} "))).collect();
        [vec![name], under].concat()
    }

    #[test]
    fn every_command_has_a_page_with_its_examples_and_options() {
        let pages = pages().unwrap();
        let names = names(&Cli::command(), "");
        assert!(names.contains(&"tfo context use".to_owned()), "{names:?}");
        assert_eq!(pages.len(), names.len());
        for name in names {
            let file = format!("{}.1", name.replace(' ', "-"));
            let page = pages.iter().find(|page| page.file == file).unwrap_or_else(|| panic!("{file}"));
            for part in
                [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", "\\-\\-tenant", ".SH EXAMPLES"]
            {
                assert!(page.text.contains(part), "{file} lacks {part}:\n{}", page.text);
            }
            let title =
                format!("\n.TH {} 1 \"\" \"tfo {}\"\n", name.replace(' ', "-"), env!("CARGO_PKG_VERSION"));
            assert!(page.text.contains(&title), "{file} lacks {title}:\n{}", page.text);
            let (_, examples) = page.text.split_once(".nf\n").unwrap();
            assert!(examples.starts_with(char::is_alphabetic), "{file}: {examples}");
        }
    }

    #[test]
    fn a_page_is_found_by_the_words_of_its_command() {
        use crate::output::Format;
        use crate::output::tests::printer;
        let page = |words: &[&str]| {
            let (mut out, stdout, _) = printer(Format::Table, None);
            let command = words.iter().map(|&word| word.to_owned()).collect();
            run(&ManArgs { command, out: None }, &mut out).map(|_| stdout.text())
        };
        assert!(page(&[]).unwrap().contains(".TH tfo 1"));
        assert!(page(&["context", "use"]).unwrap().contains("tfo\\-context\\-use"));
        assert!(page(&["nosuch"]).unwrap_err().to_string().contains("no command \"tfo nosuch\""));
    }
}
