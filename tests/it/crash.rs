//! The API as a process, killed without warning while people file: nothing acknowledged is lost, nothing exists
//! twice, and a repeat with the same key ends every doubt (§ 6).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use openapi::ErrorCode;
use openapi::applications::{Application, State, SubmissionIn};
use openapi::client::{Client, Error, Realm};
use tests::TestApp;
use tests::make;
use tests::people::key;
use uuid::Uuid;

struct Served {
    child: Child,
    url: String,
    port: u16,
    desk_port: u16,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been killed by the test already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The backend binary on the same database, keys and outside world as `app`.
async fn serve(app: &TestApp, port: u16, desk_port: u16) -> Served {
    let config = &app.app.config;
    let child = Command::new(env!("CARGO_BIN_EXE_served"))
        .arg("serve")
        .current_dir(tests::app::root())
        .env("PRICHAL_DATABASE__URL", &app.database_url)
        .env("PRICHAL_DATABASE__REQUIRE_DURABLE", "false")
        .env("PRICHAL_DATABASE__POOL_SIZE", "8")
        .env("PRICHAL_LISTEN__PORTAL", format!("127.0.0.1:{port}"))
        .env("PRICHAL_LISTEN__DESK", format!("127.0.0.1:{desk_port}"))
        .env("PRICHAL_KEYS__DIR", &config.keys.dir)
        .env("PRICHAL_STORAGE__DIR", &config.storage.dir)
        .env("PRICHAL_LOG", "error")
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let served = Served { child, url: format!("http://127.0.0.1:{port}"), port, desk_port };
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let answer = app.http().get(format!("{}/health/ready", served.url)).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return served;
        }
        assert!(Instant::now() < deadline, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

struct Filing {
    client: std::sync::Arc<Client>,
    draft: Application,
    body: SubmissionIn,
    key: Uuid,
}

async fn file(filing: &Filing) -> Result<Application, Error> {
    filing.client.submit_application(filing.key, filing.draft.id, filing.draft.version, &filing.body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_nothing_it_has_acknowledged() {
    let app = TestApp::start().await;
    let mut served = serve(&app, free_port(), free_port()).await;
    let mut filings = Vec::new();
    for _ in 0..6 {
        let citizen = app.citizen().await;
        let draft = citizen.ready("arrival-notice", make::arrival()).await;
        let (challenge, code) = citizen.submission_code(&app, draft.id).await;
        let body = SubmissionIn { challenge_id: challenge.id, code: code.into(), consent: true };
        // From here on this person speaks to the process that will be killed.
        let client = Client::new(&served.url, Realm::Portal, "ru");
        client.set_access_token(citizen.client.access_token());
        filings.push(Filing { client: client.into(), draft, body, key: key() });
    }
    let mut acknowledged = Vec::new();
    for (n, filing) in filings.iter().enumerate() {
        let sent = file(filing);
        // The kill falls into a different moment of each filing.
        let kill = async {
            tokio::time::sleep(Duration::from_millis(4 * u64::try_from(n).unwrap())).await;
            served.child.kill().unwrap();
        };
        let (answer, ()) = tokio::join!(sent, kill);
        acknowledged.push(answer.ok().map(|filed| filed.number.unwrap()));
        let (port, desk_port) = (served.port, served.desk_port);
        drop(served);
        served = serve(&app, port, desk_port).await;
    }
    for (filing, first) in filings.iter().zip(&acknowledged) {
        let again = match file(filing).await {
            Ok(filed) => filed,
            Err(error) => panic!("a repeat with the same key: {error}"),
        };
        assert!(first.as_ref().is_none_or(|number| Some(number) == again.number.as_ref()), "another number");
        assert_ne!(again.state, State::Draft);
        let other = Filing {
            client: filing.client.clone(),
            draft: filing.draft.clone(),
            body: filing.body.clone(),
            key: key(),
        };
        let refused = file(&other).await.unwrap_err();
        assert!(matches!(
            refused.code(),
            Some(ErrorCode::WrongState | ErrorCode::StaleVersion | ErrorCode::CodeExpired)
        ));
    }
    let filed = i64::try_from(filings.len()).unwrap();
    assert_eq!(app.number("select count(*) as n from case_events where kind = 'submitted'").await, filed);
    assert_eq!(app.number("select count(distinct number) as n from applications").await, filed);
    assert_eq!(app.number("select count(*) as n from notifications where kind = 'submitted'").await, filed);
    app.run_jobs().await;
    let report = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(report.is_whole(), "{report}");
}
