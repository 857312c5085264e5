//! Lines in, replies out, with bounded memory.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// RFC 5321 asks a server to wait at least five minutes.
const IDLE: Duration = Duration::from_secs(300);

/// One side of a conversation.
#[derive(Debug)]
pub(super) struct Wire {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

/// A line without its ending.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(Vec<u8>),
    /// Longer than asked for; read to its end and thrown away.
    TooLong,
    End,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer }
    }

    pub(super) async fn reply(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await
    }

    pub(super) async fn line(&mut self, most: usize) -> io::Result<Line> {
        timeout(IDLE, self.line_untimed(most)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn line_untimed(&mut self, most: usize) -> io::Result<Line> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let chunk = self.reader.fill_buf().await?;
            if chunk.is_empty() {
                return Ok(Line::End);
            }
            let newline = chunk.iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(chunk.len(), |at| at + 1);
            if line.len() + taken > most + 2 {
                too_long = true;
                line.clear();
            } else if !too_long {
                line.extend_from_slice(chunk.get(..taken).unwrap_or_default());
            }
            self.reader.consume(taken);
            if newline.is_some() {
                let text = line.strip_suffix(b"\n").unwrap_or(&line);
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                return Ok(if too_long { Line::TooLong } else { Line::Text(text.to_vec()) });
            }
        }
    }
}
