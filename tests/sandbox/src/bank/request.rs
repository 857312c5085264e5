//! Reading and judging what a merchant sends, with the provider's parameter names in the errors.

use actix_web::http::StatusCode;
use serde_json::{Map, Value};
use url::Url;

use super::error::BankError;
use super::model::{MethodKind, Money};
use super::tables::Tables;

/// A payment to be created.
#[derive(Clone, Debug)]
pub(crate) struct NewPayment {
    pub(crate) amount: Money,
    pub(crate) capture: bool,
    pub(crate) method: Option<MethodKind>,
    pub(crate) confirm: Confirm,
    pub(crate) description: Option<String>,
    pub(crate) metadata: Map<String, Value>,
}

/// How the payer confirms.
#[derive(Clone, Debug)]
pub(crate) enum Confirm {
    Redirect { return_url: String },
    Qr,
}

/// A refund to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewRefund {
    pub(crate) payment_id: String,
    pub(crate) amount: Money,
    pub(crate) description: Option<String>,
}

type Checked<T> = Result<T, BankError>;

impl NewPayment {
    pub(crate) fn read(body: &Value, tables: &Tables) -> Checked<Self> {
        for right in ["save_payment_method", "payment_token", "payment_method_id"] {
            if body.get(right).is_some_and(|value| *value != Value::Bool(false)) {
                return Err(BankError { parameter: Some(right.into()), ..not_allowed() });
            }
        }
        let method = read_method(body)?;
        let amount = read_amount(body)?;
        check_limits(amount, method, tables)?;
        let capture = read_bool(body, "capture")?.unwrap_or(false);
        if method == Some(MethodKind::Sbp) && !capture {
            return Err(BankError::parameter("two_stage", "capture"));
        }
        Ok(Self {
            amount,
            capture,
            method,
            confirm: read_confirmation(body, method)?,
            description: read_text(body, "description", 128)?,
            metadata: read_metadata(body)?,
        })
    }
}

impl NewRefund {
    pub(crate) fn read(body: &Value) -> Checked<Self> {
        let payment_id = read_text(body, "payment_id", 64)?
            .ok_or_else(|| BankError::parameter("required", "payment_id"))?;
        Ok(Self { payment_id, amount: read_amount(body)?, description: read_text(body, "description", 250)? })
    }
}

/// The amount of a capture, if it is not the whole.
pub(crate) fn read_optional_amount(body: &Value) -> Checked<Option<Money>> {
    body.get("amount").filter(|amount| !amount.is_null()).map(|_| read_amount(body)).transpose()
}

fn not_allowed() -> BankError {
    BankError::plain(StatusCode::FORBIDDEN, "not_allowed")
}

fn read_method(body: &Value) -> Checked<Option<MethodKind>> {
    let Some(data) = body.get("payment_method_data").filter(|data| !data.is_null()) else {
        return Ok(None);
    };
    // Card data sent by the merchant itself needs a PCI DSS certificate, which this shop does not have.
    if data.get("card").is_some() {
        return Err(BankError { parameter: Some("payment_method_data.card".into()), ..not_allowed() });
    }
    let kind =
        data.get("type").ok_or_else(|| BankError::parameter("required", "payment_method_data.type"))?;
    serde_json::from_value(kind.clone())
        .map(Some)
        .map_err(|_| BankError::parameter("unsupported", "payment_method_data.type"))
}

fn read_amount(body: &Value) -> Checked<Money> {
    let amount = body.get("amount").ok_or_else(|| BankError::parameter("required", "amount"))?;
    let currency = amount.get("currency").and_then(Value::as_str);
    match currency {
        Some("RUB") => {}
        Some(_) => return Err(BankError::parameter("currency", "amount.currency")),
        None => return Err(BankError::parameter("required", "amount.currency")),
    }
    let value = amount.get("value").ok_or_else(|| BankError::parameter("required", "amount.value"))?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let money = Money::parse(&text).ok_or_else(|| BankError::parameter("format", "amount.value"))?;
    if money == Money(0) { Err(BankError::parameter("too_small", "amount.value")) } else { Ok(money) }
}

fn check_limits(amount: Money, method: Option<MethodKind>, tables: &Tables) -> Checked<()> {
    if amount < tables.least() {
        return Err(BankError::parameter("too_small", "amount.value"));
    }
    if amount > tables.most(method) {
        return Err(BankError::parameter("too_big", "amount.value"));
    }
    Ok(())
}

fn read_confirmation(body: &Value, method: Option<MethodKind>) -> Checked<Confirm> {
    let confirmation =
        body.get("confirmation").ok_or_else(|| BankError::parameter("required", "confirmation"))?;
    match confirmation.get("type").and_then(Value::as_str) {
        Some("redirect") => {
            let url = read_text(confirmation, "return_url", 2048)
                .map_err(|error| BankError { parameter: Some("confirmation.return_url".into()), ..error })?
                .ok_or_else(|| BankError::parameter("required", "confirmation.return_url"))?;
            // The hosted page sends the payer there: only a web address is one.
            let is_web = Url::parse(&url).is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https"));
            if is_web {
                Ok(Confirm::Redirect { return_url: url })
            } else {
                Err(BankError::parameter("format", "confirmation.return_url"))
            }
        }
        Some("qr") if method == Some(MethodKind::Sbp) => Ok(Confirm::Qr),
        Some(_) => Err(BankError::parameter("unsupported", "confirmation.type")),
        None => Err(BankError::parameter("required", "confirmation.type")),
    }
}

fn read_metadata(body: &Value) -> Checked<Map<String, Value>> {
    let metadata = match body.get("metadata") {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(metadata)) => metadata,
        Some(_) => return Err(BankError::parameter("format", "metadata")),
    };
    if metadata.len() > 16 {
        return Err(BankError::parameter("too_many", "metadata"));
    }
    for (key, value) in metadata {
        let text = value.as_str().ok_or_else(|| BankError::parameter("format", "metadata"))?;
        if key.chars().count() > 32 || text.chars().count() > 512 {
            return Err(BankError::parameter("too_long", "metadata"));
        }
    }
    Ok(metadata.clone())
}

fn read_text(body: &Value, name: &str, most: usize) -> Checked<Option<String>> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() > most => {
            Err(BankError::parameter("too_long", name))
        }
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(BankError::parameter("format", name)),
    }
}

fn read_bool(body: &Value, name: &str) -> Checked<Option<bool>> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(BankError::parameter("format", name)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn valid() -> Value {
        json!({
            "amount": {"value": "1600.00", "currency": "RUB"}, "capture": true,
            "confirmation": {"type": "redirect", "return_url": "https://example.test/back"},
        })
    }

    #[test]
    fn each_wrong_parameter_is_named() {
        let tables = Tables::load().unwrap();
        assert_eq!(NewPayment::read(&valid(), &tables).unwrap().amount, Money(160_000));
        for (pointer, value, why, parameter) in [
            ("amount", json!({"value": "x", "currency": "RUB"}), "format", "amount.value"),
            ("amount", json!({"value": "1.00", "currency": "USD"}), "currency", "amount.currency"),
            ("amount", json!({"value": "0.99", "currency": "RUB"}), "too_small", "amount.value"),
            ("amount", json!({"value": "700000.01", "currency": "RUB"}), "too_big", "amount.value"),
            ("capture", json!("yes"), "format", "capture"),
            ("confirmation", json!({"type": "redirect"}), "required", "confirmation.return_url"),
            (
                "confirmation",
                json!({"type": "redirect", "return_url": "javascript:alert(1)"}),
                "format",
                "confirmation.return_url",
            ),
            ("confirmation", json!({"type": "qr"}), "unsupported", "confirmation.type"),
            ("payment_method_data", json!({"type": "cash"}), "unsupported", "payment_method_data.type"),
            ("description", json!("я".repeat(129)), "too_long", "description"),
            ("metadata", json!({"a": 1}), "format", "metadata"),
            ("save_payment_method", json!(true), "not_allowed", "save_payment_method"),
        ] {
            let mut body = valid();
            body[pointer] = value;
            let error = NewPayment::read(&body, &tables).unwrap_err();
            assert_eq!((error.why, error.parameter.as_deref()), (why, Some(parameter)));
        }
    }
}
