//! Which of the two languages a page is shown in.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Russian,
    English,
}

impl Language {
    /// `?lang=` if it is one of ours, else the browser's preference, else Russian.
    pub(crate) fn of(req: &HttpRequest) -> Self {
        let asked = url::form_urlencoded::parse(req.query_string().as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, value)| Self::from_tag(&value));
        let header = req.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        asked.unwrap_or_else(|| Self::preferred(header))
    }

    fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next().map(str::to_ascii_lowercase).as_deref() {
            Some("ru") => Some(Self::Russian),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    fn preferred(accept_language: &str) -> Self {
        let weighted = accept_language.split(',').filter_map(|entry| {
            let (tag, quality) = entry.split_once(";q=").unwrap_or((entry, "1"));
            Some((quality.trim().parse::<f32>().ok().filter(|quality| *quality > 0.0)?, Self::from_tag(tag)?))
        });
        // The first of equals wins, as browsers list by preference.
        let best = weighted.reduce(|best, next| if next.0 > best.0 { next } else { best });
        best.map_or(Self::Russian, |(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_weighted_known_language_wins() {
        for (header, language) in [
            ("", Language::Russian),
            ("en-GB,en;q=0.9,ru;q=0.8", Language::English),
            ("de, en;q=0.5, ru;q=0.7", Language::Russian),
            ("fr", Language::Russian),
            ("en;q=0, ru", Language::Russian),
        ] {
            assert_eq!(Language::preferred(header), language, "{header}");
        }
    }
}
