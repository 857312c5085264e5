//! People: how an account is opened, how its owner signs in, and where (A2).

pub mod api;
pub mod codes;
pub(crate) mod cookie;
pub mod employ;
pub mod letters;
pub mod limits;
pub mod officers;
pub mod passwords;
pub mod phones;
pub mod restore;
pub mod sessions;
mod sign_in;
mod sign_up;
pub mod store;

use lettre::Address;

/// An e-mail address as it is kept: ASCII, lower-case, with a real domain. `None` when it is not one.
#[must_use]
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim();
    let address: Address = text.parse().ok().filter(|_| text.is_ascii() && text.len() <= 254)?;
    let domain = address.domain();
    let last = domain.rsplit_once('.').map(|(_, last)| last)?;
    let real =
        last.len() >= 2 && last.bytes().any(|byte| byte.is_ascii_alphabetic()) && !domain.starts_with('[');
    real.then(|| text.to_ascii_lowercase())
}

/// What a browser calls itself, in two words people know: `Firefox, Windows`.
#[must_use]
pub fn device(user_agent: &str) -> String {
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
        assert_eq!(device(chrome), "Chrome, Linux");
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1";
        assert_eq!(device(iphone), "Safari, iOS");
        assert_eq!(device("curl/8.14"), "curl/8.14");
        assert_eq!(device(""), "");
    }
}
