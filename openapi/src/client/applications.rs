//! Applications and their documents.

use uuid::Uuid;

use super::{Client, Content, Progress, Result, page};
use crate::Page;
use crate::accounts::Challenge;
use crate::applications::{
    AnswersIn, Application, ApplicationIn, ApplicationSummary, ApplicationsQuery, IssuedPaper, PaperKind,
    ResubmissionIn, Saved, SubmissionIn, Tab,
};
use crate::documents::{UploadQuery, Uploaded};
use crate::page::PageQuery;

impl Client {
    /// Starts a draft.
    pub async fn create_application(&self, key: Uuid, body: &ApplicationIn) -> Result<Application> {
        self.send(self.request("POST", "/applications", &[]).key(key).json(body)?).await?.read()
    }

    pub async fn list_applications(&self, query: &ApplicationsQuery) -> Result<Page<ApplicationSummary>> {
        let tab = match query.tab {
            Tab::Drafts => "drafts",
            Tab::Active => "active",
            Tab::Closed => "closed",
            Tab::All => "all",
        };
        let mut params = page(query.cursor.as_deref(), query.limit);
        params.push(("tab", tab.to_owned()));
        self.send(self.request("GET", "/applications", &params)).await?.read()
    }

    pub async fn get_application(&self, id: Uuid) -> Result<Application> {
        self.send(self.request("GET", &format!("/applications/{id}"), &[])).await?.read()
    }

    /// Saves all answers of a draft, or of an application its applicant has back.
    pub async fn save_answers(&self, id: Uuid, version: i32, body: &AnswersIn) -> Result<Saved> {
        let request = self.request("PUT", &format!("/applications/{id}/answers"), &[]);
        self.send(request.version(version).json(body)?).await?.read()
    }

    pub async fn delete_draft(&self, id: Uuid) -> Result<()> {
        self.send(self.request("DELETE", &format!("/applications/{id}"), &[])).await.map(drop)
    }

    /// Sends the code that confirms the filing.
    pub async fn request_submission_code(&self, key: Uuid, id: Uuid) -> Result<Challenge> {
        self.send(self.request("POST", &format!("/applications/{id}/codes"), &[]).key(key)).await?.read()
    }

    /// Files the application.
    pub async fn submit_application(
        &self,
        key: Uuid,
        id: Uuid,
        version: i32,
        body: &SubmissionIn,
    ) -> Result<Application> {
        let request = self.request("POST", &format!("/applications/{id}/submission"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    /// Takes a filed application back to change it.
    pub async fn amend_application(&self, key: Uuid, id: Uuid, version: i32) -> Result<Application> {
        let request = self.request("POST", &format!("/applications/{id}/amendment"), &[]);
        self.send(request.key(key).version(version)).await?.read()
    }

    /// Sends the application again, under its number.
    pub async fn resubmit_application(
        &self,
        key: Uuid,
        id: Uuid,
        version: i32,
        body: &ResubmissionIn,
    ) -> Result<Application> {
        let request = self.request("POST", &format!("/applications/{id}/resubmission"), &[]);
        self.send(request.key(key).version(version).json(body)?).await?.read()
    }

    /// Takes the application back while nobody has decided it.
    pub async fn withdraw_application(&self, key: Uuid, id: Uuid, version: i32) -> Result<Application> {
        let request = self.request("POST", &format!("/applications/{id}/withdrawal"), &[]);
        self.send(request.key(key).version(version)).await?.read()
    }

    /// Confirms that the result has been received.
    pub async fn confirm_result(&self, key: Uuid, id: Uuid) -> Result<Application> {
        let path = format!("/applications/{id}/result/confirmation");
        self.send(self.request("POST", &path, &[]).key(key)).await?.read()
    }

    /// Everything the services have issued to the person, the newest first.
    pub async fn list_papers(&self, query: &PageQuery) -> Result<Page<IssuedPaper>> {
        let params = page(query.cursor.as_deref(), query.limit);
        self.send(self.request("GET", "/papers", &params)).await?.read()
    }

    /// A receipt or the result as a PDF.
    pub async fn download_paper(&self, id: Uuid, kind: PaperKind) -> Result<Vec<u8>> {
        let path = format!("/applications/{id}/papers/{}", kind.as_str());
        Ok(self.send(self.request("GET", &path, &[])).await?.body)
    }

    /// Uploads one file of an item.
    pub async fn upload_document(
        &self,
        key: Uuid,
        id: Uuid,
        query: &UploadQuery,
        content: Content,
        progress: Option<Progress>,
    ) -> Result<Uploaded> {
        let mut params = vec![("item", query.item.clone()), ("name", query.name.clone())];
        if let Some(replaces) = query.replaces {
            params.push(("replaces", replaces.to_string()));
        }
        let request = self.request("POST", &format!("/applications/{id}/documents"), &params);
        self.send(request.key(key).file(content, progress)).await?.read()
    }

    pub async fn delete_document(&self, id: Uuid) -> Result<Saved> {
        self.send(self.request("DELETE", &format!("/documents/{id}"), &[])).await?.read()
    }

    /// The file itself, for its owner.
    pub async fn download_document(&self, id: Uuid) -> Result<Vec<u8>> {
        Ok(self.send(self.request("GET", &format!("/documents/{id}/content"), &[])).await?.body)
    }
}
