//! The warning before an idle session ends: two minutes, one button to stay. Drafts are saved as one types, so
//! nothing is lost either way.

use leptos::prelude::*;

use crate::components::{Actions, Button, Countdown, Dialog};
use crate::i18n::t;
use crate::session::use_session;

/// The dialog; open while [`crate::session::SessionCtx::ends_in`] has a value.
#[component]
pub(super) fn TimeoutDialog() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    let due = Memo::new(move |_| session.ends_in.with(Option::is_some));
    Effect::new(move |_| open.set(due.get()));
    let left = Signal::derive(move || session.ends_in.get_untracked().unwrap_or_default());
    let stay = Callback::new(move |()| session.extend());
    let leave = Callback::new(move |()| session.sign_out());
    view! {
        <Dialog open=open id="session-ends" title=t("components.timeout_title") on_close=stay>
            <p>{t("components.timeout_text")}" "<Countdown seconds=left/></p>
            <Actions>
                <Button kind="primary" on_press=stay>{t("components.timeout_stay")}</Button>
                <Button kind="text" on_press=leave>{t("components.sign_out")}</Button>
            </Actions>
        </Dialog>
    }
}
