//! The frame of the pages of one draft: reads it once, keeps what is typed, shows the page of the address.

use catalogue::answers::Answers;
use kit::form::Form;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::State;
use uuid::Uuid;

use super::keeper::Keeper;
use super::{Desk, Loaded, check, conflict, correction, documents, step, task_list};
use crate::library::use_library;
use crate::loaded::loaded;
use crate::path::Path;

/// The pages of the draft `id`, or of the application its applicant has back; `path` says which.
pub fn area(id: Uuid, path: Memo<Path>) -> AnyView {
    let library = use_library();
    let read = use_resource(
        move || id,
        move |client, id| async move {
            let application = client.get_application(id).await?;
            let (code, version) = (application.service.clone(), application.service_version);
            let service = library.service(client.clone(), code, Some(version)).await?;
            let references = library.references(client).await?;
            Ok(Loaded { application, service, references })
        },
    );
    let view = loaded(read, move |read| {
        let read = read.get_untracked();
        if read.application.state.is_editable() { pages(read, path) } else { filed(id) }
    });
    view! { <div class="wrap">{view}</div> }.into_any()
}

/// What the service has is not filled in any more.
fn filed(id: Uuid) -> AnyView {
    go_instead(&Path::Application(id));
    view! { <Skeleton/> }.into_any()
}

fn pages(loaded: Loaded, path: Memo<Path>) -> AnyView {
    let desk = desk(loaded);
    let is_correction = desk.loaded.with_value(|loaded| loaded.application.state == State::ReturnedForFix);
    let in_conflict = conflict::watch(desk);
    drawn(move || {
        if in_conflict.get() {
            return conflict::screen(desk);
        }
        match path.get() {
            Path::Correction(_) if is_correction => correction::page(desk),
            Path::Correction(id) => elsewhere(&Path::Draft(id)),
            path if is_correction => {
                path.draft().map_or_else(|| ().into_any(), |id| elsewhere(&Path::Correction(id)))
            }
            Path::Draft(_) => task_list::page(desk),
            Path::Step(_, id) => step::page(desk, &id),
            Path::DraftDocuments(_) => documents::page(desk),
            Path::Check(_) => check::page(desk),
            _ => ().into_any(),
        }
    })
}

fn desk(loaded: Loaded) -> Desk {
    let application = &loaded.application;
    let keeper = Keeper::new(application);
    let answers = keeper.first_answers(application);
    let on_change = Callback::new(move |answers: Answers| keeper.save(answers));
    let (service, dictionaries) = (loaded.service.0.clone(), loaded.references.dictionaries.0.clone());
    let mut form =
        Form::new(service, dictionaries, answers, on_change).with_remarks(application.remarks.clone());
    if application.state == State::ReturnedForFix {
        form = form.only_remarked(application.sent.clone().unwrap_or_default());
    }
    Desk {
        id: application.id,
        form,
        keeper,
        documents: RwSignal::new(application.documents.clone()),
        loaded: StoredValue::new(loaded),
    }
}

fn elsewhere(path: &Path) -> AnyView {
    go_instead(path);
    ().into_any()
}

fn go_instead(path: &Path) {
    let (navigate, href) = (use_navigate(), path.href());
    // After this drawing, which the navigation would interrupt.
    request_animation_frame(move || {
        navigate(&href, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
}

/// How saving stands, with what is still being typed.
pub(super) fn save_state(desk: Desk) -> Signal<SaveState> {
    Signal::derive(move || if desk.form.dirty.get() { SaveState::Saving } else { desk.keeper.state.get() })
}

/// Why the server does not take the answers, on top of a page; nothing while it does.
pub(super) fn refusal(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    drawn(move || {
        desk.keeper.refusal.get().map(|error| {
            let title = kit::api::failure_title(&i18n, &error);
            let text = kit::api::failure_text(&i18n, &error);
            let named = error.problem().map(|problem| problem.errors.clone()).unwrap_or_default();
            let lines = named.iter().map(|error| view! { <li>{i18n.finding(error)}</li> }).collect_view();
            view! {
                <Alert tone=Tone::Danger title=title>
                    <p role="alert">{text}</p>
                    <ul class="list">{lines}</ul>
                </Alert>
            }
        })
    })
}
