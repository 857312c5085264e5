//! The data set: how many of what, and how everything of a person is called by the person's number.

use std::time::Instant;

use anyhow::{Context, Result};
use backend::applications::sealed::SealedAnswers;
use backend::auth::passwords::Passwords;
use backend::config::Config;
use backend::crypto::Keys;
use catalogue::load::Catalogue;
use openapi::Secret;
use tests::make;
use tokio_postgres::Client;
use uuid::Uuid;

/// Applications of each person who reads.
const OF_EACH: u64 = 20;
/// Rows sent at once where the database cannot compute them.
const BATCH: u64 = 20_000;

/// The code every prepared challenge asks for.
pub const CODE: &str = "042137";
/// The application of a person that is opened: a notice that has been filed, checked, taken and approved.
pub const OPENED: u16 = 6;

/// What an id names; the number stands in front of it (`generate.sql`).
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Account,
    Application,
    Session,
    Challenge,
}

/// The id of the `k`-th thing of a kind of person `i`.
pub fn id(kind: Kind, k: u16, person: u64) -> Uuid {
    let kind = match kind {
        Kind::Account => 1_u128,
        Kind::Application => 2,
        Kind::Session => 3,
        Kind::Challenge => 7,
    };
    let version_and_variant = 0x7000_8000_u128 << 48;
    Uuid::from_u128(kind << 112 | u128::from(k) << 96 | version_and_variant | u128::from(person))
}

/// The twelve digits by which everything of a person is known.
pub fn digits(person: u64) -> String {
    format!("{person:012x}")
}

/// How many people of each sort there are.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// With twenty applications each, for reading.
    pub people: u64,
    /// With a draft to be saved.
    pub drafts: u64,
    /// With a draft that can be filed.
    pub ready: u64,
}

impl Sizes {
    /// As many readers as `applications` take, and drafts enough for the runs that use each of them once.
    pub fn new(applications: u64, drafts: u64, ready: u64) -> Self {
        Self { people: applications.div_ceil(OF_EACH).max(100), drafts, ready }
    }

    /// The people who have a draft to be saved.
    pub fn with_draft(&self) -> std::ops::Range<u64> {
        self.people..self.people + self.drafts
    }

    /// The people who have a draft that can be filed.
    pub fn with_ready(&self) -> std::ops::Range<u64> {
        self.people + self.drafts..self.people + self.drafts + self.ready
    }
}

/// Fills an empty, migrated database.
pub async fn generate(client: &Client, config: &Config, keys: &Keys, sizes: Sizes) -> Result<()> {
    let began = Instant::now();
    let passwords = Passwords::new(&config.auth, keys)?;
    let password = passwords.hash(&Secret::from(make::PASSWORD)).await?;
    let catalogue = Catalogue::read(&config.catalogue.dir)?;
    let requisites = catalogue.dictionaries.requisites.values().next().context("no requisites")?;
    for (name, value) in [
        ("people", sizes.people.to_string()),
        ("drafts", sizes.drafts.to_string()),
        ("ready", sizes.ready.to_string()),
        ("password", password),
        ("requisites", serde_json::to_string(requisites)?),
        ("number_prefix", catalogue.dictionaries.number_prefix.clone()),
    ] {
        client.execute("select set_config('bench.' || $1, $2, false)", &[&name, &value]).await?;
    }
    answers(client, keys, sizes).await?;
    client.batch_execute(include_str!("generate.sql")).await.context("generate.sql")?;
    challenges(client, keys, sizes).await?;
    client.batch_execute("reset synchronous_commit").await?;
    client.batch_execute("vacuum analyze").await?;
    client.batch_execute("checkpoint").await?;
    let row = client.query_one("select pg_size_pretty(pg_database_size(current_database()))", &[]).await?;
    let size: String = row.get(0);
    println!(
        "{} applications of {} people, {} drafts to save, {} to file: {size} in {:.0} s",
        sizes.people * OF_EACH,
        sizes.people,
        sizes.drafts,
        sizes.ready,
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The answers of every application, sealed with keys that the database does not have.
async fn answers(client: &Client, keys: &Keys, sizes: Sizes) -> Result<()> {
    client.batch_execute("create temporary table sealed (i bigint, k int, answers bytea)").await?;
    let statement = client
        .prepare("insert into sealed select * from unnest($1::bigint[], $2::int[], $3::bytea[])")
        .await?;
    let content = make::arrival();
    let readers = (0..sizes.people).flat_map(|person| (0..OF_EACH).map(move |k| (person, k)));
    let others = (sizes.people..sizes.with_ready().end).map(|person| (person, 0));
    for batch in readers.chain(others).collect::<Vec<_>>().chunks(usize::try_from(BATCH)?) {
        let (mut people, mut ks, mut sealed) = (Vec::new(), Vec::new(), Vec::new());
        for (person, k) in batch {
            let application = id(Kind::Application, u16::try_from(*k)?, *person);
            let account = id(Kind::Account, 0, *person);
            let answers = SealedAnswers::seal(keys, application, account, &content)?;
            people.push(i64::try_from(*person)?);
            ks.push(i32::try_from(*k)?);
            sealed.push(answers.as_ref().to_vec());
        }
        client.execute(&statement, &[&people, &ks, &sealed]).await?;
    }
    Ok(())
}

/// The codes that confirm the filings: their MACs are made with a key that the database does not have.
async fn challenges(client: &Client, keys: &Keys, sizes: Sizes) -> Result<()> {
    let statement = client
        .prepare(
            "insert into challenges (id, account_id, purpose, subject_id, code_mac, expires_at)
             select id::uuid, account_id::uuid, 'submission', subject_id::uuid, mac, now() + interval '1 day'
             from unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) as c (id, account_id, subject_id, mac)",
        )
        .await?;
    let all = sizes.with_ready();
    let mut from = all.start;
    while from < all.end {
        let to = (from + BATCH).min(all.end);
        let of = |kind| (from..to).map(|person| id(kind, 0, person).to_string()).collect::<Vec<_>>();
        let mac = |person| {
            let challenge = id(Kind::Challenge, 0, person);
            keys.mac("code", &[challenge.as_bytes(), CODE.as_bytes()].concat()).to_vec()
        };
        let macs: Vec<Vec<u8>> = (from..to).map(mac).collect();
        let (ids, accounts, subjects) = (of(Kind::Challenge), of(Kind::Account), of(Kind::Application));
        client.execute(&statement, &[&ids, &accounts, &subjects, &macs]).await?;
        from = to;
    }
    Ok(())
}
