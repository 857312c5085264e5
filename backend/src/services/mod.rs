//! The catalogue as clients read it (A4): public, the same for everybody, cacheable.

pub mod api;
