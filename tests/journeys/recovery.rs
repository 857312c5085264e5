//! A forgotten password on a phone: the page, the mail, a new password, the code (AC-14).

use tests::people::mailed_token;

use crate::browser::{PHONE, field, press};
use crate::people::Phone;
use crate::stage::Stage;
use crate::words::t;

const NEW: &str = "Another-and-8-lanterns";

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced() {
    let stage = Stage::set("recovery-360").await;
    let app = &stage.app;
    let account = app.citizen().await.account;
    app.start_worker();
    let mut phone = Phone::of(app, &account.phone).await;
    let browser = stage.browser("citizen", PHONE).await;
    browser.go(&format!("{}/sign-in", app.portal)).await;
    browser.look("sign-in", &t("accounts.sign_in_title")).await;
    browser.press(&press(t("accounts.forgotten"))).await;
    browser.arrive("recover", &t("accounts.recover_title")).await;
    browser.fill(&field(t("accounts.email")), &account.email).await;
    browser.press(&press(t("accounts.recover_send"))).await;
    browser.arrive("recover-mail", &t("accounts.mail_title")).await;

    let token = mailed_token(app, &account.email, "recover").await;
    browser.go(&format!("{}/recover#token={token}", app.portal)).await;
    browser.look("recover-password", &t("accounts.activate_title")).await;
    // A page read anew has lost nothing, although the token has left the address.
    browser.client.refresh().await.unwrap();
    browser.heading(&t("accounts.activate_title")).await;
    assert!(!browser.client.current_url().await.unwrap().as_str().contains(&token));
    browser.fill(&field(t("accounts.password_new")), NEW).await;
    browser.press(&press(t("accounts.activate"))).await;
    browser.look("recover-code", &t("accounts.code_title")).await;
    browser.fill(&field(t("accounts.code")), &phone.code().await).await;
    browser.see(t("accounts.password_changed")).await;
    browser.arrive("recovered", &t("pages.cabinet_title")).await;
}
