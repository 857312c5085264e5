//! Handing a paper to the person as a file.

use kit::dom;
use kit::prelude::*;
use openapi::applications::{Paper, PaperKind};
use uuid::Uuid;

use crate::pages::applications::Case;

/// A name for the file that tells it from others: the application's number and the kind.
#[must_use]
pub fn file_name(case: &Case, paper: &Paper) -> String {
    let number = case.application.number.as_deref().unwrap_or("prichal");
    format!("{number}-{}.pdf", paper.kind.as_str())
}

/// A button that fetches the PDF; `look` is the kind of button.
#[component]
pub fn DownloadPaper(
    application: Uuid,
    kind: PaperKind,
    name: String,
    look: &'static str,
    /// What the button says; "Download PDF" unless told otherwise.
    #[prop(optional, into)]
    title: Option<TextProp>,
) -> impl IntoView {
    let (i18n, action) = (use_i18n(), use_action());
    let title = title.unwrap_or_else(|| t("documents.download").into());
    let download = Callback::new(move |()| {
        let name = name.clone();
        action.run(
            move |client, _| async move { client.download_paper(application, kind).await },
            move |bytes: Vec<u8>| {
                dom::save_file(&bytes, &name, "application/pdf");
            },
        );
    });
    view! {
        <Button kind=look busy=action.pending on_press=download>
            <Icon name="down"/>
            {said(title)}
        </Button>
        {drawn(move || action.errors.refusal().map(|error| view! {
            <p class="error" role="alert">
                <Icon name="alert"/>
                <span>{kit::api::failure_title(&i18n, &error)}" "{kit::api::failure_text(&i18n, &error)}</span>
            </p>
        }))}
    }
}
