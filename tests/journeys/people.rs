//! What people do on every journey: open an account, sign in, read a code.

use std::time::{Duration, Instant};

use openapi::accounts::SignUpIn;
use serde_json::Value;
use tests::{TestApp, make, people};

use crate::browser::{Browser, field, press};
use crate::words::t;

/// The texts that carry a code.
const CODES: [&str; 4] = [
    "letters.code.sms",
    "letters.code_sign_up.sms",
    "letters.code_submission.sms",
    "letters.code_recovery.sms",
];

/// A telephone and the codes that have been read on it.
pub struct Phone<'a> {
    app: &'a TestApp,
    number: String,
    read: usize,
}

impl<'a> Phone<'a> {
    pub async fn of(app: &'a TestApp, number: &str) -> Self {
        let mut phone = Self { app, number: number.to_owned(), read: 0 };
        phone.read = codes(&app.sms(number, 0).await).len();
        phone
    }

    /// The code that comes next.
    pub async fn code(&mut self) -> String {
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let sms = self.app.sms(&self.number, 0).await;
            if let Some(code) = codes(&sms).get(self.read) {
                self.read += 1;
                return code.clone();
            }
            // The sandbox answers as soon as another message is there, or after five seconds.
            let more = self.app.sms(&self.number, sms.len() + 1).await;
            assert!(
                more.len() > sms.len() || Instant::now() < deadline,
                "no code has come to {}",
                self.number
            );
        }
    }
}

/// The codes in messages, oldest first.
fn codes(sms: &[Value]) -> Vec<String> {
    let code = |sms: &Value| CODES.iter().find_map(|key| code_in(&t(key), sms["text"].as_str()?));
    sms.iter().filter_map(code).collect()
}

/// The six digits that stand for `{code}`, if the text is written by this pattern.
fn code_in(pattern: &str, text: &str) -> Option<String> {
    let (before, after) = pattern.split_once("{code}")?;
    let (code, rest) = text.strip_prefix(before)?.split_at_checked(6)?;
    let fixed = after.split('{').next()?;
    (rest.starts_with(fixed) && code.bytes().all(|byte| byte.is_ascii_digit())).then(|| code.to_owned())
}

/// Opens an account through the page, the mail and the SMS; ends in the cabinet.
pub async fn sign_up(browser: &Browser, app: &TestApp, person: &SignUpIn) {
    let mut phone = Phone::of(app, &person.phone).await;
    browser.press(&press(t("accounts.no_account"))).await;
    browser.arrive("sign-up", &t("accounts.sign_up_title")).await;
    browser.fill(&field(t("accounts.family_name")), &person.family_name).await;
    browser.fill(&field(t("accounts.given_name")), &person.given_name).await;
    browser.fill(&field(t("accounts.email")), &person.email).await;
    browser.fill(&field(t("accounts.phone")), &person.phone).await;
    browser.press(&press(t("accounts.sign_up"))).await;
    browser.see(t("errors.must_accept")).await;
    browser.press(&field(t("accounts.consent"))).await;
    browser.press(&press(t("accounts.sign_up"))).await;
    browser.arrive("mail-sent", &t("accounts.mail_title")).await;

    let token = people::activation_token(app, &person.email).await;
    browser.go(&format!("{}/activate#token={token}", app.portal)).await;
    browser.look("password", &t("accounts.activate_title")).await;
    // The token has left the address, and a page read anew still has it.
    browser.client.refresh().await.unwrap();
    browser.heading(&t("accounts.activate_title")).await;
    browser.fill(&field(t("accounts.password_new")), make::PASSWORD).await;
    browser.press(&press(t("accounts.activate"))).await;
    browser.look("phone-code", &t("accounts.code_title_phone")).await;
    // Whoever looks for the SMS elsewhere and comes back to a page read anew goes on here.
    browser.client.refresh().await.unwrap();
    browser.heading(&t("accounts.code_title_phone")).await;
    browser.fill(&field(t("accounts.code")), &phone.code().await).await;
    browser.arrive("cabinet-new", &t("pages.cabinet_title")).await;
}

/// Signs a citizen in on the page of signing in; ends where the page leads.
pub async fn sign_in(browser: &Browser, app: &TestApp, account: &openapi::accounts::Account) {
    let mut phone = Phone::of(app, &account.phone).await;
    browser.fill(&field(t("accounts.login")), &account.email).await;
    browser.fill(&field(t("accounts.password")), make::PASSWORD).await;
    browser.press(&press(t("accounts.continue"))).await;
    browser.heading(&t("accounts.code_title")).await;
    browser.fill(&field(t("accounts.code")), &phone.code().await).await;
}

/// Signs an officer in at the desk; ends at the queue.
pub async fn sign_in_officer(browser: &Browser, app: &TestApp) {
    let secret = people::employ(app, "inspector").await;
    browser.go(&app.desk).await;
    browser.look("sign-in", &t("desk.sign_in")).await;
    browser.fill(&field(t("desk.login")), "inspector").await;
    browser.fill(&field(t("desk.password")), make::PASSWORD).await;
    browser.fill(&field(t("desk.totp")), &people::totp(&secret)).await;
    browser.press(&press(t("desk.sign_in_button"))).await;
    browser.look("queue", &t("desk.view_queue")).await;
}
