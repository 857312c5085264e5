//! See [`backend::cli`].

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    backend::cli::run().await
}
