//! JSON read more strictly than serde_json does by itself: a member named twice is an error.

use std::{fmt, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// The members of an object in the order they were written, each name once.
pub(crate) struct UniqueMembers<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for UniqueMembers<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Members<V> {
    type Value = UniqueMembers<V>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, V)> = Vec::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(DUPLICATE));
            }
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom(TOO_MANY));
            }
            members.push((name, object.next_value()?));
        }
        Ok(UniqueMembers(members))
    }
}

/// Looking for duplicates is quadratic: the bound keeps it cheap.
const MAX_MEMBERS: usize = 100;
const DUPLICATE: &str = "a member is named twice";
const TOO_MANY: &str = "too many members";

/// How deeply objects and arrays nest in a text; brackets inside strings don't count. Cheap enough to run
/// before parsing, and right for every text that parses.
pub(crate) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
