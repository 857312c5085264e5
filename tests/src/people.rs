//! People, who speak through the typed client only.

use std::sync::Arc;

use backend::accounts::employ::{self, NewOfficer};
use openapi::accounts::{Account, Challenge, CodeIn, LinkIn};
use openapi::applications::{AnswersIn, Application, ApplicationIn, ResubmissionIn, SubmissionIn};
use openapi::client::{Client, Realm};
use openapi::desk::{Case, CorrectionIn, OfficerSignInIn, RemarkIn};
use openapi::documents::{Document, UploadQuery};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{TestApp, files, make};

/// A person with an account, signed in.
#[derive(Debug, Clone)]
pub struct Citizen {
    pub client: Arc<Client>,
    pub account: Account,
}

/// An officer, signed in at the desk.
#[derive(Debug, Clone)]
pub struct Officer {
    pub client: Arc<Client>,
    pub id: Uuid,
}

/// A key for one creating request.
#[must_use]
pub fn key() -> Uuid {
    Uuid::new_v4()
}

/// Signs a new person up, through mail and SMS, to a session.
pub async fn citizen(app: &TestApp) -> Citizen {
    let client = app.anonymous();
    let person = make::sign_up();
    client.sign_up(key(), &person).await.expect("sign-up");
    let token = activation_token(app, &person.email).await;
    let body = LinkIn { token: token.into(), password: make::PASSWORD.into() };
    let challenge = client.activate_account(key(), &body).await.expect("activation");
    let code = app.code(&person.phone).await;
    let session = client
        .create_session(&CodeIn { challenge_id: challenge.id, code: code.into() })
        .await
        .expect("session");
    Citizen { client: Arc::new(client), account: session.account }
}

/// The token of the newest link that opens an account, mailed to an address.
pub async fn activation_token(app: &TestApp, email: &str) -> String {
    mailed_token(app, email, "activate").await
}

/// The token of the newest link to a page, mailed to an address.
pub async fn mailed_token(app: &TestApp, email: &str, page: &str) -> String {
    app.run_jobs().await;
    let link_to = format!("/{page}#token=");
    let mails = app.mails(email, 1).await;
    let link = mails.iter().rev().find_map(|mail| {
        mail["links"].as_array()?.iter().filter_map(Value::as_str).find(|link| link.contains(&link_to))
    });
    let link = link.unwrap_or_else(|| panic!("no link for {email}: {mails:?}"));
    link.split_once("#token=").unwrap().1.to_owned()
}

/// Adds an officer; the secret of their authenticator.
pub async fn employ(app: &TestApp, login: &str) -> String {
    let totp_secret = employ::new_totp_secret().expect("a secret");
    let officer = NewOfficer {
        login: login.to_owned(),
        name: "Вера Проверкина".into(),
        language: "ru".into(),
        password: make::PASSWORD.into(),
        totp_secret: totp_secret.clone(),
    };
    assert!(employ::employ(&app.app, &officer).await.expect("an officer"), "{login} is new");
    totp_secret.expose().to_owned()
}

/// Adds an officer and signs in.
pub async fn officer(app: &TestApp) -> Officer {
    let login = format!("officer-{}", Uuid::new_v4().simple());
    let secret = employ(app, &login).await;
    let client = Client::new(&app.desk, Realm::Desk, "ru");
    let body = OfficerSignInIn { login, password: make::PASSWORD.into(), totp: totp(&secret).into() };
    let session = client.create_officer_session(&body).await.expect("officer session");
    Officer { client: Arc::new(client), id: session.officer.id }
}

/// The authenticator's code of this moment for a base 32 secret.
#[must_use]
pub fn totp(secret: &str) -> String {
    backend::accounts::officers::authenticator(secret)
        .expect("an authenticator")
        .generate_current()
        .to_string()
}

impl Citizen {
    /// A new, empty draft.
    pub async fn draft(&self, service: &str) -> Application {
        let body = ApplicationIn::new(service);
        self.client.create_application(key(), &body).await.expect("a draft")
    }

    /// A draft of the arrival notice that begins with the answers of another.
    pub async fn based_on(&self, id: Uuid) -> openapi::client::Result<Application> {
        let body = ApplicationIn { service: "arrival-notice".into(), based_on: Some(id) };
        self.client.create_application(key(), &body).await
    }

    /// A draft with these answers and the files every service here asks for; ready to be filed.
    pub async fn ready(&self, service: &str, answers: Map<String, Value>) -> Application {
        let draft = self.draft(service).await;
        self.fill(&draft, answers).await
    }

    /// Fills a draft and files it.
    pub async fn fill_and_submit(
        &self,
        app: &TestApp,
        draft: &Application,
        answers: Map<String, Value>,
    ) -> Application {
        let ready = self.fill(draft, answers).await;
        self.submit(app, &ready).await
    }

    async fn fill(&self, draft: &Application, answers: Map<String, Value>) -> Application {
        let items: &[&str] = match draft.service.as_str() {
            "arrival-notice" => &["passport", "housing"],
            _ => &["passport", "housing", "registration", "contract"],
        };
        self.client.save_answers(draft.id, draft.version, &AnswersIn { answers }).await.expect("saved");
        for item in items {
            self.attach(draft.id, item, "scan.jpg", files::jpeg()).await;
        }
        self.client.get_application(draft.id).await.expect("the draft")
    }

    pub async fn attach(&self, id: Uuid, item: &str, name: &str, content: Vec<u8>) -> Document {
        let query = UploadQuery { item: item.to_owned(), name: name.to_owned(), replaces: None };
        self.client
            .upload_document(key(), id, &query, content, None)
            .await
            .expect("an accepted file")
            .document
    }

    /// The code that confirms a filing.
    pub async fn submission_code(&self, app: &TestApp, id: Uuid) -> (Challenge, String) {
        let challenge = self.client.request_submission_code(key(), id).await.expect("a code");
        let code = app.code(&self.account.phone).await;
        (challenge, code)
    }

    /// Files a ready draft.
    pub async fn submit(&self, app: &TestApp, draft: &Application) -> Application {
        let (challenge, code) = self.submission_code(app, draft.id).await;
        let body = SubmissionIn { challenge_id: challenge.id, code: code.into(), consent: true };
        self.client.submit_application(key(), draft.id, draft.version, &body).await.expect("filed")
    }

    /// Sends an application again that the person has back, as it stands.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn send_again(&self, id: Uuid) -> openapi::client::Result<Application> {
        let version = self.client.get_application(id).await.expect("the application").version;
        self.client.resubmit_application(key(), id, version, &ResubmissionIn::default()).await
    }

    /// A filed arrival notice, checked and in the queue.
    pub async fn in_review(&self, app: &TestApp) -> Application {
        let draft = self.ready("arrival-notice", make::arrival()).await;
        let filed = self.submit(app, &draft).await;
        app.run_jobs().await;
        self.client.get_application(filed.id).await.expect("the application")
    }
}

impl Officer {
    /// Takes a case of the queue.
    pub async fn take(&self, id: Uuid) -> Case {
        self.client.take_case(id).await.expect("the case")
    }

    /// Takes a case and asks to mend these places.
    pub async fn ask_to_mend(&self, id: Uuid, pointers: &[&str]) -> Case {
        let case = self.take(id).await;
        let remark = |pointer: &&str| RemarkIn {
            pointer: (*pointer).to_owned(),
            reason: None,
            comment: "Укажите, как в документе.".into(),
        };
        let body = CorrectionIn { remarks: pointers.iter().map(remark).collect() };
        self.client.request_correction(key(), id, case.version, &body).await.expect("a correction")
    }
}
