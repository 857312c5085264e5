//! The screen of a case and what its parts share.

use kit::prelude::*;
use uuid::Uuid;

use super::approve::ApproveDialog;
use super::dock::Dock;
use super::facts::Facts;
use super::notice::{Notice, RelatedCases};
use super::revoke::RevokeDialog;
use super::viewer::Viewer;
use crate::case::{CaseHead, Hold, NewsAlert, OpenCase, Remarks};
use crate::pages::queue::use_next;

/// What the parts of the screen share. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub open: OpenCase,
    pub hold: Memo<Hold>,
    /// The officer may decide: has the case, and it is under review.
    pub can_decide: Memo<bool>,
    pub remarks: Remarks,
    /// The document in the viewer, once one has been chosen.
    pub shown: RwSignal<Option<Uuid>>,
    /// The pointer whose remark is being written.
    pub editing: RwSignal<Option<String>>,
    pub approving: RwSignal<bool>,
    pub revoking: RwSignal<bool>,
    /// Taking the case and giving it back.
    pub assignment: Action,
}

#[component]
pub fn CaseScreen(open: OpenCase) -> impl IntoView {
    let hold = open.hold();
    let screen = Screen {
        open,
        hold,
        can_decide: open.can_decide(),
        remarks: Remarks::of(open),
        shown: RwSignal::new(None),
        editing: RwSignal::new(None),
        approving: RwSignal::new(false),
        revoking: RwSignal::new(false),
        assignment: use_action(),
    };
    open.heed(screen.assignment);
    let next = use_next(Signal::stored(None));
    let is_mine = Memo::new(move |_| hold.get() == Hold::Mine);
    let panes = move || {
        if is_mine.get() {
            view! {
                <div class="panes">
                    <div class="panes__side"><Viewer screen=screen/></div>
                    <Facts screen=screen/>
                </div>
            }
            .into_any()
        } else {
            view! { <Facts screen=screen/> }.into_any()
        }
    };
    view! {
        <CaseHead open=open>
            {drawn(move || screen.can_decide.get().then(|| view! { <Release screen=screen/> }))}
        </CaseHead>
        <div class="wrap pb-6">
            <div class="stack">
                <NewsAlert open=open/>
                <ErrorSummary errors=screen.assignment.errors/>
                <ErrorSummary errors=next.errors()/>
                <Notice screen=screen/>
                <RelatedCases screen=screen/>
                {panes}
            </div>
        </div>
        <Dock screen=screen next=next/>
        <ApproveDialog screen=screen/>
        <RevokeDialog screen=screen/>
    }
}

impl Screen {
    /// Takes the case, or gives it back; afterwards `done`.
    pub fn assign(self, take: bool, done: impl FnOnce() + 'static) {
        let id = self.open.id;
        self.assignment.run(
            move |client, _| async move {
                if take { client.take_case(id).await } else { client.release_case(id).await }
            },
            move |case| {
                self.open.accept(case);
                done();
            },
        );
    }
}

/// Gives the case back to the queue; remarks not yet sent stay in this tab.
#[component]
fn Release(screen: Screen) -> impl IntoView {
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let press = Callback::new(move |()| {
        screen.assign(false, move || toasts.show(untrack(|| i18n.t("desk.released"))))
    });
    view! {
        <Button kind="text sm" busy=screen.assignment.pending on_press=press>{t("desk.release")}</Button>
    }
}
