//! Every address of the portal, in one place: pages link by [`Path`], and the page to show is found by it.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::WithUntracked;
use leptos_router::hooks::use_location;
use openapi::applications::PaperKind;
use uuid::Uuid;

/// An address of the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    Home,
    Services,
    /// By the code of the service.
    Service(String),
    SignUp,
    /// The link of the mail; its token stands behind `#`.
    Activate,
    SignIn,
    /// A forgotten password: asking for the link of a mail, and the link itself, with its token behind `#`.
    Recover,
    Profile,
    Cabinet,
    Applications,
    ClosedApplications,
    Drafts,
    /// The task list of a draft.
    Draft(Uuid),
    /// One step of a draft, by its id in the definition.
    Step(Uuid, String),
    DraftDocuments(Uuid),
    /// All answers before filing.
    Check(Uuid),
    Application(Uuid),
    /// Right after filing.
    Submitted(Uuid),
    /// What an officer has asked to mend.
    Correction(Uuid),
    Paper(Uuid, PaperKind),
    /// Papers the services have issued.
    Documents,
    /// What is owed, and how to pay it.
    Charge(Uuid),
    Payments,
    /// One payment; the bank sends people back here.
    Payment(Uuid),
    Notifications,
    /// Where a paper's number is typed in.
    Verify,
    /// The public check of one paper, by the token of its QR code.
    VerifyPaper(String),
    /// What is agreed to at sign-up.
    Consent,
    Unknown,
}

impl Path {
    /// The page of an address without its query; what leads nowhere is [`Path::Unknown`].
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        Self::find(&parts).unwrap_or(Self::Unknown)
    }

    fn find(parts: &[&str]) -> Option<Self> {
        let id = |text: &str| Uuid::from_str(text).ok();
        Some(match *parts {
            [] => Self::Home,
            ["services"] => Self::Services,
            ["services", code] => Self::Service(code.to_owned()),
            ["sign-up"] => Self::SignUp,
            ["activate"] => Self::Activate,
            ["sign-in"] => Self::SignIn,
            ["recover"] => Self::Recover,
            ["profile"] => Self::Profile,
            ["cabinet"] => Self::Cabinet,
            ["applications"] => Self::Applications,
            ["applications", "closed"] => Self::ClosedApplications,
            ["drafts"] => Self::Drafts,
            ["drafts", draft] => Self::Draft(id(draft)?),
            ["drafts", draft, "steps", step] => Self::Step(id(draft)?, step.to_owned()),
            ["drafts", draft, "documents"] => Self::DraftDocuments(id(draft)?),
            ["drafts", draft, "check"] => Self::Check(id(draft)?),
            ["applications", application] => Self::Application(id(application)?),
            ["applications", application, "submitted"] => Self::Submitted(id(application)?),
            ["applications", application, "correction"] => Self::Correction(id(application)?),
            ["applications", application, "papers", kind] => {
                Self::Paper(id(application)?, PaperKind::read(kind)?)
            }
            ["documents"] => Self::Documents,
            ["charges", charge] => Self::Charge(id(charge)?),
            ["payments"] => Self::Payments,
            ["payments", payment] => Self::Payment(id(payment)?),
            ["notifications"] => Self::Notifications,
            ["verify"] => Self::Verify,
            ["verify", token] => Self::VerifyPaper(token.to_owned()),
            ["consent"] => Self::Consent,
            _ => return None,
        })
    }

    /// The address as a link has it.
    #[must_use]
    pub fn href(&self) -> String {
        self.to_string()
    }

    /// The draft or returned application that the page is a part of.
    #[must_use]
    pub const fn draft(&self) -> Option<Uuid> {
        match self {
            Self::Draft(id)
            | Self::Step(id, _)
            | Self::DraftDocuments(id)
            | Self::Check(id)
            | Self::Correction(id) => Some(*id),
            _ => None,
        }
    }

    /// The catalogue with a search already made.
    #[must_use]
    pub fn search(words: &str) -> String {
        with_query(&Self::Services, SEARCH, words)
    }

    /// Sign-in that leads on to `next` (an address of the portal).
    #[must_use]
    pub fn sign_in_then(next: &str) -> String {
        with_query(&Self::SignIn, NEXT, next)
    }

    /// Sign-up that leads on to `next` (an address of the portal) when the account is open.
    #[must_use]
    pub fn sign_up_then(next: &str) -> String {
        with_query(&Self::SignUp, NEXT, next)
    }

    /// The card of a service that begins a draft as soon as somebody is signed in.
    #[must_use]
    pub fn start(service: &str) -> String {
        with_query(&Self::Service(service.to_owned()), START, "1")
    }

    /// A page of the form that leads back to the page of all answers.
    #[must_use]
    pub fn then_check(&self) -> String {
        with_query(self, BACK, "check")
    }
}

/// The address all charges stand below.
pub const CHARGES: &str = "/charges";
/// Query parameter of the catalogue: the words searched for.
pub const SEARCH: &str = "q";
/// Query parameter of sign-in and sign-up: where to go on.
pub const NEXT: &str = "next";
/// Query parameter of a service card: begin at once.
pub const START: &str = "start";
/// Query parameter of a step: return to the check page.
pub const BACK: &str = "back";

/// A query parameter of the present address. All pages stand in one route, so the router's own query of the route
/// would be that of the first page.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    use_location().query.with_untracked(|query| query.get(name))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => f.write_str("/"),
            Self::Services => f.write_str("/services"),
            Self::Service(code) => write!(f, "/services/{code}"),
            Self::SignUp => f.write_str("/sign-up"),
            Self::Activate => f.write_str("/activate"),
            Self::SignIn => f.write_str("/sign-in"),
            Self::Recover => f.write_str("/recover"),
            Self::Profile => f.write_str("/profile"),
            Self::Cabinet => f.write_str("/cabinet"),
            Self::Applications => f.write_str("/applications"),
            Self::ClosedApplications => f.write_str("/applications/closed"),
            Self::Drafts => f.write_str("/drafts"),
            Self::Draft(id) => write!(f, "/drafts/{id}"),
            Self::Step(id, step) => write!(f, "/drafts/{id}/steps/{step}"),
            Self::DraftDocuments(id) => write!(f, "/drafts/{id}/documents"),
            Self::Check(id) => write!(f, "/drafts/{id}/check"),
            Self::Application(id) => write!(f, "/applications/{id}"),
            Self::Submitted(id) => write!(f, "/applications/{id}/submitted"),
            Self::Correction(id) => write!(f, "/applications/{id}/correction"),
            Self::Paper(id, kind) => write!(f, "/applications/{id}/papers/{}", kind.as_str()),
            Self::Documents => f.write_str("/documents"),
            Self::Charge(id) => write!(f, "{CHARGES}/{id}"),
            Self::Payments => f.write_str("/payments"),
            Self::Payment(id) => write!(f, "/payments/{id}"),
            Self::Notifications => f.write_str("/notifications"),
            Self::Verify => f.write_str("/verify"),
            Self::VerifyPaper(token) => write!(f, "/verify/{token}"),
            Self::Consent => f.write_str("/consent"),
            Self::Unknown => f.write_str("/not-found"),
        }
    }
}

fn with_query(path: &Path, name: &str, value: &str) -> String {
    format!("{path}?{name}={}", String::from(js_sys::encode_uri_component(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_back_to_its_page() {
        let id = Uuid::from_u128(7);
        let paths = [
            Path::Home,
            Path::Services,
            Path::Service("arrival-notice".to_owned()),
            Path::SignUp,
            Path::Activate,
            Path::SignIn,
            Path::Recover,
            Path::Profile,
            Path::Cabinet,
            Path::Applications,
            Path::ClosedApplications,
            Path::Drafts,
            Path::Draft(id),
            Path::Step(id, "entry".to_owned()),
            Path::DraftDocuments(id),
            Path::Check(id),
            Path::Application(id),
            Path::Submitted(id),
            Path::Correction(id),
            Path::Paper(id, PaperKind::Result),
            Path::Paper(id, PaperKind::Payment),
            Path::Paper(id, PaperKind::Receipt),
            Path::Documents,
            Path::Charge(id),
            Path::Payments,
            Path::Payment(id),
            Path::Notifications,
            Path::Verify,
            Path::VerifyPaper("a-_9".to_owned()),
            Path::Consent,
            Path::Unknown,
        ];
        for path in paths {
            assert_eq!(Path::parse(&path.href()), path);
        }
    }

    #[test]
    fn what_leads_nowhere_is_unknown() {
        for path in ["/no", "/drafts/7", "/applications/7/papers/result", "/services/a/b"] {
            assert_eq!(Path::parse(path), Path::Unknown, "{path}");
        }
    }
}
