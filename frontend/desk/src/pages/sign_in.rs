//! Signing in: login, password and the authenticator's code at once. Staff never get codes by SMS.

use kit::api::SUMMARY_ID;
use kit::prelude::*;
use openapi::ErrorCode;
use openapi::desk::OfficerSignInIn;

/// Digits of an authenticator's code.
const CODE_LENGTH: usize = 6;

/// The page every address shows to whoever is not signed in; afterwards the address is shown itself.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = use_session();
    let action = use_action();
    let (login, password, totp) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Seconds until the next try, once the server has asked to wait.
    let wait = Memo::new(move |_| {
        action.errors.refusal().and_then(|error| error.problem().and_then(|problem| problem.retry_after))
    });
    let locked = Signal::derive(move || wait.get().is_some());
    let send = move || {
        if untrack(|| locked.get()) || !is_filled(action.errors, login, password, totp) {
            return;
        }
        let body = OfficerSignInIn {
            login: login.get_untracked().trim().to_owned(),
            password: password.get_untracked().into(),
            totp: totp.get_untracked().into(),
        };
        // A code works once, whatever the answer.
        totp.set(String::new());
        action.run(
            move |client, _| async move { client.create_officer_session(&body).await },
            move |answer| session.begin_officer(answer),
        );
    };
    view! {
        <div class="wrap">
            <div class="narrow">
                {drawn(move || session.ended.get().then(|| view! {
                    <div class="mb-4">
                        <Alert tone=Tone::Info title=t("desk.session_ended")>
                            <p>{t("desk.session_ended_text")}</p>
                        </Alert>
                    </div>
                }))}
                <div class="sheet">
                    <PageHead title=t("desk.sign_in") lead=t("desk.sign_in_lead") errors=action.errors/>
                    <Failure action=action wait=wait/>
                    <form
                        class="form"
                        novalidate
                        on:submit=move |event| {
                            event.prevent_default();
                            send();
                        }
                    >
                        <TextInput
                            name="login"
                            label=t("desk.login")
                            value=login
                            errors=action.errors
                            autocomplete="username"
                            maxlength=100
                        />
                        <PasswordInput name="password" label=t("desk.password") value=password errors=action.errors/>
                        <CodeInput
                            name="totp"
                            label=t("desk.totp")
                            hint=t("desk.totp_hint")
                            value=totp
                            errors=action.errors
                            locked=locked
                            length=CODE_LENGTH
                        />
                        <Actions>
                            <Button kind="primary lg" busy=action.pending>{t("desk.sign_in_button")}</Button>
                        </Actions>
                    </form>
                    <Details summary=t("desk.no_code")>
                        <p>{t("desk.no_code_text")}</p>
                    </Details>
                </div>
            </div>
        </div>
    }
}

/// Notes what is missing and leads there; nothing is sent then.
fn is_filled(
    errors: Errors,
    login: RwSignal<String>,
    password: RwSignal<String>,
    totp: RwSignal<String>,
) -> bool {
    errors.clear();
    if login.with_untracked(|login| login.trim().is_empty()) {
        errors.add("/login", "required", &[]);
    }
    if password.with_untracked(String::is_empty) {
        errors.add("/password", "required", &[]);
    }
    if totp.with_untracked(|totp| totp.len() < CODE_LENGTH) {
        errors.add("/totp", "too_short", &[("count", "6")]);
    }
    let is_filled = untrack(|| errors.is_empty());
    if !is_filled {
        request_animation_frame(|| {
            kit::dom::focus(SUMMARY_ID);
        });
    }
    is_filled
}

/// What went wrong. A wrong login, password or code is one and the same message: a stranger learns nothing.
#[component]
fn Failure(action: Action, wait: Memo<Option<u32>>) -> impl IntoView {
    let errors = action.errors;
    let open_again = Callback::new(move |()| errors.clear());
    let own = move |title: &'static str, content: AnyView| {
        view! {
            <div id=SUMMARY_ID tabindex="-1" role="alert">
                <Alert tone=Tone::Danger title=t(title)>{content}</Alert>
            </div>
        }
        .into_any()
    };
    drawn(move || match (wait.get(), errors.refusal().and_then(|error| error.code())) {
        (Some(seconds), _) => {
            let content = view! {
                <p>{t("desk.sign_in_wait")}" "<Countdown seconds=seconds on_end=open_again/></p>
            };
            own("desk.sign_in_blocked", content.into_any())
        }
        (None, Some(ErrorCode::CredentialsWrong | ErrorCode::Unauthenticated)) => {
            own("desk.sign_in_wrong", view! { <p>{t("desk.sign_in_wrong_text")}</p> }.into_any())
        }
        _ => view! { <ErrorSummary errors=errors/> }.into_any(),
    })
}
