//! What the gateway's routes take and answer, for the document that tells programs of them. The platform's own documents are
//! the contract; this says the main of it.

mod entities;
mod people;
mod services;
mod user;

use serde_json::{Map, Value, json};

use crate::http::openapi::{Answer, Body, Operation, Parameter, Verb, named, number, open, text, truth};

/// Ways of showing who one is.
const NOBODY: &[&str] = &[];
const SESSION: &[&str] = &["loginCookie"];
const PROGRAM: &[&str] = &["program"];
const AREA: &[&str] = &["login", "oauth1"];
const OF_USERS: &[&str] = &["login", "oauth1", "program"];

const VERSION: Parameter = Parameter {
    name: "v",
    what: "The version of the method.",
    required: false,
    schema: text,
};
const SELECT: Parameter = Parameter {
    name: "select",
    what: "The members that are wanted, such as id,deleted; all where it isn't said.",
    required: false,
    schema: text,
};
const INCLUDE_DELETED: Parameter = Parameter {
    name: "include_deleted",
    what: "Whether deleted ones are wanted as well.",
    required: false,
    schema: truth,
};
const RETURN: &[Parameter] = &[
    Parameter {
        name: "return_to",
        what: "Where the browser is to come back to, one of the connection's.",
        required: false,
        schema: text,
    },
    Parameter {
        name: "state",
        what: "What it is to bring back.",
        required: false,
        schema: text,
    },
];
const LIST: &[Parameter] = &[VERSION, SELECT, INCLUDE_DELETED];
const CHANGED: &[Parameter] = &[
    VERSION,
    SELECT,
    INCLUDE_DELETED,
    Parameter {
        name: "changed_since",
        what: "A revision: those users alone that have changed after it, deleted ones among them.",
        required: false,
        schema: number,
    },
];

/// What a client sends that can't send PUT or DELETE.
const OVERRIDE: Parameter = Parameter {
    name: "X-HTTP-Method-Override",
    what: "The method that is meant: PUT or DELETE.",
    required: false,
    schema: text,
};

/// The account's revision that was read. With GET, 304 where it still is; with a write, 412 where it isn't any more.
const IF_MATCH: &[Parameter] = &[REVISION];
const OVERRIDDEN: &[Parameter] = &[REVISION, OVERRIDE];
const REVISION: Parameter = Parameter {
    name: "If-Match",
    what: "The account's revision that was read: the answer to GET is 304 while it is the same, that to a write 412 once it isn't.",
    required: false,
    schema: text,
};

const fn answer(status: u16, what: &'static str, schema: fn() -> Value) -> Answer {
    Answer {
        status,
        what,
        body: Some(("application/json", schema)),
    }
}

const fn nothing(status: u16, what: &'static str) -> Answer {
    Answer {
        status,
        what,
        body: None,
    }
}

const fn sent(kinds: &'static [&'static str], schema: fn() -> Value) -> Body {
    Body {
        kinds,
        required: true,
        schema,
    }
}

const FORM: &[&str] = &["application/x-www-form-urlencoded"];

const fn operation(
    verb: Verb,
    path: &'static str,
    (tag, id, summary): (&'static str, &'static str, &'static str),
    answers: &'static [Answer],
) -> Operation {
    Operation {
        verb,
        path,
        id,
        tag,
        summary,
        security: NOBODY,
        query: &[],
        headers: &[],
        body: None,
        answers,
    }
}

fn token() -> Value {
    open(json!({"token": text()}))
}

fn jwt() -> Value {
    open(json!({"jwt": text()}))
}

fn keys() -> Value {
    open(json!({"keys": {"type": "array", "items": {"type": "object"}}}))
}

fn object() -> Value {
    json!({"type": "object"})
}

fn objects() -> Value {
    json!({"type": "array", "items": {"type": "object"}})
}

/// One, or an array of them.
fn one_or_more() -> Value {
    json!({"anyOf": [object(), objects()]})
}

fn ids() -> Value {
    json!({"type": "array", "minItems": 1, "items": {"type": ["string", "integer"]}})
}

fn handed_over() -> Value {
    json!({
        "type": "object",
        "properties": {
            "authCode": text(), "id_token": text(), "code": text(), "redirect_uri": text(), "code_verifier": text(),
            "anonymous_token": text(),
        },
    })
}

const DOMAIN: &str = "Domain API";
const IDENTITY: &str = "Consumers' identity";
const PROGRAMS: &str = "Programs";
const LOGIN: &str = "Login Service";
const CONNECTORS: &str = "Connectors (platform)";
const USERS: &str = "Users API";

const DONE: &[Answer] = &[answer(200, "As it is now.", object)];

const UNCHANGED: Answer = nothing(304, "The account is at that revision still.");

/// All operations, service by service.
fn operations() -> impl Iterator<Item = &'static Operation> {
    [
        services::OPERATIONS,
        people::OPERATIONS,
        entities::SKILLS,
        entities::GROUPS,
        entities::PROFILES,
    ]
    .into_iter()
    .flatten()
}

/// The operations in the document: path, method, object.
pub(super) fn documents() -> impl Iterator<Item = (&'static str, Verb, Value)> {
    operations().map(|operation| {
        (
            operation.path,
            operation.verb,
            operation.document(parameter, &refusals(operation)),
        )
    })
}

/// The answers that an operation gives where it doesn't do what it is asked to.
fn refusals(operation: &Operation) -> Map<String, Value> {
    let json = ("application/json", named("GatewayError"));
    let form = ("application/x-www-form-urlencoded", text());
    let page = ("text/html", text());
    // What is refused before a service sees it, such as a path that can be nobody's.
    let problem = ("application/problem+json", named("Problem"));
    // People's browsers come by there; what is signed with an API key is refused as RFC 5849's clients expect it.
    let refused: &[&(&str, Value)] = match operation.path {
        path if BROWSERS.iter().any(|begin| path.contains(begin)) => &[&page, &problem],
        _ if operation.security.contains(&"oauth1") => &[&json, &form, &problem],
        _ => &[&json, &problem],
    };
    let content: Map<String, Value> = refused
        .iter()
        .map(|(kind, schema)| ((*kind).to_owned(), json!({"schema": schema})))
        .collect();
    let ours = if operation.tag == IDENTITY {
        "It isn't done: our fault, or a brand's token or code is worth nothing, and internalErrorCode says why."
    } else {
        "It isn't done: our fault; the request id finds it in the log."
    };
    let is_guarded = operation.security.contains(&"oauth1");
    let is_revised = operation.headers.iter().any(|it| it.name == REVISION.name);
    let all = [
        (
            true,
            "4XX",
            "It isn't done: the request is malformed, or who asks may not.",
            &[][..],
        ),
        (
            is_guarded,
            "401",
            "Nobody is proved to be asking.",
            &["WWW-Authenticate"],
        ),
        (
            is_revised && operation.verb != Verb::Get,
            "412",
            "Nothing is written: the account is at another revision than If-Match says.",
            &["ac-revision", "ETag"],
        ),
        (
            true,
            "429",
            "Too many requests; Retry-After says when to try again.",
            &["Retry-After"],
        ),
        (
            operation.path.ends_with("/login"),
            "451",
            "The account is suspended.",
            &[],
        ),
        (true, "500", ours, &[]),
        (
            true,
            "503",
            "Busy: nothing was done. Retry-After says when to try again.",
            &["Retry-After"],
        ),
    ];
    let given = all.into_iter().filter(|(is_given, ..)| *is_given);
    given
        .map(|(_, status, what, headers)| {
            let headers: Map<String, Value> = headers
                .iter()
                .map(|name| ((*name).to_owned(), json!({"schema": text()})))
                .collect();
            let answer = json!({"description": what, "content": content, "headers": headers});
            (status.to_owned(), answer)
        })
        .collect()
}

/// What the paths of pages have.
const BROWSERS: [&str; 3] = ["/login/sso/", "/login/callback", "/callback/{account_id}/"];

/// The schemas that those refer to.
pub(super) fn schemas() -> Map<String, Value> {
    let error = json!({
        "type": "object",
        "description": "As the platform tells it: error with time, message and internalCode; from the identity service, internalErrorCode; where programs get tokens, error as OAuth has it.",
        "properties": {
            "error": {
                "type": ["object", "string"],
                "properties": {"time": text(), "message": text(), "internalCode": number(), "responseStatus": text()},
            },
            "internalErrorCode": text(),
        },
    });
    [("GatewayError".to_owned(), error)]
        .into_iter()
        .chain(user::schemas())
        .collect()
}

/// The ways of showing who one is at the gateway.
pub(super) fn security() -> Map<String, Value> {
    let all = json!({
        "login": {"type": "http", "scheme": "bearer", "description": "The bearer of a session of the Login Service."},
        "loginCookie": {"type": "apiKey", "in": "cookie", "name": "session_id", "description": "That session's cookie; the body carries its csrf."},
        "oauth1": {"type": "http", "scheme": "OAuth", "description": "A signature by an API key (RFC 5849)."},
        "program": {"type": "http", "scheme": "bearer", "description": "A program's own token."},
    });
    match all {
        Value::Object(all) => all,
        _ => Map::new(),
    }
}

fn parameter(name: &str) -> Value {
    match name {
        "account_id" => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}),
        _ => text(),
    }
}

fn client_credentials() -> Value {
    json!({
        "type": "object",
        "properties": {"grant_type": {"const": "client_credentials"}, "client_id": text(), "client_secret": text()},
    })
}

fn access_token() -> Value {
    open(json!({"access_token": text(), "token_type": text(), "expires_in": number()}))
}

const fn read(
    path: &'static str,
    words: (&'static str, &'static str, &'static str),
    answers: &'static [Answer],
) -> Operation {
    Operation {
        query: LIST,
        security: AREA,
        ..operation(Verb::Get, path, words, answers)
    }
}

const fn write(
    verb: Verb,
    path: &'static str,
    words: (&'static str, &'static str, &'static str),
    body: Option<Body>,
    answers: &'static [Answer],
) -> Operation {
    Operation {
        query: LIST,
        security: AREA,
        body,
        ..operation(verb, path, words, answers)
    }
}

/// One that reads the account's revision.
const fn revised(mut operation: Operation) -> Operation {
    operation.headers = IF_MATCH;
    operation
}
