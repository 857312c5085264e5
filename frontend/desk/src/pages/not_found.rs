//! An address that leads nowhere, or to a case that is not there.

use kit::prelude::*;

use crate::path::{Path, Place};

#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="wrap mt-4">
            <div class="narrow">
                <PageHead title=t("desk.not_found") lead=t("desk.not_found_text")/>
                <Actions>
                    <ButtonLink kind="primary" href=Path::List(Place::Queue).href()>
                        {t("desk.back_to_queue")}
                    </ButtonLink>
                </Actions>
            </div>
        </div>
    }
}
