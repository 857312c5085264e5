//! The notice of arrival from both its sides: the foreigner files it on a phone, the host on a laptop. Each begins at
//! the public card of the service; an officer finds the case by the number that is read out, and registers it.

use openapi::applications::State;
use serde_json::{Map, Value, json};
use tests::{TestApp, files, make};

use crate::browser::{Browser, LAPTOP, PHONE, Size, field, file, press, words};
use crate::citizens_day::send;
use crate::forms::{fill_all, on_disk};
use crate::people::{sign_in, sign_in_officer};
use crate::stage::Stage;
use crate::words::{LANGUAGE, service, t};

const SERVICE: &str = "arrival-notice";

#[tokio::test(flavor = "multi_thread")]
async fn the_foreigner_files_the_notice_on_a_phone() {
    an_arrival("arrival-360", PHONE, &make::arrival()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_files_the_notice_on_a_laptop() {
    an_arrival("arrival-1280", LAPTOP, &by_host()).await;
}

/// The same arrival as the host tells it.
fn by_host() -> Map<String, Value> {
    let mut answers = make::arrival();
    for own in ["own_phone", "own_email", "host_name", "host_phone"] {
        answers.remove(own);
    }
    let host = [
        ("filer", "host_person"),
        ("own_name", "Образцова Ольга Олеговна"),
        ("own_host_phone", "+79001234567"),
        ("own_host_email", "olga@example.org"),
    ];
    answers.extend(host.map(|(question, answer)| (question.to_owned(), json!(answer))));
    answers
}

async fn an_arrival(journey: &'static str, size: Size, answers: &Map<String, Value>) {
    let stage = Stage::set(journey).await;
    let app = &stage.app;
    app.start_worker();
    let person = app.citizen().await;
    let citizen = stage.browser("citizen", size).await;
    start(&citizen, app, &person.account).await;
    fill_all(&citizen, service(SERVICE), answers).await;
    attach(&citizen).await;
    let number = send(&citizen, app, &person.account.phone).await;
    citizen.press(&press(t("applications.follow"))).await;
    citizen.see(status(State::InReview)).await;

    let officer = stage.browser("officer", LAPTOP).await;
    sign_in_officer(&officer, app).await;
    register(&officer, &number).await;
    citizen.see(status(State::Approved)).await;
    citizen.see(service(SERVICE).result.title.get(LANGUAGE)).await;
    citizen.look("registered", service(SERVICE).title.get(LANGUAGE)).await;
}

fn status(state: State) -> &'static str {
    service(SERVICE).statuses[state.as_str()].get(LANGUAGE)
}

/// From the card of the service through the sign-in, which leads back to the form.
async fn start(browser: &Browser, app: &TestApp, account: &openapi::accounts::Account) {
    browser.go(&format!("{}/services/{SERVICE}", app.portal)).await;
    browser.look("service", service(SERVICE).title.get(LANGUAGE)).await;
    browser.press(&press(t("services.start"))).await;
    browser.arrive("sign-in", &t("accounts.sign_in_title")).await;
    sign_in(browser, app, account).await;
    browser.arrive("tasks", &t("drafts.title")).await;
    browser.press(&press(t("drafts.go_on"))).await;
}

async fn attach(browser: &Browser) {
    browser.arrive("documents", &t("drafts.documents_title")).await;
    let scans = [
        ("passport", on_disk("passport.jpg", &files::photo())),
        ("housing", on_disk("lease.pdf", &files::pdf(""))),
    ];
    for (item, path) in &scans {
        let title = service(SERVICE).document(item).unwrap().title.get(LANGUAGE);
        browser.attach(&file(title), path).await;
        browser.wait(&words(t("components.upload_accepted")).within(title)).await;
    }
    browser.press(&press(t("common.save_and_continue"))).await;
}

async fn register(browser: &Browser, number: &str) {
    let title = service(SERVICE).title.get(LANGUAGE);
    // As it is heard on the telephone: small letters, no dashes.
    browser.fill(&field(t("desk.search_label")), &number.to_lowercase().replace('-', " ")).await;
    browser.press(&press(t("desk.search"))).await;
    browser.press(&press(number)).await;
    browser.arrive("case", title).await;
    browser.press(&press(t("desk.take"))).await;
    browser.press(&press(t("desk.approve"))).await;
    browser.see(t("desk.approve_title")).await;
    browser.press(&press(t("desk.approve"))).await;
    browser.see(t("desk.notice_approved")).await;
}
