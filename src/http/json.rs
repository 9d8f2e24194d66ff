//! JSON as programs send it, read so that it has one meaning: no member twice, no nesting without end.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep arrays and objects may lie in each other (SEC-155).
const DEEPEST: usize = 32;

/// Reads a text. A number without a fraction is an integer, however it is written (`7.0`), as JSON Schema has it.
pub fn read(text: &[u8]) -> serde_json::Result<Value> {
    let mut from = serde_json::Deserializer::from_slice(text);
    let value = Inside(DEEPEST).deserialize(&mut from)?;
    from.end()?;
    Ok(value)
}

/// A value that may hold so many more inside each other.
#[derive(Clone, Copy)]
struct Inside(usize);

impl Inside {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Inside {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inside {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_i64<E>(self, is: i64) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_u64<E>(self, is: u64) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_f64<E: serde::de::Error>(self, is: f64) -> Result<Value, E> {
        // Whole numbers up to here have one float each.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if is.fract() == 0.0 && is.abs() <= EXACT {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is whole, and within the bounds"
            )]
            return Ok((is as i64).into());
        }
        let number = Number::from_f64(is).ok_or_else(|| E::custom("not a number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, is: &str) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_string<E>(self, is: String) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let (inside, mut values) = (self.deeper()?, Vec::new());
        while let Some(value) = from.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let (inside, mut members) = (self.deeper()?, Map::new());
        while let Some(name) = from.next_key::<String>()? {
            let value = from.next_value_seed(inside)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn what_has_one_meaning_is_read() {
        let text = br#" {"a": [1, -2, 3.0, 4e2, 1.5, 18446744073709551615], "b": {"a": null, "c": true, "d": "\u00e9"}} "#;
        let value = json!({"a": [1, -2, 3, 400, 1.5, u64::MAX], "b": {"a": null, "c": true, "d": "é"}});
        assert_eq!(read(text).unwrap(), value);
    }

    #[test]
    fn sec_155_what_has_two_or_no_end_is_not() {
        for wrong in [
            r#"{"a": 1, "a": 1}"#,
            r#"[{"a": {"b": 1, "b": 2}}]"#,
            "{} {}",
            "",
            "{",
            "1e999",
            &"[".repeat(33),
            &format!("{}{}", "[".repeat(33), "]".repeat(33)),
        ] {
            assert!(read(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(read(format!("{}{}", "[".repeat(32), "]".repeat(32)).as_bytes()).is_ok());
    }
}
