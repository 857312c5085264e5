//! What a paper is worth: asked by its token, judged by its signature.

use chrono::Utc;
use openapi::verification::{Verdict, Verification, VerifiedPaper};

use super::signing::Payload;
use super::store::{self, IssuedRow};
use super::token;
use crate::app::App;
use crate::crypto::hex;
use crate::error::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The verdict on the paper with this token. A paper that is not known, a token that is none and a signature that
/// does not hold are answered alike.
///
/// # Errors
/// The database's.
pub(super) async fn verify(app: &App, typed: &str) -> Result<Verification> {
    let found = match token::read(typed) {
        Some(token) => store::find_by_token(&mut *app.db.read().await?, &token).await?,
        None => None,
    };
    let paper = found.map(|(row, number)| checked(app, row, number)).transpose()?.flatten();
    let verdict = match &paper {
        None => Verdict::Unknown,
        Some(paper) if paper.revoked_at.is_some() => Verdict::Revoked,
        Some(_) => Verdict::Genuine,
    };
    Ok(Verification { verdict, paper, checked_at: Utc::now() })
}

/// The least that lets a reader compare the paper in hand, if its signature holds.
fn checked(app: &App, row: IssuedRow, number: Option<String>) -> Result<Option<VerifiedPaper>> {
    let (Ok(kind), Ok(title)) = (row.kind(), row.title()) else {
        tracing::error!(paper.id = %row.id, "a stored paper does not read");
        return Ok(None);
    };
    let sha256 = hex(&row.sha256);
    let number = number.unwrap_or_default();
    let payload = Payload {
        kind,
        number: &number,
        title: &title,
        sha256: &sha256,
        issued_at: row.issued_at,
        valid_until: row.valid_until,
        token: &row.token,
    };
    if !app.keys.verify_paper(&row.key_id, &payload.bytes()?, &row.signature) {
        tracing::error!(paper.id = %row.id, "the signature of a stored paper does not hold");
        return Ok(None);
    }
    Ok(Some(VerifiedPaper {
        kind,
        title,
        number,
        issued_at: row.issued_at,
        valid_until: row.valid_until,
        revoked_at: row.revoked_at,
        replaced_by: row.replaced_by,
        sha256,
        signature: STANDARD.encode(&row.signature),
        key_id: row.key_id,
    }))
}
