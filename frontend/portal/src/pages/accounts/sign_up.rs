//! Opening an account (AC-01, AC-33): name, contacts, language of letters, consent; then a link comes by mail.

use kit::prelude::*;
use openapi::accounts::{CONSENT_VERSION, SignUpIn};

use super::activation::Way;
use super::language::LanguageChoice;
use crate::onward;
use crate::path::Path;

/// The sign-up page; after sending it says where to look for the mail.
pub fn sign_up() -> AnyView {
    let sent_to = RwSignal::new(None::<String>);
    let content = move || match sent_to.get() {
        Some(email) => look_into_mail(Way::Activation, email),
        None => view! { <SignUpForm sent_to=sent_to/> }.into_any(),
    };
    view! {
        <div class="wrap">
            <div class="narrow">
                <BackLink href=Path::Home.href() text=t("common.back")/>
                <div class="sheet">{drawn(content)}</div>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn SignUpForm(sent_to: RwSignal<Option<String>>) -> impl IntoView {
    let (i18n, action) = (use_i18n(), use_action());
    let empty = || RwSignal::new(String::new());
    let (family_name, given_name, patronymic) = (empty(), empty(), empty());
    let (email, phone) = (empty(), empty());
    let language = RwSignal::new(untrack(|| i18n.language()));
    let consent = RwSignal::new(false);
    let errors = action.errors;
    let next = onward::asked();
    let sign_in = next.as_deref().map_or_else(|| Path::SignIn.href(), Path::sign_in_then);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let trimmed = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let patronymic = trimmed(patronymic);
        let body = SignUpIn {
            family_name: trimmed(family_name),
            given_name: trimmed(given_name),
            patronymic: (!patronymic.is_empty()).then_some(patronymic),
            email: trimmed(email),
            phone: trimmed(phone),
            language: language.get_untracked(),
            consent_version: CONSENT_VERSION.to_owned(),
        };
        if !is_complete(&body, consent.get_untracked(), errors) {
            return;
        }
        let (email, next) = (body.email.clone(), next.clone());
        action.run(
            |client, key| async move { client.sign_up(key, &body).await },
            move |()| {
                onward::keep(next.as_deref());
                sent_to.set(Some(email));
            },
        );
    };
    view! {
        <ErrorSummary errors=errors/>
        <PageHead title=t("accounts.sign_up_title") lead=t("accounts.sign_up_lead") errors=errors/>
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                name="family_name"
                label=t("accounts.family_name")
                hint=t("accounts.family_name_hint")
                value=family_name
                errors=errors
                autocomplete="family-name"
            />
            <TextInput
                name="given_name"
                label=t("accounts.given_name")
                value=given_name
                errors=errors
                autocomplete="given-name"
            />
            <TextInput
                name="patronymic"
                label=t("accounts.patronymic")
                value=patronymic
                errors=errors
                optional=true
                autocomplete="additional-name"
            />
            <TextInput
                name="email"
                label=t("accounts.email")
                hint=t("accounts.email_hint")
                value=email
                errors=errors
                kind="email"
                inputmode="email"
                autocomplete="email"
            />
            <Phone name="phone" label=t("accounts.phone") hint=t("accounts.phone_hint") value=phone errors=errors/>
            <LanguageChoice value=language errors=errors/>
            <Checkbox name="consent_version" value=consent errors=errors>
                {t("accounts.consent")}" "
                <a href=Path::Consent.href() target="_blank">{t("accounts.consent_read")}</a>
            </Checkbox>
            <Actions>
                <Button kind="primary lg" busy=action.pending>{t("accounts.sign_up")}</Button>
                <ButtonLink href=sign_in kind="text">{t("accounts.have_account")}</ButtonLink>
            </Actions>
        </form>
    }
}

/// What the page can see by itself; the server says the rest.
fn is_complete(body: &SignUpIn, consent: bool, errors: Errors) -> bool {
    errors.clear();
    let asked = [
        ("/family_name", &body.family_name),
        ("/given_name", &body.given_name),
        ("/email", &body.email),
        ("/phone", &body.phone),
    ];
    for (pointer, _) in asked.iter().filter(|(_, value)| value.is_empty()) {
        errors.add(pointer, "required", &[]);
    }
    if !consent {
        errors.add("/consent_version", "must_accept", &[]);
    }
    let complete = untrack(|| errors.is_empty());
    if !complete {
        request_animation_frame(|| {
            kit::dom::focus(kit::api::SUMMARY_ID);
        });
    }
    complete
}

/// The same words for known and unknown addresses: whoever has an account learns it from the mail.
pub(super) fn look_into_mail(way: Way, email: String) -> AnyView {
    let (i18n, action) = (use_i18n(), use_action());
    let toasts = use_toasts();
    let shown = email.clone();
    let lead = way.pick("accounts.mail_lead", "accounts.recover_mail_lead");
    let lead = TextProp::from(move || i18n.t_with(lead, &[("email", &shown)]));
    let resend = Callback::new(move |()| {
        let email = email.clone();
        action.run(
            move |client, key| way.ask(client, key, email),
            move |()| toasts.show(untrack(|| i18n.t("accounts.mail_resent"))),
        );
    });
    request_animation_frame(|| {
        kit::dom::focus_first("h1[tabindex='-1']");
    });
    view! {
        <ErrorSummary errors=action.errors/>
        <PageHead title=t("accounts.mail_title") lead=lead/>
        <ol class="checklist">
            <li><Icon name="mail"/><span>{t("accounts.mail_step_link")}</span></li>
            <li><Icon name="lock"/><span>{t("accounts.mail_step_password")}</span></li>
            <li><Icon name="msg"/><span>{t("accounts.mail_step_code")}</span></li>
        </ol>
        <Details summary=t("accounts.mail_missing")>
            <p>{t("accounts.mail_spam")}</p>
            <p>{t("accounts.mail_wait")}</p>
        </Details>
        <Actions>
            <Button busy=action.pending on_press=resend>{t("accounts.mail_resend")}</Button>
        </Actions>
    }
    .into_any()
}
