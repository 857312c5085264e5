//! Where the person is signed in; any other place can be signed out from here.

use kit::prelude::*;
use openapi::accounts::SessionInfo;

use crate::words;

/// The card with the list.
pub fn sessions() -> AnyView {
    let list = use_resource(|| (), |client, ()| async move { client.list_sessions().await });
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">{t("accounts.sessions_title")}</h2>
            <p class="muted">{t("accounts.sessions_note")}</p>
            {list.show(move |sessions| {
                let rows = sessions.into_iter().map(|session| row(session, list)).collect_view();
                view! { <ul class="files">{rows}</ul> }.into_any()
            })}
        </section>
    }
    .into_any()
}

fn row(info: SessionInfo, list: Resource<Vec<SessionInfo>>) -> AnyView {
    let (i18n, action) = (use_i18n(), use_action());
    let name = browser(&info.user_agent);
    let about = name.clone();
    let id = info.id;
    let revoke = Callback::new(move |()| {
        action.run(move |client, _| async move { client.revoke_session(id).await }, move |()| list.reload());
    });
    let seen =
        move || i18n.t_with("accounts.session_seen", &[("time", &words::moment(&i18n, info.last_seen_at))]);
    let tone = if info.current { "success" } else { "neutral" };
    view! {
        <li class="file" data-tone=tone>
            <span class="badge" data-tone=tone aria-hidden="true"><Icon name="globe"/></span>
            <span class="file__name">{name}</span>
            <span class="file__meta">
                {info.current.then(|| view! {
                    <span class="state" data-tone="success"><Icon name="ok"/>{t("accounts.session_current")}</span>
                })}
                <span><bdi>{info.ip}</bdi></span>
                <span>{seen}</span>
            </span>
            {(!info.current).then(|| view! {
                <span class="file__acts">
                    <Button kind="text sm" busy=action.pending on_press=revoke about=about>
                        {t("accounts.session_revoke")}
                    </Button>
                </span>
            })}
            {drawn(move || action.errors.refusal().map(|error| view! {
                <p class="file__note" role="alert">{kit::api::failure_title(&i18n, &error)}</p>
            }))}
        </li>
    }
    .into_any()
}

/// Browser and system in two words, as far as the browser's own description tells; else the description.
fn browser(user_agent: &str) -> String {
    // Others carry the names of those they descend from, so the descendants come first.
    const BROWSERS: [(&str, &str); 7] = [
        ("YaBrowser", "Yandex Browser"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_by_their_own_names() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome, Linux");
        assert_eq!(browser(&format!("{chrome} Edg/156.0")), "Edge, Linux");
        assert_eq!(browser("tests/1.0"), "tests/1.0");
    }
}
