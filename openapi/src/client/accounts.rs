//! Sign-up, sign-in, sessions.

use uuid::Uuid;

use super::{Client, Result};
use crate::accounts::{
    Account, AccountPatch, Challenge, CodeIn, LinkCheckIn, LinkIn, LinkMailIn, Session, SessionInfo,
    SignInIn, SignUpIn,
};

impl Client {
    /// Asks for an account; the link comes by mail. The answer is the same for known and unknown addresses.
    pub async fn sign_up(&self, key: Uuid, body: &SignUpIn) -> Result<()> {
        self.send(self.request("POST", "/accounts", &[]).key(key).json(body)?).await.map(drop)
    }

    /// Sends the link once more.
    pub async fn resend_activation(&self, key: Uuid, body: &LinkMailIn) -> Result<()> {
        self.send(self.request("POST", "/accounts/activation-mails", &[]).key(key).json(body)?)
            .await
            .map(drop)
    }

    /// Whether the link of a mail can still be used.
    pub async fn check_link(&self, body: &LinkCheckIn) -> Result<()> {
        self.send(self.request("POST", "/accounts/link-checks", &[]).json(body)?).await.map(drop)
    }

    /// Uses the link of the mail and sets the password; a code goes to the phone.
    pub async fn activate_account(&self, key: Uuid, body: &LinkIn) -> Result<Challenge> {
        self.send(self.request("POST", "/accounts/activations", &[]).key(key).json(body)?).await?.read()
    }

    /// Asks for a link to a new password. The answer is the same for known and unknown addresses.
    pub async fn request_recovery(&self, key: Uuid, body: &LinkMailIn) -> Result<()> {
        self.send(self.request("POST", "/accounts/recovery-mails", &[]).key(key).json(body)?).await.map(drop)
    }

    /// Uses the link of the mail to choose a new password; the code that sets it goes to the phone.
    pub async fn recover_account(&self, key: Uuid, body: &LinkIn) -> Result<Challenge> {
        self.send(self.request("POST", "/accounts/recoveries", &[]).key(key).json(body)?).await?.read()
    }

    /// First step of signing in: a code goes to the phone.
    pub async fn sign_in(&self, key: Uuid, body: &SignInIn) -> Result<Challenge> {
        let request = self.request("POST", "/sign-ins", &[]).key(key).json(body)?.with_cookie();
        self.send(request).await?.read()
    }

    /// Sends another code for the challenge; a block stays.
    pub async fn resend_code(&self, key: Uuid, challenge_id: Uuid) -> Result<Challenge> {
        let path = format!("/challenges/{challenge_id}/codes");
        self.send(self.request("POST", &path, &[]).key(key)).await?.read()
    }

    /// Second step of signing in, last of signing up and of recovering a password: the code. Begins the session.
    pub async fn create_session(&self, body: &CodeIn) -> Result<Session> {
        let request = self.request("POST", "/sessions", &[]).json(body)?.with_cookie();
        let session: Session = self.send(request).await?.read()?;
        self.set_access_token(Some(session.access_token.clone()));
        Ok(session)
    }

    /// Renews the access token with the refresh cookie.
    pub async fn refresh_session(&self) -> Result<Session> {
        let request = self.request("POST", "/sessions/refresh", &[]).with_cookie();
        let session: Session = self.send(request).await?.read()?;
        self.set_access_token(Some(session.access_token.clone()));
        Ok(session)
    }

    /// Ends this session.
    pub async fn sign_out(&self) -> Result<()> {
        let answer = self.send(self.request("DELETE", "/sessions/current", &[]).with_cookie()).await;
        self.set_access_token(None);
        answer.map(drop)
    }

    pub async fn list_sessions(&self) -> Result<Vec<SessionInfo>> {
        self.send(self.request("GET", "/sessions", &[])).await?.read()
    }

    pub async fn revoke_session(&self, id: Uuid) -> Result<()> {
        self.send(self.request("DELETE", &format!("/sessions/{id}"), &[])).await.map(drop)
    }

    pub async fn get_account(&self) -> Result<Account> {
        self.send(self.request("GET", "/account", &[])).await?.read()
    }

    pub async fn update_account(&self, version: i32, body: &AccountPatch) -> Result<Account> {
        self.send(self.request("PATCH", "/account", &[]).version(version).json(body)?).await?.read()
    }
}
