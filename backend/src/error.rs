//! Why a request is refused: a code, places, and whether what was counted so far stays.

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use openapi::{ErrorCode, FieldError};

/// A refusal on its way to the client. The texts are added at the edge (`http::problem`), in the reader's
/// language; what is ours (5xx) is written down there and told to nobody.
#[derive(Debug)]
pub struct Error {
    pub code: ErrorCode,
    pub errors: Vec<FieldError>,
    pub retry_after: Option<u32>,
    /// The transaction is committed although the request is refused: a wrong code has been counted.
    pub keep: bool,
    pub cause: Option<anyhow::Error>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, errors: Vec::new(), retry_after: None, keep: false, cause: None }
    }

    /// Something of the request's content is not right.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::new(ErrorCode::Invalid) }
    }

    /// One field is not right.
    #[must_use]
    pub fn field(pointer: &str, code: &str) -> Self {
        Self::invalid(vec![field_error(pointer, code)])
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// Our mistake: the cause goes to the log, not to the client.
    #[must_use]
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(ErrorCode::Internal) }
    }

    #[must_use]
    pub fn after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }

    #[must_use]
    pub fn keeping(mut self) -> Self {
        self.keep = true;
        self
    }
}

/// A field error without parameters.
#[must_use]
pub fn field_error(pointer: &str, code: &str) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code: code.to_owned(), params: Default::default() }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.as_str())?;
        if let Some(cause) = &self.cause {
            write!(f, ": {cause:#}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl From<DieselError> for Error {
    /// No row is "not found" (ownership is in the SQL); conflicts between transactions are "busy, nothing done".
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::not_found(),
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
                Self::new(ErrorCode::Busy).after(1)
            }
            DieselError::DatabaseError(_, info)
                if info.message().contains("deadlock detected")
                    || info.message().contains("lock timeout")
                    || info.message().contains("statement timeout") =>
            {
                Self { cause: Some(error.into()), ..Self::new(ErrorCode::Busy).after(1) }
            }
            _ => Self::internal(error),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(cause: anyhow::Error) -> Self {
        Self::internal(cause)
    }
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::internal(cause)
    }
}

/// Whether a statement failed on a named unique constraint.
#[must_use]
pub fn violates(error: &DieselError, constraint: &str) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
        if info.constraint_name() == Some(constraint))
}
