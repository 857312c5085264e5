//! The person's own data, the language of letters, and where they are signed in.

use kit::prelude::*;
use kit::session::IDLE_LIMIT;
use openapi::accounts::{Account, AccountPatch};

use super::language::LanguageChoice;
use super::sessions::sessions;

/// The profile page.
pub fn profile() -> AnyView {
    let (session, i18n) = (use_session(), use_i18n());
    let idle = move || i18n.t_with("accounts.leave_text", &[("minutes", &(IDLE_LIMIT / 60).to_string())]);
    let leave = Callback::new(move |()| session.sign_out());
    view! {
        <div class="wrap">
            <PageHead title=t("accounts.profile_title")/>
            <div class="layout">
                <div class="stack gap-5">
                    {drawn(move || session.account().map(|account| data(&account)))}
                    {sessions()}
                </div>
                <div class="stack">
                    {language()}
                    <section class="card card--snug">
                        <h2>{t("accounts.leave_title")}</h2>
                        <p class="small muted">{idle}</p>
                        <Button kind="secondary block" on_press=leave>
                            <Icon name="out"/>
                            {t("accounts.leave")}
                        </Button>
                    </section>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn data(account: &Account) -> AnyView {
    let patronymic = account.patronymic.clone().map(|name| SummaryRow::new(t("accounts.patronymic"), name));
    let mut rows = vec![
        SummaryRow::new(t("accounts.family_name"), account.family_name.clone()),
        SummaryRow::new(t("accounts.given_name"), account.given_name.clone()),
    ];
    rows.extend(patronymic);
    rows.push(SummaryRow::new(t("accounts.email"), account.email.clone()));
    rows.push(SummaryRow::new(t("accounts.phone"), account.phone.clone()));
    view! {
        <section class="card">
            <h2>{t("accounts.data_title")}</h2>
            <p class="state" data-tone="success"><Icon name="ok"/>{t("accounts.contacts_confirmed")}</p>
            <SummaryList rows=rows short=true/>
        </section>
    }
    .into_any()
}

fn language() -> AnyView {
    let (session, action, toasts, i18n) = (use_session(), use_action(), use_toasts(), use_i18n());
    let chosen = RwSignal::new(untrack(|| session.language()).unwrap_or_default());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(account) = untrack(|| session.account()) else { return };
        let body = AccountPatch { language: chosen.get_untracked() };
        action.run(
            move |client, _| async move { client.update_account(account.version, &body).await },
            move |account| {
                session.set_account(account);
                toasts.show(untrack(|| i18n.t("accounts.language_saved")));
            },
        );
    };
    view! {
        <section class="card card--snug">
            <h2>{t("accounts.letters_title")}</h2>
            <form class="form" on:submit=save>
                <ErrorSummary errors=action.errors/>
                <LanguageChoice value=chosen errors=action.errors/>
                <Button kind="secondary block" busy=action.pending>{t("common.save")}</Button>
            </form>
        </section>
    }
    .into_any()
}
