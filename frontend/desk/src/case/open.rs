//! Reading a case and keeping it fresh.

use std::sync::Arc;

use catalogue::definition::Service;
use catalogue::dictionary::RefusalReason;
use kit::prelude::*;
use leptos_router::hooks::use_params_map;
use openapi::ErrorCode;
use openapi::applications::State;
use openapi::desk::Case;
use openapi::events;
use openapi::services::References;
use uuid::Uuid;

use super::news::{News, changes};
use crate::library::Library;
use crate::pages::NotFound;

/// A case with what is needed to show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub case: Case,
    pub service: Arc<Service>,
    pub references: Arc<References>,
}

impl Loaded {
    /// The reason with this code, if there is one.
    pub fn reason(&self, code: &str) -> Option<&RefusalReason> {
        self.references.dictionaries.refusal_reason(code)
    }
}

/// Who has the case, as the officer at this desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    Free,
    Mine,
    /// The name of the other officer.
    Other(String),
}

/// A case on the screen. Copy.
#[derive(Debug, Clone, Copy)]
pub struct OpenCase {
    pub id: Uuid,
    /// The newest that has been read.
    pub now: Memo<Loaded>,
    /// What others have changed since the officer last took notice.
    pub news: RwSignal<Vec<News>>,
    /// The version the officer has taken notice of: decisions are made upon it and upon no other.
    seen: StoredValue<i32>,
    resource: Resource<Loaded>,
}

impl OpenCase {
    fn new(id: Uuid, resource: Resource<Loaded>, first: Loaded) -> Self {
        let seen = StoredValue::new(first.case.version);
        let now = Memo::new(move |before: Option<&Loaded>| {
            resource.value().or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        let open = Self { id, now, news: RwSignal::new(Vec::new()), seen, resource };
        Effect::new(move |before: Option<Case>| {
            let case = now.with(|loaded| loaded.case.clone());
            if let Some(before) = before
                && case.version != before.version
                && case.version != open.seen.get_value()
            {
                open.news.update(|news| news.extend(changes(&before, &case)));
            }
            case
        });
        open
    }

    /// The version to send with a decision.
    pub fn version(&self) -> i32 {
        self.seen.get_value()
    }

    /// Shows what the officer's own action has made of the case.
    pub fn accept(&self, case: Case) {
        self.seen.set_value(case.version);
        self.news.set(Vec::new());
        let loaded = self.now.with_untracked(|loaded| Loaded { case, ..loaded.clone() });
        self.resource.set(loaded);
    }

    /// The officer has read what has changed.
    pub fn take_notice(&self) {
        self.seen.set_value(self.now.with_untracked(|loaded| loaded.case.version));
        self.news.set(Vec::new());
    }

    /// Reads the case again whenever the server says that it is not what the officer saw. What is typed stays. Of a newer
    /// version the news tell, and what to do about it.
    pub fn heed(&self, action: Action) {
        let open = *self;
        Effect::new(move |_| {
            let code = action.errors.refusal().and_then(|error| error.code());
            let outdated = matches!(
                code,
                Some(ErrorCode::StaleVersion | ErrorCode::WrongState | ErrorCode::AlreadyTaken)
            );
            if outdated {
                open.resource.reload();
            }
            if code == Some(ErrorCode::StaleVersion) {
                action.errors.clear();
            }
        });
    }

    /// A part of the case that changes by itself only.
    pub fn part<T>(&self, read: impl Fn(&Loaded) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        let now = self.now;
        Memo::new(move |_| now.with(&read))
    }

    /// Who has the case.
    pub fn hold(&self) -> Memo<Hold> {
        let session = use_session();
        self.part(move |loaded| match (&loaded.case.officer, session.officer()) {
            (None, _) => Hold::Free,
            (Some(holder), Some(me)) if holder.id == me.id => Hold::Mine,
            (Some(holder), _) => Hold::Other(holder.name.clone()),
        })
    }

    /// Whether the officer may decide: has the case, and it is under review.
    pub fn can_decide(&self) -> Memo<bool> {
        let hold = self.hold();
        let state = self.part(|loaded| loaded.case.state);
        Memo::new(move |_| hold.get() == Hold::Mine && state.get() == State::InReview)
    }
}

/// The page about the case of the address, drawn by `screen` once it has been read. Another case is another page.
pub fn case_page(screen: fn(OpenCase) -> AnyView) -> AnyView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<Uuid>().ok()));
    (move || match id.get() {
        Some(id) => one_case(id, screen),
        None => view! { <NotFound/> }.into_any(),
    })
    .into_any()
}

fn one_case(id: Uuid, screen: fn(OpenCase) -> AnyView) -> AnyView {
    let library: Library = expect_context();
    let resource = use_resource(
        move || id,
        move |client, id| async move {
            let case = client.get_case(id).await?;
            let service = library.service(&client, &case.service, case.service_version).await?;
            let references = library.references(&client).await?;
            Ok(Loaded { case, service, references })
        },
    )
    .follow(move |change| change.subject == events::Subject::Case && change.id == id);
    // Only the kind of the state redraws the page; what is inside a case redraws its own part.
    let failure = Memo::new(move |_| match resource.state() {
        Load::Loading => None,
        Load::Ready(_) => Some(None),
        Load::Failed(error) => Some(Some(error)),
    });
    let retry = Callback::new(move |()| resource.reload());
    (move || match failure.get() {
        None => view! { <div class="wrap mt-4"><Skeleton/></div> }.into_any(),
        Some(None) => match resource.value_untracked() {
            Some(first) => screen(OpenCase::new(id, resource, first)),
            None => ().into_any(),
        },
        Some(Some(error)) if error.code() == Some(ErrorCode::NotFound) => view! { <NotFound/> }.into_any(),
        Some(Some(error)) => view! {
            <div class="wrap mt-4">
                <PageHead title=t("desk.case_failed")/>
                <LoadFailed error=error retry=retry/>
            </div>
        }
        .into_any(),
    })
    .into_any()
}
