//! The citizens' portal: from finding a service to the signed paper in hand. Runs in the browser only; everything it
//! says to the server goes through the typed client, everything it says to people through the locale files.

#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        dead_code,
        unused_imports,
        reason = "outside of browsers only the pure parts are built, for their tests"
    )
)]

#[cfg(target_arch = "wasm32")]
mod app;
mod copy;
mod guard;
#[cfg(target_arch = "wasm32")]
mod inside;
mod library;
mod loaded;
mod merge;
mod onward;
mod pages;
mod path;
mod piece;
mod shell;
mod tab;
mod words;

#[cfg(target_arch = "wasm32")]
fn main() {
    kit::start(openapi::client::Realm::Portal, app::App);
}

/// The portal runs in browsers.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
