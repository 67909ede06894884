//! What a line that is not yet finished says: the daemon, the place, the kind.

use std::ffi::OsString;

use clap::parser::ArgMatches;
use clap::{CommandFactory as _, FromArgMatches as _};
use tfo_sdk::resource::{KindInfo, Scope};

use crate::cli::Cli;
use crate::commands::target::list_scope;
use crate::connection::Place;

/// As much of a line as can be understood.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Which daemon.
    pub(super) place: Place,
    /// The kind of the resource, as it was written.
    pub(super) kind: Option<String>,
    /// `--scope`.
    scope: Option<Scope>,
    /// `-A`.
    is_everywhere: bool,
}

impl Line {
    /// Reads the words; what is wrong or lacking is passed over.
    pub(super) fn read(words: &[OsString]) -> Self {
        let Ok(matches) = Cli::command().ignore_errors(true).try_get_matches_from(words) else {
            return Self::default();
        };
        let mut innermost = &matches;
        while let Some((_, matches)) = innermost.subcommand() {
            innermost = matches;
        }
        Self {
            place: Place::from_arg_matches(&matches).unwrap_or_default(),
            kind: value(innermost, "kind"),
            scope: value(innermost, "scope"),
            is_everywhere: value(innermost, "all_places").unwrap_or_default(),
        }
    }

    /// The place that it is about.
    pub(super) fn scope(&self) -> anyhow::Result<Scope> {
        if self.is_everywhere { Ok(Scope::PLATFORM) } else { self.place.scope(self.scope.as_ref()) }
    }

    /// The place in which, or below which, resources of a kind are.
    pub(super) fn scope_of(&self, kind: &KindInfo) -> anyhow::Result<Scope> {
        Ok(list_scope(kind, &self.scope()?))
    }
}

/// A value, where the command has such an argument.
fn value<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Option<T> {
    matches.try_get_one(id).ok().flatten().cloned()
}
