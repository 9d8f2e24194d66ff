//! What the gateway's routes take and answer, for the document that tells programs of them. The platform's own documents are
//! the contract; this says the main of it.

use serde_json::{Map, Value, json};

use crate::http::openapi::{
    Answer, Body, JSON, Operation, Parameter, Verb, named, number, open, text, truth,
};

/// Ways of showing who one is.
const NOBODY: &[&str] = &[];
const SESSION: &[&str] = &["loginCookie"];
const PROGRAM: &[&str] = &["program"];
const AREA: &[&str] = &["login", "oauth1"];

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

/// The account's revision that was read. With GET, 304 where it still is; with a write, 412 where it isn't any more.
const IF_MATCH: &[Parameter] = &[Parameter {
    name: "If-Match",
    what: "The account's revision that was read: the answer to GET is 304 while it is the same, that to a write 412 once it isn't.",
    required: false,
    schema: text,
}];

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

/// The operations that each path has for itself.
const OPERATIONS: &[Operation] = &[
    operation(
        Verb::Get,
        "/api/account/{account_id}/service/baseURI.json",
        (DOMAIN, "listServices", "Where all services of an account are."),
        &[answer(200, "The services.", || {
            open(json!({"baseURIs": objects()}))
        })],
    ),
    operation(
        Verb::Get,
        "/api/account/{account_id}/service/{service}/baseURI.json",
        (DOMAIN, "readService", "Where a service of an account is."),
        &[answer(200, "The service.", || {
            open(json!({"service": text(), "account": text(), "baseURI": text()}))
        })],
    ),
    Operation {
        query: &[VERSION],
        body: Some(sent(JSON, handed_over)),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/authenticate",
            (
                IDENTITY,
                "authenticate",
                "A brand's code or token for one of the platform's.",
            ),
            &[answer(200, "The token.", jwt)],
        )
    },
    Operation {
        query: &[VERSION],
        body: Some(sent(JSON, handed_over)),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/app/default/authenticate",
            (
                IDENTITY,
                "authenticateByDefault",
                "The same through the account's first choice of connectors.",
            ),
            &[answer(200, "The token.", || {
                open(json!({"jwt": text(), "token": text()}))
            })],
        )
    },
    Operation {
        query: &[VERSION],
        body: Some(sent(JSON, handed_over)),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/app/{connector_id}/authenticate",
            (
                IDENTITY,
                "authenticateByConnector",
                "The same through the connector that is named.",
            ),
            &[answer(200, "The token.", token)],
        )
    },
    operation(
        Verb::Post,
        "/api/account/{account_id}/anonymous/authorize",
        (
            IDENTITY,
            "authorizeAnonymously",
            "A token for somebody who doesn't log in.",
        ),
        &[answer(200, "The token.", token)],
    ),
    operation(
        Verb::Post,
        "/api/account/{account_id}/signup",
        (IDENTITY, "signUp", "The same in the old way."),
        &[answer(200, "The token.", jwt)],
    ),
    operation(
        Verb::Get,
        "/idp/well-known/jwks",
        (
            IDENTITY,
            "listConsumerKeys",
            "The keys that verify consumers' tokens.",
        ),
        &[answer(200, "A JWK set.", keys)],
    ),
    Operation {
        body: Some(sent(FORM, client_credentials)),
        ..operation(
            Verb::Post,
            "/sentinel/api/account/{account_id}/app/token",
            (
                PROGRAMS,
                "programToken",
                "A program's own token, by client credentials.",
            ),
            &[answer(200, "The token.", access_token)],
        )
    },
    Operation {
        body: Some(sent(FORM, client_credentials)),
        ..operation(
            Verb::Post,
            "/sentinel/api/v2/account/{account_id}/app/token",
            (PROGRAMS, "programTokenV2", "The same in its second version."),
            &[answer(200, "The token.", access_token)],
        )
    },
    operation(
        Verb::Get,
        "/sentinel/well-known/jwks",
        (
            PROGRAMS,
            "listProgramKeys",
            "The keys that verify programs' tokens.",
        ),
        &[answer(200, "A JWK set.", keys)],
    ),
    Operation {
        query: &[VERSION],
        security: PROGRAM,
        body: Some(sent(JSON, || open(json!({"ext_consumer_id": text()})))),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/consumer",
            (
                PROGRAMS,
                "consumerToken",
                "A token for a consumer that a program speaks for.",
            ),
            &[answer(201, "The token.", token)],
        )
    },
    Operation {
        security: PROGRAM,
        body: Some(sent(JSON, object)),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/app/{connector_id}/delegation",
            (
                PROGRAMS,
                "beginDelegation",
                "Ask for a consumer's authorization at their brand.",
            ),
            &[answer(201, "Where the consumer is to go.", || {
                open(json!({"delegation_id": text(), "url": text(), "expires_in": number()}))
            })],
        )
    },
    Operation {
        security: PROGRAM,
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/app/{connector_id}/delegation/{delegation_id}/tokens",
            (PROGRAMS, "fetchDelegation", "Fetch what the brand gave, once."),
            &[
                answer(200, "What the brand gave.", object),
                answer(202, "The consumer isn't back.", || {
                    open(json!({"status": text()}))
                }),
            ],
        )
    },
    operation(
        Verb::Get,
        "/callback/{account_id}/begin",
        (
            PROGRAMS,
            "leave",
            "Where the consumer's browser leaves for their brand.",
        ),
        &[nothing(303, "Where to go.")],
    ),
    operation(
        Verb::Get,
        "/callback/{account_id}/redirectCode",
        (
            PROGRAMS,
            "comeBack",
            "Where the consumer's browser comes back to.",
        ),
        &[Answer {
            status: 200,
            what: "A page that says so.",
            body: Some(("text/html", text)),
        }],
    ),
    Operation {
        query: &[VERSION],
        body: Some(sent(JSON, || {
            json!({
                "type": "object",

                "properties": {
                    "username": text(), "password": text(), "newPassword": text(), "appKey": text(), "secret": text(),
                    "accessToken": text(), "accessTokenSecret": text(), "assertion": text(), "ticket": text(),
                },
            })
        })),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/login",
            (
                LOGIN,
                "logIn",
                "Log a user in by password or by what an identity provider says, or a bot by an API key.",
            ),
            &[answer(200, "The session.", || {
                open(json!({"bearer": text(), "csrf": text(), "sessionTTl": text()}))
            })],
        )
    },
    Operation {
        query: RETURN,
        ..operation(
            Verb::Get,
            "/api/account/{account_id}/login/sso/{connection}",
            (
                LOGIN,
                "beginSso",
                "Send a user's browser to their identity provider.",
            ),
            &[nothing(303, "Where to go.")],
        )
    },
    operation(
        Verb::Get,
        "/api/account/{account_id}/login/callback",
        (LOGIN, "endSso", "Where the browser comes back to."),
        &[nothing(303, "Where to go, with a ticket.")],
    ),
    Operation {
        security: SESSION,
        body: Some(sent(JSON, || open(json!({"csrf": text()})))),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/refresh",
            (LOGIN, "refreshLogin", "Let a session go on."),
            &[nothing(200, "It goes on.")],
        )
    },
    Operation {
        security: SESSION,
        body: Some(sent(JSON, || open(json!({"csrf": text()})))),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/logout",
            (LOGIN, "logOut", "End a session."),
            &[nothing(200, "It has ended.")],
        )
    },
    read(
        "/api/account/{account_id}/configuration/le-connectors/connectors",
        (CONNECTORS, "listPlatformConnectors", "An account's connectors."),
        &[answer(200, "All of them.", objects)],
    ),
    write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-connectors/connectors",
        (CONNECTORS, "createPlatformConnector", "Make a connector."),
        Some(sent(JSON, object)),
        &[answer(201, "The connector.", object)],
    ),
    read(
        "/api/account/{account_id}/configuration/le-connectors/connectors/{connector_id}",
        (CONNECTORS, "readPlatformConnector", "A connector."),
        &[answer(200, "The connector.", object)],
    ),
    write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-connectors/connectors/{connector_id}",
        (
            CONNECTORS,
            "replacePlatformConnector",
            "Replace a connector as a whole.",
        ),
        Some(sent(JSON, object)),
        DONE,
    ),
    write(
        Verb::Delete,
        "/api/account/{account_id}/configuration/le-connectors/connectors/{connector_id}",
        (CONNECTORS, "deletePlatformConnector", "Delete a connector."),
        None,
        &[nothing(204, "It is gone.")],
    ),
    revised(read(
        "/api/account/{account_id}/configuration/le-users/users",
        (USERS, "listPlatformUsers", "An account's users."),
        &[answer(200, "All of them.", objects), UNCHANGED],
    )),
    revised(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users",
        (USERS, "createPlatformUsers", "Make one user, or all of an array."),
        Some(sent(JSON, one_or_more)),
        &[
            answer(201, "As they are now.", one_or_more),
            answer(200, "As they are now.", one_or_more),
        ],
    )),
    revised(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users",
        (USERS, "replacePlatformUsers", "Replace users, each as a whole."),
        Some(sent(JSON, one_or_more)),
        &[answer(200, "As they are now.", one_or_more)],
    )),
    revised(write(
        Verb::Delete,
        "/api/account/{account_id}/configuration/le-users/users",
        (
            USERS,
            "deletePlatformUsers",
            "Delete the users of an array of ids.",
        ),
        Some(sent(JSON, ids)),
        &[answer(200, "Those that are gone.", objects)],
    )),
    revised(read(
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "readPlatformUser", "A user."),
        &[answer(200, "The user.", object), UNCHANGED],
    )),
    revised(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (
            USERS,
            "overridePlatformUser",
            "What X-HTTP-Method-Override names, done to a user.",
        ),
        Some(sent(JSON, object)),
        DONE,
    )),
    revised(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "replacePlatformUser", "Replace a user as a whole."),
        Some(sent(JSON, object)),
        DONE,
    )),
    revised(write(
        Verb::Delete,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "deletePlatformUser", "Delete a user."),
        None,
        &[answer(200, "What is gone.", objects)],
    )),
    revised(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}/resetPassword",
        (USERS, "resetPlatformPassword", "Give a user a new password."),
        Some(sent(JSON, object)),
        &[nothing(200, "It is set.")],
    )),
    revised(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}/resetPassword",
        (USERS, "replacePlatformPassword", "The same by PUT."),
        Some(sent(JSON, object)),
        &[nothing(200, "It is set.")],
    )),
];

/// Skills, agent groups and profiles have the same operations.
macro_rules! entities {
    ($path:literal, $name:literal, $one:literal) => {
        &[
            revised(read(
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("list", $name, "s"),
                    concat!("An account's ", $one, "s."),
                ),
                &[answer(200, "All of them.", objects), UNCHANGED],
            )),
            revised(write(
                Verb::Post,
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("create", $name, "s"),
                    concat!("Make one ", $one, ", or all of an array."),
                ),
                Some(sent(JSON, one_or_more)),
                &[
                    answer(201, "As they are now.", one_or_more),
                    answer(200, "Those that were deleted.", objects),
                ],
            )),
            revised(write(
                Verb::Delete,
                concat!("/api/account/{account_id}/configuration/le-users/", $path),
                (
                    USERS,
                    concat!("delete", $name, "s"),
                    concat!("Delete the ", $one, "s of an array of ids."),
                ),
                Some(sent(JSON, ids)),
                &[answer(200, "Those that are gone.", objects)],
            )),
            revised(read(
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (USERS, concat!("read", $name), concat!("One ", $one, ".")),
                &[answer(200, "It.", object), UNCHANGED],
            )),
            revised(write(
                Verb::Post,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (
                    USERS,
                    concat!("override", $name),
                    concat!("What X-HTTP-Method-Override names, done to one ", $one, "."),
                ),
                Some(sent(JSON, object)),
                &[answer(200, "As it is now.", one_or_more)],
            )),
            revised(write(
                Verb::Put,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (
                    USERS,
                    concat!("replace", $name),
                    concat!("Replace one ", $one, " as a whole."),
                ),
                Some(sent(JSON, object)),
                &[answer(200, "As it is now.", object)],
            )),
            revised(write(
                Verb::Delete,
                concat!(
                    "/api/account/{account_id}/configuration/le-users/",
                    $path,
                    "/{entity_id}"
                ),
                (USERS, concat!("delete", $name), concat!("Delete one ", $one, ".")),
                None,
                &[answer(200, "What is gone.", objects)],
            )),
        ]
    };
}

/// All operations, service by service.
pub(super) fn operations() -> impl Iterator<Item = &'static Operation> {
    const SKILLS: &[Operation] = entities!("skills", "Skill", "skill");
    const GROUPS: &[Operation] = entities!("agentGroups", "AgentGroup", "agent group");
    const PROFILES: &[Operation] = entities!("profiles", "Profile", "profile");
    [OPERATIONS, SKILLS, GROUPS, PROFILES].into_iter().flatten()
}

/// The operations in the document: path, method, object.
pub(super) fn documents() -> impl Iterator<Item = (&'static str, Verb, Value)> {
    let refused = |what: &str| json!({"description": what, "content": {"application/json": {"schema": named("GatewayError")}}});
    let refusals: Map<String, Value> = [
        (
            "4XX",
            refused("It isn't done: the request is malformed, or who asks may not."),
        ),
        (
            "5XX",
            refused("It isn't done: our fault, or a brand's token that is worth nothing."),
        ),
    ]
    .into_iter()
    .map(|(status, response)| (status.to_owned(), response))
    .collect();
    operations().map(move |operation| {
        (
            operation.path,
            operation.verb,
            operation.document(parameter, &refusals),
        )
    })
}

/// The schemas that those refer to.
pub(super) fn schemas() -> Map<String, Value> {
    let error = json!({
        "type": "object",
        "description": "As the platform tells it: error with time, message and internalCode; from the identity service, internalErrorCode.",
    });
    [("GatewayError".to_owned(), error)].into_iter().collect()
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
