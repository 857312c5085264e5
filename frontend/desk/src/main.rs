//! The officers' desk: sign in, take a case, judge it, decide. Everything visible is made of the kit; every call goes
//! through the typed client.

mod app;
mod bar;
mod case;
mod drafts;
mod keys;
mod library;
mod pages;
mod path;

use openapi::client::Realm;

fn main() {
    kit::start(Realm::Desk, || leptos::view! { <app::App/> });
}
