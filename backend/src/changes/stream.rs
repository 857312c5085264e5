//! Server-sent events: one `change` after another, and a sign of life in between.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use openapi::events::Change;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, Interval, interval_at};

use super::Numbered;

/// A silent line this often keeps proxies from closing the stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Events {
    /// What is said first: how soon to come back, and what was missed.
    opening: Option<Bytes>,
    told: HashSet<i64>,
    live: Receiver<Numbered>,
    heartbeat: Interval,
}

/// The stream of one page; ends when the relay lets go of it.
pub(super) fn events(
    missed: &[Numbered],
    live: Receiver<Numbered>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let opening = missed.iter().fold("retry: 2000\n\n".to_owned(), |text, (_, change)| text + &event(change));
    let start = Events {
        opening: Some(Bytes::from(opening)),
        told: missed.iter().map(|(number, _)| *number).collect(),
        live,
        heartbeat: interval_at(Instant::now() + HEARTBEAT, HEARTBEAT),
    };
    unfold(start, async |mut events| {
        let piece = events.next().await?;
        Some((Ok(piece), events))
    })
}

impl Events {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(opening) = self.opening.take() {
            return Some(opening);
        }
        loop {
            tokio::select! {
                change = self.live.recv() => {
                    let (number, change) = change?;
                    // What was missed may also have been on its way here.
                    if !self.told.remove(&number) {
                        return Some(Bytes::from(event(&change)));
                    }
                }
                _ = self.heartbeat.tick() => return Some(Bytes::from_static(b": \n\n")),
            }
        }
    }
}

fn event(change: &Change) -> String {
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("id: {}\nevent: change\ndata: {data}\n\n", change.seq)
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use openapi::events::Subject;
    use tokio::sync::mpsc::channel;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn what_was_missed_is_told_once_and_first() {
        let change = |seq| Change { seq, subject: Subject::Payment, id: Uuid::nil() };
        let (sender, receiver) = channel(4);
        for seq in [7, 8] {
            sender.send((seq, change(seq))).await.unwrap();
        }
        drop(sender);
        let said: Vec<Bytes> =
            events(&[(7, change(7))], receiver).map(|piece| piece.unwrap()).collect().await;
        let said: Vec<&str> = said.iter().map(|piece| std::str::from_utf8(piece).unwrap()).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("retry: 2000\n\nid: 7\nevent: change\ndata: {"));
        assert!(said[1].starts_with("id: 8\n") && said[1].ends_with("\n\n"));
    }
}
