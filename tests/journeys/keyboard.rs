//! Without a mouse: signing in and answering a step with Tab, Enter, Space and the arrows.

use catalogue::definition::{Field, Kind};
use fantoccini::key::Key;
use serde_json::json;
use tests::make;

use crate::browser::{Browser, LAPTOP, Target, field, press, words};
use crate::people::Phone;
use crate::stage::Stage;
use crate::words::{LANGUAGE, catalogue, service, t};

const SERVICE: &str = "arrival-notice";

/// More than any page here has stops.
const MOST_STOPS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_a_step_without_a_mouse() {
    let stage = Stage::set("keyboard").await;
    let app = &stage.app;
    let person = app.citizen().await;
    let draft = person.draft(SERVICE).await;
    app.start_worker();
    let mut phone = Phone::of(app, &person.account.phone).await;
    let browser = stage.browser("citizen", LAPTOP).await;
    browser.go(&format!("{}/sign-in?next=/drafts/{}", app.portal, draft.id)).await;
    browser.heading(&t("accounts.sign_in_title")).await;

    browser.key(Key::Tab).await;
    assert_eq!(focused(&browser).await, t("components.skip"), "the first stop leads past the header");
    tab_to(&browser, &field(t("accounts.login"))).await;
    browser.keys(&person.account.email).await;
    tab_to(&browser, &field(t("accounts.password"))).await;
    browser.keys(make::PASSWORD).await;
    browser.key(Key::Enter).await;
    browser.heading(&t("accounts.code_title")).await;
    let code = phone.code().await;
    tab_to(&browser, &field(t("accounts.code"))).await;
    browser.keys(&code).await;

    browser.arrive("tasks", &t("drafts.title")).await;
    tab_to(&browser, &press(t("drafts.go_on"))).await;
    browser.key(Key::Enter).await;
    answer_first_step(&browser).await;
}

async fn answer_first_step(browser: &Browser) {
    let notice = service(SERVICE);
    let (first, second) = (&notice.steps[0], &notice.steps[1]);
    let country = catalogue().dictionaries.country("UZ").unwrap().name.get(LANGUAGE);
    browser.arrive("step", first.title.get(LANGUAGE)).await;

    // Nothing answered: the way on leads to what is wrong, and from there to the field.
    tab_to(browser, &press(t("common.save_and_continue"))).await;
    browser.key(Key::Space).await;
    browser.until("the summary", "return document.activeElement.id === 'error-summary'", Vec::new()).await;
    browser.key(Key::Tab).await;
    browser.key(Key::Enter).await;
    let group = first.fields[0].label.get(LANGUAGE);
    browser
        .until("the first choice", "return document.activeElement.matches('input[type=radio]')", Vec::new())
        .await;
    browser.key(Key::Space).await;
    browser.key(Key::Down).await;
    let chosen = "return document.querySelector('input[type=radio]:checked')?.value";
    assert_eq!(browser.ask(chosen, Vec::new()).await, "move", "arrows choose in «{group}»");

    let filer = first.fields[1].label.get(LANGUAGE);
    tab_to(browser, &field(option(&first.fields[1], "host_person")).within(filer)).await;
    browser.key(Key::Space).await;
    tab_to(browser, &field(first.fields[2].label.get(LANGUAGE))).await;
    let beginning: String = country.chars().take(4).collect();
    browser.keys(&beginning).await;
    browser.find(&press(country)).await;
    browser.key(Key::Enter).await;
    assert_eq!(browser.value(&field(first.fields[2].label.get(LANGUAGE))).await, country);
    tab_to(browser, &press(t("common.save_and_continue"))).await;
    browser.key(Key::Enter).await;
    browser.arrive("step-next", second.title.get(LANGUAGE)).await;
    assert!(!browser.has(&words(t("common.title_error"))).await);
}

/// What an option of a choice is called.
fn option(choice: &'static Field, value: &str) -> &'static str {
    let Kind::Choice { options } = &choice.kind else { panic!("{} is no choice", choice.id) };
    options.iter().find(|option| option.value == value).unwrap().label.get(LANGUAGE)
}

/// Goes on with Tab until the focus is there; every stop on the way can be seen.
async fn tab_to(browser: &Browser, target: &Target) {
    let wanted = serde_json::to_value(browser.find(target).await).unwrap();
    for _ in 0..MOST_STOPS {
        if browser.ask("return document.activeElement === arguments[0]", vec![wanted.clone()]).await == true {
            return;
        }
        browser.key(Key::Tab).await;
        let seen = browser.ask(include_str!("focus.js"), Vec::new()).await;
        assert_eq!(seen, json!(null), "{}: a stop of the keyboard that cannot be seen", browser.name);
    }
    panic!("{}: the keyboard does not get to {target:?}", browser.name);
}

/// The words of what has the focus.
async fn focused(browser: &Browser) -> String {
    let words = browser.ask("return document.activeElement.textContent.trim()", Vec::new()).await;
    words.as_str().unwrap().to_owned()
}
