//! The harness: the real server on a free port, a database of its own per test, the outside world in a sandbox, and
//! people who speak through the typed client.
//!
//! ```ignore
//! let app = TestApp::start().await;
//! let citizen = app.citizen().await;
//! let draft = citizen.draft("arrival-notice").await;
//! ```
//!
//! A failed step of the harness is a failed test: it panics and says what it expected.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a harness fails by panicking, as the tests it serves do"
)]

pub mod app;
pub mod db;
pub mod files;
pub mod make;
pub mod people;
pub mod process;
pub mod refusals;
pub mod trips;

pub use app::TestApp;
pub use people::{Citizen, Officer};
