//! An SMTP server (RFC 5321) that keeps every message it is given.

pub(crate) mod command;
pub(crate) mod message;
mod session;
mod wire;

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::faults::{Kind, Target};
use crate::state::World;

/// The largest message taken, in bytes; announced as SIZE.
pub(crate) const MAX_MESSAGE: usize = 10 * 1024 * 1024;

pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) if world.take_fault(Target::Smtp, Kind::Down, None).is_some() => drop(stream),
            Ok((stream, _)) => {
                let world = world.clone();
                tokio::spawn(async move {
                    if let Err(error) = session::run(stream, &world).await {
                        tracing::debug!(%error, "sandbox.smtp_session_broken");
                    }
                });
            }
            Err(error) => {
                tracing::error!(%error, "sandbox.smtp_accept_failed");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}
