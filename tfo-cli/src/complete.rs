//! What the Tab key offers.
//!
//! The script of a shell (`tfo completions SHELL`) calls `tfo` with [`VARIABLE`] and the words of the line. Commands and
//! options are those of the command line; what stands for the value of an argument is said beside the argument, by a
//! [`Names`]. Nothing that fails here says a word: somebody is in the middle of a line.

mod line;
mod names;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::CommandFactory as _;
use clap_complete::engine::ArgValueCompleter;
use clap_complete::env::{CompleteEnv, Shells};

use crate::cli::Cli;
pub(crate) use names::Names;

/// Names the shell that asks. One of our own, since any program may be told `COMPLETE`.
const VARIABLE: &str = "TFO_COMPLETE";

/// Name of the program.
const PROGRAM: &str = "tfo";

/// Zsh runs a file of `$fpath` when Tab is pressed for the first time, and takes it for the function: it has to answer too.
const AUTOLOADED: &str = "
if [[ $funcstack[1] == _tfo ]]; then
    _clap_dynamic_completer_tfo \"$@\"
fi
";

/// Answers a shell that asks for candidates, if one does.
pub(crate) fn answer() -> bool {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1).collect::<Arc<[OsString]>>();
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(|| command(&words))
        .var(VARIABLE)
        .bin(PROGRAM)
        .completer(PROGRAM)
        .try_complete(std::env::args_os(), folder.as_deref())
        .unwrap_or(true)
}

/// The script that makes a shell ask.
pub(crate) fn script(shell: &str) -> anyhow::Result<String> {
    let mut script = Vec::new();
    Shells::builtins()
        .completer(shell)
        .ok_or_else(|| anyhow::anyhow!("there are no completions for {shell}"))?
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    // What some of them have around it is no part of it.
    let script = format!("{}\n", String::from_utf8(script)?.trim());
    Ok(if shell == "zsh" { script + AUTOLOADED } else { script })
}

/// The command line, with candidates for these words.
fn command(words: &Arc<[OsString]>) -> clap::Command {
    let mut command = Cli::command();
    // What all commands have stands in each of them from here on.
    command.build();
    with_candidates(command, words)
}

fn with_candidates(command: clap::Command, words: &Arc<[OsString]>) -> clap::Command {
    let with_names = |arg: clap::Arg| match arg.get::<Names>() {
        Some(&names) => {
            let words = Arc::clone(words);
            arg.add(ArgValueCompleter::new(move |word: &OsStr| names.candidates(&words, word)))
        }
        None => arg,
    };
    command
        // What is hidden is offered where nothing else fits. The many options would otherwise stand between the names.
        .mut_args(|arg| if arg.is_positional() { with_names(arg) } else { with_names(arg).hide(true) })
        .mut_subcommands(|command| with_candidates(command, words))
}
