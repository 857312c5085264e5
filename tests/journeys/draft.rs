//! A draft: what is typed survives a reload, another tab and another language; a wrong code closes its field for the
//! time shown.

use tests::{TestApp, make};
use uuid::Uuid;

use crate::browser::{Browser, PHONE, Target, field, press};
use crate::people::{Phone, sign_in};
use crate::stage::{Stage, window};
use crate::words::{LANGUAGE, service, t, text};

const SERVICE: &str = "arrival-notice";
const STEP: &str = "person";
const FIELD: &str = "family_name_latin";
const OTHER_FIELD: &str = "given_name_latin";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_reload_another_tab_and_another_language() {
    let stage = Stage::set("draft").await;
    let app = &stage.app;
    let person = app.citizen().await;
    let draft = person.ready(SERVICE, make::arrival()).await;
    app.start_worker();
    let browser = stage.browser("citizen", PHONE).await;
    browser.go(&step_address(app, draft.id)).await;
    browser.heading(&t("accounts.sign_in_title")).await;
    sign_in(&browser, app, &person.account).await;
    browser.arrive("step", step_title(LANGUAGE)).await;

    survives_a_reload(&browser).await;
    two_tabs(&browser, app, draft.id).await;
    another_language(&browser).await;
    a_wrong_code(&browser, app, draft.id, &person.account.phone).await;
}

fn step_address(app: &TestApp, draft: Uuid) -> String {
    format!("{}/drafts/{draft}/steps/{STEP}", app.portal)
}

fn step_title(language: &str) -> &'static str {
    service(SERVICE).step(STEP).unwrap().title.get(language)
}

fn name(language: &str) -> crate::browser::Target {
    field(service(SERVICE).field(FIELD).unwrap().label.get(language))
}

async fn survives_a_reload(browser: &Browser) {
    browser.fill(&name(LANGUAGE), "OBRAZTSOVA").await;
    browser.see(t("components.saving")).await;
    browser.see(t("components.saved_at")).await;
    browser.client.refresh().await.unwrap();
    browser.look("reloaded", step_title(LANGUAGE)).await;
    assert_eq!(browser.value(&name(LANGUAGE)).await, "OBRAZTSOVA");

    // Not even the moment before it is saved loses anything.
    browser.fill(&name(LANGUAGE), "OBRAZTSOV-SAMPLE").await;
    browser.client.refresh().await.unwrap();
    browser.heading(step_title(LANGUAGE)).await;
    assert_eq!(browser.value(&name(LANGUAGE)).await, "OBRAZTSOV-SAMPLE");
    browser.see(t("components.saved_at")).await;
}

async fn two_tabs(browser: &Browser, app: &TestApp, draft: Uuid) {
    in_a_second_tab(browser, app, draft, &name(LANGUAGE), "SECOND").await;
    browser.fill(&name(LANGUAGE), "FIRST").await;
    browser.look("conflict", &t("drafts.conflict_title")).await;
    for typed in ["FIRST", "SECOND"] {
        browser.see(typed).await;
    }
    browser.press(&press(t("drafts.conflict_all_theirs"))).await;
    browser.press(&press(t("drafts.conflict_save"))).await;
    browser.heading(step_title(LANGUAGE)).await;
    assert_eq!(browser.value(&name(LANGUAGE)).await, "SECOND");
    browser.see(t("components.saved_at")).await;

    // What only one of them has changed is put together without a question.
    let other = field(service(SERVICE).field(OTHER_FIELD).unwrap().label.get(LANGUAGE));
    in_a_second_tab(browser, app, draft, &other, "OTHER").await;
    browser.fill(&name(LANGUAGE), "OWN").await;
    browser.see(t("drafts.merged")).await;
    assert_eq!(browser.value(&other).await, "OTHER");
    assert_eq!(browser.value(&name(LANGUAGE)).await, "OWN");
    browser.see(t("components.saved_at")).await;
}

/// Answers a question of the step in another tab, which is closed again.
async fn in_a_second_tab(browser: &Browser, app: &TestApp, draft: Uuid, target: &Target, text: &str) {
    let first = window(browser).await;
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(second).await.unwrap();
    browser.resize(browser.size).await;
    browser.go(&step_address(app, draft)).await;
    browser.heading(step_title(LANGUAGE)).await;
    browser.fill(target, text).await;
    browser.see(t("components.saving")).await;
    browser.see(t("components.saved_at")).await;
    browser.client.close_window().await.unwrap();
    browser.client.switch_to_window(first).await.unwrap();
}

async fn another_language(browser: &Browser) {
    browser.fill(&name(LANGUAGE), "UNSAVED").await;
    browser.press(&press(format!("{}{{now}}", t("components.language")))).await;
    browser.press(&press(t("common.language_en"))).await;
    browser.heading(step_title("en")).await;
    assert_eq!(browser.value(&name("en")).await, "UNSAVED");
    browser.see(text("en", "components.saved_at")).await;
    browser.see(text("en", "common.save_and_continue")).await;
    browser.press(&press(format!("{}{{now}}", text("en", "components.language")))).await;
    browser.press(&press(t("common.language_ru"))).await;
    browser.heading(step_title(LANGUAGE)).await;
    assert_eq!(browser.value(&name(LANGUAGE)).await, "UNSAVED");
}

async fn a_wrong_code(browser: &Browser, app: &TestApp, draft: Uuid, number: &str) {
    let mut phone = Phone::of(app, number).await;
    browser.go(&format!("{}/drafts/{draft}/check", app.portal)).await;
    browser.look("check", &t("drafts.check_title")).await;
    browser.press(&field(t("drafts.consent"))).await;
    browser.press(&press(t("drafts.get_code"))).await;
    let right = phone.code().await;
    let wrong = if right == "000000" { "111111" } else { "000000" };
    browser.fill(&field(t("accounts.code")), wrong).await;
    browser.see(t("accounts.blocked_title")).await;
    browser.see(format!("{} {}", t("accounts.blocked_left"), "4 {left}")).await;
    browser.look("blocked", &t("drafts.check_title")).await;
    let before = time_left(browser).await;
    let ticked = "return document.querySelector('#error-summary b.num').textContent !== arguments[0]";
    browser.until("the time to run", ticked, vec![before.into()]).await;
    let closed = browser.find(&field(t("accounts.code"))).await;
    assert_eq!(
        closed.prop("readOnly").await.unwrap().as_deref(),
        Some("true"),
        "no code may be tried meanwhile"
    );
}

async fn time_left(browser: &Browser) -> String {
    let shown =
        browser.ask("return document.querySelector('#error-summary b.num').textContent", Vec::new()).await;
    shown.as_str().unwrap().to_owned()
}
