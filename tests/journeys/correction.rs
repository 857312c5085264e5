//! An officer asks for one answer to be mended, the applicant asks back, mends it and nothing else, then thinks of another and
//! changes it too; the officer refuses, and the applicant reads why and what to do.

use catalogue::definition::{Service, Step};
use openapi::applications::State;
use tests::{TestApp, make};

use crate::browser::{Browser, LAPTOP, PHONE, field, press, tab, words};
use crate::people::{sign_in, sign_in_officer};
use crate::stage::Stage;
use crate::words::{LANGUAGE, catalogue, service, t};

const SERVICE: &str = "arrival-notice";
const FIELD: &str = "passport_number";
const MENDED: &str = "FA7654321";
/// What the applicant changes without being asked.
const OTHER: &str = "entry_point";
const CHANGED: &str = "Порт Образцово";
const REASON: &str = "O-07";
const QUESTION: &str = "Здравствуйте! Какая цифра верная?";
const ANSWER: &str = "Та, что под фотографией.";
const REMARK: &str = "Образец: перепишите номер с разворота, там другая последняя цифра.";

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_is_mended_and_the_refusal_says_what_to_do() {
    let stage = Stage::set("correction").await;
    let app = &stage.app;
    let person = app.citizen().await;
    let filed = person.in_review(app).await;
    app.start_worker();

    let citizen = stage.browser("citizen", PHONE).await;
    citizen.go(&format!("{}/applications/{}", app.portal, filed.id)).await;
    // A stranger is led to sign-in and comes back to where the link led.
    citizen.look("sign-in", &t("accounts.sign_in_title")).await;
    sign_in(&citizen, app, &person.account).await;
    citizen.arrive("in-review", title()).await;

    let officer = stage.browser("officer", LAPTOP).await;
    ask_for_correction(&officer, app).await;
    talk(&citizen, &officer).await;
    mend(&citizen).await;
    change(&citizen).await;
    refuse(&officer).await;

    citizen.see(t("applications.refused_title")).await;
    let reason = catalogue().dictionaries.refusal_reason(REASON).unwrap();
    citizen.see(reason.title.get(LANGUAGE)).await;
    citizen.see(reason.cure.get(LANGUAGE)).await;
    citizen.see(notice().statuses[State::Refused.as_str()].get(LANGUAGE)).await;
    citizen.look("refused", title()).await;
}

fn notice() -> &'static Service {
    service(SERVICE)
}

fn title() -> &'static str {
    notice().title.get(LANGUAGE)
}

fn label() -> &'static str {
    notice().field(FIELD).unwrap().label.get(LANGUAGE)
}

async fn ask_for_correction(browser: &Browser, app: &TestApp) {
    sign_in_officer(browser, app).await;
    browser.press(&press(t("desk.take_next"))).await;
    browser.arrive("case", title()).await;
    browser.press(&tab(t("desk.tab_answers"))).await;
    browser.press(&press(format!("{}{{about}}", t("desk.remark_add"))).within(label())).await;
    let comment = field(t("desk.remark_comment"));
    browser.fill(&comment, REMARK).await;
    browser.look("case-remark", title()).await;
    browser.press(&press(t("desk.ask_count"))).await;
    browser.arrive("correction", &t("desk.correction")).await;
    assert_eq!(browser.value(&comment).await, REMARK, "what was written has come along");
    browser.press(&press(t("desk.correction_send"))).await;
    browser.see(t("desk.notice_waiting")).await;
    browser.arrive("case-waiting", title()).await;
}

/// A question and its answer, each on a page that nobody has read anew.
async fn talk(citizen: &Browser, officer: &Browser) {
    let (text, send) = (field(t("components.message_own")), press(t("components.message_send")));
    citizen.fill(&text, QUESTION).await;
    citizen.press(&send).await;
    citizen.see(QUESTION).await;
    assert_eq!(citizen.value(&text).await, "", "what has been sent is typed no more");
    officer.see(t("desk.unanswered")).await;
    officer.press(&tab(t("components.messages"))).await;
    officer.see(QUESTION).await;
    officer.look("case-messages", title()).await;
    officer.press(&send).await;
    officer.see(t("errors.required")).await;
    officer.fill(&text, ANSWER).await;
    officer.press(&send).await;
    officer.see(ANSWER).await;
    citizen.see(ANSWER).await;
    citizen.look("messages", title()).await;
    officer.press(&tab(t("desk.tab_checks"))).await;
}

async fn mend(browser: &Browser) {
    browser.see(REMARK).await;
    browser.look("to-mend", title()).await;
    browser.press(&press(t("applications.fix"))).await;
    browser.arrive("mend", &t("drafts.correction_title")).await;
    browser.see(REMARK).await;
    let open = browser
        .ask("return document.querySelectorAll('main form input, main form select').length", Vec::new());
    assert_eq!(open.await, 1, "only what was remarked is open");
    let number = field(label());
    assert_eq!(browser.value(&number).await, make::arrival()[FIELD].as_str().unwrap());
    browser.fill(&number, MENDED).await;
    browser.press(&press(t("drafts.resubmit"))).await;
    browser.arrive("mended", title()).await;
    browser.see(notice().statuses[State::InReview.as_str()].get(LANGUAGE)).await;
}

async fn change(browser: &Browser) {
    browser.press(&press(t("applications.amend"))).await;
    browser.see(t("applications.amend_text")).await;
    // The same words stand on the button of the question.
    browser.press(&press(t("applications.amend"))).await;
    browser.arrive("change", &t("drafts.title")).await;
    let has = |step: &&Step| step.fields.iter().any(|field| field.id == OTHER);
    let step = notice().steps.iter().find(has).unwrap().title.get(LANGUAGE);
    browser.press(&press(step)).await;
    browser.arrive("change-step", step).await;
    browser.fill(&field(notice().field(OTHER).unwrap().label.get(LANGUAGE)), CHANGED).await;
    browser.press(&press(t("drafts.to_list"))).await;
    browser.arrive("changed", &t("drafts.title")).await;
    browser.press(&press(t("drafts.check_task"))).await;
    browser.arrive("check-changed", &t("drafts.check_title")).await;
    browser.see(CHANGED).await;
    browser.press(&press(t("drafts.again"))).await;
    browser.arrive("sent-again", title()).await;
    browser.see(notice().statuses[State::InReview.as_str()].get(LANGUAGE)).await;
}

async fn refuse(browser: &Browser) {
    // The open case says what has changed, and wants it noticed before a decision.
    browser.see(t("desk.news_title")).await;
    browser.look("case-news", title()).await;
    browser.press(&press(t("desk.news_noticed"))).await;
    browser.see(MENDED).await;
    browser.press(&tab(t("desk.tab_answers"))).await;
    browser.see(CHANGED).await;
    browser.see(t("desk.before")).await;
    browser.press(&press(t("desk.refuse"))).await;
    browser.arrive("refusal", &t("desk.refusal")).await;
    let reason = catalogue().dictionaries.refusal_reason(REASON).unwrap();
    browser.press(&press(t("desk.refuse"))).await;
    browser.see(t("desk.reasons_needed")).await;
    browser.press(&field(format!("{REASON} {}{{basis}}", reason.title.get(LANGUAGE)))).await;
    browser.see(reason.cure.get(LANGUAGE)).await;
    browser.look("refusal-reason", &t("desk.refusal")).await;
    browser.press(&press(t("desk.refuse"))).await;
    browser.see(t("desk.notice_refused")).await;
    browser.arrive("case-refused", title()).await;
    assert!(!browser.has(&words(t("desk.dock_decide"))).await, "nothing is left to decide");
}
