//! A service in a list.

use kit::prelude::*;
use openapi::services::ServiceSummary;

use crate::path::Path;
use crate::words;

/// Name, summary, price and term; the whole tile leads to the card.
#[component]
pub fn Tile(service: ServiceSummary) -> impl IntoView {
    let i18n = use_i18n();
    let (title, summary) = (i18n.prop(&service.title), i18n.prop(&service.summary));
    let (fee, review) = (service.fee, service.review);
    let icon = words::section_icon(&service.section);
    view! {
        <li class="tile">
            <span class="badge" aria-hidden="true"><Icon name=icon/></span>
            <h3><a href=Path::Service(service.code).href()>{said(title)}</a></h3>
            <p>{said(summary)}</p>
            <p class="row gap-4 mt-1">
                <span class="nowrap"><b>{drawn(move || words::fee(&i18n, fee))}</b></span>
                <span class="nowrap">{drawn(move || words::term(&i18n, review))}</span>
            </p>
        </li>
    }
}
