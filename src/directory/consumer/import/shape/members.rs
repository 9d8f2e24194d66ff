use serde_json::{Map, Value};

use crate::model::Refusal;

/// The members of a row, taken out one by one; what is left at the end is unknown.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Takes a member; null is as good as nothing.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a member that must be a string. The empty one, which many exports write, says nothing.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(_) => Err(Refusal::new(name, "must be a string")),
        }
    }

    /// Takes a member that must be true or false.
    pub(super) fn truth(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(truth)),
            Some(_) => Err(Refusal::new(name, "must be true or false")),
        }
    }

    /// Takes strings over as claims, under other names.
    pub(super) fn claims(
        &mut self,
        names: &[(&str, &str)],
        claims: &mut Map<String, Value>,
    ) -> Result<(), Refusal> {
        for (name, claim) in names {
            if let Some(text) = self.text(name)? {
                claims.insert((*claim).to_owned(), text.into());
            }
        }
        Ok(())
    }

    /// Takes truths over as claims, under other names.
    pub(super) fn truths(
        &mut self,
        names: &[(&str, &str)],
        claims: &mut Map<String, Value>,
    ) -> Result<(), Refusal> {
        for (name, claim) in names {
            if let Some(truth) = self.truth(name)? {
                claims.insert((*claim).to_owned(), truth.into());
            }
        }
        Ok(())
    }

    /// The names of what was not taken.
    pub(super) fn rest(self) -> Vec<String> {
        self.0
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name)
            .collect()
    }
}

/// The whole name, from its parts.
pub(super) fn full_name(claims: &mut Map<String, Value>) {
    let part = |name: &str| claims.get(name).and_then(Value::as_str);
    let whole: Vec<&str> = [part("given_name"), part("family_name")]
        .into_iter()
        .flatten()
        .collect();
    if !claims.contains_key("name") && !whole.is_empty() {
        let whole = whole.join(" ");
        claims.insert("name".to_owned(), whole.into());
    }
}
