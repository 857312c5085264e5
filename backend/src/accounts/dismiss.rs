//! Officers who leave are dismissed by whoever runs the system (`backend officers dismiss`), at once and as a whole.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use uuid::Uuid;

use super::sessions;
use crate::app::App;
use crate::db::schema::officers;
use crate::desk;
use crate::error::{Error, Result};

/// Ends an officer's work: no signing in any more, every session over, and the cases that are not decided back in the
/// queue, each with a row in its history. How many cases that were.
///
/// # Errors
/// `not_found` when no officer who works here has this login.
pub async fn dismiss(app: &App, login: &str) -> Result<usize> {
    let login = login.trim().to_lowercase();
    let (id, freed) = app
        .db
        .write(move |conn| {
            async move {
                let working = officers::table.filter(officers::login.eq(login)).filter(officers::active);
                let dismissed: Option<Uuid> = diesel::update(working)
                    .set(officers::active.eq(false))
                    .returning(officers::id)
                    .get_result(conn)
                    .await
                    .optional()?;
                let id = dismissed.ok_or_else(Error::not_found)?;
                sessions::end_all_of_officer(conn, id).await?;
                Ok((id, desk::release_all(conn, id).await?))
            }
            .boxed()
        })
        .await?;
    tracing::warn!(officer.id = %id, cases.freed = freed, "officer dismissed");
    Ok(freed)
}
