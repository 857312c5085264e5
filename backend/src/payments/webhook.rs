//! The bank's webhook: a hint which payment to read, nothing more. The bank does not sign it, so anybody may have
//! written it; no word of it is believed.

use serde_json::Value;

/// Events that concern a payment.
const EVENTS: [&str; 4] =
    ["payment.waiting_for_capture", "payment.succeeded", "payment.canceled", "refund.succeeded"];
/// The longest id that is looked up, characters.
const LONGEST_ID: usize = 64;

/// Which payment to look at, and what makes this hint another than the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint {
    /// The bank's id of the payment.
    pub provider_id: String,
    /// Event and payment: a repeated webhook has the same, and so has a forged one that only names another object.
    pub event_key: String,
}

/// What a body hints at; `None` for everything else there may be.
pub(super) fn hint(body: &Value) -> Option<Hint> {
    let event = body.get("event")?.as_str().filter(|event| EVENTS.contains(event))?;
    let object = body.get("object")?;
    let id = |name: &str| object.get(name)?.as_str().filter(|id| is_id(id));
    let provider_id = if event == "refund.succeeded" { id("payment_id")? } else { id("id")? };
    Some(Hint { provider_id: provider_id.to_owned(), event_key: format!("{event}:{provider_id}") })
}

fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payment_event_names_its_payment() {
        let body =
            json!({ "type": "notification", "event": "payment.succeeded", "object": { "id": "30b5-1" } });
        let expected =
            Hint { provider_id: "30b5-1".to_owned(), event_key: "payment.succeeded:30b5-1".to_owned() };
        assert_eq!(hint(&body), Some(expected));
        let refund =
            json!({ "event": "refund.succeeded", "object": { "id": "r-1", "payment_id": "30b5-1" } });
        assert_eq!(hint(&refund).map(|hint| hint.provider_id).as_deref(), Some("30b5-1"));
    }

    #[test]
    fn everything_else_hints_at_nothing() {
        for body in [
            json!(null),
            json!([]),
            json!({ "event": "payment.succeeded" }),
            json!({ "event": "payment.succeeded", "object": { "id": 7 } }),
            json!({ "event": "payment.succeeded", "object": { "id": "a'; drop table payments" } }),
            json!({ "event": "payment.succeeded", "object": { "id": "x".repeat(65) } }),
            json!({ "event": "payout.succeeded", "object": { "id": "30b5-1" } }),
            json!({ "event": ["payment.succeeded"], "object": { "id": "30b5-1" } }),
        ] {
            assert_eq!(hint(&body), None, "{body}");
        }
    }
}
