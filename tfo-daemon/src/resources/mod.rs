//! Resources: everything that a person configures, kept by one mechanism for all kinds.
//!
//! The planner is a plain function of the world in memory; a commit writes what it says, and the journal, in one transaction.
//! A kind that acts has a module of its own that looks into the world. Kept out: who may do what (`identity`), and what
//! kinds there are (`tfo_sdk::resource`).

mod api;
mod audit;
mod body;
mod journal;
mod key_place;
mod planner;
mod pointer;
mod record;
mod repo;
mod rotation;
mod secrets;
mod service;
mod sets;
#[cfg(test)]
mod tests;
mod watch;
mod world;

pub(crate) use api::routes;
pub(crate) use record::Stored;
pub(crate) use rotation::rotate;
pub(crate) use secrets::Sealer;
#[cfg(test)]
pub(crate) use service::HandChange;
pub(crate) use service::Resources;
pub(crate) use world::{Key, World};
