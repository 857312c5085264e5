//! The two doors, and the third that is not for the public.

use std::net::TcpListener;

use backend::metrics;
use openapi::ErrorCode;
use openapi::client::{Client, Realm};
use reqwest::header::{HOST, LOCATION};
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn each_door_serves_its_own_people() {
    let app = TestApp::start().await;
    let at_portal = Client::new(&app.portal, Realm::Desk, "ru").get_officer().await.unwrap_err();
    assert_eq!(at_portal.code(), Some(ErrorCode::NotFound));
    let at_desk = Client::new(&app.desk, Realm::Portal, "ru").get_account().await.unwrap_err();
    assert_eq!(at_desk.code(), Some(ErrorCode::NotFound));
    Client::new(&app.desk, Realm::Desk, "ru").list_services().await.unwrap();
}

/// Routes are matched on what an address means, and so are doors.
#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_an_address_passes_the_wrong_door() {
    let app = TestApp::start().await;
    let (portal, desk) = (&app.portal, &app.desk);
    for address in [
        format!("{portal}/api/v1/%64esk/cases"),
        format!("{portal}/%61pi/v1/desk/cases"),
        format!("{portal}/api/v1/%64%65%73%6b/account"),
        format!("{desk}/api/v1/%61ccount"),
        format!("{desk}/%61pi/v1/account"),
    ] {
        let answer = app.http().get(&address).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store", "{address}");
        assert_eq!(answer.status(), 404, "{address}");
        assert_eq!(answer.json::<openapi::Problem>().await.unwrap().code, ErrorCode::NotFound, "{address}");
    }
    let own = app.http().get(format!("{portal}/api/v1/%73ervices")).send().await.unwrap();
    assert_eq!(own.status(), 200, "its own door serves it however it is spelt");
    let foreign = app.http().get(format!("{portal}/%61pi/v1/services")).header(HOST, "evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 421);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_name_is_not_ours() {
    let app = TestApp::start().await;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let foreign = |path: &str| http.get(format!("{}{path}", app.portal)).header(HOST, "evil.example").send();
    let api = foreign("/api/v1/services").await.unwrap();
    assert_eq!(api.status(), 421);
    let problem: openapi::Problem = api.json().await.unwrap();
    assert_eq!(problem.code, ErrorCode::WrongHost);
    let page = foreign("/services?from=mail").await.unwrap();
    assert_eq!(page.status(), 302);
    assert_eq!(page.headers()[LOCATION].to_str().unwrap(), format!("{}/services", app.portal));
    assert_eq!(foreign("/health/live").await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_carry_the_headers_of_every_answer() {
    let app = TestApp::start().await;
    for path in ["/api/v1/account", "/api/v1/nothing", "/api/nothing"] {
        let answer = reqwest::get(format!("{}{path}", app.portal)).await.unwrap();
        for (name, value) in [("x-content-type-options", "nosniff"), ("cache-control", "no-store")] {
            assert_eq!(
                answer.headers().get(name).and_then(|v| v.to_str().ok()),
                Some(value),
                "{path}: {name}"
            );
        }
        for name in ["content-security-policy", "strict-transport-security", "x-frame-options"] {
            assert!(answer.headers().contains_key(name), "{path}: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_for_prometheus() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    metrics::door::start(&app.app, listener, &app.stopping()).unwrap();
    app.anonymous().list_services().await.unwrap();
    app.citizen().await;
    app.sql("insert into alarms (id, kind, subject_id, data) values (gen_random_uuid(), 'x', gen_random_uuid(), '{}')")
        .await;
    let said = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    let has = |line: &str| assert!(said.lines().any(|said| said == line), "{line}\n{said}");
    has(r#"prichal_http_requests_total{method="GET",route="/api/v1/services",status="200"} 1"#);
    has(r#"prichal_jobs_total{kind="sign_up_mail",outcome="done"} 1"#);
    has("prichal_alarms_open 1");
    has("prichal_decisions_stopped 0");
    assert!(!said.contains('@'), "nothing of a person");
}
