//! From the loaded WASM to the first page.

use leptos::prelude::*;
use openapi::client::Realm;
use wasm_bindgen_futures::spawn_local;

use crate::announcer::Announcer;
use crate::api::Api;
use crate::assets::Assets;
use crate::dom;
use crate::i18n::I18n;
use crate::live::Live;
use crate::session::SessionCtx;
use crate::settings::Settings;
use crate::shell::ViewOpen;
use crate::toast::Toasts;

/// Loads the texts, sets up the contexts and mounts `app`. When the texts cannot be had, the page's own element
/// `unreachable` is shown: it says so in both languages and offers to try again.
pub fn start<V: IntoView + 'static>(realm: Realm, app: impl FnOnce() -> V + 'static) {
    console_error_panic_hook::set_once();
    let settings = Settings::load();
    spawn_local(async move {
        let i18n = match Assets::of_page() {
            Some(assets) => I18n::load(assets).await,
            None => None,
        };
        // What the page shows while it loads; ids must not stand twice.
        dom::remove("skeleton");
        let Some(i18n) = i18n else {
            dom::reveal("unreachable");
            return;
        };
        mount_to_body(move || {
            provide_context(settings);
            provide_context(i18n);
            provide_context(Announcer::new());
            provide_context(Toasts::new());
            provide_context(ViewOpen(RwSignal::new(false)));
            provide_context(Api::new(realm, &untrack(|| i18n.language())));
            provide_context(SessionCtx::new());
            provide_context(Live::new());
            app()
        });
    });
}
