//! A thing that the API does: its route and what the document tells of it are one row, so that neither is without the other.

use std::sync::Arc;

use axum::routing::MethodRouter;
use serde_json::{Map, Value, json};

use crate::admin::Needs;
use crate::context::Services;
use crate::http::openapi::{self, Answer, Body, JSON, Parameter, Verb, closed, named};

/// The way of showing who one is.
pub(super) const SECURITY: &str = "administrator";

/// A row of the API's tables.
#[derive(Clone, Copy)]
pub(in crate::admin) struct Operation {
    /// What is told of it.
    pub(in crate::admin) told: openapi::Operation,
    /// Who may do it.
    pub(in crate::admin) needs: Needs,
    /// Whether only administrators of the whole server may.
    pub(in crate::admin) whole_server: bool,
    /// Whether they must have signed in lately (SEC-130).
    pub(in crate::admin) fresh: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub(super) repeatable: bool,
    /// Whether it can be refused for what is there already.
    conflicts: bool,
    pub(super) handlers: fn() -> MethodRouter<Arc<Services>>,
}

/// `Idempotency-Key`, with or without the quotation marks of a structured field.
const IDEMPOTENCY_KEY: Parameter = Parameter {
    name: "Idempotency-Key",
    what: "A name for this request that no other has. A repeat under it within 24 hours does nothing twice, and is answered like the first.",
    required: false,
    schema: || json!({"type": "string", "minLength": 1, "pattern": "^(\"[A-Za-z0-9._~:-]{1,128}\"|[A-Za-z0-9._~:-]{1,128})$"}),
};

/// `If-Match`
const IF_MATCH: Parameter = Parameter {
    name: "If-Match",
    what: "The ETag that was read: nothing is changed where it is another one by now.",
    required: false,
    schema: || json!({"type": "string", "minLength": 1, "pattern": "^(\\*|\"[0-9]{1,18}\")$"}),
};

/// How many rows a page has.
pub(super) const LIMIT: Parameter = Parameter {
    name: "limit",
    what: "The most rows on a page; 50 where it isn't said.",
    required: false,
    schema: || json!({"type": "integer", "minimum": 1, "maximum": 200}),
};

/// Where a page begins.
pub(super) const AFTER: Parameter = Parameter {
    name: "after",
    what: "`next` of the page before.",
    required: false,
    schema: || json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}$"}),
};

/// The parameters of a list.
pub(super) const PAGE: &[Parameter] = &[LIMIT, AFTER];

/// Whose, where the path doesn't say.
pub(super) const ACCOUNT: Parameter = Parameter {
    name: "account",
    what: "The account; an administrator's own where it isn't said.",
    required: false,
    schema: || parameter("account_id"),
};

/// The same where administrators of the whole server must say it.
pub(super) const WHOSE: Parameter = Parameter {
    name: "account",
    what: "The account; an account's administrator may leave it out.",
    required: true,
    schema: || parameter("account_id"),
};

/// An answer with a document.
pub(super) const fn answer(status: u16, what: &'static str, schema: fn() -> Value) -> Answer {
    Answer {
        status,
        what,
        body: Some(("application/json", schema)),
    }
}

/// That it is done, and nothing more to say.
pub(super) const DONE: &[Answer] = &[Answer {
    status: 204,
    what: "It is done.",
    body: None,
}];

impl Operation {
    /// A row: `summary` is for people; the group that it is shown in is what the path is about.
    pub(super) const fn new(
        verb: Verb,
        (tag, path): (&'static str, &'static str),
        id: &'static str,
        summary: &'static str,
        handlers: fn() -> MethodRouter<Arc<Services>>,
    ) -> Self {
        Self {
            told: openapi::Operation {
                verb,
                path,
                id,
                tag,
                summary,
                security: &[SECURITY],
                query: &[],
                headers: &[],
                body: None,
                answers: DONE,
            },
            needs: Needs::Administrator,
            whole_server: false,
            fresh: false,
            repeatable: false,
            conflicts: false,
            handlers,
        }
    }

    /// What may stand in its query.
    pub(super) const fn query(mut self, query: &'static [Parameter]) -> Self {
        self.told.query = query;
        self
    }

    /// What it takes.
    pub(super) const fn body(mut self, schema: fn() -> Value) -> Self {
        self.told.body = Some(Body {
            kinds: JSON,
            required: true,
            schema,
        });
        self
    }

    /// What it takes, if anything.
    pub(super) const fn optional_body(mut self, schema: fn() -> Value) -> Self {
        self.told.body = Some(Body {
            kinds: JSON,
            required: false,
            schema,
        });
        self
    }

    /// How it answers.
    pub(super) const fn answers(mut self, answers: &'static [Answer]) -> Self {
        self.told.answers = answers;
        self
    }

    /// Anybody may: it is where one shows who one is.
    pub(super) const fn for_anybody(mut self) -> Self {
        self.needs = Needs::Nobody;
        self.told.security = &[];
        self
    }

    /// Only administrators of the whole server may.
    pub(super) const fn for_the_whole_server(mut self) -> Self {
        self.whole_server = true;
        self
    }

    /// Whoever does it signed in lately (SEC-130).
    pub(super) const fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// It takes an `Idempotency-Key`.
    pub(super) const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self.conflicts = true;
        self.told.headers = &[IDEMPOTENCY_KEY];
        self
    }

    /// It takes an `If-Match`.
    pub(super) const fn conditional(mut self) -> Self {
        self.conflicts = true;
        self.told.headers = &[IF_MATCH];
        self
    }

    /// Its object in the document.
    pub(super) fn document(&self) -> Value {
        self.told.document(parameter, &self.refusals())
    }

    /// The answers that it gives where it doesn't do what it is asked to.
    fn refusals(&self) -> Map<String, Value> {
        let is_conditional = self.told.headers.iter().any(|it| it.name == IF_MATCH.name);
        let has_body = self.told.body.is_some();
        let about = openapi::names_in(self.told.path).next().is_some()
            || self.told.query.iter().any(|it| it.name == ACCOUNT.name);
        let all = [
            (true, 400, "Something in the request is unknown or malformed."),
            (true, 401, "Nobody is proved to be asking."),
            (
                self.fresh || self.whole_server,
                403,
                "Whoever asks may not, or must sign in once more first.",
            ),
            (about, 404, "It isn't there, or is another account's."),
            (
                self.conflicts,
                409,
                "Something that is there, or is happening, stands against it.",
            ),
            (is_conditional, 412, "It was changed since it was read."),
            (has_body, 413, "The body is too long."),
            (has_body, 415, "The body is no JSON."),
            (
                has_body || self.conflicts,
                422,
                "Some of it can't be; `problems` says what.",
            ),
            (
                true,
                429,
                "Too many requests; `Retry-After` says when to try again.",
            ),
            (true, 500, "Our fault; `request_id` finds it in the log."),
            (
                true,
                503,
                "Busy: nothing was done. `Retry-After` says when to try again.",
            ),
        ];
        let told = all.into_iter().filter(|(is_given, ..)| *is_given);
        told.map(|(_, status, what)| {
            let mut response = json!({
                "description": what,
                "content": {"application/problem+json": {"schema": named("Problem")}},
            });
            if matches!(status, 429 | 503)
                && let Value::Object(members) = &mut response
            {
                let seconds = json!({"description": "Seconds.", "schema": {"type": "integer"}});
                members.insert("headers".to_owned(), json!({"Retry-After": seconds}));
            }
            (status.to_string(), response)
        })
        .collect()
    }
}

/// The JSON Schema of what is wanted of something whose fields are shown in `configuration`, but for those of `beside`.
pub(super) fn folded(properties: Map<String, Value>, beside: &[&str], required: &[&str]) -> Value {
    let (mut beside, fields): (Map<String, Value>, Map<String, Value>) = properties
        .into_iter()
        .partition(|(name, _)| beside.contains(&name.as_str()));
    beside.insert("configuration".to_owned(), closed(fields, &[]));
    closed(beside, required)
}

/// The JSON Schema of a parameter of a path.
pub(super) fn parameter(name: &str) -> Value {
    match name {
        "user_id" => json!({"type": "integer", "minimum": 1, "maximum": i64::MAX}),
        "session_id" => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        "sub" => json!({"type": "string", "pattern": "^[A-Za-z0-9_.~:|-]{1,255}$"}),
        "client_id" => json!({"type": "string", "pattern": "^[A-Za-z0-9._~:@-]{1,255}$"}),
        _ => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
    }
}
