//! See [`backend::cli`].

fn main() -> anyhow::Result<()> {
    backend::cli::run()
}
