//! From JSON to the types of the contract. Made for the browser, where every type brings its own reading code: the
//! text is read once into a [`Value`], and the types are made of that by a deserializer that knows objects where
//! serde's derived code would also take arrays, and that names what is wrong without sentences about it. That is half
//! the code of `serde_json::from_slice`, for the same types and the same answers.

use std::fmt;

use serde::Deserializer;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, Unexpected,
    VariantAccess, Visitor,
};
use serde_json::{Map, Value};

/// What an answer of the server says.
///
/// # Errors
/// The text is no JSON, or not of the type.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Wrong> {
    let value: Value = serde_json::from_slice(json).map_err(|_| Wrong::new("syntax"))?;
    T::deserialize(Node(value))
}

/// Why an answer cannot be read: the kind of fault, and the field where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    what: &'static str,
    field: &'static str,
}

impl Wrong {
    #[cold]
    #[inline(never)]
    const fn new(what: &'static str) -> Self {
        Self { what, field: "" }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        if self.field.is_empty() { Ok(()) } else { write!(f, " `{}`", self.field) }
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("unexpected value")
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("unexpected type")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::new("unexpected value")
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new("unexpected length")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("unknown variant")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("unknown field")
    }

    fn missing_field(field: &'static str) -> Self {
        Self { what: "missing field", field }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self { what: "duplicate field", field }
    }
}

/// A part of what was read.
struct Node(Value);

impl<'de> IntoDeserializer<'de, Wrong> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn object<'de, V: Visitor<'de>>(members: Map<String, Value>, visitor: V) -> Result<V::Value, Wrong> {
    visitor.visit_map(MapDeserializer::new(members.into_iter().map(|(name, value)| (name, Node(value)))))
}

fn array<'de, V: Visitor<'de>>(items: Vec<Value>, visitor: V) -> Result<V::Value, Wrong> {
    visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Node)))
}

/// The methods that ask for the same as others do.
macro_rules! like {
    ($($method:ident)* => $other:ident) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            self.$other(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Node {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(_) => self.deserialize_u64(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => array(items, visitor),
            Value::Object(members) => object(members, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            _ => Err(Wrong::new("unexpected type")),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Value::Number(number) = self.0 else { return Err(Wrong::new("unexpected type")) };
        if let Some(number) = number.as_u64() {
            visitor.visit_u64(number)
        } else if let Some(number) = number.as_i64() {
            visitor.visit_i64(number)
        } else {
            visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Wrong::new("unexpected type")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Array(items) => array(items, visitor),
            _ => Err(Wrong::new("unexpected type")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Object(members) => object(members, visitor),
            _ => Err(Wrong::new("unexpected type")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Tagged { name, value: None }),
            Value::Object(members) => {
                let mut members = members.into_iter();
                match (members.next(), members.next()) {
                    (Some((name, value)), None) => visitor.visit_enum(Tagged { name, value: Some(value) }),
                    _ => Err(Wrong::new("unexpected variant")),
                }
            }
            _ => Err(Wrong::new("unexpected type")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(Wrong::new("unexpected type")) }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    like! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_f32 deserialize_f64 => deserialize_u64
    }
    like! { deserialize_char deserialize_str deserialize_identifier => deserialize_string }
    like! { deserialize_bytes deserialize_byte_buf => deserialize_any }
}

/// A variant: its name alone, or with what it holds.
struct Tagged {
    name: String,
    value: Option<Value>,
}

impl<'de> EnumAccess<'de> for Tagged {
    type Error = Wrong;
    type Variant = Held;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Held), Wrong> {
        Ok((seed.deserialize(Node(Value::String(self.name)))?, Held(self.value)))
    }
}

struct Held(Option<Value>);

impl Held {
    fn node(self) -> Result<Node, Wrong> {
        self.0.map(Node).ok_or(Wrong::new("unexpected variant"))
    }
}

impl<'de> VariantAccess<'de> for Held {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        match self.0 {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(Wrong::new("unexpected variant")),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(self.node()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.node()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.node()?.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, NaiveDate, Utc};
    use serde::Deserialize;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        id: Uuid,
        at: DateTime<Utc>,
        day: NaiveDate,
        count: i32,
        sum: i64,
        share: f64,
        yes: bool,
        #[serde(default)]
        note: Option<String>,
        texts: BTreeMap<String, String>,
        parts: Vec<Part>,
        kind: Kind,
        pair: (u8, String),
        wrapped: Wrapped,
        free: Value,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(String);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Part {
        Alone,
        Not(Box<Part>),
        All(Vec<Part>),
        Is { field: String, values: Vec<String> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Kind {
        Date {
            #[serde(default)]
            min: Option<i32>,
        },
        Text {},
    }

    fn whole() -> Value {
        json!({
            "id": "0190a9f2-7d4e-7c11-8a53-2d3e4f506172", "at": "2026-11-22T04:00:00.5Z", "day": "2026-11-22",
            "count": -7, "sum": 9_007_199_254_740_993_i64, "share": 0.25, "yes": true, "note": null,
            "texts": {"ru": "да", "en": "yes"},
            "parts": ["alone", {"not": "alone"}, {"all": ["alone"]}, {"is": {"field": "a", "values": ["b"]}}],
            "kind": {"type": "date", "min": 3}, "pair": [1, "x"], "wrapped": "w",
            "free": {"a": [1, null, {"b": 2.5}]},
        })
    }

    fn text(value: &Value) -> Vec<u8> {
        serde_json::to_vec(value).unwrap()
    }

    #[test]
    fn reads_what_serde_json_reads() {
        let json = text(&whole());
        assert_eq!(read::<Whole>(&json).unwrap(), serde_json::from_slice(&json).unwrap());
    }

    #[test]
    fn refuses_what_serde_json_refuses() {
        let spoilt: [(&str, Value); 12] = [
            ("id", json!("no uuid")),
            ("at", json!("yesterday")),
            ("count", json!(3_000_000_000_u32)),
            ("count", json!(1.5)),
            ("sum", json!("1")),
            ("yes", json!(1)),
            ("texts", json!({"ru": 1})),
            ("parts", json!({"alone": null})),
            ("parts", json!([{"not": "alone", "all": []}])),
            ("parts", json!(["not"])),
            ("kind", json!({"type": "other"})),
            ("unknown", json!(1)),
        ];
        for (name, value) in spoilt {
            let mut whole = whole();
            whole[name] = value.clone();
            let json = text(&whole);
            assert!(serde_json::from_slice::<Whole>(&json).is_err(), "{name}: {value}");
            assert!(read::<Whole>(&json).is_err(), "{name}: {value}");
        }
        assert!(read::<Whole>(b"{").is_err());
    }

    #[test]
    fn names_the_field_that_is_missing() {
        let mut whole = whole();
        whole.as_object_mut().unwrap().remove("day");
        assert_eq!(read::<Whole>(&text(&whole)).unwrap_err().to_string(), "missing field `day`");
    }
}
