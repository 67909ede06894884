//! `tfo completions`.

use clap_complete::Shell;

use crate::complete;
use crate::exit::Exit;
use crate::output::Printer;

/// Print the completion script of a shell
///
/// The script asks `tfo` for what can stand at the cursor: commands, options, and the names that the daemon has. It is the
/// same for all daemons; make it again after an upgrade. The daemon has 700 ms, or what TFO_COMPLETE_DEADLINE says.
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
    out.write(&complete::script(&args.shell.to_string())?)?;
    out.flush()?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::ValueEnum as _;
    use clap_complete::Generator as _;

    use super::*;

    #[test]
    fn every_shell_has_a_script() {
        for shell in Shell::value_variants() {
            assert!(complete::script(&shell.to_string()).unwrap().contains("TFO_COMPLETE"), "{shell}");
        }
    }

    #[test]
    fn the_files_in_completions_are_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../completions");
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let path = folder.join(shell.file_name("tfo"));
            let file = std::fs::read_to_string(&path).unwrap_or_default();
            let script = complete::script(&shell.to_string()).unwrap();
            assert!(file == script, "{0} is stale: `tfo completions {shell} > {0}`", path.display());
        }
    }
}
