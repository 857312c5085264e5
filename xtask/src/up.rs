//! Everything at once, from nothing to a page in the browser.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::database::Database;
use crate::ports::Ports;
use crate::progress::{Stages, clock};
use crate::running::Turn;
use crate::stack::Stack;
use crate::web::{self, Mode};
use crate::workspace::{NATIVE, Workspace, run as run_command, select};
use crate::{doctor, interrupt};

/// Starts everything and stays until Ctrl-C, or until something ends that should not.
pub fn run(workspace: &Workspace, ports: &Ports) -> Result<()> {
    interrupt::watch()?;
    let (mut stack, stages) = start(workspace, *ports, Mode::Release)?;
    println!("\nEverything runs ({}). Ctrl-C stops it.", clock(stages.elapsed()).trim());
    let outcome = loop {
        if interrupt::asked() {
            break Ok(());
        }
        if let Err(error) = stack.check() {
            break Err(error);
        }
        interrupt::sleep(Duration::from_millis(300));
    };
    println!("\nStopping.");
    stack.stop()?;
    outcome
}

/// The stages up to a system that answers; what was started is stopped again when one of them fails.
pub fn start(workspace: &Workspace, ports: Ports, mode: Mode) -> Result<(Stack, Stages)> {
    let mut stages = Stages::new(8);
    stages.next("this machine");
    let turn = Turn::take(workspace)?;
    ports.check()?;
    doctor::require(workspace)?;

    stages.next("database");
    let database = Database::open(workspace)?;
    interrupt::check()?;

    stages.next("backend and sandbox (the first time: 5 to 8 minutes on two cores)");
    build(workspace)?;
    interrupt::check()?;

    stages.next("portal and desk (the first time: 3 to 4 minutes on two cores)");
    web::build(workspace, mode)?;
    interrupt::check()?;

    let mut stack = Stack::new(workspace, ports, mode, database, turn)?;
    stages.next("tables and keys");
    stack.backend(&["keys", "init"])?;
    stack.backend(&["migrate"])?;

    stages.next("sample people");
    let people = stack.backend(&["demo"])?;

    stages.next("starting");
    stack.start_sandbox()?;
    stages.next("waiting for the API and the worker");
    stack.start_backend()?;

    println!();
    ports.print_addresses();
    print_people(&people);
    println!("\n  An officer's code without an authenticator app: cargo xtask code <login>");
    Ok((stack, stages))
}

/// Prints the code an authenticator app would show for a sample officer. The program knows the secrets of sample
/// people only, so this opens no door that is not open already.
pub fn code(workspace: &Workspace, login: &str) -> Result<()> {
    let program = workspace.program("backend");
    ensure!(program.exists(), "the backend is not built yet; `cargo xtask up` does it");
    run_command(workspace.command(program).args(["demo", "code", login]))
}

/// The programs, with the features that `test` gives their dependencies, so that going from one to the other compiles
/// no dependency twice: the same packages, and `--examples` (there are none) to have the tests' dependencies counted in.
pub fn build(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo("build");
    run_command(command.args(select(&NATIVE)).args([
        "--bin",
        "backend",
        "--bin",
        "judge",
        "--bin",
        "sandbox",
        "--examples",
    ]))
}

/// One line per person: whatever `backend demo` says of them, in its order.
fn print_people(json: &str) {
    let Ok(Value::Object(demo)) = serde_json::from_str(json) else {
        println!("{json}");
        return;
    };
    for (group, people) in &demo {
        println!("\n  {group}");
        let rows = people.as_array().map_or(std::slice::from_ref(people), Vec::as_slice);
        for person in rows {
            println!("    {}", describe(person));
        }
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let shown = fields.iter().filter(|(_, value)| !value.is_null());
            shown.map(|(name, value)| format!("{name}: {}", describe(value))).collect::<Vec<_>>().join("   ")
        }
        Value::Array(items) => items.iter().map(describe).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
