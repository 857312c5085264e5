//! What is measured: one request each, for any person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use backend::auth::tokens::{Audience, Tokens};
use clap::ValueEnum;
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use openapi::BASE_PATH;
use openapi::accounts::SignInIn;
use openapi::applications::{AnswersIn, SubmissionIn};
use serde::Serialize;
use tests::make;
use uuid::Uuid;

use crate::data::{self, Kind, Sizes};
use crate::http::{self, Body};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Scenario {
    /// The first page of a person's applications
    List,
    /// One filed application with its history, documents and papers
    Open,
    /// The answers of a draft are saved
    Autosave,
    /// A draft is filed, with the code, in one durable transaction
    Submit,
    /// The first step of signing in: the password
    Login,
    /// A scan of 5 MB as PDF
    UploadPdf,
    /// A photograph of 5 MB and twelve megapixels
    UploadJpeg,
}

/// What the API is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// pgbench with the statements the API was heard to send.
    Postgres,
    /// The hash alone, on as many threads.
    Argon2,
    /// The picture decoded and encoded, on as many threads.
    Picture,
    /// Nothing: the limits are absolute.
    Nothing,
}

impl Scenario {
    /// As it is called on the command line, in the limits and in the table.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub const fn bare(self) -> Bare {
        match self {
            Self::List | Self::Open | Self::Autosave | Self::Submit => Bare::Postgres,
            Self::Login => Bare::Argon2,
            Self::UploadJpeg => Bare::Picture,
            Self::UploadPdf => Bare::Nothing,
        }
    }

    /// Requests at once. Writing takes more of them: they share the waits for the disk.
    pub const fn clients(self) -> u64 {
        match self {
            Self::List | Self::Open => 16,
            Self::Autosave | Self::Submit => 32,
            Self::Login => 8,
            Self::UploadPdf => 16,
            // More would wait for their turn longer than the API lets them.
            Self::UploadJpeg => 4,
        }
    }

    /// The people it can be done for.
    pub fn people(self, sizes: &Sizes) -> Range<u64> {
        match self {
            Self::List | Self::Open | Self::Login => 0..sizes.people,
            Self::Autosave | Self::UploadPdf | Self::UploadJpeg => sizes.with_draft(),
            Self::Submit => sizes.with_ready(),
        }
    }

    /// Whether it can be done any number of times for a person, or once.
    pub const fn often(self) -> Often {
        match self {
            Self::List | Self::Open | Self::Login => Often::Again,
            Self::Autosave | Self::Submit | Self::UploadPdf | Self::UploadJpeg => Often::Once,
        }
    }

    /// More than any run gets done in a second, the API's and the bare database's: so many people are set aside.
    pub const fn most_per_second(self) -> (u64, u64) {
        match self {
            Self::Autosave => (6_000, 10_000),
            Self::Submit => (3_000, 6_000),
            Self::UploadPdf | Self::UploadJpeg => (1_000, 0),
            Self::List | Self::Open | Self::Login => (0, 0),
        }
    }

    pub const fn status(self) -> StatusCode {
        match self {
            Self::List | Self::Open | Self::Autosave | Self::Submit => StatusCode::OK,
            Self::Login | Self::UploadPdf | Self::UploadJpeg => StatusCode::CREATED,
        }
    }

    pub const fn is_upload(self) -> bool {
        matches!(self, Self::UploadPdf | Self::UploadJpeg)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    Again,
    Once,
}

/// Tokens live five minutes; a run is over before what is as old as this ends.
const FRESH: Duration = Duration::from_secs(180);

/// Writes requests. Tokens are signed before a run begins, so that signing is not measured, and used as long as they
/// live, as people's are.
pub struct Desk {
    tokens: Tokens,
    signed: HashMap<u64, String>,
    signed_at: Instant,
    answers: Bytes,
    pdf: Bytes,
    jpeg: Bytes,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

impl Desk {
    pub fn new(tokens: Tokens, pdf: Vec<u8>, jpeg: Vec<u8>) -> Result<Self> {
        let answers = json(&AnswersIn { answers: make::arrival() })?;
        Ok(Self {
            tokens,
            signed: HashMap::new(),
            signed_at: Instant::now(),
            answers,
            pdf: pdf.into(),
            jpeg: jpeg.into(),
        })
    }

    /// Signs in those who are not.
    pub fn sign_in(&mut self, people: impl Iterator<Item = u64>) -> Result<()> {
        if self.signed_at.elapsed() > FRESH {
            self.signed.clear();
            self.signed_at = Instant::now();
        }
        for person in people {
            let Entry::Vacant(place) = self.signed.entry(person) else { continue };
            let (account, session) = (data::id(Kind::Account, 0, person), data::id(Kind::Session, 0, person));
            place.insert(self.tokens.issue(Audience::Citizen, account, session)?.expose().to_owned());
        }
        Ok(())
    }

    /// The request for a person who has been signed in.
    pub fn request(&self, scenario: Scenario, person: u64) -> Result<Request<Body>> {
        let draft = data::id(Kind::Application, 0, person);
        let token = || self.signed.get(&person).map(String::as_str).context("nobody of this number");
        let upload = |content: &Bytes, name: &str| -> Result<Request<Body>> {
            let path = format!("{BASE_PATH}/applications/{draft}/documents?item=passport&name={name}");
            let request = http::request(Method::POST, &path, Some(token()?)).header("Idempotency-Key", key());
            Ok(request.header("Content-Type", "application/octet-stream").body(Body::new(content.clone()))?)
        };
        Ok(match scenario {
            Scenario::List => {
                http::request(Method::GET, &format!("{BASE_PATH}/applications"), Some(token()?))
                    .body(http::empty())?
            }
            Scenario::Open => {
                let path =
                    format!("{BASE_PATH}/applications/{}", data::id(Kind::Application, data::OPENED, person));
                http::request(Method::GET, &path, Some(token()?)).body(http::empty())?
            }
            Scenario::Autosave => http::request(
                Method::PUT,
                &format!("{BASE_PATH}/applications/{draft}/answers"),
                Some(token()?),
            )
            .header("If-Match", "\"1\"")
            .header("Content-Type", "application/json")
            .body(Body::new(self.answers.clone()))?,
            Scenario::Submit => {
                let challenge_id = data::id(Kind::Challenge, 0, person);
                let body = json(&SubmissionIn { challenge_id, code: data::CODE.into(), consent: true })?;
                http::request(
                    Method::POST,
                    &format!("{BASE_PATH}/applications/{draft}/submission"),
                    Some(token()?),
                )
                .header("If-Match", "\"1\"")
                .header("Idempotency-Key", key())
                .header("Content-Type", "application/json")
                .body(Body::new(body))?
            }
            Scenario::Login => {
                let login = format!("bench-{}@example.org", data::digits(person));
                // Everybody comes from an address of their own, through the proxy the server is told of.
                let [.., a, b, c] = person.to_be_bytes();
                http::request(Method::POST, &format!("{BASE_PATH}/sign-ins"), None)
                    .header("X-Forwarded-For", format!("10.{a}.{b}.{c}"))
                    .header("Idempotency-Key", key())
                    .header("Content-Type", "application/json")
                    .body(Body::new(json(&SignInIn { login, password: make::PASSWORD.into() })?))?
            }
            Scenario::UploadPdf => upload(&self.pdf, "scan.pdf")?,
            Scenario::UploadJpeg => upload(&self.jpeg, "photo.jpg")?,
        })
    }
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

fn json(value: &impl Serialize) -> Result<Bytes> {
    Ok(serde_json::to_vec(value)?.into())
}
