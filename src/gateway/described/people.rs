//! How users log in, and how they and connectors are managed.

use serde_json::json;

use super::user::{new_password, one, one_written, session, shown, users, written};
use super::{
    CHANGED, CONNECTORS, DONE, FORM, LOGIN, OF_USERS, OVERRIDDEN, RETURN, SESSION, UNCHANGED, USERS, VERSION,
    answer, ids, nothing, object, objects, operation, read, revised, sent, write,
};
use crate::http::openapi::{JSON, Operation, Verb, open, text};

/// The Login Service, connectors and users.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        query: &[VERSION],
        body: Some(sent(JSON, || {
            json!({
                "type": "object",

                "properties": {
                    "username": text(), "password": text(), "newPassword": text(), "otp": text(), "appKey": text(), "secret": text(),
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
            &[answer(200, "The session.", session)],
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
        body: Some(sent(FORM, || {
            open(json!({"SAMLResponse": text(), "RelayState": text()}))
        })),
        ..operation(
            Verb::Post,
            "/api/account/{account_id}/login/callback",
            (
                LOGIN,
                "endSsoBySaml",
                "The same for what a SAML identity provider says.",
            ),
            &[nothing(303, "Where to go, with a ticket.")],
        )
    },
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
    Operation {
        query: CHANGED,
        ..of_users(read(
            "/api/account/{account_id}/configuration/le-users/users",
            (USERS, "listPlatformUsers", "An account's users."),
            &[answer(200, "All of them.", users), UNCHANGED],
        ))
    },
    overridden(of_users(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users",
        (USERS, "createPlatformUsers", "Make one user, or all of an array."),
        Some(sent(JSON, written)),
        &[
            answer(201, "As they are now.", shown),
            answer(200, "As they are now, where the method was overridden.", shown),
        ],
    ))),
    of_users(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users",
        (USERS, "replacePlatformUsers", "Replace users, each as a whole."),
        Some(sent(JSON, written)),
        &[answer(200, "As they are now.", users)],
    )),
    of_users(write(
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
    of_users(read(
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "readPlatformUser", "A user."),
        &[answer(200, "The user.", one), UNCHANGED],
    )),
    overridden(of_users(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (
            USERS,
            "overridePlatformUser",
            "What X-HTTP-Method-Override names, done to a user.",
        ),
        Some(sent(JSON, object)),
        &[answer(200, "The user, or what is gone.", one)],
    ))),
    of_users(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "replacePlatformUser", "Replace a user as a whole."),
        Some(sent(JSON, one_written)),
        &[answer(200, "As it is now.", one)],
    )),
    of_users(write(
        Verb::Delete,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        (USERS, "deletePlatformUser", "Delete a user."),
        None,
        &[answer(200, "What is gone.", one)],
    )),
    overridden(of_users(write(
        Verb::Post,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}/resetPassword",
        (USERS, "resetPlatformPassword", "Give a user a new password."),
        Some(sent(JSON, new_password)),
        &[answer(200, "The user.", one)],
    ))),
    of_users(write(
        Verb::Put,
        "/api/account/{account_id}/configuration/le-users/users/{user_id}/resetPassword",
        (USERS, "replacePlatformPassword", "The same by PUT."),
        Some(sent(JSON, new_password)),
        &[answer(200, "The user.", one)],
    )),
];

/// One of users, which a client's own token is good for, too.
const fn of_users(mut operation: Operation) -> Operation {
    operation.security = OF_USERS;
    revised(operation)
}

/// One that clients send which can't send its method.
const fn overridden(mut operation: Operation) -> Operation {
    operation.headers = OVERRIDDEN;
    operation
}
