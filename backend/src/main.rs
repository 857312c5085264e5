//! See [`backend::cli`].

use mimalloc::MiMalloc;

/// A page of a list is some hundred small allocations, which the system's allocator takes a seventh of its time for.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> anyhow::Result<()> {
    backend::cli::run()
}
