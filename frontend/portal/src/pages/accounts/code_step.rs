//! The code of the SMS: the last step of signing up, of signing in, and of filing. A wrong code closes the field for
//! five minutes, with the time left shown (AC-08).

use kit::api::SUMMARY_ID;
use kit::prelude::*;
use openapi::accounts::{CODE_LENGTH, Challenge, CodeIn};
use openapi::{ErrorCode, Secret};

/// Seconds the field stays closed when the server has not said how long.
const BLOCK_SECONDS: u32 = 5 * 60;

/// Where the code went, the field, and another code. `on_code` gets the answer once all digits are there.
#[component]
pub fn CodeStep(
    challenge: Challenge,
    /// The action that sends the code; its refusals are shown here.
    action: Action,
    on_code: Callback<CodeIn>,
    /// Told of another code that has been sent in place of the first.
    #[prop(optional)]
    on_sent: Option<Callback<Challenge>>,
    /// Heading of the page; without it the step stands inside another page.
    #[prop(optional, into)]
    title: Option<TextProp>,
    #[prop(into)] button: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let code = RwSignal::new(String::new());
    let blocked = RwSignal::new(challenge.blocked_for);
    let challenge = RwSignal::new(challenge);
    let resend = use_action();
    watch_block(action, blocked, code);
    let send = Callback::new(move |()| {
        let answer = code.get_untracked();
        if u64::try_from(answer.len()).unwrap_or_default() < CODE_LENGTH {
            action.errors.clear();
            action.errors.add("/code", "too_short", &[("count", &CODE_LENGTH.to_string())]);
            return;
        }
        let challenge_id = challenge.with_untracked(|challenge| challenge.id);
        on_code.run(CodeIn { challenge_id, code: Secret(answer) });
    });
    let lead = TextProp::from(move || {
        let (to, at) = challenge.with(|challenge| (challenge.sent_to.clone(), challenge.sent_at));
        i18n.t_with("accounts.code_sent", &[("phone", &to), ("time", &i18n.time_here(at))])
    });
    let hint = TextProp::from(move || {
        let until = challenge.with(|challenge| challenge.expires_at);
        i18n.t_with("accounts.code_hint", &[("time", &i18n.time_here(until))])
    });
    let locked = Signal::derive(move || blocked.with(Option::is_some));
    let head = match title {
        Some(title) => view! { <PageHead title=title lead=lead errors=action.errors/> }.into_any(),
        None => view! { <p>{said(lead)}</p> }.into_any(),
    };
    let top = move || {
        if locked.get() {
            closed(blocked, action, code)
        } else {
            view! { <ErrorSummary errors=action.errors/><ErrorSummary errors=resend.errors/> }.into_any()
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    view! {
        {drawn(top)}
        {head}
        <form class="form" novalidate=true on:submit=submit>
            <CodeInput
                name="code"
                label=t("accounts.code")
                hint=hint
                value=code
                errors=action.errors
                locked=locked
                on_full=send
            />
            <Actions>
                {drawn(move || (!locked.get()).then(|| {
                    let button = button.clone();
                    view! {
                        <Button kind="primary lg" busy=action.pending>{said(button)}</Button>
                    }
                }))}
                <Button kind="text" busy=resend.pending on_press=again(resend, challenge, blocked, on_sent)>
                    {t("accounts.code_again")}
                </Button>
            </Actions>
        </form>
        <Details summary=t("accounts.code_missing")>
            <p>{t("accounts.code_missing_wait")}</p>
            <p>{t("accounts.code_missing_again")}</p>
        </Details>
    }
}

/// A refusal that closes the field.
fn watch_block(action: Action, blocked: RwSignal<Option<u32>>, code: RwSignal<String>) {
    Effect::new(move |_| {
        let Some(error) = action.errors.refusal() else { return };
        if let Some(ErrorCode::CodeWrong | ErrorCode::CodeBlocked) = error.code() {
            let wait = error.problem().and_then(|problem| problem.retry_after).unwrap_or(BLOCK_SECONDS);
            code.set(String::new());
            blocked.set(Some(wait));
            request_animation_frame(|| {
                kit::dom::focus(SUMMARY_ID);
            });
        }
    });
}

fn again(
    resend: Action,
    challenge: RwSignal<Challenge>,
    blocked: RwSignal<Option<u32>>,
    on_sent: Option<Callback<Challenge>>,
) -> Callback<()> {
    let (toasts, i18n) = (use_toasts(), use_i18n());
    Callback::new(move |()| {
        let id = challenge.with_untracked(|challenge| challenge.id);
        resend.run(
            move |client, key| async move { client.resend_code(key, id).await },
            move |sent: Challenge| {
                if sent.blocked_for.is_some() {
                    blocked.set(sent.blocked_for);
                }
                if let Some(on_sent) = on_sent {
                    on_sent.run(sent.clone());
                }
                challenge.set(sent);
                toasts.show(untrack(|| i18n.t("accounts.code_resent")));
            },
        );
    })
}

/// The field is closed; the time left runs, and at its end the field opens by itself.
fn closed(blocked: RwSignal<Option<u32>>, action: Action, code: RwSignal<String>) -> AnyView {
    let open = Callback::new(move |()| {
        action.errors.clear();
        code.set(String::new());
        blocked.set(None);
    });
    let left = Signal::derive(move || blocked.get().unwrap_or_default());
    view! {
        <div class="alert alert--summary" id=SUMMARY_ID data-tone="danger" role="alert" tabindex="-1">
            <Icon name="lock"/>
            <div>
                <h2>{t("accounts.blocked_title")}</h2>
                <p>{t("accounts.blocked_text")}</p>
                <p>{t("accounts.blocked_left")}" "<Countdown seconds=left on_end=open/></p>
            </div>
        </div>
    }
    .into_any()
}
