//! What a request costs the database: reads wait for it once, and nothing that people wait for is planned anew each
//! time.

use openapi::applications::{AnswersIn, ApplicationsQuery, SubmissionIn};
use openapi::desk::CasesQuery;
use openapi::messages::MessageIn;
use openapi::page::PageQuery;
use openapi::payments::PaymentsQuery;
use tests::people::key;
use tests::trips::{self, Counts};
use tests::{Citizen, TestApp, make};

/// The relay asks for new pulses this seldom: nothing else speaks to the database meanwhile.
const NEVER_MS: u64 = 3_600_000;
/// Requests after which the connection knows a statement.
const WARM: usize = 4;

async fn quiet() -> TestApp {
    trips::watch();
    TestApp::start_with(|config| {
        config.jobs.poll_ms = NEVER_MS;
        // One connection: a second would know a statement only once it happened to get it.
        config.database.pool_size = 1;
        config.database.read_pool_size = 1;
        config.listen.workers = 1;
    })
    .await
}

/// What the database sees of a request once its statements are known.
async fn cost<T>(app: &TestApp, request: impl AsyncFn() -> T) -> Counts {
    for _ in 0..WARM {
        request().await;
    }
    let _ = trips::take(&app.database_url);
    request().await;
    trips::take(&app.database_url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_waits_for_the_database_once() {
    let app = quiet().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let draft = citizen.draft("arrival-notice").await;
    let filed = citizen.in_review(&app).await;
    let client = &citizen.client;
    officer.take(filed.id).await;
    let question = MessageIn { body: "Нужен ли перевод?".into() };
    client.send_message(key(), filed.id, &question).await.unwrap();
    let (list, queue, page) = (ApplicationsQuery::default(), CasesQuery::default(), PageQuery::default());
    let costs = [
        ("list", cost(&app, async || client.list_applications(&list).await.unwrap()).await),
        ("a filed case", cost(&app, async || client.get_application(filed.id).await.unwrap()).await),
        ("a draft", cost(&app, async || client.get_application(draft.id).await.unwrap()).await),
        ("feed", cost(&app, async || client.list_notifications(&PageQuery::default()).await.unwrap()).await),
        ("messages", cost(&app, async || client.list_messages(filed.id, &page).await.unwrap()).await),
        (
            "messages at the desk",
            cost(&app, async || officer.client.list_case_messages(filed.id, &page).await.unwrap()).await,
        ),
        ("papers", cost(&app, async || client.list_papers(&PageQuery::default()).await.unwrap()).await),
        ("account", cost(&app, async || client.get_account().await.unwrap()).await),
        ("officer", cost(&app, async || officer.client.get_officer().await.unwrap()).await),
        ("sessions", cost(&app, async || client.list_sessions().await.unwrap()).await),
        (
            "payments",
            cost(&app, async || client.list_payments(&PaymentsQuery::default()).await.unwrap()).await,
        ),
        ("queue", cost(&app, async || officer.client.list_cases(&queue).await.unwrap()).await),
        ("a case", cost(&app, async || officer.client.get_case(filed.id).await.unwrap()).await),
    ];
    for (what, cost) in costs {
        assert!(!cost.statements.is_empty(), "{what}: nothing was counted");
        assert_eq!((cost.trips, cost.unprepared), (1, 0), "{what}: {cost:?}");
    }
}

/// A draft that can be filed, and the code.
async fn ready(app: &TestApp, citizen: &Citizen) -> (uuid::Uuid, i32, SubmissionIn) {
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let (challenge, code) = citizen.submission_code(app, draft.id).await;
    (draft.id, draft.version, SubmissionIn { challenge_id: challenge.id, code: code.into(), consent: true })
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_and_filing_take_few_waits_and_plan_nothing_anew() {
    let app = quiet().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let answers = AnswersIn { answers: make::arrival() };
    let mut version = draft.version;
    let mut saving = Counts::default();
    for _ in 0..=WARM {
        let _ = trips::take(&app.database_url);
        version = citizen.client.save_answers(draft.id, version, &answers).await.unwrap().version;
        saving = trips::take(&app.database_url);
    }
    assert_eq!((saving.trips, saving.unprepared), (2, 0), "{saving:?}");

    let mut filing = Counts::default();
    for _ in 0..=WARM {
        let citizen = app.citizen().await;
        let (id, version, body) = ready(&app, &citizen).await;
        let _ = trips::take(&app.database_url);
        citizen.client.submit_application(key(), id, version, &body).await.unwrap();
        filing = trips::take(&app.database_url);
    }
    assert!(filing.trips <= 9 && filing.unprepared == 0, "{filing:?}");
}
