//! What the query of a call to the Users API and its siblings says (section 9.2 of the platform contract).

use http::HeaderMap;
use http::header::IF_MATCH;
use oauth::Parameters;
use serde_json::{Map, Value};

use crate::gateway::Error;

/// The versions that are spoken. Where none is told, `2.0` is meant of users and `1.0` of skills (section 9). Documents are the
/// same in all of them: no difference is known.
const VERSIONS: [&str; 6] = ["1.0", "2.0", "3.0", "4.0", "5.0", "6.0"];

/// The query.
#[derive(Clone, Debug)]
pub(in crate::gateway) struct Query {
    /// Which members are wanted; all where none is named.
    select: Vec<Selected>,
    /// Whether what is deleted is wanted, too.
    pub(in crate::gateway) include_deleted: bool,
    /// A revision after which users must have changed to be wanted. Ours.
    pub(super) changed_since: Option<i64>,
}

#[derive(Clone, Debug)]
struct Selected {
    name: String,
    inside: Option<String>,
}

impl Query {
    pub(in crate::gateway) fn parse(query: Option<String>) -> Result<Self, Error> {
        const MALFORMED: Error = Error::malformed("A parameter is malformed, or given twice.");
        let parameters = Parameters::parse(query.unwrap_or_default()).map_err(|_| MALFORMED)?;
        if parameters.repeated().next().is_some() {
            return Err(MALFORMED);
        }
        let version = parameters.iter().find(|(name, _)| *name == "v");
        if version.is_some_and(|(_, version)| !VERSIONS.contains(&version)) {
            return Err(Error::malformed(
                "The parameter v must be 1.0, 2.0, 3.0, 4.0, 5.0 or 6.0.",
            ));
        }
        let changed_since = match parameters.get("changed_since").map(str::parse::<i64>) {
            None => None,
            Some(Ok(revision)) if revision >= 0 => Some(revision),
            Some(_) => {
                return Err(Error::malformed(
                    "The parameter changed_since must be a revision.",
                ));
            }
        };
        let include_deleted = match parameters.get("include_deleted") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(Error::malformed(
                    "The parameter include_deleted must be true or false.",
                ));
            }
        };
        let select = parameters.get("select").map(selected).unwrap_or_default();
        Ok(Self {
            select,
            include_deleted,
            changed_since,
        })
    }

    /// What is wanted of a document. A name that it hasn't is passed over.
    pub(in crate::gateway) fn pick(&self, document: Map<String, Value>) -> Map<String, Value> {
        if self.select.is_empty() {
            return document;
        }
        let mut picked = Map::new();
        for Selected { name, inside } in &self.select {
            let Some(value) = document.get(name) else {
                continue;
            };
            match inside {
                None => {
                    picked.insert(name.clone(), value.clone());
                }
                Some(inside) => pick_inside(&mut picked, name, value, inside),
            }
        }
        picked
    }
}

/// One member of a member, or of each of a list of them, beside those that were picked before. One that is null stays so.
fn pick_inside(picked: &mut Map<String, Value>, name: &str, value: &Value, inside: &str) {
    let one = |from: &Value, into: &mut Value| {
        if let (Some(member), Value::Object(into)) = (from.get(inside), into) {
            into.insert(inside.to_owned(), member.clone());
        }
    };
    match value {
        Value::Array(all) => {
            let former = picked
                .entry(name)
                .or_insert_with(|| all.iter().map(|_| Value::Object(Map::new())).collect());
            if let Value::Array(former) = former {
                for (from, into) in all.iter().zip(former) {
                    one(from, into);
                }
            }
        }
        Value::Null => {
            picked.insert(name.to_owned(), Value::Null);
        }
        value => one(
            value,
            picked.entry(name).or_insert_with(|| Value::Object(Map::new())),
        ),
    }
}

/// `id,loginName,memberOf(agentGroupId,assignmentDate)`, with `memberOf/agentGroupId` and `memberOf.agentGroupId` for one.
fn selected(text: &str) -> Vec<Selected> {
    let (mut found, mut parent, mut word) = (Vec::new(), None::<String>, String::new());
    for char in text.chars().chain([',']) {
        match char {
            '(' => parent = Some(std::mem::take(&mut word).trim().to_owned()),
            ',' | ')' => {
                let name = std::mem::take(&mut word).trim().to_owned();
                if !name.is_empty() {
                    found.push(match (&parent, name.split_once(['/', '.'])) {
                        (Some(parent), _) => Selected {
                            name: parent.clone(),
                            inside: Some(name),
                        },
                        (None, Some((name, inside))) => Selected {
                            name: name.to_owned(),
                            inside: Some(inside.to_owned()),
                        },
                        (None, None) => Selected { name, inside: None },
                    });
                }
                if char == ')' {
                    parent = None;
                }
            }
            char => word.push(char),
        }
    }
    found
}

/// The revision that a caller has seen; -1, which means none, and no field are the same.
pub(in crate::gateway) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let Some(field) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = field.to_str().unwrap_or_default().trim().trim_matches('"');
    match text.parse::<i64>() {
        _ if text == "*" => Ok(None),
        Ok(-1) => Ok(None),
        Ok(revision) if revision >= 0 => Ok(Some(revision)),
        _ => Err(Error::malformed("If-Match must be a revision, or -1.")),
    }
}
