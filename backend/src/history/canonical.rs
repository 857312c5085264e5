//! One way to write a JSON value, whoever writes it: RFC 8785 (JCS), without fractions.

use serde_json::Value;

use crate::error::{Error, Result};

/// The value in UTF-8: members sorted by name, no white space, shortest escapes, whole numbers only.
///
/// # Errors
/// `internal` for a number with a fraction: programs do not agree on how to write those.
pub fn bytes(value: &Value) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => serde_json::to_writer(out, value)?,
        Value::Number(number) if number.is_f64() => {
            return Err(Error::internal(anyhow::anyhow!("a fraction has no canonical form")));
        }
        Value::Number(_) => serde_json::to_writer(out, value)?,
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (i, (name, item)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, name)?;
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_is_spaced() {
        let value = json!({ "я": [1, -2, true, null], "a": { "z": "\u{1f}\n\"", "b": {} } });
        let text = String::from_utf8(bytes(&value).unwrap()).unwrap();
        assert_eq!(text, r#"{"a":{"b":{},"z":"\u001f\n\""},"я":[1,-2,true,null]}"#);
    }

    #[test]
    fn fractions_are_refused() {
        assert!(bytes(&json!({ "a": [0.5] })).is_err());
    }
}
