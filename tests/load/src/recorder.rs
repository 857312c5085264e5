//! What the API really says to the database: a socket between the two that writes down the statements of one request,
//! their values, and how often the API waited for an answer.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

/// The name clients expect in the folder of a socket.
const SOCKET: &str = ".s.PGSQL.5432";
/// What is sent without waiting for an answer comes within this time; only then is it passed on, so that a fast
/// server does not make one trip look like two.
const GATHERING: Duration = Duration::from_millis(4);

/// One statement with the values it was run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub sql: String,
    pub values: Vec<Value>,
}

/// A value as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The type's number in `pg_type`.
    pub oid: u32,
    /// Binary; `None` is null.
    pub bytes: Option<Vec<u8>>,
}

/// What was said during one request.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    pub statements: Vec<Statement>,
    /// How often the API waited.
    pub trips: u32,
    /// Statements that were parsed and planned for this request alone.
    pub unprepared: u32,
}

/// Listens in front of a server.
#[derive(Debug)]
pub struct Recorder {
    tape: Arc<Mutex<Tape>>,
    dir: PathBuf,
}

impl Recorder {
    /// Listens in `dir` and passes everything on to the server whose socket is in the folder `server`.
    pub fn start(dir: PathBuf, server: &Path) -> Result<Self> {
        std::fs::create_dir_all(&dir)?;
        let socket = dir.join(SOCKET);
        let _ = std::fs::remove_file(&socket);
        let listener =
            UnixListener::bind(&socket).with_context(|| format!("listen at {}", socket.display()))?;
        let tape = Arc::default();
        tokio::spawn(listen(listener, server.join(SOCKET), Arc::clone(&tape)));
        Ok(Self { tape, dir })
    }

    /// The folder clients connect to.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What was said since the last call.
    pub fn take(&self) -> Tape {
        std::mem::take(&mut *lock(&self.tape))
    }
}

fn lock(tape: &Mutex<Tape>) -> MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: UnixListener, server: PathBuf, tape: Arc<Mutex<Tape>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, tape) = (server.clone(), Arc::clone(&tape));
        tokio::spawn(async move {
            if let Err(error) = connection(client, &server, tape).await {
                eprintln!("recorder: {error:#}");
            }
        });
    }
}

/// One connection: how many answers are awaited, and the statements prepared on it.
struct Line {
    tape: Arc<Mutex<Tape>>,
    awaited: Arc<Mutex<u32>>,
    /// Whether what is being sent belongs to a trip that has been counted.
    counted: bool,
    prepared: HashMap<String, (String, Vec<u32>)>,
    bound: Option<Statement>,
}

async fn connection(client: UnixStream, server: &Path, tape: Arc<Mutex<Tape>>) -> Result<()> {
    let server = UnixStream::connect(server).await?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let awaited = Arc::default();
    tokio::spawn(answers(from_server, to_client, Arc::clone(&awaited)));
    let line = Line { tape, awaited, counted: false, prepared: HashMap::new(), bound: None };
    questions(from_client, to_server, line).await
}

/// From server to client: `ReadyForQuery` ends an answer.
async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, awaited: Arc<Mutex<u32>>) -> Result<()> {
    let mut pending = Vec::new();
    loop {
        let mut buffer = [0; 16_384];
        let read = from.read(&mut buffer).await?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        pending.extend_from_slice(piece);
        while let Some((kind, _)) = next_message(&mut pending) {
            if kind == b'Z' {
                let mut awaited = awaited.lock().unwrap_or_else(PoisonError::into_inner);
                *awaited = awaited.saturating_sub(1);
            }
        }
        to.write_all(piece).await?;
    }
}

async fn questions(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut line: Line) -> Result<()> {
    // The first message, the only one without a letter, says who connects.
    let length = from.read_u32().await?;
    let mut start = vec![0; usize::try_from(length)?.saturating_sub(4)];
    from.read_exact(&mut start).await?;
    to.write_u32(length).await?;
    to.write_all(&start).await?;

    let mut pending = Vec::new();
    loop {
        let mut gathered = Vec::new();
        if from.read_buf(&mut gathered).await? == 0 {
            return Ok(());
        }
        while let Ok(read) = tokio::time::timeout(GATHERING, from.read_buf(&mut gathered)).await {
            if read? == 0 {
                break;
            }
        }
        pending.extend_from_slice(&gathered);
        while let Some((kind, body)) = next_message(&mut pending) {
            line.hear(kind, &body)?;
        }
        to.write_all(&gathered).await?;
    }
}

impl Line {
    fn hear(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        let mut body = Body(body);
        match kind {
            b'P' => {
                let (name, sql) = (body.text()?, body.text()?);
                let oids = (0..body.u16()?).map(|_| body.u32()).collect::<Result<_>>()?;
                self.prepared.insert(name, (sql, oids));
                lock(&self.tape).unprepared += 1;
                self.trip();
            }
            b'B' => {
                let _portal = body.text()?;
                let (sql, oids) =
                    self.prepared.get(&body.text()?).cloned().context("an unknown statement")?;
                for _ in 0..body.u16()? {
                    if body.u16()? != 1 {
                        bail!("a value in text form: {sql}");
                    }
                }
                let count = body.u16()?;
                let values = (0..count).map(|at| body.value(&oids, at)).collect::<Result<_>>()?;
                self.bound = Some(Statement { sql, values });
                self.trip();
            }
            b'E' => lock(&self.tape).statements.extend(self.bound.take()),
            b'Q' => {
                lock(&self.tape).statements.push(Statement { sql: body.text()?, values: Vec::new() });
                self.trip();
                self.ask();
            }
            b'S' => self.ask(),
            _ => {}
        }
        Ok(())
    }

    fn awaited(&self) -> MutexGuard<'_, u32> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that waits for an answer begins; if another does so already, it is the same trip.
    fn trip(&mut self) {
        if !self.counted && *self.awaited() == 0 {
            lock(&self.tape).trips += 1;
            self.counted = true;
        }
    }

    fn ask(&mut self) {
        *self.awaited() += 1;
        self.counted = false;
    }
}

/// Takes a whole message off the front.
fn next_message(pending: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let (kind, rest) = pending.split_first()?;
    let length: [u8; 4] = rest.get(..4)?.try_into().ok()?;
    let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
    let body = rest.get(4..length)?.to_vec();
    let kind = *kind;
    pending.drain(..=length);
    Some((kind, body))
}

struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn take(&mut self, length: usize) -> Result<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("a message that is too short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.take(2)?.try_into()?))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into()?))
    }

    fn text(&mut self) -> Result<String> {
        let end = self.0.iter().position(|byte| *byte == 0).context("a text without an end")?;
        let text = String::from_utf8(self.take(end)?.to_vec())?;
        self.take(1)?;
        Ok(text)
    }

    fn value(&mut self, oids: &[u32], at: u16) -> Result<Value> {
        let oid = oids.get(usize::from(at)).copied().unwrap_or_default();
        // -1 stands for null.
        let bytes = match self.u32()? {
            u32::MAX => None,
            length => Some(self.take(usize::try_from(length)?)?.to_vec()),
        };
        Ok(Value { oid, bytes })
    }
}
