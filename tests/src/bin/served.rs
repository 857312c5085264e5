//! The backend as a process of its own, for tests that kill it.

fn main() -> anyhow::Result<()> {
    backend::cli::run()
}
