//! Seals over the histories (security rule 19). A chain shows that a row was changed; whoever can change rows could
//! forge the whole chain anew. So the newest hash of every case that has moved is sealed within a minute: signed with a
//! key the database does not hold, and told to a second place. The form is in this folder's README.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::canonical;
use crate::app::App;
use crate::crypto::{self, Keys, hex};
use crate::db::Conn;
use crate::db::schema::{history_seals as seals, sealed_heads as heads};
use crate::error::{Error, Result};
use crate::jobs::Outcome;

/// Cases in one seal; what is left comes into the next.
const MOST: i64 = 20_000;

/// What a seal "before" the first one is.
const ORIGIN: [u8; 32] = [0; 32];

/// The end of a case's chain.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = heads, check_for_backend(diesel::pg::Pg))]
struct Head {
    #[diesel(sql_type = SqlUuid)]
    application_id: Uuid,
    #[diesel(sql_type = Integer)]
    n: i32,
    #[diesel(sql_type = Bytea)]
    hash: Vec<u8>,
}

/// A seal as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = seals, check_for_backend(diesel::pg::Pg))]
struct Seal {
    n: i64,
    at: DateTime<Utc>,
    complete_to: DateTime<Utc>,
    digest: Vec<u8>,
    previous: Vec<u8>,
    signature: Vec<u8>,
    key_id: String,
}

impl Seal {
    /// What is signed, and told to the second place.
    fn payload(&self) -> Value {
        json!({
            "at": self.at.timestamp_micros(),
            "digest": hex(&self.digest),
            "format": "prichal-seal-1",
            "n": self.n,
            "previous": hex(&self.previous),
        })
    }

    /// By what the next seal names this one.
    fn hash(&self) -> Result<[u8; 32]> {
        Ok(crypto::sha256(&canonical::bytes(&self.payload())?))
    }
}

/// Seals what has moved since the last seal, and tells the second place every seal it has not got yet.
///
/// # Errors
/// The database's, or the file's.
pub async fn run(app: &App) -> Result<Outcome> {
    let work_app = app.clone();
    app.db.write(move |conn| async move { seal(conn, &work_app.keys).await }.boxed()).await?;
    publish(app).await?;
    Ok(Outcome::Done)
}

/// One more seal, unless nothing has moved. Two at once cannot take the same number: the later one fails and comes again.
async fn seal(conn: &mut Conn, keys: &Keys) -> Result<()> {
    let last = seals::table.order(seals::n.desc()).select(Seal::as_select()).first(conn).await.optional()?;
    let complete_to = last.as_ref().map_or(DateTime::UNIX_EPOCH, |seal| seal.complete_to);
    let (now, moved) = moved(conn, complete_to).await?;
    if moved.is_empty() {
        return Ok(());
    }
    let is_all = i64::try_from(moved.len()).is_ok_and(|count| count < MOST);
    let mut seal = Seal {
        n: last.as_ref().map_or(1, |seal| seal.n.saturating_add(1)),
        at: now,
        complete_to: if is_all { now } else { complete_to },
        digest: digest(&moved).to_vec(),
        previous: last.as_ref().map_or(Ok(ORIGIN), Seal::hash)?.to_vec(),
        signature: Vec::new(),
        key_id: String::new(),
    };
    let signed = keys.sign_paper(&canonical::bytes(&seal.payload())?);
    let signed = signed.ok_or_else(|| Error::internal(anyhow::anyhow!("no key to sign seals with")))?;
    (seal.signature, seal.key_id) = (signed.signature, signed.key_id);
    let n = seal.n;
    diesel::insert_into(seals::table).values(seal).execute(conn).await?;
    let (ids, numbers, hashes): (Vec<_>, Vec<_>, Vec<_>) = split(moved);
    diesel::sql_query(
        "insert into sealed_heads (seal_n, application_id, n, hash) \
         select $1, * from unnest($2::uuid[], $3::int[], $4::bytea[])",
    )
    .bind::<BigInt, _>(n)
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(ids)
    .bind::<diesel::sql_types::Array<Integer>, _>(numbers)
    .bind::<diesel::sql_types::Array<Bytea>, _>(hashes)
    .execute(conn)
    .await?;
    Ok(())
}

fn split(heads: Vec<Head>) -> (Vec<Uuid>, Vec<i32>, Vec<Vec<u8>>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for head in heads {
        columns.0.push(head.application_id);
        columns.1.push(head.n);
        columns.2.push(head.hash);
    }
    columns
}

/// The heads that no seal has, of cases that have moved since; and the time of the database. An event is seen when its
/// transaction commits, at most half a minute after its time: five minutes are looked back.
async fn moved(conn: &mut Conn, since: DateTime<Utc>) -> Result<(DateTime<Utc>, Vec<Head>)> {
    let now = diesel::select(diesel::dsl::now.into_sql::<Timestamptz>()).get_result(conn).await?;
    let moved = diesel::sql_query(
        "with moved as (select distinct application_id from case_events where at > $1 - interval '5 minutes') \
         select head.application_id, head.n, head.hash from moved \
         cross join lateral (select e.application_id, e.n, e.hash from case_events e \
           where e.application_id = moved.application_id order by e.n desc limit 1) head \
         where not exists (select from sealed_heads s \
           where s.application_id = head.application_id and s.n >= head.n) \
         order by head.application_id limit $2",
    )
    .bind::<Timestamptz, _>(since)
    .bind::<BigInt, _>(MOST)
    .load(conn)
    .await?;
    Ok((now, moved))
}

/// SHA-256 over the heads by id: 16 bytes of id, 4 of number, 32 of hash each.
fn digest(heads: &[Head]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for head in heads {
        bytes.extend_from_slice(head.application_id.as_bytes());
        bytes.extend_from_slice(&head.n.to_be_bytes());
        bytes.extend_from_slice(&head.hash);
    }
    crypto::sha256(&bytes)
}

/// Adds the seals that the second place lacks, a line each. Told once more after a crash in between.
async fn publish(app: &App) -> Result<()> {
    let path = app.config.audit.seals.clone();
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let told = read_lines(&path).map_err(Error::internal)?.last().map_or(0, |(n, _)| *n);
    let mut conn = app.db.read().await?;
    let new = seals::table.filter(seals::n.gt(told)).order(seals::n).select(Seal::as_select());
    let new: Vec<Seal> = new.load(&mut conn).await?;
    drop(conn);
    let lines: Vec<String> = new.iter().map(line).collect::<Result<_>>()?;
    let written =
        tokio::task::spawn_blocking(move || append(&path, &lines)).await.map_err(Error::internal)?;
    written.map_err(Error::internal)
}

/// `{"seal": …, "signature": …, "key_id": …}`.
fn line(seal: &Seal) -> Result<String> {
    let line = json!({ "key_id": seal.key_id, "seal": seal.payload(), "signature": hex(&seal.signature) });
    String::from_utf8(canonical::bytes(&line)?).map_err(Error::internal)
}

fn append(path: &Path, lines: &[String]) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).read(true).open(path)?;
    if file.metadata()?.len() > 0 {
        // A line that a crash has cut off stays for itself.
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            writeln!(file)?;
        }
    }
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.sync_all()
}

/// The lines of the second place with their numbers; none while there is no file. A line that a crash cut off is not one.
fn read_lines(path: &Path) -> std::io::Result<Vec<(i64, String)>> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut told = Vec::new();
    for line in BufReader::new(file).lines() {
        let line = line?;
        let parsed: Option<Value> = serde_json::from_str(&line).ok();
        if let Some(n) = parsed.and_then(|parsed| parsed.get("seal")?.get("n")?.as_i64()) {
            told.push((n, line));
        }
    }
    Ok(told)
}

/// What is wrong with the seals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealReport {
    pub seals: usize,
    /// In words for whoever runs the audit.
    pub faults: Vec<String>,
}

/// Whether every seal is signed, names the one before, covers its heads, and the heads still stand in the histories; and
/// whether the second place tells of the same seals.
///
/// # Errors
/// The database's, or the file's.
pub async fn verify(app: &App) -> Result<SealReport> {
    let mut conn = app.db.read().await?;
    let all: Vec<Seal> = seals::table.order(seals::n).select(Seal::as_select()).load(&mut conn).await?;
    let mut report = SealReport { seals: all.len(), faults: Vec::new() };
    let mut previous = ORIGIN;
    for (seal, expected) in all.iter().zip(1..) {
        let held: Vec<Head> = heads::table
            .filter(heads::seal_n.eq(seal.n))
            .order(heads::application_id)
            .select(Head::as_select())
            .load(&mut conn)
            .await?;
        let payload = canonical::bytes(&seal.payload())?;
        let faults = [
            (seal.n != expected, "a seal before it is missing"),
            (seal.previous != previous, "does not name the seal before it"),
            (seal.digest != digest(&held), "its heads are not those that were sealed"),
            (!app.keys.verify_paper(&seal.key_id, &payload, &seal.signature), "is not signed by us"),
            (rewritten(&mut conn, seal.n).await? > 0, "a history has been rewritten since"),
        ];
        let found = faults.iter().filter(|(is_so, _)| *is_so);
        report.faults.extend(found.map(|(_, words)| format!("seal {}: {words}", seal.n)));
        previous = seal.hash()?;
    }
    for (n, told) in read_lines(&app.config.audit.seals).map_err(Error::internal)? {
        let ours = all.iter().find(|seal| seal.n == n).map(line).transpose()?;
        if ours.as_deref() != Some(told.as_str()) {
            report.faults.push(format!("seal {n}: the second place tells of another"));
        }
    }
    Ok(report)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many heads of a seal are not in the histories any more.
async fn rewritten(conn: &mut Conn, n: i64) -> Result<i64> {
    let gone: Count = diesel::sql_query(
        "select count(*) as count from sealed_heads s where s.seal_n = $1 and not exists \
         (select from case_events e where e.application_id = s.application_id and e.n = s.n and e.hash = s.hash)",
    )
    .bind::<BigInt, _>(n)
    .get_result(conn)
    .await?;
    Ok(gone.count)
}
