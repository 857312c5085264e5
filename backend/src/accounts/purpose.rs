//! What codes are for.

use uuid::Uuid;

use crate::error::{Error, Result};

/// What a code is good for, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms the phone of a sign-up, whose account it opens (AC-05).
    SignUp(Uuid),
    /// Signs an account in.
    SignIn(Uuid),
    /// Confirms that an account sends an application.
    Submission { account_id: Uuid, application_id: Uuid },
    /// Sets the password that was chosen behind a mailed link (AC-14).
    Recovery { account_id: Uuid, recovery_id: Uuid },
}

/// A purpose as it is kept: account, sign-up, kind, subject.
pub(super) type Kept = (Option<Uuid>, Option<Uuid>, String, Option<Uuid>);

impl Purpose {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp(_) => "sign_up",
            Self::SignIn(_) => "sign_in",
            Self::Submission { .. } => "submission",
            Self::Recovery { .. } => "recovery",
        }
    }

    pub(super) const fn account(self) -> Option<Uuid> {
        match self {
            Self::SignUp(_) => None,
            Self::SignIn(id)
            | Self::Submission { account_id: id, .. }
            | Self::Recovery { account_id: id, .. } => Some(id),
        }
    }

    pub(super) const fn sign_up(self) -> Option<Uuid> {
        match self {
            Self::SignUp(id) => Some(id),
            Self::SignIn(_) | Self::Submission { .. } | Self::Recovery { .. } => None,
        }
    }

    /// The account, or the sign-up that is to become one.
    pub(super) const fn owner(self) -> Uuid {
        match self {
            Self::SignUp(id)
            | Self::SignIn(id)
            | Self::Submission { account_id: id, .. }
            | Self::Recovery { account_id: id, .. } => id,
        }
    }

    pub(super) const fn subject(self) -> Option<Uuid> {
        match self {
            Self::SignUp(_) | Self::SignIn(_) => None,
            Self::Submission { application_id: id, .. } | Self::Recovery { recovery_id: id, .. } => Some(id),
        }
    }

    /// # Errors
    /// `internal` for a row no purpose has; the table's constraints let none in.
    pub(super) fn read(kept: &Kept) -> Result<Self> {
        match (kept.0, kept.1, kept.2.as_str(), kept.3) {
            (None, Some(id), "sign_up", None) => Ok(Self::SignUp(id)),
            (Some(id), None, "sign_in", None) => Ok(Self::SignIn(id)),
            (Some(account_id), None, "submission", Some(application_id)) => {
                Ok(Self::Submission { account_id, application_id })
            }
            (Some(account_id), None, "recovery", Some(recovery_id)) => {
                Ok(Self::Recovery { account_id, recovery_id })
            }
            _ => Err(Error::internal(anyhow::anyhow!("a challenge of no purpose: {kept:?}"))),
        }
    }
}
