//! What the objects of a type may look like: a small part of JSON Schema (draft 2020-12), with its names. What isn't part of
//! it is refused when a schema is read, so that nobody believes in a rule that nobody checks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A schema.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct DetailsSchema {
    /// What kind of value it is; any where it doesn't say.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The members of an object.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Self>,
    /// Members that must be there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// `false` refuses members that `properties` doesn't name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_properties: Option<bool>,
    /// Each value of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Self>>,
    /// The most values of an array.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// The fewest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// The values that are allowed; all where it names none.
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Value>,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The fewest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object.
    Object,
    /// An array.
    Array,
    /// A text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
}

/// Where a value isn't what its schema allows: names and places, joined by dots; for the log alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Unfit {
    place: String,
    what: &'static str,
}

impl DetailsSchema {
    /// Whether a schema allows this object. Its `type` is what the schema was found by, and needs no rule.
    pub fn check(&self, object: &Map<String, Value>) -> Result<(), Unfit> {
        self.object(object, "", true)
    }

    fn value(&self, value: &Value, place: &str) -> Result<(), Unfit> {
        let unfit = |what| {
            Err(Unfit {
                place: place.to_owned(),
                what,
            })
        };
        if self.kind.is_some_and(|kind| !kind.is_of(value)) {
            return unfit("of another type");
        }
        if !self.one_of.is_empty() && !self.one_of.contains(value) {
            return unfit("none of the allowed values");
        }
        match value {
            Value::Object(object) => self.object(object, place, false),
            Value::Array(values) => self.array(values, place),
            Value::String(text) if !within(text.chars().count(), self.min_length, self.max_length) => {
                unfit("of another length")
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let fits = self.minimum.is_none_or(|least| number >= least)
                    && self.maximum.is_none_or(|greatest| number <= greatest);
                if fits { Ok(()) } else { unfit("out of range") }
            }
            _ => Ok(()),
        }
    }

    fn object(&self, object: &Map<String, Value>, place: &str, outermost: bool) -> Result<(), Unfit> {
        let below = |name: &str| {
            if place.is_empty() {
                name.to_owned()
            } else {
                format!("{place}.{name}")
            }
        };
        if let Some(name) = self.required.iter().find(|name| !object.contains_key(*name)) {
            return Err(Unfit {
                place: below(name),
                what: "missing",
            });
        }
        for (name, value) in object {
            match self.properties.get(name) {
                Some(schema) => schema.value(value, &below(name))?,
                None if self.additional_properties != Some(false) || (outermost && name == "type") => {}
                None => {
                    return Err(Unfit {
                        place: below(name),
                        what: "not allowed",
                    });
                }
            }
        }
        Ok(())
    }

    fn array(&self, values: &[Value], place: &str) -> Result<(), Unfit> {
        if !within(values.len(), self.min_items, self.max_items) {
            return Err(Unfit {
                place: place.to_owned(),
                what: "of another length",
            });
        }
        match &self.items {
            None => Ok(()),
            Some(schema) => values
                .iter()
                .enumerate()
                .try_for_each(|(index, value)| schema.value(value, &format!("{place}.{index}"))),
        }
    }
}

impl Kind {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
        }
    }
}

fn within(length: usize, least: Option<usize>, most: Option<usize>) -> bool {
    least.is_none_or(|least| length >= least) && most.is_none_or(|most| length <= most)
}
