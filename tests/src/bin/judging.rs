//! The process that judges files, beside the tests.

fn main() -> anyhow::Result<()> {
    judge::run()
}
