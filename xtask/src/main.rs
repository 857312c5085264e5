//! `cargo xtask <command>`: every command a developer needs. See README.md.

mod bench;
mod database;
mod dev;
mod doctor;
mod interrupt;
mod licences;
mod openapi;
mod ports;
mod progress;
mod reset;
mod running;
mod sizes;
mod stack;
mod test;
mod up;
mod watch;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Every command a developer needs.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Look at this machine and say what is missing
    Doctor,
    /// Start everything: database, outside world, API, worker, portal and desk
    Up(ports::Ports),
    /// Like `up`, and rebuild and reload when a source file changes
    Dev(ports::Ports),
    /// Print the authenticator code of a sample officer
    Code {
        /// As `up` prints it: officer, officer2
        login: String,
    },
    /// Everything that must hold before a change is taken
    Test(test::Options),
    /// Measure the API beside the bare database, on a machine that does nothing else
    Bench(bench::Options),
    /// Build the bundles of the portal and the desk into dist/
    Web(web::Options),
    /// Write openapi/openapi.json from the program that serves it
    Openapi,
    /// Delete the private database and everything in .state
    Reset(reset::Options),
}

fn main() -> ExitCode {
    let done = Workspace::find().and_then(|workspace| match Cli::parse().command {
        Command::Doctor => doctor::run(&workspace),
        Command::Up(options) => up::run(&workspace, &options),
        Command::Dev(options) => dev::run(&workspace, &options),
        Command::Code { login } => up::code(&workspace, &login),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Web(options) => web::run(&workspace, &options),
        Command::Openapi => openapi::run(&workspace),
        Command::Reset(options) => reset::run(&workspace, &options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // 128 + SIGINT, as shells say it.
        Err(_) if interrupt::asked() => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
