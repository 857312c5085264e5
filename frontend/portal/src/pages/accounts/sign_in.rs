//! Signing in: login and password, then the code of the SMS (AC-08, AC-11).

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::Secret;
use openapi::accounts::{Challenge, CodeIn, SignInIn};

use super::CodeStep;
use crate::onward;
use crate::path::Path;

/// The sign-in page; leads on to `next` of its address.
pub fn sign_in() -> AnyView {
    let challenge = RwSignal::new(None::<Challenge>);
    let (session, navigate) = (use_session(), use_navigate());
    let next = onward::asked().unwrap_or_else(|| Path::Cabinet.href());
    // Whoever is signed in already, in this tab or by going back, has nothing to do here.
    Effect::new(move |_| {
        if session.is_authorized() {
            navigate(&next, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let back = Callback::new(move |()| challenge.set(None));
    let content = move || match challenge.get() {
        Some(sent) => view! {
            <button class="back btn--text btn" type="button" on:click=move |_| back.run(())>
                <Icon name="back" flip=true/>
                {t("common.back")}
            </button>
            {code(sent)}
        }
        .into_any(),
        None => view! { <LoginForm challenge=challenge/> }.into_any(),
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

#[component]
fn LoginForm(challenge: RwSignal<Option<Challenge>>) -> impl IntoView {
    let (session, action) = (use_session(), use_action());
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let errors = action.errors;
    let sign_up = onward::asked().map_or_else(|| Path::SignUp.href(), |next| Path::sign_up_then(&next));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let body = SignInIn {
            login: login.get_untracked().trim().to_owned(),
            password: Secret(password.get_untracked()),
        };
        for (pointer, is_empty) in
            [("/login", body.login.is_empty()), ("/password", body.password.expose().is_empty())]
        {
            if is_empty {
                errors.add(pointer, "required", &[]);
            }
        }
        if !untrack(|| errors.is_empty()) {
            request_animation_frame(|| {
                kit::dom::focus(kit::api::SUMMARY_ID);
            });
            return;
        }
        action.run(
            |client, key| async move { client.sign_in(key, &body).await },
            move |sent| challenge.set(Some(sent)),
        );
    };
    view! {
        {drawn(move || session.ended.get().then(|| view! {
            <Alert tone=Tone::Info title=t("accounts.ended_title")><p>{t("accounts.ended_text")}</p></Alert>
        }))}
        <ErrorSummary errors=errors/>
        <PageHead title=t("accounts.sign_in_title") lead=t("accounts.sign_in_lead") errors=errors/>
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                name="login"
                label=t("accounts.login")
                hint=t("accounts.login_hint")
                value=login
                errors=errors
                inputmode="email"
                autocomplete="username"
            />
            <PasswordInput name="password" label=t("accounts.password") value=password errors=errors/>
            <Actions>
                <Button kind="primary lg" busy=action.pending>{t("accounts.continue")}</Button>
                <ButtonLink href=Path::Recover.href() kind="text">{t("accounts.forgotten")}</ButtonLink>
                <ButtonLink href=sign_up kind="text">{t("accounts.no_account")}</ButtonLink>
            </Actions>
        </form>
    }
}

fn code(challenge: Challenge) -> AnyView {
    let (session, action) = (use_session(), use_action());
    let submit = Callback::new(move |code: CodeIn| {
        action.run(
            |client, _| async move { client.create_session(&code).await },
            move |began| session.begin(began),
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
            title=t("accounts.code_title")
            button=t("accounts.sign_in")
        />
    }
    .into_any()
}
