use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The deepest that a schema may be nested.
const DEEPEST: usize = 16;
/// The longest that it may be, in bytes.
const LONGEST: usize = 16 * 1024;

/// A JSON Schema of the claims that a client is to get, read once. A part of the language that says what claims are like:
/// `type`, `enum`, `const`, `properties`, `required`, `additionalProperties` (true or false), `items`, `minItems`,
/// `maxItems`, `minLength`, `maxLength`, `minimum`, `maximum` (JSON Schema 2020-12, Validation §6). `$schema`, `$id`,
/// `title`, `description`, `examples` and `$comment` say nothing. Any other keyword is refused, so that none is taken for checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimsContract {
    written: Value,
    schema: Schema,
}

/// A claim that isn't as its contract says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Where: names between slashes (RFC 6901). Empty means the claims as a whole.
    pub place: String,
    /// What is missing or wrong: never the value.
    pub wrong: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.wrong),
            place => write!(f, "{place}: {}", self.wrong),
        }
    }
}

/// Why a document is no contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoContract(String);

#[derive(Clone, Debug, Default, PartialEq)]
struct Schema {
    types: Vec<Type>,
    values: Option<Vec<Value>>,
    properties: BTreeMap<String, Schema>,
    required: Vec<String>,
    closed: bool,
    items: Option<Box<Schema>>,
    count: Bounds,
    length: Bounds,
    minimum: Option<f64>,
    maximum: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bounds {
    least: Option<u64>,
    most: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl ClaimsContract {
    /// Reads a contract.
    pub fn read(written: Value) -> Result<Self, NoContract> {
        if written.to_string().len() > LONGEST {
            return Err(NoContract("a schema of at most 16 KiB".to_owned()));
        }
        let schema = Schema::read("", &written, 0)?;
        if !(schema.types.is_empty() || schema.types.contains(&Type::Object)) {
            return Err(NoContract("claims are an object".to_owned()));
        }
        Ok(Self { written, schema })
    }

    /// All that isn't as it says.
    pub fn check(&self, claims: &Map<String, Value>) -> Vec<Breach> {
        let mut breaches = Vec::new();
        self.schema.check_object("", claims, &mut breaches);
        breaches
    }

    /// The claims that must be there.
    pub fn required(&self) -> &[String] {
        &self.schema.required
    }
}

impl Serialize for ClaimsContract {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ClaimsContract {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for ClaimsContract {
    type Err = NoContract;

    fn from_str(text: &str) -> Result<Self, NoContract> {
        let written = serde_json::from_str(text).map_err(|error| NoContract(format!("JSON: {error}")))?;
        Self::read(written)
    }
}

impl Schema {
    fn read(place: &str, written: &Value, depth: usize) -> Result<Self, NoContract> {
        let Value::Object(members) = written else {
            return Err(wrong(place, "a schema is an object"));
        };
        if depth > DEEPEST {
            return Err(wrong(place, "nested too deeply"));
        }
        let mut schema = Self::default();
        for (keyword, value) in members {
            schema.take(place, keyword, value, depth)?;
        }
        Ok(schema)
    }

    fn take(&mut self, place: &str, keyword: &str, value: &Value, depth: usize) -> Result<(), NoContract> {
        let at = format!("{place}/{keyword}");
        let shape = || wrong(&at, "has a value that it can't have");
        match keyword {
            "$schema" | "$id" | "$comment" | "title" | "description" | "examples" => {}
            "type" => self.types = types(value).ok_or_else(shape)?,
            "enum" => self.values = Some(value.as_array().ok_or_else(shape)?.clone()),
            "const" => self.values = Some(vec![value.clone()]),
            "properties" => {
                for (name, written) in value.as_object().ok_or_else(shape)? {
                    let schema = Self::read(&format!("{at}/{name}"), written, depth + 1)?;
                    self.properties.insert(name.clone(), schema);
                }
            }
            "required" => {
                let names = value.as_array().ok_or_else(shape)?.iter();
                let names: Option<Vec<String>> = names.map(|name| name.as_str().map(str::to_owned)).collect();
                self.required = names.ok_or_else(shape)?;
            }
            "additionalProperties" => self.closed = !value.as_bool().ok_or_else(shape)?,
            "items" => self.items = Some(Box::new(Self::read(&at, value, depth + 1)?)),
            "minItems" => self.count.least = Some(value.as_u64().ok_or_else(shape)?),
            "maxItems" => self.count.most = Some(value.as_u64().ok_or_else(shape)?),
            "minLength" => self.length.least = Some(value.as_u64().ok_or_else(shape)?),
            "maxLength" => self.length.most = Some(value.as_u64().ok_or_else(shape)?),
            "minimum" => self.minimum = Some(value.as_f64().ok_or_else(shape)?),
            "maximum" => self.maximum = Some(value.as_f64().ok_or_else(shape)?),
            _ => return Err(wrong(&at, "is a keyword that isn't known here")),
        }
        Ok(())
    }

    fn check(&self, place: &str, value: &Value, breaches: &mut Vec<Breach>) {
        if !self.types.is_empty() && !self.types.iter().any(|kind| kind.holds(value)) {
            breaches.push(breach(place, format!("is no {}", names(&self.types))));
            return;
        }
        if let Some(values) = &self.values
            && !values.contains(value)
        {
            breaches.push(breach(place, "is none of the values that are allowed".to_owned()));
        }
        match value {
            Value::Object(members) => self.check_object(place, members, breaches),
            Value::Array(values) => {
                self.count.check(place, values.len(), "entries", breaches);
                for (index, value) in values.iter().enumerate() {
                    if let Some(items) = &self.items {
                        items.check(&format!("{place}/{index}"), value, breaches);
                    }
                }
            }
            Value::String(text) => self
                .length
                .check(place, text.chars().count(), "characters", breaches),
            Value::Number(number) => self.check_number(place, number.as_f64(), breaches),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_object(&self, place: &str, members: &Map<String, Value>, breaches: &mut Vec<Breach>) {
        for name in self.required.iter().filter(|name| !members.contains_key(*name)) {
            breaches.push(breach(&format!("{place}/{name}"), "is missing".to_owned()));
        }
        for (name, value) in members {
            let place = format!("{place}/{name}");
            match self.properties.get(name) {
                Some(schema) => schema.check(&place, value, breaches),
                None if self.closed => breaches.push(breach(&place, "is not in the contract".to_owned())),
                None => {}
            }
        }
    }

    fn check_number(&self, place: &str, number: Option<f64>, breaches: &mut Vec<Breach>) {
        let Some(number) = number else { return };
        if self.minimum.is_some_and(|least| number < least) {
            breaches.push(breach(place, "is too small".to_owned()));
        }
        if self.maximum.is_some_and(|most| number > most) {
            breaches.push(breach(place, "is too great".to_owned()));
        }
    }
}

impl Bounds {
    fn check(self, place: &str, found: usize, of: &str, breaches: &mut Vec<Breach>) {
        let found = found as u64;
        if let Some(least) = self.least
            && found < least
        {
            breaches.push(breach(place, format!("has fewer than {least} {of}")));
        }
        if let Some(most) = self.most
            && found > most
        {
            breaches.push(breach(place, format!("has more than {most} {of}")));
        }
    }
}

impl Type {
    const ALL: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("string", Self::String),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    fn read(name: &Value) -> Option<Self> {
        let name = name.as_str()?;
        Self::ALL
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| kind)
    }

    fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Null, Value::Null)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Array, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            // "any number with a zero fractional part" (JSON Schema Validation §6.1.1).
            (Self::Integer, Value::Number(number)) => {
                number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|it| it.fract() == 0.0)
            }
            _ => false,
        }
    }
}

fn types(value: &Value) -> Option<Vec<Type>> {
    match value {
        Value::Array(names) => names.iter().map(Type::read).collect(),
        name => Some(vec![Type::read(name)?]),
    }
}

fn names(types: &[Type]) -> String {
    let names: Vec<&str> = Type::ALL
        .into_iter()
        .filter(|(_, kind)| types.contains(kind))
        .map(|(name, _)| name)
        .collect();
    names.join(" or ")
}

fn breach(place: &str, wrong: String) -> Breach {
    Breach {
        place: place.to_owned(),
        wrong,
    }
}

fn wrong(place: &str, why: &str) -> NoContract {
    NoContract(format!("{place} {why}"))
}

#[cfg(test)]
mod tests;
