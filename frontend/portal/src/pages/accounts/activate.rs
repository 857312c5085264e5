//! The link of a mail: a password, then the code of the SMS; with that the account is open (AC-05, AC-06), or has the new
//! password (AC-14).

use kit::prelude::*;
use leptos_router::hooks::use_navigate;
use openapi::accounts::{Challenge, CodeIn, LinkCheckIn, LinkIn, PASSWORD_MIN};
use openapi::client::Error;
use openapi::{ErrorCode, Secret};

use super::CodeStep;
use super::activation::{self, Stage, Way};
use super::password::{NewPassword, lacking};
use super::sign_up::look_into_mail;
use crate::onward;
use crate::path::Path;

/// The activation page.
pub fn activate() -> AnyView {
    steps(Way::Activation)
}

/// The page of a forgotten password.
pub fn recover() -> AnyView {
    steps(Way::Recovery)
}

fn steps(way: Way) -> AnyView {
    let stage = RwSignal::new(activation::stage(way));
    // Another link, or the same once more, opened in this tab.
    let again = window_event_listener_untyped("hashchange", move |_| {
        let now = activation::stage(way);
        if matches!(now, Stage::Password(_)) {
            stage.set(now);
        }
    });
    on_cleanup(move || again.remove());
    let content = move || match stage.get() {
        Stage::Password(token) => view! { <PasswordForm way=way token=token stage=stage/> }.into_any(),
        Stage::Code(challenge) => code(way, challenge),
        Stage::Link => view! { <LinkForm way=way/> }.into_any(),
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
fn PasswordForm(way: Way, token: Secret, stage: RwSignal<Stage>) -> impl IntoView {
    let (look, action) = (use_action(), use_action());
    let password = RwSignal::new(String::new());
    let errors = action.errors;
    let is_bad = |error: &Error| error.code() == Some(ErrorCode::LinkInvalid);
    // A link that has been used says so before anybody thinks of a password. What else goes wrong is for the form.
    let opened = LinkCheckIn { token: token.clone() };
    look.run(
        move |client, _| async move {
            match client.check_link(&opened).await {
                Err(error) if is_bad(&error) => Err(error),
                _ => Ok(()),
            }
        },
        |()| {},
    );
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
        let body = LinkIn { token: token.clone(), password: Secret(chosen) };
        action.run(
            move |client, key| way.give(client, key, body),
            move |sent: Challenge| {
                activation::keep(way, &sent);
                stage.set(Stage::Code(sent));
            },
        );
    };
    let link_is_bad = Memo::new(move |_| {
        [look, action].iter().any(|did| did.errors.refusal().is_some_and(|error| is_bad(&error)))
    });
    let lead = way.pick("accounts.activate_lead", "accounts.recover_password_lead");
    let ask = Callback::new(move |()| {
        activation::forget(way);
        stage.set(Stage::Link);
    });
    let send = StoredValue::new(send);
    let form = move || {
        view! {
            <PageHead title=t("accounts.activate_title") lead=t(lead) errors=errors/>
            <form class="form" novalidate=true on:submit=move |event| send.with_value(|send| send(event))>
                <NewPassword value=password errors=errors/>
                <Actions>
                    <Button kind="primary lg" busy=action.pending>{t("accounts.activate")}</Button>
                </Actions>
            </form>
        }
        .into_any()
    };
    let another = move || {
        view! {
            <PageHead title=t("accounts.new_link_title")/>
            <Actions>
                <Button kind="primary lg" on_press=ask>{t("accounts.new_link")}</Button>
                <ButtonLink href=Path::SignIn.href() kind="text">{t("pages.sign_in")}</ButtonLink>
            </Actions>
        }
        .into_any()
    };
    view! {
        <ErrorSummary errors=look.errors/>
        <ErrorSummary errors=errors/>
        {drawn(move || if link_is_bad.get() { another() } else { form() })}
    }
}

fn code(way: Way, challenge: Challenge) -> AnyView {
    let (session, action, navigate, toasts, i18n) =
        (use_session(), use_action(), use_navigate(), use_toasts(), use_i18n());
    let submit = Callback::new(move |code: CodeIn| {
        let navigate = navigate.clone();
        action.run(
            |client, _| async move { client.create_session(&code).await },
            move |began| {
                activation::forget(way);
                session.begin(began);
                let done = way.pick("accounts.activated", "accounts.password_changed");
                toasts.show(untrack(|| i18n.t(done)));
                navigate(&onward::take(), leptos_router::NavigateOptions::default());
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
            on_sent=Callback::new(move |sent| activation::keep(way, &sent))
            title=t(way.pick("accounts.code_title_phone", "accounts.code_title"))
            button=t("accounts.code_confirm")
        />
    }
    .into_any()
}

/// Asks for a link: of what was said at sign-up only the address is needed.
#[component]
fn LinkForm(way: Way) -> impl IntoView {
    let action = use_action();
    let (email, sent_to) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let errors = action.errors;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let address = email.get_untracked().trim().to_owned();
        if address.is_empty() {
            errors.add("/email", "required", &[]);
            request_animation_frame(|| {
                kit::dom::focus(kit::api::SUMMARY_ID);
            });
            return;
        }
        let email = address.clone();
        action.run(move |client, key| way.ask(client, key, email), move |()| sent_to.set(Some(address)));
    };
    let send = StoredValue::new(send);
    let form = move || {
        view! {
            <ErrorSummary errors=errors/>
            <PageHead
                title=t(way.pick("accounts.new_link_title", "accounts.recover_title"))
                lead=t(way.pick("accounts.activate_no_token", "accounts.recover_lead"))
                errors=errors
            />
            <form class="form" novalidate=true on:submit=move |event| send.with_value(|send| send(event))>
                <TextInput
                    name="email"
                    label=t("accounts.email")
                    value=email
                    errors=errors
                    kind="email"
                    inputmode="email"
                    autocomplete="email"
                />
                <Actions>
                    <Button kind="primary lg" busy=action.pending>{t(way.pick("accounts.new_link", "accounts.recover_send"))}</Button>
                </Actions>
            </form>
        }
        .into_any()
    };
    drawn(move || sent_to.get().map_or_else(form, |email| look_into_mail(way, email)))
}
