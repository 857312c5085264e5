//! What two sides write to each other on one case, and the field for the next message.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use openapi::client::{Client, Result};
use openapi::events::Subject;
use openapi::messages::{Author, Message, MessageIn};
use openapi::page::{Page, PageQuery};
use uuid::Uuid;

use super::{Actions, Button, ErrorSummary, LoadFailed, ShowMore, Skeleton, Textarea};
use crate::announcer::use_announcer;
use crate::api::{Pages, use_action, use_pages};
use crate::drawn::{drawn, said};
use crate::i18n::{t, use_i18n};
use crate::icon::Icon;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

/// The side a thread is shown to: what it is called, how it reads and writes, and which changes it hears of.
pub struct Side {
    pub author: Author,
    /// The names of this side and of the other one, as this side reads them.
    pub names: [TextProp; 2],
    pub subject: Subject,
    /// What stands in place of the field when the case is closed.
    pub instead: TextProp,
    pub read: fn(Arc<Client>, Uuid, PageQuery) -> Answer<Page<Message>>,
    pub write: fn(Arc<Client>, Uuid, Uuid, MessageIn) -> Answer<Message>,
}

/// The thread of a case, the oldest message on top, as it grows. `text` is what is being typed: it stays until the
/// server has taken it. Where the case is closed nothing can be typed, and the page says so.
#[component]
pub fn Thread(id: Uuid, side: Side, text: RwSignal<String>, closed: Memo<bool>) -> impl IntoView {
    let (i18n, announcer, action) = (use_i18n(), use_announcer(), use_action());
    let Side { author, names, subject, instead, read, write } = side;
    let pages =
        use_pages(move || id, move |client, id, cursor| read(client, id, PageQuery { cursor, limit: None }))
            .follow(move |change| change.subject == subject && change.id == id);
    announce(pages, author);
    let send = Callback::new(move |()| {
        let body = MessageIn { body: text.get_untracked() };
        action.run(
            move |client, key| write(client, key, id, body),
            move |_| {
                text.set(String::new());
                pages.reload();
                announcer.say(untrack(|| i18n.t("components.message_sent")));
            },
        );
    });
    let field = move || {
        view! {
            <ErrorSummary errors=action.errors/>
            <Textarea
                name="body"
                label=t("components.message_own")
                hint=t("components.message_hint")
                value=text
                errors=action.errors
                rows=3
                maxlength=2000
            />
            <Actions>
                <Button busy=action.pending on_press=send>
                    <Icon name="send"/>
                    {t("components.message_send")}
                </Button>
            </Actions>
        }
        .into_any()
    };
    let closing = move || view! { <p class="muted">{said(instead.clone())}</p> }.into_any();
    view! {
        <ShowMore pages=pages text="components.messages_earlier"/>
        {drawn(move || messages(pages, author, &names))}
        <div class="stack gap-3 mt-5">{drawn(move || if closed.get() { closing() } else { field() })}</div>
    }
}

fn messages(pages: Pages<Message>, reader: Author, [own, other]: &[TextProp; 2]) -> AnyView {
    let i18n = use_i18n();
    let Some(messages) = pages.items.get() else {
        let retry = Callback::new(move |()| pages.reload());
        return match pages.failure.get() {
            Some(error) => view! { <LoadFailed error=error retry=retry/> }.into_any(),
            None => view! { <Skeleton/> }.into_any(),
        };
    };
    if messages.is_empty() {
        return view! { <p class="muted">{t("components.messages_none")}</p> }.into_any();
    }
    let messages = messages.into_iter().rev().map(|message| {
        let (class, name) = if message.author == reader { ("msg msg--own", own) } else { ("msg", other) };
        view! {
            <article class=class>
                <header>
                    <b><bdi>{name.get()}</bdi></b>
                    " · "
                    <time datetime=message.created_at.to_rfc3339()>{i18n.date_time(message.created_at)}</time>
                </header>
                <p class="pre" dir="auto">{message.body}</p>
            </article>
        }
    });
    view! { <div class="thread">{messages.collect_view()}</div> }.into_any()
}

/// A message of the other side that comes while the page is open is read out.
fn announce(pages: Pages<Message>, reader: Author) {
    let (i18n, announcer) = (use_i18n(), use_announcer());
    Effect::new(move |before: Option<Option<Option<Uuid>>>| {
        let newest = pages.items.with(|items| {
            let theirs = |items: &Vec<Message>| {
                items.first().filter(|message| message.author != reader).map(|message| message.id)
            };
            items.as_ref().map(theirs)
        });
        if let (Some(Some(before)), Some(Some(now))) = (before, newest)
            && before != Some(now)
        {
            announcer.say(untrack(|| i18n.t("components.message_new")));
        }
        newest
    });
}
