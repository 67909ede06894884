//! End-to-end tests: one binary, so that it links once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;
mod ci;
mod clients;
mod commands;
mod config;
mod crash;
mod demo;
mod examples;
mod folder;
mod full_disk;
mod gitops;
mod guard;
mod keyring;
mod live;
mod malformed;
mod memory;
mod metrics;
mod openapi;
mod policy;
mod random;
mod reads;
mod stop;
mod tenants;
mod transcript;
mod tui;
