//! The citizens' portal: from finding a service to the signed paper in hand. Runs in the browser only; everything it
//! says to the server goes through the typed client, everything it says to people through the locale files.

mod app;
mod copy;
mod drawn;
mod guard;
mod library;
mod loaded;
mod pages;
mod path;
mod shell;
mod words;

fn main() {
    kit::start(openapi::client::Realm::Portal, app::App);
}
