//! People: how an account is opened, how its owner signs in, and where (A2).

pub mod api;
mod budget;
pub mod codes;
pub(crate) mod cookie;
pub(crate) mod device;
pub mod dismiss;
pub mod employ;
pub mod letters;
pub mod limits;
pub mod links;
pub mod officers;
pub mod passwords;
pub mod phones;
mod purpose;
mod recovery;
pub mod restore;
pub mod sessions;
pub(crate) mod sign_in;
mod sign_up;
pub mod store;

use catalogue::email::is_email;
use lettre::Address;
use url::Host;

/// An e-mail address as it is kept: lower-case, a domain of other letters in its ASCII form (C31). `None` when it is not
/// one, or one that our letters cannot reach: few servers take a mailbox of other letters.
#[must_use]
pub fn normal_email(text: &str) -> Option<String> {
    let (mailbox, domain) = text.trim().rsplit_once('@')?;
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    let address = format!("{mailbox}@{domain}").to_ascii_lowercase();
    let sendable = address.is_ascii() && is_email(&address) && address.parse::<Address>().is_ok();
    sendable.then_some(address)
}

/// What a browser calls itself, in two words people know: `Firefox, Windows`.
#[must_use]
pub fn browser(user_agent: &str) -> String {
    // The order matters: most browsers also claim to be Chrome and Safari.
    let browsers = [
        ("YaBrowser", "Yandex Browser"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let words: Vec<&str> = [named(&browsers), named(&systems)].into_iter().flatten().collect();
    if words.is_empty() { user_agent.chars().take(60).collect() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowered_or_refused() {
        for (text, kept) in [
            (" Aziz.Demov@Example.ORG ", Some("aziz.demov@example.org")),
            ("a+b@mail.example.org", Some("a+b@mail.example.org")),
            ("a@xn--e1afmkfd.xn--p1ai", Some("a@xn--e1afmkfd.xn--p1ai")),
            ("a@Пример.рф", Some("a@xn--e1afmkfd.xn--p1ai")),
            ("\"a b\"@x.example", None),
            ("\"a\"@x.example", None),
            ("a..b@x.example", None),
            ("a@x_y.example", None),
            ("nobody", None),
            ("a@b", None),
            ("a@[127.0.0.1]", None),
            ("a@127.0.0.1", None),
            ("a@example.org\r\nBcc: b@example.org", None),
            ("a b@example.org", None),
            ("почта@example.org", None),
        ] {
            assert_eq!(normal_email(text).as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn browsers_are_told_apart() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome, Linux");
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(iphone), "Safari, iOS");
        assert_eq!(browser("curl/8.14"), "curl/8.14");
        assert_eq!(browser(""), "");
    }
}
