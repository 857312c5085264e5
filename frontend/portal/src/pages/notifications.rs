//! The feed: everything that has happened, newest first; unread says so in words.

use kit::prelude::*;
use openapi::events::Subject;
use openapi::notifications::{Notification, ReadIn};
use openapi::page::{Page, PageQuery};

use crate::path::Path;
use crate::shell::Unread;
use crate::words;

/// The page of the feed.
pub fn page() -> AnyView {
    let Unread(unread) = expect_context();
    let pages = use_pages(
        || (),
        |client, (), cursor| async move {
            let feed = client.list_notifications(&PageQuery { cursor, limit: None }).await?;
            Ok(Page { items: feed.items, next: feed.next })
        },
    );
    let pages = pages.follow(|change| change.subject == Subject::Notification);
    let action = use_action();
    let read = Callback::new(move |()| {
        let newest = pages.items.with_untracked(|items| items.as_ref()?.first().map(|first| first.id));
        let Some(up_to) = newest else { return };
        action.run(
            move |client, _| async move { client.mark_notifications_read(&ReadIn { up_to }).await },
            move |()| {
                pages.reload();
                unread.reload();
            },
        );
    });
    let has_unread = move || unread.value().is_some_and(|count| count > 0);
    let retry = Callback::new(move |()| pages.reload());
    let waiting = move || pages.items.with(Option::is_none) && pages.failure.with(Option::is_none);
    view! {
        <div class="wrap">
            <PageHead title=t("notifications.title") lead=t("notifications.lead")/>
            <section class="card" aria-labelledby="news">
                <h2 class="vh" id="news">{t("notifications.all")}</h2>
                {drawn(move || has_unread().then(|| view! {
                    <div class="row">
                        <Button kind="soft sm" busy=action.pending on_press=read>{t("notifications.read_all")}</Button>
                    </div>
                }))}
                <ErrorSummary errors=action.errors/>
                {drawn(move || waiting().then(|| view! { <Skeleton/> }))}
                {drawn(move || pages.failure.get().map(|error| view! { <LoadFailed error=error retry=retry/> }))}
                {drawn(move || pages.items.get().map(feed_list))}
                <ShowMore pages=pages/>
            </section>
        </div>
    }
    .into_any()
}

/// Notifications as a list; says so when there are none.
pub fn feed_list(items: Vec<Notification>) -> AnyView {
    if items.is_empty() {
        return view! {
            <Empty icon="bell" title=t("notifications.none")><p>{t("notifications.none_text")}</p></Empty>
        }
        .into_any();
    }
    let rows = items.into_iter().map(row).collect_view();
    view! { <ul class="feed mt-0">{rows}</ul> }.into_any()
}

fn row(notification: Notification) -> AnyView {
    let i18n = use_i18n();
    let (tone, icon) = look(&notification.kind);
    let at = notification.created_at;
    let title = match notification.application_id {
        Some(id) => {
            let href = Path::Application(id).href();
            view! { <a href=href>{notification.title}</a> }.into_any()
        }
        None => notification.title.into_any(),
    };
    view! {
        <li>
            <span class="badge badge--round" data-tone=tone.as_str() aria-hidden="true"><Icon name=icon/></span>
            <div>
                {notification.read_at.is_none().then(|| view! { <span class="new">{t("notifications.new")}</span> })}
                <h3>{title}</h3>
                <p>{notification.body}</p>
                <time datetime=at.to_rfc3339()>{drawn(move || words::moment(&i18n, at))}</time>
            </div>
        </li>
    }
    .into_any()
}

/// Colour and icon of a kind; kinds of later versions look neutral.
fn look(kind: &str) -> (Tone, &'static str) {
    match kind {
        "submitted" | "resubmitted" => (Tone::Info, "send"),
        "charge_formed" => (Tone::Warning, "pay"),
        "paid" => (Tone::Success, "pay"),
        "payment_failed" => (Tone::Danger, "x"),
        "checked" => (Tone::Info, "loader"),
        "in_review" => (Tone::Info, "hour"),
        "correction_requested" | "reply_expired" => (Tone::Warning, "warn"),
        "approved" | "result_ready" => (Tone::Success, "ok"),
        "refused" | "revoked" | "replaced" => (Tone::Danger, "x"),
        "message_sent" => (Tone::Info, "msg"),
        "withdrawn" => (Tone::Neutral, "undo"),
        "new_sign_in" | "password_changed" => (Tone::Info, "lock"),
        _ => (Tone::Info, "bell"),
    }
}
