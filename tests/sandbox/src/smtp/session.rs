//! One conversation with a client.

use std::io;
use std::time::Duration;

use chrono::Utc;
use tokio::net::TcpStream;

use super::MAX_MESSAGE;
use super::command::Command;
use super::message::Mail;
use super::wire::{Line, Wire};
use crate::faults::{Fault, Kind, Target};
use crate::state::World;

/// RFC 5321 allows 512; long addresses and AUTH need more.
const MAX_COMMAND: usize = 4096;
const MAX_RECIPIENTS: usize = 100;

#[derive(Debug, Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

/// Whether the conversation goes on.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    HangUp,
}

/// Talks to one client until it quits, goes away or a fault ends it.
pub(super) async fn run(stream: TcpStream, world: &World) -> io::Result<()> {
    let mut wire = Wire::new(stream);
    let mut envelope = Envelope::default();
    wire.reply("220 sandbox ESMTP").await?;
    loop {
        let line = match wire.line(MAX_COMMAND).await? {
            Line::End => return Ok(()),
            Line::TooLong => {
                wire.reply("500 5.5.2 line too long").await?;
                continue;
            }
            Line::Text(line) => String::from_utf8_lossy(&line).into_owned(),
        };
        // A server that is down has let go of its open conversations too.
        if world.take_fault(Target::Smtp, Kind::Down, None).is_some() {
            return Ok(());
        }
        if step(&mut wire, &mut envelope, Command::read(&line), world).await? == Then::HangUp {
            return Ok(());
        }
    }
}

async fn step(wire: &mut Wire, envelope: &mut Envelope, command: Command, world: &World) -> io::Result<Then> {
    match command {
        Command::Ehlo => {
            *envelope = Envelope::default();
            wire.reply(&format!(
                "250-sandbox\r\n250-SIZE {MAX_MESSAGE}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n\
                 250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN"
            ))
            .await?;
        }
        Command::Helo => {
            *envelope = Envelope::default();
            wire.reply("250 sandbox").await?;
        }
        Command::Auth { mechanism, initial } => authenticate(wire, &mechanism, initial).await?,
        Command::Mail { size: Some(size), .. } if size > MAX_MESSAGE => {
            wire.reply("552 5.3.4 message too big").await?
        }
        Command::Mail { from, .. } => {
            *envelope = Envelope { from: Some(from), to: Vec::new() };
            wire.reply("250 2.1.0 sender ok").await?;
        }
        Command::Rcpt(_) if envelope.from.is_none() => wire.reply("503 5.5.1 MAIL first").await?,
        Command::Rcpt(_) if envelope.to.len() >= MAX_RECIPIENTS => {
            wire.reply("452 4.5.3 too many recipients").await?
        }
        Command::Rcpt(to) => {
            envelope.to.push(to);
            wire.reply("250 2.1.5 recipient ok").await?;
        }
        Command::Data if envelope.to.is_empty() => wire.reply("503 5.5.1 RCPT first").await?,
        Command::Data => return take_message(wire, std::mem::take(envelope), world).await,
        Command::Rset => {
            *envelope = Envelope::default();
            wire.reply("250 2.0.0 ok").await?;
        }
        Command::Noop => wire.reply("250 2.0.0 ok").await?,
        Command::Vrfy => wire.reply("252 2.5.2 cannot verify").await?,
        Command::Quit => {
            wire.reply("221 2.0.0 bye").await?;
            return Ok(Then::HangUp);
        }
        Command::Malformed => wire.reply("501 5.5.4 syntax error in parameters").await?,
        Command::Unknown => wire.reply("502 5.5.1 command not implemented").await?,
    }
    Ok(Then::GoOn)
}

/// Any name and password will do: what matters is that the client can say them.
async fn authenticate(wire: &mut Wire, mechanism: &str, initial: bool) -> io::Result<()> {
    let prompts: &[&str] = match (mechanism, initial) {
        ("PLAIN", true) => &[],
        ("PLAIN", false) => &["334 "],
        ("LOGIN", true) => &["334 UGFzc3dvcmQ6"],
        ("LOGIN", false) => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
        _ => return wire.reply("504 5.5.4 mechanism not supported").await,
    };
    for prompt in prompts {
        wire.reply(prompt).await?;
        match wire.line(MAX_COMMAND).await? {
            Line::Text(answer) if answer != b"*" => {}
            _ => return wire.reply("501 5.5.2 authentication cancelled").await,
        }
    }
    wire.reply("235 2.7.0 authenticated").await
}

async fn take_message(wire: &mut Wire, envelope: Envelope, world: &World) -> io::Result<Then> {
    wire.reply("354 end with <CRLF>.<CRLF>").await?;
    let Some(body) = read_body(wire).await? else { return Ok(Then::HangUp) };
    let Some(raw) = body else {
        wire.reply("552 5.3.4 message too big").await?;
        return Ok(Then::GoOn);
    };
    let take = |kind| world.take_fault(Target::Smtp, kind, None);
    if let Some(fault) = take(Kind::Delay) {
        tokio::time::sleep(fault.delay(Duration::from_secs(1))).await;
    }
    if take(Kind::DropBefore).is_some() {
        return Ok(Then::HangUp);
    }
    if let Some(Fault { status, .. }) = take(Kind::Error500) {
        // Servers like to repeat to whom.
        wire.reply(&format!("{} <{}> local error", status.unwrap_or(451), envelope.to.join(","))).await?;
        return Ok(Then::GoOn);
    }
    let drops = take(Kind::DropAfter).is_some();
    let mail = Mail::read(envelope.from.unwrap_or_default(), envelope.to, raw, Utc::now());
    tracing::info!(recipients = mail.envelope_to.len(), size = mail.size, "sandbox.mail_taken");
    world.keep_mail(mail);
    if drops {
        return Ok(Then::HangUp);
    }
    wire.reply("250 2.0.0 taken").await?;
    Ok(Then::GoOn)
}

/// The message with dot-stuffing undone; the inner `None` is a message above the limit, the outer a client that left.
async fn read_body(wire: &mut Wire) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut raw = Vec::new();
    let mut too_big = false;
    loop {
        match wire.line(MAX_MESSAGE).await? {
            Line::End => return Ok(None),
            Line::TooLong => too_big = true,
            Line::Text(line) if line == b"." => return Ok(Some((!too_big).then_some(raw))),
            Line::Text(line) => {
                let line = line.strip_prefix(b".").unwrap_or(&line);
                too_big = too_big || raw.len() + line.len() + 2 > MAX_MESSAGE;
                if too_big {
                    raw.clear();
                } else {
                    raw.extend_from_slice(line);
                    raw.extend_from_slice(b"\r\n");
                }
            }
        }
    }
}
