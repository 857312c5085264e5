//! The officers' desk.

use uuid::Uuid;

use super::{Client, Result, page};
use crate::applications::PaperKind;
use crate::desk::{
    ApprovalIn, Case, CasesQuery, CorrectionIn, Officer, OfficerSession, OfficerSignInIn, Queue, RefusalIn,
    RevocationIn, View,
};

impl Client {
    pub async fn create_officer_session(&self, body: &OfficerSignInIn) -> Result<OfficerSession> {
        let request = self.request("POST", "/desk/sessions", &[]).json(body)?.with_cookie();
        let session: OfficerSession = self.send(request).await?.read()?;
        self.set_access_token(Some(session.access_token.clone()));
        Ok(session)
    }

    pub async fn refresh_officer_session(&self) -> Result<OfficerSession> {
        let request = self.request("POST", "/desk/sessions/refresh", &[]).with_cookie();
        let session: OfficerSession = self.send(request).await?.read()?;
        self.set_access_token(Some(session.access_token.clone()));
        Ok(session)
    }

    pub async fn sign_out_officer(&self) -> Result<()> {
        let answer = self.send(self.request("DELETE", "/desk/sessions/current", &[]).with_cookie()).await;
        self.set_access_token(None);
        answer.map(drop)
    }

    pub async fn get_officer(&self) -> Result<Officer> {
        self.send(self.request("GET", "/desk/officer", &[])).await?.read()
    }

    pub async fn list_cases(&self, query: &CasesQuery) -> Result<Queue> {
        let view = match query.view {
            View::Queue => "queue",
            View::Mine => "mine",
            View::Waiting => "waiting",
            View::Decided => "decided",
        };
        let mut params = page(query.cursor.as_deref(), query.limit);
        params.push(("view", view.to_owned()));
        if let Some(service) = &query.service {
            params.push(("service", service.clone()));
        }
        if let Some(search) = &query.search {
            params.push(("search", search.clone()));
        }
        self.send(self.request("GET", "/desk/cases", &params)).await?.read()
    }

    pub async fn get_case(&self, id: Uuid) -> Result<Case> {
        self.send(self.request("GET", &format!("/desk/cases/{id}"), &[])).await?.read()
    }

    /// Takes a case nobody has.
    pub async fn take_case(&self, id: Uuid) -> Result<Case> {
        self.send(self.request("PUT", &format!("/desk/cases/{id}/assignment"), &[])).await?.read()
    }

    /// Gives a case back to the queue.
    pub async fn release_case(&self, id: Uuid) -> Result<Case> {
        self.send(self.request("DELETE", &format!("/desk/cases/{id}/assignment"), &[])).await?.read()
    }

    pub async fn request_correction(
        &self,
        key: Uuid,
        id: Uuid,
        version: i32,
        body: &CorrectionIn,
    ) -> Result<Case> {
        let request = self.request("POST", &format!("/desk/cases/{id}/correction"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    pub async fn approve_case(&self, key: Uuid, id: Uuid, version: i32, body: &ApprovalIn) -> Result<Case> {
        let request = self.request("POST", &format!("/desk/cases/{id}/approval"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    pub async fn refuse_case(&self, key: Uuid, id: Uuid, version: i32, body: &RefusalIn) -> Result<Case> {
        let request = self.request("POST", &format!("/desk/cases/{id}/refusal"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    /// Takes an issued result back.
    pub async fn revoke_result(
        &self,
        key: Uuid,
        id: Uuid,
        version: i32,
        body: &RevocationIn,
    ) -> Result<Case> {
        let request = self.request("POST", &format!("/desk/cases/{id}/revocation"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    /// A document of a case the officer has taken.
    pub async fn download_case_document(&self, document_id: Uuid) -> Result<Vec<u8>> {
        let path = format!("/desk/documents/{document_id}/content");
        Ok(self.send(self.request("GET", &path, &[])).await?.body)
    }

    /// A paper of a case the officer has taken.
    pub async fn download_case_paper(&self, id: Uuid, kind: PaperKind) -> Result<Vec<u8>> {
        let path = format!("/desk/cases/{id}/papers/{}", kind.as_str());
        Ok(self.send(self.request("GET", &path, &[])).await?.body)
    }
}
