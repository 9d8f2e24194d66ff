//! What stands around a conversation: where services are, who a consumer is, and what programs do for them.

use serde_json::json;

use super::{
    DOMAIN, FORM, IDENTITY, PROGRAM, PROGRAMS, VERSION, access_token, answer, client_credentials,
    handed_over, jwt, keys, nothing, object, objects, operation, sent, token,
};
use crate::http::openapi::{Answer, JSON, Operation, Verb, number, open, text};

/// The Domain API, the identity service, and programs.
pub(super) const OPERATIONS: &[Operation] = &[
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
        query: &[VERSION],
        ..operation(
            Verb::Get,
            "/ws_api/account/{account_id}/messaging/consumer",
            (
                IDENTITY,
                "openConsumerSocket",
                "A consumer's WebSocket, let in by the platform's token; closed with 4401 or 4407 where it isn't valid.",
            ),
            &[nothing(101, "The socket is open.")],
        )
    },
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
];
