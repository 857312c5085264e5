//! Letters by SMTP: plain text and HTML side by side, from the templates in `backend/templates/`.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use minijinja::{Environment, UndefinedBehavior, context};

use crate::config;
use crate::texts::{Texts, fill};

const NAMESPACE: &str = "letters";
/// The longest subject, characters.
const SUBJECT: usize = 150;

/// Why a letter has not been taken. Never holds the server's words: they repeat the address.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The server has refused for good, with this reply.
    #[error("the mail server refuses with reply {0}")]
    Refused(u16),
    /// What is to be sent to is not an address.
    #[error("not an address")]
    NotAnAddress,
    /// The server does not answer, or asks for patience: try again.
    #[error("the mail server does not take it: {0}")]
    Unavailable(String),
    /// The letter itself cannot be made.
    #[error("the letter cannot be made: {0}")]
    Unmade(String),
}

impl MailError {
    /// Whether another try is useless: there is no such mailbox, or it takes nothing. Other refusals (a password that is
    /// wrong, a sender who is not let in) are about us and concern every letter.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(550..=553 | 556) | Self::NotAnAddress)
    }
}

/// A letter to one person, in words of their language.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What the letter is about; a repeat has the same, and so the same `Message-ID`.
    pub id: String,
    pub to: String,
    pub language: String,
    /// For the greeting; `None` greets without a name.
    pub given_name: Option<String>,
    pub subject: String,
    pub paragraphs: Vec<String>,
    pub action: Option<Action>,
}

/// What to do next: a button.
#[derive(Debug, Clone)]
pub struct Action {
    pub label: String,
    pub url: String,
}

#[derive(Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    templates: Arc<Environment<'static>>,
    from: Mailbox,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({})", self.from)
    }
}

impl Mail {
    /// # Errors
    /// Names the setting or template that is wrong. Nothing is sent yet.
    pub fn new(config: &config::Mail) -> anyhow::Result<Self> {
        let from: Mailbox = config.from.parse().map_err(|error| anyhow::anyhow!("mail.from: {error}"))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url.expose())
            .map_err(|error| anyhow::anyhow!("mail.url: {error}"))?
            .timeout(Some(Duration::from_secs(config.timeout_seconds)))
            .pool_config(PoolConfig::new().max_size(4))
            .build();
        Ok(Self { transport, templates: Arc::new(templates()?), from })
    }

    /// Sends a letter; gives its `Message-ID`.
    ///
    /// # Errors
    /// [`MailError`].
    pub async fn send(&self, texts: &Texts, letter: &Letter) -> Result<String, MailError> {
        let message_id = format!("<{}@{}>", letter.id, self.from.email.domain());
        let message = self.message(texts, letter, &message_id)?;
        self.transport.send(message).await.map_err(|error| not_taken(&error))?;
        Ok(message_id)
    }

    fn message(&self, texts: &Texts, letter: &Letter, message_id: &str) -> Result<Message, MailError> {
        let to: Address = letter.to.parse().map_err(|_| MailError::NotAnAddress)?;
        let text = self.render("letter.txt", texts, letter)?;
        let html = self.render("letter.html", texts, letter)?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(message_id.to_owned()))
            .subject(one_line(&letter.subject))
            // Absence notices should not answer.
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| MailError::Unmade(error.to_string()))
    }

    fn render(&self, template: &str, texts: &Texts, letter: &Letter) -> Result<String, MailError> {
        let word = |key: &str| texts.get(&letter.language, NAMESPACE, key).unwrap_or_default();
        let greeting = match &letter.given_name {
            Some(name) => word("greeting").replace("{name}", name),
            None => word("greeting_nameless").to_owned(),
        };
        let support = texts.support(&letter.language);
        let no_value = |name: &str| MailError::Unmade(format!("no {name} for the foot"));
        let values = context! {
            language => letter.language.as_str(),
            site => word("site"),
            subject => one_line(&letter.subject),
            greeting => greeting,
            paragraphs => letter.paragraphs.clone(),
            action => letter.action.as_ref().map(|action| context! { label => action.label.as_str(), url => action.url.as_str() }),
            link_hint => word("link_hint"),
            footer => fill(word("footer"), &support).map_err(no_value)?,
        };
        let rendered = self.templates.get_template(template).and_then(|template| template.render(values));
        rendered.map_err(|error| MailError::Unmade(format!("template {template}: {error}")))
    }
}

/// What went wrong, by its kind and number.
fn not_taken(error: &lettre::transport::smtp::Error) -> MailError {
    let mut causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let io = causes.find_map(|cause| cause.downcast_ref::<std::io::Error>());
    match (error.status().map(u16::from), io) {
        (Some(reply), _) if error.is_permanent() => MailError::Refused(reply),
        (Some(reply), _) => MailError::Unavailable(format!("reply {reply}")),
        (None, Some(io)) => MailError::Unavailable(io.kind().to_string()),
        (None, None) if error.is_tls() => MailError::Unavailable("no secure connection".to_owned()),
        (None, None) => MailError::Unavailable("the conversation broke off".to_owned()),
    }
}

fn templates() -> anyhow::Result<Environment<'static>> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_template("letter.html", include_str!("../../templates/letter.html"))?;
    templates.add_template("letter.txt", include_str!("../../templates/letter.txt"))?;
    Ok(templates)
}

/// A subject is one line without control characters, whatever went into it (abuse 26).
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT).collect()
}

/// `Auto-Submitted: auto-generated` (RFC 3834).
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use catalogue::load::Catalogue;
    use serde_json::json;

    use super::*;

    fn written(letter: &Letter) -> String {
        let config = config::Mail {
            url: "smtp://127.0.0.1:1".into(),
            from: "Prichal <no-reply@prichal.example>".to_owned(),
            timeout_seconds: 1,
        };
        let words = json!({ "site": "Prichal", "greeting": "Hello, {name}!", "link_hint": "Link:", "footer": "Bye." });
        let locales = BTreeMap::from([("en".to_owned(), BTreeMap::from([(NAMESPACE.to_owned(), words)]))]);
        let texts = Texts::new(&Catalogue { locales, ..Catalogue::default() });
        let message = Mail::new(&config).unwrap().message(&texts, letter, "<7@prichal.example>").unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    fn letter() -> Letter {
        Letter {
            id: "7".to_owned(),
            to: "a@example.org".to_owned(),
            language: "en".to_owned(),
            given_name: Some("Aziz".to_owned()),
            subject: "Paid".to_owned(),
            paragraphs: vec!["One.".to_owned(), "Two.".to_owned()],
            action: Some(Action {
                label: "Open".to_owned(),
                url: "https://prichal.example/a?b&c".to_owned(),
            }),
        }
    }

    #[tokio::test]
    async fn a_letter_is_plain_and_beautiful() {
        let text = written(&letter());
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(
            text.contains("Message-ID: <7@prichal.example>")
                && text.contains("Auto-Submitted: auto-generated")
        );
        assert!(
            text.contains(
                "Hello, Aziz!\r\n\r\nOne.\r\n\r\nTwo.\r\n\r\nOpen:\r\nhttps://prichal.example/a?b&c"
            )
        );
        assert!(text.contains("a?b&amp;c"), "{text}");
    }

    #[test]
    fn only_what_is_about_the_mailbox_is_final() {
        for reply in [550, 551, 552, 553, 556] {
            assert!(MailError::Refused(reply).is_final(), "{reply}");
        }
        for reply in [500, 521, 530, 535, 554] {
            assert!(!MailError::Refused(reply).is_final(), "{reply}");
        }
        assert!(!MailError::Unavailable("reply 451".to_owned()).is_final());
    }

    #[tokio::test]
    async fn nothing_slips_into_headers_or_markup() {
        let sly = Letter {
            subject: "Paid\r\nBcc: b@example.org".to_owned(),
            given_name: Some("<img src=x>".to_owned()),
            ..letter()
        };
        let text = written(&sly);
        assert!(!text.contains("\nBcc:"), "{text}");
        assert!(text.contains("&lt;img"), "{text}");
    }
}
