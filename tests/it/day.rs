//! A day of an application on real processes that meet a fault at every place they pass.

use std::fmt::Debug;
use std::time::Duration;

use backend::crash::POINTS;
use openapi::ErrorCode;
use openapi::client::{Client, Error, Realm};
use tests::TestApp;
use tests::process::{Doors, Ended, Process, command};

/// The backend as a program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_served");
/// No step needs more repeats than this: every place is passed once.
const MOST_REPEATS: usize = 60;

/// What happens at every place of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Abort,
    Error,
    Sleep(u64),
}

impl Fault {
    fn word(self) -> String {
        match self {
            Self::Abort => "abort".to_owned(),
            Self::Error => "error".to_owned(),
            Self::Sleep(pause) => format!("sleep={pause}"),
        }
    }

    /// How long people wait before they press again for the `n`th time.
    fn patience(self, n: usize) -> Duration {
        match self {
            Self::Sleep(pause) if n == 0 => Duration::from_millis(pause / 2),
            Self::Sleep(_) | Self::Abort | Self::Error => Duration::from_secs(30),
        }
    }
}

/// One person's application from the draft to the result, with the places that have not been passed yet.
pub struct Day<'a> {
    pub app: &'a TestApp,
    fault: Fault,
    left: Vec<&'static str>,
    doors: Doors,
    server: Option<Process>,
    /// All that its processes have written to their logs.
    log: String,
}

impl<'a> Day<'a> {
    pub async fn begin(app: &'a TestApp, fault: Fault) -> Self {
        let left = POINTS.into_iter().filter(|point| !point.starts_with("migration.")).collect();
        let mut day = Self { app, fault, left, doors: Doors::free(), server: None, log: String::new() };
        day.server = Some(Process::serve(app, PROGRAM, &day.doors, &day.crash()).await);
        day
    }

    pub fn client(&self, realm: Realm, of: &Client) -> Client {
        let client = Client::new(&self.doors.origin(realm), realm, "ru");
        client.set_access_token(of.access_token());
        client.set_refresh_cookie(of.refresh_cookie());
        client
    }

    fn crash(&self) -> String {
        let fault = self.fault.word();
        self.left.iter().map(|point| format!("{point}:1:{fault}")).collect::<Vec<_>>().join(",")
    }

    fn note(&mut self, ended: &Ended) {
        self.left.retain(|point| !ended.reached.iter().any(|reached| reached == point));
        self.log.push_str(&ended.log);
    }

    /// The server has died: it is started again, as whoever watches over it does.
    async fn revive(&mut self) {
        let ended = self.server.take().unwrap().ended().await;
        assert!(!ended.reached.is_empty(), "it died by itself: {:?}", ended.status);
        self.note(&ended);
        self.server = Some(Process::serve(self.app, PROGRAM, &self.doors, &self.crash()).await);
    }

    /// Calls until there is an answer, as a person does: again after no answer, after a mistake of ours, and while
    /// the first try is still running.
    pub async fn insist<T>(&mut self, call: impl AsyncFn() -> Result<T, Error>) -> T {
        for n in 0..MOST_REPEATS {
            match tokio::time::timeout(self.fault.patience(n), call()).await {
                Ok(Ok(answer)) => return answer,
                Ok(Err(Error::Network(_))) => self.revive().await,
                Ok(Err(error)) => assert!(
                    matches!(
                        error.code(),
                        Some(ErrorCode::Internal | ErrorCode::Busy | ErrorCode::StillRunning)
                    ),
                    "{error}: {:?}",
                    error.problem()
                ),
                Err(_) => {}
            }
        }
        panic!("no answer after {MOST_REPEATS} repeats");
    }

    /// The same with an idempotency key: whoever asks once more hears the first answer.
    pub async fn once<T: PartialEq + Debug>(&mut self, call: impl AsyncFn() -> Result<T, Error>) -> T {
        let answer = self.insist(&call).await;
        assert_eq!(self.insist(&call).await, answer, "the first answer again");
        answer
    }

    /// Workers come and go until nothing is left to do; what waits or was left by a dead one is due at once.
    pub async fn work(&mut self) {
        for _ in 0..MOST_REPEATS {
            self.app
                .sql(
                    "update jobs set run_at = now(), lease_until = lease_until - interval '1 hour' where state = 'ready'",
                )
                .await;
            let worker =
                Process::start(command(self.app, PROGRAM, &["work", "--until-empty"]), &self.crash());
            let ended = worker.ended().await;
            assert!(ended.status.success() || !ended.reached.is_empty(), "{:?}", ended.status);
            self.note(&ended);
            let left = "select count(*) as n from jobs where state = 'ready' \
                        and (last_error is not null or lease_until is not null)";
            if ended.status.success() && self.app.number(left).await == 0 {
                return;
            }
        }
        panic!("there is always something left to do");
    }

    /// The places that were never passed, and what was logged.
    pub async fn end(mut self) -> (Vec<&'static str>, String) {
        let ended = self.server.take().unwrap().kill().await;
        self.note(&ended);
        (self.left, self.log)
    }
}
