//! The backend as a process of its own, for tests that kill it.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    backend::cli::run().await
}
