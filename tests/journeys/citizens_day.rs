//! The main job: an account, an invitation with its scans, the fee, the decision, the signed paper, and anybody's
//! check of it. Once on a phone and once on a laptop.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use openapi::applications::State;
use serde_json::json;
use tests::{TestApp, files, make};

use crate::browser::{Browser, LAPTOP, PHONE, Size, field, file, press, tab, words};
use crate::forms::{fill_all, on_disk};
use crate::people::{Phone, sign_in_officer, sign_up};
use crate::stage::Stage;
use crate::words::{LANGUAGE, bank, catalogue, service, t};

const SERVICE: &str = "invitation";
/// Of a first visit, with the page itself.
const MOST_REQUESTS: usize = 10;
/// The provider's own test card that succeeds.
const CARD: &str = "5555 5555 5555 4477";

#[tokio::test(flavor = "multi_thread")]
async fn a_citizens_day_on_a_phone() {
    a_citizens_day("day-360", PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizens_day_on_a_laptop() {
    a_citizens_day("day-1280", LAPTOP).await;
}

async fn a_citizens_day(journey: &'static str, size: Size) {
    let stage = Stage::set(journey).await;
    let app = &stage.app;
    app.start_worker();
    let citizen = stage.browser("citizen", size).await;
    let person = make::sign_up();
    find_the_way_in(&citizen, app).await;
    sign_up(&citizen, app, &person).await;
    choose_the_service(&citizen).await;
    fill_all(&citizen, service(SERVICE), &make::invitation()).await;
    attach_files(&citizen).await;
    send(&citizen, app, &person.phone).await;
    pay(&citizen).await;
    follow(&citizen).await;

    // Whatever comes now comes to a page that nobody touches.
    citizen.ask("window.untouched = true", Vec::new()).await;
    let officer = stage.browser("officer", size).await;
    approve(&officer, app).await;
    citizen.see(status(State::Approved)).await;
    citizen.see(t("applications.approved_text")).await;
    assert_eq!(citizen.ask("return window.untouched", Vec::new()).await, json!(true), "read anew");
    citizen.look("approved", service(SERVICE).title.get(LANGUAGE)).await;

    let paper = download(&citizen).await;
    citizen.press(&press(t("applications.confirm_result"))).await;
    citizen.see(status(State::Completed)).await;
    citizen.look("completed", service(SERVICE).title.get(LANGUAGE)).await;
    let address = open_paper(&citizen).await;
    let stranger = stage.browser("stranger", size).await;
    verify(&stranger, &address, &paper).await;
}

/// What the service calls a state.
fn status(state: State) -> &'static str {
    service(SERVICE).statuses[state.as_str()].get(LANGUAGE)
}

async fn find_the_way_in(browser: &Browser, app: &TestApp) {
    browser.go(&app.portal).await;
    browser.look("home", &t("pages.home_title")).await;
    starts_lightly(browser).await;
    browser.press(&press(t("pages.sign_in"))).await;
    browser.arrive("sign-in", &t("accounts.sign_in_title")).await;
}

/// The page and everything it has asked for until it stands there, the API included.
async fn starts_lightly(browser: &Browser) {
    let script = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
    let asked: BTreeSet<String> = serde_json::from_value(browser.ask(script, Vec::new()).await).unwrap();
    assert!(asked.len() < MOST_REQUESTS, "{asked:#?}");
}

async fn choose_the_service(browser: &Browser) {
    let title = service(SERVICE).title.get(LANGUAGE);
    browser.press(&press(t("applications.choose_service"))).await;
    browser.arrive("services", &t("services.title")).await;
    browser.press(&press(title)).await;
    browser.arrive("service", title).await;
    browser.press(&press(t("services.start"))).await;
    browser.arrive("tasks", &t("drafts.title")).await;
    browser.press(&press(t("drafts.go_on"))).await;
}

async fn attach_files(browser: &Browser) {
    browser.arrive("documents-empty", &t("drafts.documents_title")).await;
    let scans = [
        ("passport", on_disk("passport.jpg", &files::photo())),
        ("housing", on_disk("lease.pdf", &files::pdf(""))),
        ("registration", on_disk("extract.png", &files::png())),
        ("contract", on_disk("contract.pdf", &files::pdf(""))),
    ];
    let title = |item: &str| service(SERVICE).document(item).unwrap().title.get(LANGUAGE);

    // A text under the name of a picture: refused with the reason, and nothing else is lost.
    let impostor = on_disk("photo.jpg", b"This is not a picture.");
    browser.attach(&file(title("passport")), &impostor).await;
    browser.see(t("components.upload_refused")).await;
    let reason = catalogue().texts(LANGUAGE, "files").unwrap()["file_unknown"].as_str().unwrap();
    browser.see(reason).await;
    browser.look("documents-refused", &t("drafts.documents_title")).await;
    browser.press(&press(t("common.delete")).within("photo.jpg")).await;

    for (item, path) in &scans {
        browser.attach(&file(title(item)), path).await;
        browser.wait(&words(t("components.upload_accepted")).within(title(item))).await;
    }
    // A photo as cameras make them is made smaller on the device.
    browser.wait(&words(t("components.upload_shrunk")).within(title("passport"))).await;
    browser.look("documents", &t("drafts.documents_title")).await;
    browser.press(&press(t("common.save_and_continue"))).await;
}

/// Checks the answers, confirms with the code sent to `phone`, and reads the number the application gets.
pub async fn send(browser: &Browser, app: &TestApp, phone: &str) -> String {
    let mut phone = Phone::of(app, phone).await;
    browser.arrive("check", &t("drafts.check_title")).await;
    browser.press(&press(t("drafts.get_code"))).await;
    browser.see(t("errors.must_accept")).await;
    browser.press(&field(t("drafts.consent"))).await;
    browser.press(&press(t("drafts.get_code"))).await;
    browser.fill(&field(t("accounts.code")), &phone.code().await).await;
    // The receipt is made meanwhile, and comes by itself.
    browser.find(&press(t("applications.receipt"))).await;
    browser.arrive("submitted", &t("applications.submitted_title")).await;
    let shown = browser.ask("return document.querySelector('.number').textContent", Vec::new()).await;
    let shown = shown.as_str().unwrap();
    assert!(catalogue::identifiers::number::is_valid(shown), "{shown}");
    shown.to_owned()
}

async fn pay(browser: &Browser) {
    browser.press(&press(t("payments.pay_amount"))).await;
    browser.arrive("charge", &t("payments.charge_title")).await;
    browser.press(&press(t("payments.pay_amount"))).await;
    browser.look_elsewhere("bank", &bank("title")).await;
    for (label, text) in [("number", CARD), ("expiry", "12/30"), ("cvc", "123")] {
        browser.fill(&field(bank(label)), text).await;
    }
    browser.press(&press(format!("{} {{amount}}", bank("pay")))).await;
    browser.look("paid", &t("payments.paid_title")).await;
    // The receipt is made meanwhile, and comes by itself.
    browser.press(&press(t("payments.receipt"))).await;
    browser.find(&press(t("documents.download"))).await;
    browser.look("payment-receipt", &t("papers.payment_title")).await;
    browser.press(&press(t("payments.to_application"))).await;
}

async fn follow(browser: &Browser) {
    browser.see(status(State::InReview)).await;
    browser.arrive("in-review", service(SERVICE).title.get(LANGUAGE)).await;
    for part in ["applications.tab_documents", "applications.tab_answers", "applications.tab_course"] {
        browser.press(&tab(t(part))).await;
        browser.look(&part.replace('.', "-"), service(SERVICE).title.get(LANGUAGE)).await;
    }
}

async fn approve(browser: &Browser, app: &TestApp) {
    let service = service(SERVICE);
    sign_in_officer(browser, app).await;
    browser.press(&press(t("desk.take_next"))).await;
    browser.arrive("case", service.title.get(LANGUAGE)).await;
    // Another document than the first: a PDF, in the browser's own viewer.
    browser.press(&press(service.document("contract").unwrap().title.get(LANGUAGE))).await;
    browser.until("the PDF", "return document.querySelector('.viewer iframe')", Vec::new()).await;
    browser.look("case-pdf", service.title.get(LANGUAGE)).await;
    browser.press(&press(service.document("passport").unwrap().title.get(LANGUAGE))).await;
    let drawn = "const image = document.querySelector('.viewer img'); return image?.complete && image.naturalWidth > 0";
    browser.until("the picture", drawn, Vec::new()).await;
    browser.press(&tab(t("desk.tab_answers"))).await;
    browser.look("case-answers", service.title.get(LANGUAGE)).await;
    browser.press(&press(t("desk.approve"))).await;
    browser.see(t("desk.approve_title")).await;
    browser.look("case-approve", service.title.get(LANGUAGE)).await;
    browser.press(&press(t("desk.approve"))).await;
    browser.see(t("desk.notice_approved")).await;
    browser.look("case-approved", service.title.get(LANGUAGE)).await;
}

/// Downloads the result; where it lies.
async fn download(browser: &Browser) -> std::path::PathBuf {
    browser.press(&press(t("documents.download"))).await;
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let files = std::fs::read_dir(&browser.downloads).unwrap().map(|file| file.unwrap().path());
        if let Some(pdf) = files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "pdf")) {
            assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
            return pdf;
        }
        assert!(Instant::now() < deadline, "nothing was downloaded");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Goes to the paper's own page; the address of its check.
async fn open_paper(browser: &Browser) -> String {
    let title = service(SERVICE).result.title.get(LANGUAGE);
    let here = browser.client.current_url().await.unwrap();
    browser.go(here.join("/documents").unwrap().as_str()).await;
    browser.look("papers", &t("documents.title")).await;
    browser.press(&press(format!("{} {{title}}", t("common.open")))).await;
    browser.arrive("paper", title).await;
    let link = browser.find(&press(t("documents.open_check"))).await;
    link.prop("href").await.unwrap().unwrap()
}

/// Anybody checks the paper, and the file, without signing in.
async fn verify(browser: &Browser, address: &str, paper: &std::path::Path) {
    browser.go(address).await;
    browser.look("genuine", &t("documents.genuine_title")).await;
    assert!(browser.has(&press(t("pages.sign_in"))).await, "nobody is signed in");
    let input = browser.client.find(fantoccini::Locator::Css("input[type=file]")).await.unwrap();
    input.send_keys(paper.to_str().unwrap()).await.unwrap();
    browser.see(t("documents.file_same")).await;
    browser.look("genuine-file", &t("documents.genuine_title")).await;

    let (rest, last) = address.split_at(address.len() - 1);
    browser.go(&format!("{rest}{}", if last == "2" { "3" } else { "2" })).await;
    browser.look("unknown", &t("documents.unknown_title")).await;
    assert!(!browser.has(&words(t("documents.genuine_title"))).await);
}
