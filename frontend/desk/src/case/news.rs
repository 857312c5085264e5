//! What others have changed in a case while an officer looked at it.

use catalogue::text::{DEFAULT_LANGUAGE, Text};
use kit::prelude::*;
use openapi::desk::Case;

use super::OpenCase;

/// One change: a key of the locale file and the values of its text, each in its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    key: &'static str,
    values: Vec<(&'static str, Text)>,
}

impl News {
    fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: Text) -> Self {
        self.values.push((name, value));
        self
    }

    /// A value that is the same in every language.
    fn with_plain(self, name: &'static str, value: String) -> Self {
        self.with(name, Text::from_iter([(DEFAULT_LANGUAGE, value)]))
    }
}

/// What is different between two readings of a case; never empty, for a new version always means something.
pub fn changes(before: &Case, after: &Case) -> Vec<News> {
    let mut news = Vec::new();
    if before.state != after.state {
        let (from, to) = (before.label.clone(), after.label.clone());
        news.push(News::new("desk.news_state").with("from", from).with("to", to));
    }
    let holder = |case: &Case| case.officer.as_ref().map(|officer| officer.id);
    if holder(before) != holder(after) {
        news.push(match &after.officer {
            Some(officer) => News::new("desk.news_officer").with_plain("name", officer.name.clone()),
            None => News::new("desk.news_released"),
        });
    }
    if before.mended != after.mended && !after.mended.is_empty() {
        news.push(News::new("desk.news_mended").with_plain("count", after.mended.len().to_string()));
    }
    if before.checks != after.checks || before.check_pending != after.check_pending {
        news.push(News::new("desk.news_checks"));
    }
    // A case that has just been taken or given back shows or hides its answers; that is not a change of them.
    let both_readable = !before.answers.is_empty() && !after.answers.is_empty();
    if both_readable && (before.answers != after.answers || before.documents != after.documents) {
        news.push(News::new("desk.news_answers"));
    }
    if news.is_empty() {
        news.push(News::new("desk.news_other"));
    }
    news
}

/// Says what has changed, until the officer has taken notice.
#[component]
pub fn NewsAlert(open: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let noticed = Callback::new(move |()| open.take_notice());
    drawn(move || {
        let news = open.news.get();
        (!news.is_empty()).then(|| {
            let lines = news.into_iter().map(|News { key, values }| {
                let words: Vec<(&str, String)> =
                    values.iter().map(|(name, value)| (*name, i18n.text(value))).collect();
                let values: Vec<(&str, &str)> =
                    words.iter().map(|(name, words)| (*name, words.as_str())).collect();
                view! { <li>{i18n.t_with(key, &values)}</li> }
            });
            let lines = lines.collect_view();
            view! {
                <div role="status">
                    <Alert tone=Tone::Warning title=t("desk.news_title")>
                        <ul class="list">{lines}</ul>
                        <p class="small">{t("desk.news_kept")}</p>
                        <Actions>
                            <Button kind="secondary sm" on_press=noticed>{t("desk.news_noticed")}</Button>
                        </Actions>
                    </Alert>
                </div>
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(change: impl FnOnce(&mut Case)) -> Case {
        let text = r#"{
            "id": "00000000-0000-0000-0000-000000000001", "number": "X-1", "service": "s", "service_version": 1,
            "title": {"ru": "a"}, "state": "in_review", "label": {"ru": "b"}, "version": 3,
            "applicant": {"name": "n", "language": "ru"}, "answers": {"a": "1"}, "documents": [], "remarks": [],
            "mended": [], "checks": [], "check_pending": false,
            "clock": {"waiting_for": "service", "paused": false}, "timeline": [], "papers": [],
            "revocable": false, "unanswered": false, "submitted_at": "2026-11-17T10:00:00Z"
        }"#;
        let mut case: Case = serde_json::from_str(text).unwrap();
        change(&mut case);
        case
    }

    fn keys(after: &Case) -> Vec<&'static str> {
        changes(&case(|_| ()), after).into_iter().map(|news| news.key).collect()
    }

    #[test]
    fn every_change_has_its_word() {
        assert_eq!(keys(&case(|case| case.version = 4)), ["desk.news_other"]);
        assert_eq!(keys(&case(|case| case.check_pending = true)), ["desk.news_checks"]);
        assert_eq!(keys(&case(|case| case.mended = vec!["/answers/a".to_owned()])), ["desk.news_mended"]);
        assert_eq!(
            keys(&case(|case| case.state = openapi::applications::State::Withdrawn)),
            ["desk.news_state"]
        );
    }

    #[test]
    fn answers_that_became_hidden_have_not_changed() {
        assert_eq!(keys(&case(|case| case.answers.clear())), ["desk.news_other"]);
        assert_eq!(
            keys(&case(|case| {
                case.answers.insert("a".to_owned(), "2".into());
            })),
            ["desk.news_answers"]
        );
    }
}
