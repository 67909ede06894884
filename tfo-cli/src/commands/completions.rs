//! `tfo completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output::Printer;

/// Print the completion script of a shell
#[derive(Debug, Clone, Copy, clap::Args)]
#[command(before_long_help = "\
Examples:
  tfo completions bash > ~/.local/share/bash-completion/completions/tfo
  tfo completions zsh > ~/.zfunc/_tfo
  tfo completions fish > ~/.config/fish/completions/tfo.fish
  tfo completions powershell >> $PROFILE")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: CompletionsArgs, out: &mut Printer) -> anyhow::Result<Exit> {
    out.write(&script(args.shell))?;
    out.flush()?;
    Ok(Exit::Done)
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tfo", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(all(test, feature = "up"))]
mod tests {
    use std::path::Path;

    use clap_complete::Generator as _;

    use super::*;

    #[test]
    fn the_files_in_completions_are_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../completions");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let path = folder.join(shell.file_name("tfo"));
            let file = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(file == script(shell), "{0} is stale: `tfo completions {shell} > {0}`", path.display());
        }
    }
}
