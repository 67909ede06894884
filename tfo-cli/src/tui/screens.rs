//! The screens: a file each, and a line here.

pub(crate) mod logs;
pub(crate) mod metric;
pub(crate) mod metrics;
pub(crate) mod resource;
pub(crate) mod resources;
pub(crate) mod service;
pub(crate) mod services;
pub(crate) mod trace;
pub(crate) mod traces;

pub(crate) use super::screen::Info;

/// All screens; those with a number of their own in the order of their numbers.
pub(crate) const ALL: &[&Info] = &[
    &logs::INFO,
    &traces::INFO,
    &metrics::INFO,
    &services::INFO,
    &resources::INFO,
    &trace::INFO,
    &metric::INFO,
    &service::INFO,
    &resource::INFO,
];

/// The screen of this name in links.
pub(crate) fn find(name: &str) -> Option<&'static Info> {
    ALL.iter().find(|info| info.name == name).copied()
}

/// The screens with a number.
pub(crate) fn roots() -> impl Iterator<Item = &'static Info> {
    ALL.iter().filter(|info| info.is_root).copied()
}

/// The annotation in which a saved view keeps everything of its link that a saved query has no field for: which metric,
/// how it is grouped, what a list is sorted by.
pub(crate) const VIEW: &str = "tfo/view";

/// The signal that a saved view of a screen is of.
pub(crate) fn signal_of(screen: &str) -> &'static str {
    match screen {
        "logs" => "logs",
        "metrics" | "metric" => "metrics",
        _ => "traces",
    }
}
