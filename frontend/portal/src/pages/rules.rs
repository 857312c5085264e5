//! Pages of words only: what is agreed to, and what is not there.

use kit::prelude::*;
use openapi::accounts::CONSENT_VERSION;

use crate::path::Path;

/// The consent a person gives at sign-up (AC-33).
pub fn consent() -> AnyView {
    let i18n = use_i18n();
    let version = t_with("pages.consent_version", || vec![("version", CONSENT_VERSION.to_owned())]);
    view! {
        <div class="wrap">
            <div class="narrow">
                <PageHead title=t("pages.consent_title") lead=t("pages.consent_lead")/>
                <div class="card">
                    <h2>{t("pages.consent_what_title")}</h2>
                    <p>{t("pages.consent_what")}</p>
                    <h2>{t("pages.consent_why_title")}</h2>
                    <p>{t("pages.consent_why")}</p>
                    <h2>{t("pages.consent_who_title")}</h2>
                    <p>{t("pages.consent_who")}</p>
                    <h2>{t("pages.consent_end_title")}</h2>
                    <p>{drawn(move || i18n.t_with("pages.consent_end", &[("email", &i18n.t("support.email"))]))}</p>
                    <p class="small muted">{said(version)}</p>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// There is no such page.
pub fn not_found() -> AnyView {
    view! {
        <div class="wrap">
            <div class="narrow">
                <PageHead title=t("pages.not_found_title") lead=t("pages.not_found_lead")/>
                <Actions>
                    <ButtonLink href=Path::Home.href() kind="primary">{t("pages.to_home")}</ButtonLink>
                    <ButtonLink href=Path::Services.href() kind="text">{t("pages.home_all_services")}</ButtonLink>
                </Actions>
            </div>
        </div>
    }
    .into_any()
}
