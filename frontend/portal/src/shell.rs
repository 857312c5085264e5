//! What stands around the pages of the portal: header, sections, footer, and the bar of phones.

use kit::prelude::*;
use kit::shell::{
    AccountMenu, Bell, Footer, FooterColumn, Frame, Header, LanguageMenu, MenuLink, NavItem, ServiceNav,
    TabBar, ViewButton,
};
use openapi::events::Subject;
use openapi::page::PageQuery;

use crate::path::{CHARGES, Path};

/// Number of unread notifications, kept by the live updates.
#[derive(Debug, Clone, Copy)]
pub struct Unread(pub Resource<i64>);

/// The frame of all pages. `path` is the page shown; forms stand without navigation.
#[component]
pub fn Shell(path: Memo<Path>, children: Children) -> impl IntoView {
    let unread = provide_unread();
    let signed_in = signed_in();
    let has_nav = Memo::new(move |_| signed_in.get() && path.with(|path| path.draft().is_none()));
    let bare = Signal::derive(move || path.with(|path| *path == Path::Home));
    let header = move || {
        view! {
            <Header home=Path::Home.href()>
                <LanguageMenu/>
                <ViewButton/>
                {drawn(move || if signed_in.get() { tools(unread) } else { sign_in_link(path) })}
            </Header>
            {drawn(move || has_nav.get().then(sections))}
        }
        .into_any()
    };
    let footer = move || {
        view! {
            {footer()}
            {drawn(move || has_nav.get().then(|| quick(unread)))}
        }
        .into_any()
    };
    view! {
        <Frame header=Box::new(header) footer=Box::new(footer) bare=bare>
            {children()}
        </Frame>
    }
}

fn signed_in() -> Memo<bool> {
    let session = use_session();
    Memo::new(move |_| session.is_authorized())
}

/// Reads how much is unread, for the bell and the bar, and again with each change of the feed.
fn provide_unread() -> Signal<i64> {
    let session = use_session();
    let resource = use_resource(
        move || session.is_authorized(),
        |client, authorized| async move {
            if !authorized {
                return Ok(0);
            }
            client
                .list_notifications(&PageQuery { cursor: None, limit: Some(1) })
                .await
                .map(|feed| feed.unread)
        },
    );
    let resource = resource.follow(|change| change.subject == Subject::Notification);
    provide_context(Unread(resource));
    Signal::derive(move || resource.value().unwrap_or_default())
}

fn tools(unread: Signal<i64>) -> AnyView {
    let session = use_session();
    let name = Signal::derive(move || {
        session
            .account()
            .map(|account| format!("{} {}", account.given_name, account.family_name))
            .unwrap_or_default()
    });
    let links = vec![
        MenuLink { href: Path::Profile.href(), text: t("pages.nav_profile").into() },
        MenuLink { href: Path::Drafts.href(), text: t("pages.nav_drafts").into() },
    ];
    view! {
        <Bell href=Path::Notifications.href() unread=unread/>
        <AccountMenu name=name links=links/>
    }
    .into_any()
}

fn sign_in_link(path: Memo<Path>) -> AnyView {
    let is_there = move || {
        path.with(|path| matches!(path, Path::SignIn | Path::SignUp | Path::Activate | Path::Recover))
    };
    drawn(move || {
        (!is_there()).then(|| view! { <ButtonLink href=Path::SignIn.href() kind="soft sm">{t("pages.sign_in")}</ButtonLink> })
    })
}

fn sections() -> AnyView {
    let items = vec![
        NavItem::new(Path::Cabinet, t("pages.nav_home"), "home"),
        NavItem::new(Path::Services, t("pages.nav_services"), "grid"),
        NavItem::new(Path::Applications, t("pages.nav_applications"), "inbox").with_also(Path::Drafts),
        NavItem::new(Path::Documents, t("pages.nav_documents"), "file"),
        NavItem::new(Path::Payments, t("pages.nav_payments"), "pay").with_also(CHARGES),
    ];
    view! { <ServiceNav items=items/> }.into_any()
}

/// The bar of phones: four places fit. The profile is in the menu of the account.
fn quick(unread: Signal<i64>) -> AnyView {
    let items = vec![
        NavItem::new(Path::Cabinet, t("pages.nav_home"), "home"),
        NavItem::new(Path::Services, t("pages.nav_services"), "grid"),
        NavItem::new(Path::Documents, t("pages.nav_documents"), "file"),
        NavItem::new(Path::Notifications, t("pages.nav_notifications"), "bell").with_count(unread),
    ];
    view! { <TabBar items=items/> }.into_any()
}

fn footer() -> AnyView {
    let link = |path: Path, key: &'static str| MenuLink { href: path.href(), text: t(key).into() };
    let columns = vec![
        FooterColumn {
            title: t("pages.footer_portal").into(),
            links: vec![
                link(Path::Services, "pages.footer_services"),
                link(Path::Verify, "pages.footer_verify"),
            ],
        },
        FooterColumn {
            title: t("pages.footer_mine").into(),
            links: vec![
                link(Path::Applications, "pages.nav_applications"),
                link(Path::Documents, "pages.nav_documents"),
                link(Path::Payments, "pages.nav_payments"),
                link(Path::Notifications, "pages.nav_notifications"),
            ],
        },
        FooterColumn { title: t("pages.footer_support").into(), links: support() },
        FooterColumn {
            title: t("pages.footer_rules").into(),
            links: vec![link(Path::Consent, "pages.footer_consent")],
        },
    ];
    view! { <Footer columns=columns/> }.into_any()
}

/// Whom to ask (SP-01, SP-02), with the hours and how soon they answer.
fn support() -> Vec<MenuLink> {
    let i18n = use_i18n();
    let line = |contact: &'static str, term: &'static str| {
        TextProp::from(move || format!("{}, {}", i18n.t(contact), i18n.t(term)))
    };
    // Numbers and addresses are the same in every language.
    let (phone, email) = untrack(|| (i18n.t("support.phone"), i18n.t("support.email")));
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    vec![
        MenuLink { href: format!("tel:{digits}"), text: line("support.phone", "support.phone_hours") },
        MenuLink { href: format!("mailto:{email}"), text: line("support.email", "support.email_term") },
    ]
}

impl From<Path> for String {
    fn from(path: Path) -> Self {
        path.href()
    }
}
