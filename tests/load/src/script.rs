//! From the statements of a request to a script of pgbench that runs them for anybody.
//!
//! The same request is recorded for two people. Where a value contains the digits of the person, the script puts those
//! of whoever it runs for. An id that is neither person's was made by the server: the script makes one of its own, the
//! same wherever the request used the same. A text that differs otherwise must be unique, or so we assume: the script
//! makes a new one. Everything else is sent as it was. Every value stays a value: what the server plans is the text
//! of the statement, as for the API.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use uuid::Uuid;

use crate::data;
use crate::recorder::{Statement, Value};

/// A script and the texts that its variables `c1`, `c2` … stand for.
#[derive(Debug)]
pub struct Script {
    pub text: String,
    pub constants: Vec<String>,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The twelve digits of the person.
    Person,
    /// An id of the server's own making, by order of appearance.
    Fresh(usize),
}

/// Writes the script from recordings of the same request for the people `a` and `b`. `choice` is what sets the
/// variable `i`, the person of each run; `u` is set by the caller's first line and never the same twice.
pub fn write(choice: &str, a: (&[Statement], u64), b: (&[Statement], u64)) -> Result<Script> {
    ensure!(a.0.len() == b.0.len(), "two recordings of a request differ: {a:#?}\n{b:#?}");
    let mut script = Script { text: format!("{choice}\n"), constants: Vec::new() };
    let (mut ids_a, mut ids_b) = (Vec::new(), Vec::new());
    // One trip for everything: the least the database can be asked to do.
    let pipeline = a.0.len() > 1;
    if pipeline {
        script.text.push_str("\\startpipeline\n");
    }
    for (one, other) in a.0.iter().zip(b.0) {
        ensure!(one.sql == other.sql, "two recordings of a request differ:\n{}\n{}", one.sql, other.sql);
        let mut values = Vec::new();
        for (value, other) in one.values.iter().zip(&other.values) {
            let pieces = pieces(value, a.1, &mut ids_a)?;
            let others = self::pieces(other, b.1, &mut ids_b)?;
            values.push(script.expression(value.oid, pieces, others)?);
        }
        writeln!(script.text, "{};", fill(&one.sql, &values)?)?;
    }
    if pipeline {
        script.text.push_str("\\endpipeline\n");
    }
    Ok(script)
}

impl Script {
    fn expression(&mut self, oid: u32, a: Option<Vec<Piece>>, b: Option<Vec<Piece>>) -> Result<String> {
        let kind = type_name(oid)?;
        let Some(mut pieces) = a else { return Ok(format!("null::{kind}")) };
        if Some(&pieces) != b.as_ref() && kind == "text" {
            // Unlike any other in this column, and not named by anything else.
            pieces = unique(&self.constants.len().to_string());
        } else if Some(&pieces) != b.as_ref() && kind == "text[]" {
            // Of as many texts as the server has drawn.
            let drawn = pieces.iter().map(commas).sum::<usize>() + 1;
            pieces = vec![Piece::Text("{".to_owned())];
            for n in 0..drawn {
                if n > 0 {
                    pieces.push(Piece::Text(",".to_owned()));
                }
                pieces.extend(unique(&format!("{}-{n}", self.constants.len())));
            }
            pieces.push(Piece::Text("}".to_owned()));
        }
        let parts: Vec<String> = pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => {
                    self.constants.push(text);
                    format!(":c{}::text", self.constants.len())
                }
                Piece::Person => "lpad(to_hex(:i::bigint), 12, '0')".to_owned(),
                Piece::Fresh(n) => {
                    // In the order of time like the ids of the server, so that indexes grow at their end.
                    self.constants.push(format!("fe000000-0000-7000-8{n:03x}-"));
                    format!("concat(:c{}::text, lpad(to_hex(:u::bigint), 12, '0'))", self.constants.len())
                }
            })
            .collect();
        Ok(match parts.as_slice() {
            [one] => format!("({one})::{kind}"),
            many => format!("concat({})::{kind}", many.join(", ")),
        })
    }
}

/// A text unlike any other, however often the script is run.
fn unique(place: &str) -> Vec<Piece> {
    vec![Piece::Text(format!("bench-{place}-")), Piece::Fresh(0)]
}

fn commas(piece: &Piece) -> usize {
    if let Piece::Text(text) = piece { text.matches(',').count() } else { 0 }
}

/// Puts the values in the places of `$1`, `$2` ….
fn fill(sql: &str, values: &[String]) -> Result<String> {
    let mut out = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        let value = number.parse::<usize>().ok().and_then(|n| values.get(n.checked_sub(1)?));
        out.push_str(before);
        out.push_str(value.with_context(|| format!("a value is missing: {sql}"))?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out.replace('\n', " "))
}

/// A value in its parts; `None` is null. `ids` are those of the server's own making that have been seen so far.
fn pieces(value: &Value, person: u64, ids: &mut Vec<Uuid>) -> Result<Option<Vec<Piece>>> {
    let Some(bytes) = &value.bytes else { return Ok(None) };
    let text = text(value.oid, bytes)?;
    let own = data::digits(person);
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).and_then(|id| Uuid::try_parse(id).ok());
        let (piece, length) = match id {
            Some(id) if !rest.get(..36).is_some_and(|id| id.ends_with(&own)) => {
                let known = ids.iter().position(|seen| *seen == id).unwrap_or_else(|| {
                    ids.push(id);
                    ids.len() - 1
                });
                (Some(Piece::Fresh(known)), 36)
            }
            _ if rest.starts_with(&own) => (Some(Piece::Person), own.len()),
            _ => (None, first.len_utf8()),
        };
        let (taken, after) = rest.split_at(length);
        match piece {
            Some(piece) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(piece);
            }
            None => plain.push_str(taken),
        }
        rest = after;
    }
    if !plain.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(Some(pieces))
}

fn type_name(oid: u32) -> Result<&'static str> {
    Ok(match oid {
        16 => "boolean",
        17 => "bytea",
        20 => "bigint",
        21 => "smallint",
        23 => "integer",
        25 => "text",
        701 => "double precision",
        1009 => "text[]",
        1082 => "date",
        1184 => "timestamptz",
        2950 => "uuid",
        2951 => "uuid[]",
        3802 => "jsonb",
        other => bail!("values of type {other} are not known to the recorder"),
    })
}

/// The text form of a value, as the server reads it.
fn text(oid: u32, bytes: &[u8]) -> Result<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Ok(match oid {
        16 => (bytes.first() == Some(&1)).to_string(),
        17 => format!("\\x{}", hex(bytes)),
        20 => i64::from_be_bytes(bytes.try_into()?).to_string(),
        21 => i16::from_be_bytes(bytes.try_into()?).to_string(),
        23 => i32::from_be_bytes(bytes.try_into()?).to_string(),
        25 => String::from_utf8(bytes.to_vec())?,
        701 => f64::from_be_bytes(bytes.try_into()?).to_string(),
        1009 | 2951 => array(bytes)?,
        1082 => {
            let days = i32::from_be_bytes(bytes.try_into()?);
            (epoch() + chrono::TimeDelta::days(i64::from(days))).date_naive().to_string()
        }
        1184 => {
            let micros = i64::from_be_bytes(bytes.try_into()?);
            (epoch() + chrono::TimeDelta::microseconds(micros)).to_rfc3339()
        }
        2950 => Uuid::from_slice(bytes)?.to_string(),
        // A byte of version, then the text.
        3802 => String::from_utf8(bytes.get(1..).unwrap_or_default().to_vec())?,
        other => bail!("values of type {other} are not known to the recorder"),
    })
}

/// The moment the server counts from.
fn epoch() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(946_684_800, 0).unwrap_or_default()
}

/// `{"a","b"}`: dimensions, flags and type of the elements stand first.
fn array(bytes: &[u8]) -> Result<String> {
    let word = |at: usize| -> Result<u32> {
        let word = bytes.get(at..at + 4).context("an array that is too short")?;
        Ok(u32::from_be_bytes(word.try_into()?))
    };
    if word(0)? == 0 {
        return Ok("{}".to_owned());
    }
    let (kind, count) = (word(8)?, word(12)?);
    let mut at = 20;
    let mut items = Vec::new();
    for _ in 0..count {
        let length = usize::try_from(word(at)?)?;
        let item = bytes.get(at + 4..at + 4 + length).context("an array that is too short")?;
        items.push(format!("\"{}\"", text(kind, item)?.replace('\\', "\\\\").replace('"', "\\\"")));
        at += 4 + length;
    }
    Ok(format!("{{{}}}", items.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value { oid: 25, bytes: Some(text.as_bytes().to_vec()) }
    }

    fn statement(person: u64, unique: &str) -> Statement {
        let made = Uuid::from_u128(u128::from(person) << 64 | 77);
        let own = data::id(data::Kind::Account, 0, person);
        let values = [format!("citizen:{own}"), made.to_string(), unique.to_owned(), "same".to_owned()];
        Statement {
            sql: "insert into t values ($1, $2, $3, $4, $2)".to_owned(),
            values: values.iter().map(|text| value(text)).collect(),
        }
    }

    #[test]
    fn a_script_runs_for_whoever_it_is_told_to() {
        let (a, b) = ([statement(5, "x")], [statement(6, "y")]);
        let script = write("\\set i 1", (&a, 5), (&b, 6)).unwrap();
        let line = script.text.lines().nth(1).unwrap();
        let person = "lpad(to_hex(:i::bigint), 12, '0')";
        let fresh = |n: usize| format!("(concat(:c{n}::text, lpad(to_hex(:u::bigint), 12, '0')))::text");
        assert_eq!(
            line,
            format!(
                "insert into t values (concat(:c1::text, {person})::text, {}, concat(:c3::text, concat(:c4::text, \
                 lpad(to_hex(:u::bigint), 12, '0')))::text, (:c5::text)::text, {});",
                fresh(2),
                fresh(2)
            )
        );
        assert_eq!(script.constants[0], "citizen:00010000-0000-7000-8000-");
        assert_eq!(script.constants[4], "same");
    }

    #[test]
    fn of_drawn_texts_the_script_draws_as_many() {
        let drawn = |person: u64, texts: &str| {
            let mut bytes = Vec::new();
            for word in [1_u32, 0, 25, 2, 1] {
                bytes.extend(word.to_be_bytes());
            }
            for text in texts.split(' ') {
                bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
                bytes.extend(text.as_bytes());
            }
            let values = vec![Value { oid: 1009, bytes: Some(bytes) }];
            ([Statement { sql: "select $1".to_owned(), values }], person)
        };
        let (a, b) = (drawn(5, "A1 A2"), drawn(6, "B1 B2"));
        let script = write("\\set i 1", (&a.0, a.1), (&b.0, b.1)).unwrap();
        assert_eq!(script.text.matches("to_hex(:u::bigint)").count(), 2, "{}", script.text);
        assert!(script.text.contains(")::text[];"), "{}", script.text);
        let same = write("\\set i 1", (&a.0, a.1), (&a.0, a.1)).unwrap();
        assert!(!same.text.contains(":u::bigint"), "{}", same.text);
    }

    #[test]
    fn arrays_are_written_as_the_server_reads_them() {
        let mut bytes = Vec::new();
        for word in [1_u32, 0, 25, 2, 1, 1] {
            bytes.extend(word.to_be_bytes());
        }
        bytes.extend(b"a");
        bytes.extend(2_u32.to_be_bytes());
        bytes.extend(b"b\"");
        assert_eq!(text(1009, &bytes).unwrap(), r#"{"a","b\""}"#);
    }
}
