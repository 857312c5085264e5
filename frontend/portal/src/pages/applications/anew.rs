//! The button that starts another application from the answers of one that has been filed (FM-04).

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::ApplicationIn;

use super::case::Case;
use crate::path::Path;

/// The button; a refusal is shown in `action`'s summary, which the caller places. The documents are attached anew.
pub fn button(case: &Case, action: Action, label: TextProp, look: &'static str) -> AnyView {
    let (navigate, toasts, i18n) = (use_navigate(), use_toasts(), use_i18n());
    let (service, based_on) = (case.application.service.clone(), Some(case.application.id));
    let press = Callback::new(move |()| {
        let (navigate, body) = (navigate.clone(), ApplicationIn { service: service.clone(), based_on });
        action.run(
            move |client, key| async move { client.create_application(key, &body).await },
            move |draft| {
                toasts.show(untrack(|| i18n.t("applications.carried_over")));
                navigate(&Path::Draft(draft.id).href(), NavigateOptions::default());
            },
        );
    });
    view! { <Button kind=look busy=action.pending on_press=press>{said(label)}</Button> }.into_any()
}
