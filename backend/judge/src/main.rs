//! See [`judge::run`].

fn main() -> anyhow::Result<()> {
    judge::run()
}
