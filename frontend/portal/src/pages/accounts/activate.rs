//! The link of the mail: a password, then the code of the SMS; with that the account is open (AC-05, AC-06).

use kit::prelude::*;
use leptos_router::hooks::use_navigate;
use openapi::Secret;
use openapi::accounts::{ActivationIn, Challenge, CodeIn, PASSWORD_MIN};

use super::CodeStep;
use super::password::{NewPassword, lacking};
use crate::path::Path;

/// The activation page. The token stands behind `#`, which browsers never send; it is taken out of the address at
/// once, so that it stays in no history.
pub fn activate() -> AnyView {
    let token = take_token();
    let challenge = RwSignal::new(None::<Challenge>);
    let content = move || match (challenge.get(), &token) {
        (Some(challenge), _) => code(challenge),
        (None, Some(token)) => view! { <PasswordForm token=token.clone() challenge=challenge/> }.into_any(),
        (None, None) => no_token(),
    };
    view! {
        <div class="wrap">
            <div class="narrow">
                <div class="sheet">{drawn(content)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn take_token() -> Option<Secret> {
    let window = window();
    let hash = window.location().hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    if let Ok(history) = window.history() {
        let path = Path::Activate.href();
        // Where the address cannot be changed the link is still good for one use only.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
    Some(Secret(token))
}

#[component]
fn PasswordForm(token: Secret, challenge: RwSignal<Option<Challenge>>) -> impl IntoView {
    let action = use_action();
    let password = RwSignal::new(String::new());
    let errors = action.errors;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let chosen = password.get_untracked();
        for code in lacking(&chosen) {
            errors.add("/password", code, &[("count", &PASSWORD_MIN.to_string())]);
        }
        if !untrack(|| errors.is_empty()) {
            request_animation_frame(|| {
                kit::dom::focus(kit::api::SUMMARY_ID);
            });
            return;
        }
        let body = ActivationIn { token: token.clone(), password: Secret(chosen) };
        action.run(
            |client, key| async move { client.activate_account(key, &body).await },
            move |sent| challenge.set(Some(sent)),
        );
    };
    let link_is_bad =
        move || errors.refusal().is_some_and(|error| error.code() == Some(openapi::ErrorCode::LinkInvalid));
    view! {
        <ErrorSummary errors=errors/>
        {drawn(move || link_is_bad().then(|| view! {
            <Actions><ButtonLink href=Path::SignUp.href()>{t("accounts.new_link")}</ButtonLink></Actions>
        }))}
        <PageHead title=t("accounts.activate_title") lead=t("accounts.activate_lead") errors=errors/>
        <form class="form" novalidate=true on:submit=send>
            <NewPassword value=password errors=errors/>
            <Actions>
                <Button kind="primary lg" busy=action.pending>{t("accounts.activate")}</Button>
            </Actions>
        </form>
    }
}

fn code(challenge: Challenge) -> AnyView {
    let (session, action, navigate, toasts, i18n) =
        (use_session(), use_action(), use_navigate(), use_toasts(), use_i18n());
    let submit = Callback::new(move |code: CodeIn| {
        let navigate = navigate.clone();
        action.run(
            |client, _| async move { client.create_session(&code).await },
            move |began| {
                session.begin(began);
                toasts.show(untrack(|| i18n.t("accounts.activated")));
                navigate(&Path::Cabinet.href(), leptos_router::NavigateOptions::default());
            },
        );
    });
    request_animation_frame(|| {
        kit::dom::focus_first("h1[tabindex='-1']");
    });
    view! {
        <CodeStep
            challenge=challenge
            action=action
            on_code=submit
            title=t("accounts.code_title_phone")
            button=t("accounts.code_confirm")
        />
    }
    .into_any()
}

fn no_token() -> AnyView {
    view! {
        <PageHead title=t("accounts.activate_title") lead=t("accounts.activate_no_token")/>
        <Actions>
            <ButtonLink href=Path::SignUp.href() kind="primary">{t("accounts.new_link")}</ButtonLink>
        </Actions>
    }
    .into_any()
}
