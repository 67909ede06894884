//! How a run ends: its exit code, and what is said about a failure.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use tfo_sdk::client::ClientError;

use crate::connection::Place;
use crate::output::style::{ColorChoice, Paint, Style};
use crate::text;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did what it was asked.
    Done,
    /// There is a difference, or something was found; it has said so.
    Differences,
    /// It could not; it has said so.
    Failed,
    /// Somebody else has done something else meanwhile, or owns it; it has said so.
    Conflict,
    /// It was told to stop at once.
    Interrupted,
    /// What it was asked for does not exist; it has said so.
    NotFound,
}

const DIFFERENCES: u8 = 1;
const ERROR: u8 = 2;
const CONFLICT: u8 = 3;
const NOT_ALLOWED: u8 = 4;
const NOT_FOUND: u8 = 5;
/// As shells have it for SIGINT.
const INTERRUPTED: u8 = 130;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Differences => Self::from(DIFFERENCES),
            Exit::Failed => Self::from(ERROR),
            Exit::Conflict => Self::from(CONFLICT),
            Exit::Interrupted => Self::from(INTERRUPTED),
            Exit::NotFound => Self::from(NOT_FOUND),
        }
    }
}

/// Says what went wrong and gives the exit code.
pub(crate) fn report(error: &anyhow::Error, place: &Place) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let variable = |name: &str| std::env::var(name).ok();
    let paint = Paint::choose(ColorChoice::Auto, io::stderr().is_terminal(), variable);
    let mut message =
        format!("{} {}\n", paint.apply(Style::Error, "error:"), text::lines(&format!("{error:#}")));
    if let Some(ClientError::Unreachable { .. } | ClientError::Status { .. }) = client_error(error) {
        message.push_str(&format!("  the address is {}\n", text::row(&place.origin())));
    }
    // Where stderr is gone too, the exit code still speaks.
    let _ = io::stderr().write_all(message.as_bytes());
    ExitCode::from(code(error))
}

/// Who read our output has gone (`| head`): it has what it wanted.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn client_error(error: &anyhow::Error) -> Option<&ClientError> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

fn code(error: &anyhow::Error) -> u8 {
    let client_error = client_error(error);
    match client_error.and_then(ClientError::status) {
        Some(401 | 403) => NOT_ALLOWED,
        Some(409 | 412) => CONFLICT,
        // A path that is not there is the wrong address, not a record that is not there.
        Some(404) => match client_error {
            Some(ClientError::Problem(problem))
                if ["not_found", "unknown_tenant"].contains(&problem.code.as_str()) =>
            {
                NOT_FOUND
            }
            _ => ERROR,
        },
        _ => ERROR,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    fn problem(status: u16, code: &str) -> anyhow::Error {
        let json = format!(r#"{{"status":{status},"title":"t","detail":"d","code":"{code}"}}"#);
        ClientError::Problem(Box::new(serde_json::from_str(&json).unwrap())).into()
    }

    #[test]
    fn exit_codes_tell_errors_apart() {
        let problems = [
            (400, "c"),
            (401, "c"),
            (403, "c"),
            (404, "not_found"),
            (404, "unknown_path"),
            (412, "c"),
            (503, "c"),
        ];
        let codes = problems.map(|(status, name)| code(&problem(status, name).context("logs")));
        assert_eq!(codes, [2, 4, 4, 5, 2, 3, 2]);
        assert_eq!(code(&anyhow::anyhow!("a usage error")), 2);
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let closed: io::Result<()> = Err(io::ErrorKind::BrokenPipe.into());
        assert!(is_closed_pipe(&closed.context("write").unwrap_err()));
        assert!(!is_closed_pipe(&anyhow::anyhow!("other")));
    }
}
