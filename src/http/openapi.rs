//! What an API offers, told to programs (OpenAPI 3.1). A door writes down what each of its operations takes and answers,
//! beside the routes that do it; `server` makes one document of them.

use serde_json::{Map, Value, json};

/// A method of HTTP that an operation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Verb {
    /// Its name in the document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// A parameter of the query, or a header field.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub what: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Its JSON Schema.
    pub schema: fn() -> Value,
}

/// What is sent in the body.
#[derive(Clone, Copy)]
pub struct Body {
    /// Its media types; all of them hold what the schema says.
    pub kinds: &'static [&'static str],
    /// Whether there must be one.
    pub required: bool,
    /// Its JSON Schema.
    pub schema: fn() -> Value,
}

/// A media type, and the JSON Schema of what is in it.
pub type Content = (&'static str, fn() -> Value);

/// An answer.
#[derive(Clone, Copy)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// When it is given.
    pub what: &'static str,
    /// Its media type, and the JSON Schema of its body; none where there is no body.
    pub body: Option<Content>,
}

/// JSON (RFC 8259 §11).
pub const JSON: &[&str] = &["application/json"];

/// One thing that an API does.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Its method.
    pub verb: Verb,
    /// Its path; parameters stand in braces.
    pub path: &'static str,
    /// Its name among all operations.
    pub id: &'static str,
    /// The group that it is shown in.
    pub tag: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The ways of showing who one is, any of which is enough; nobody has to where there are none.
    pub security: &'static [&'static str],
    /// What may stand in the query.
    pub query: &'static [Parameter],
    /// Header fields that it reads.
    pub headers: &'static [Parameter],
    /// What it takes.
    pub body: Option<Body>,
    /// How it answers where it does what it is asked to.
    pub answers: &'static [Answer],
}

impl Operation {
    /// Its object in the document; `refusals` are the answers that it gives where it doesn't do it.
    pub fn document(&self, parameter: fn(&str) -> Value, refusals: &Map<String, Value>) -> Value {
        let in_path = names_in(self.path)
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": parameter(name)}));
        let said = |place: &'static str| {
            move |it: &Parameter| {
                json!({
                    "name": it.name, "in": place, "description": it.what, "required": it.required, "schema": (it.schema)(),
                })
            }
        };
        let parameters: Vec<Value> = in_path
            .chain(self.query.iter().map(said("query")))
            .chain(self.headers.iter().map(said("header")))
            .collect();
        let mut responses = refusals.clone();
        for answer in self.answers {
            let mut response = json!({"description": answer.what});
            if let (Some((kind, schema)), Value::Object(members)) = (answer.body, &mut response) {
                members.insert("content".to_owned(), json!({kind: {"schema": schema()}}));
            }
            responses.insert(answer.status.to_string(), response);
        }
        let security: Vec<Value> = self.security.iter().map(|scheme| json!({*scheme: []})).collect();
        let mut document = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": security,
            "parameters": parameters,
            "responses": responses,
        });
        if let (Some(body), Value::Object(members)) = (self.body, &mut document) {
            let schema = (body.schema)();
            let content: Map<String, Value> = body
                .kinds
                .iter()
                .map(|kind| ((*kind).to_owned(), json!({"schema": schema})))
                .collect();
            members.insert(
                "requestBody".to_owned(),
                json!({"required": body.required, "content": content}),
            );
        }
        document
    }
}

/// The parameters in a path.
pub fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// An object with these members and no others; those of `required` must be there.
pub fn closed(properties: impl Into<Value>, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties.into(),
        "required": required,
    })
}

/// An object in which these members are, and others may be.
pub fn open(properties: impl Into<Value>) -> Value {
    let properties = properties.into();
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .collect();
    json!({"type": "object", "required": required, "properties": properties})
}

/// A list, page by page: its rows, and where the next page begins.
pub fn page(list: &str, row: &Value) -> Value {
    open(json!({
        list: {"type": "array", "items": row},
        "next": {"type": ["string", "null"], "description": "`after` of the next page; null on the last one."},
    }))
}

/// A schema that is kept in the document under that name.
pub fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A text.
pub fn text() -> Value {
    json!({"type": "string"})
}

/// A text, or null.
pub fn maybe_text() -> Value {
    json!({"type": ["string", "null"]})
}

/// An instant (RFC 3339).
pub fn instant() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// An instant, or null.
pub fn maybe_instant() -> Value {
    json!({"type": ["string", "null"], "format": "date-time"})
}

/// A truth.
pub fn truth() -> Value {
    json!({"type": "boolean"})
}

/// A whole number.
pub fn number() -> Value {
    json!({"type": "integer"})
}
