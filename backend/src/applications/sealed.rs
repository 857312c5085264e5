//! Answers as they lie in the database (security rule 18).

use catalogue::answers::Answers;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Bytea;
use uuid::Uuid;

use crate::crypto::Keys;
use crate::error::Result;

/// The answers of one application of one account, sealed for both: they open nowhere else.
#[derive(Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Bytea)]
pub struct SealedAnswers(Vec<u8>);

impl SealedAnswers {
    /// Seals the answers of an application.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal(keys: &Keys, application_id: Uuid, account_id: Uuid, answers: &Answers) -> Result<Self> {
        let content = serde_json::to_vec(answers)?;
        Ok(Self(keys.seal_record(&Self::place(application_id, account_id), &content)?))
    }

    /// Opens them.
    ///
    /// # Errors
    /// `internal` when they have been changed, or are another application's.
    pub fn open(&self, keys: &Keys, application_id: Uuid, account_id: Uuid) -> Result<Answers> {
        let content = keys.open_record(&Self::place(application_id, account_id), &self.0)?;
        Ok(serde_json::from_slice(&content)?)
    }

    /// The place they are sealed for.
    fn place(application_id: Uuid, account_id: Uuid) -> String {
        format!("answers:{application_id}:{account_id}")
    }
}

impl AsRef<[u8]> for SealedAnswers {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SealedAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedAnswers(***)")
    }
}

impl FromSql<Bytea, Pg> for SealedAnswers {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Vec<u8> as FromSql<Bytea, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<Bytea, Pg> for SealedAnswers {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <[u8] as ToSql<Bytea, Pg>>::to_sql(&self.0, out)
    }
}
