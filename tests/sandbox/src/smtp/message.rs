//! A received message, decoded.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use serde::Serialize;

/// A mail as it was received and as a person reads it.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    pub id: String,
    pub received_at: DateTime<Utc>,
    pub envelope_from: String,
    pub envelope_to: Vec<String>,
    /// Address of the From header.
    pub from: Option<String>,
    /// Addresses of the To header.
    pub to: Vec<String>,
    pub subject: Option<String>,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// All headers as they stand, name and raw value.
    pub headers: Vec<(String, String)>,
    /// The text/plain part, or the HTML part as text.
    pub text: Option<String>,
    /// The text/html part, if there is one.
    pub html: Option<String>,
    /// Web addresses in text and HTML, each once, in order.
    pub links: Vec<String>,
    pub attachments: Vec<Attachment>,
    /// In bytes.
    pub size: usize,
    /// The message without dot-stuffing.
    #[serde(skip)]
    pub raw: Arc<[u8]>,
}

/// A part that is neither of the two bodies.
#[derive(Clone, Debug, Serialize)]
pub struct Attachment {
    pub name: Option<String>,
    pub content_type: Option<String>,
    /// Decoded, in bytes.
    pub size: usize,
}

impl Mail {
    pub(crate) fn read(from: String, to: Vec<String>, raw: Vec<u8>, now: DateTime<Utc>) -> Self {
        let parsed = MessageParser::default().parse(&raw).unwrap_or_default();
        let text = parsed.body_text(0).map(Cow::into_owned);
        let html = html_of(&parsed);
        let links = links(text.as_deref(), html.as_deref());
        Self {
            id: String::new(),
            received_at: now,
            envelope_from: from,
            envelope_to: to,
            from: addresses(parsed.from()).pop(),
            to: addresses(parsed.to()),
            subject: parsed.subject().map(str::to_owned),
            message_id: parsed.message_id().map(str::to_owned),
            headers: parsed
                .headers_raw()
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
            text,
            html,
            links,
            attachments: parsed.attachments().map(attachment).collect(),
            size: raw.len(),
            raw: raw.into(),
        }
    }
}

fn html_of(message: &Message<'_>) -> Option<String> {
    // The parser offers a plain part as HTML when there is no other: that is not a part of the mail.
    message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.clone().into_owned()),
        _ => None,
    })
}

fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    header
        .into_iter()
        .flat_map(Address::iter)
        .filter_map(|address| address.address().map(str::to_owned))
        .collect()
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    Attachment { name: part.attachment_name().map(str::to_owned), content_type, size: part.len() }
}

fn links(text: Option<&str>, html: Option<&str>) -> Vec<String> {
    let from_text = text.into_iter().flat_map(split_links).filter(|(_, is_link)| *is_link);
    let from_html = html.into_iter().flat_map(hrefs);
    let mut links: Vec<String> = Vec::new();
    for link in from_text.map(|(link, _)| link.to_owned()).chain(from_html) {
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

fn hrefs(html: &str) -> impl Iterator<Item = String> {
    html.split("href=").skip(1).filter_map(|rest| {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let link = rest.get(1..)?.split(quote).next()?.replace("&amp;", "&").replace("&#x2f;", "/");
        (link.starts_with("http://") || link.starts_with("https://")).then_some(link)
    })
}

/// Cuts a text into pieces, each with whether it is a web address.
pub(crate) fn split_links(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = [rest.find("http://"), rest.find("https://")].into_iter().flatten().min() {
        let (before, from_link) = rest.split_at(start);
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '«' | '»');
        let found = from_link.split(ends).next().unwrap_or(from_link);
        // A full stop at the end belongs to the sentence.
        let link = found.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        pieces.extend([(before, false), (link, true)]);
        rest = from_link.get(link.len()..).unwrap_or_default();
    }
    pieces.push((rest, false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_links() {
        let text = "Откройте (https://example.test/a?b=1), или http://localhost:8080/x.";
        assert_eq!(
            split_links(text),
            [
                ("Откройте (", false),
                ("https://example.test/a?b=1", true),
                ("), или ", false),
                ("http://localhost:8080/x", true),
                (".", false),
            ]
        );
        assert_eq!(split_links("без ссылок"), [("без ссылок", false)]);
    }

    #[test]
    fn a_mail_in_encoded_words_and_base64_is_decoded() {
        let raw = "From: =?utf-8?B?0J/RgNC40YfQsNC7?= <no-reply@example.test>\r\nTo: a@example.test\r\n\
                   Subject: =?utf-8?Q?=D0=9A=D0=BE=D0=B4?=\r\nMessage-ID: <1@example.test>\r\n\
                   Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
                   0JLQsNGIINC60L7QtA==\r\n";
        let mail = Mail::read("x@example.test".into(), vec![], raw.as_bytes().to_vec(), Utc::now());
        assert_eq!(mail.subject.as_deref(), Some("Код"));
        assert_eq!(mail.text.as_deref().map(str::trim), Some("Ваш код"));
        assert_eq!(mail.html, None);
        assert_eq!(mail.message_id.as_deref(), Some("1@example.test"));
        assert_eq!(mail.from.as_deref(), Some("no-reply@example.test"));
    }

    #[test]
    fn what_is_not_a_mail_is_kept_all_the_same() {
        let mail =
            Mail::read(String::new(), vec!["a@example.test".into()], vec![0, 159, 146, 150], Utc::now());
        assert_eq!((mail.size, mail.links.len()), (4, 0));
    }
}
