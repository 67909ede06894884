//! `tfo`: commands that show what a TelemetryFlow daemon holds, and `tfo up`, which is that daemon.
//!
//! stdout carries data, stderr talk. Everything but `tfo up` goes through the REST interface. A command is a file
//! in [`commands`] with its arguments and a `run`; [`views`] knows how records look, [`output`] where and in
//! which format they go, [`text`] makes them harmless; [`tui`] is the terminal interface.

mod bench;
mod bundle;
mod chart;
mod cli;
mod commands;
mod complete;
mod connection;
mod contexts;
mod demo;
mod exit;
mod output;
mod selection;
mod text;
mod tui;
mod views;
mod waterfall;

use std::process::ExitCode;

// The daemon's columns and the answers of large queries are built from many small pieces.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    if complete::answer() {
        return ExitCode::SUCCESS;
    }
    let cli = match cli::read(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    let place = cli.place.clone();
    match commands::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error, &place),
    }
}
