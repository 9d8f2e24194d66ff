-- Single sign-on of users: an account's connections to identity providers of its company.
CREATE TABLE sso_connections (
    account_id     TEXT    NOT NULL REFERENCES accounts (account_id),
    name           TEXT    NOT NULL,           -- what it is called at the identity provider, too
    kind           TEXT    NOT NULL,           -- oidc, saml
    enabled        BOOLEAN NOT NULL,
    configuration  TEXT    NOT NULL,
    secret         BYTEA,                      -- sealed: the client secret
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- Browsers that were sent to one of them, and what they bring to the application that sent them once they are back.
CREATE TABLE sso_attempts (
    digest      BYTEA   NOT NULL PRIMARY KEY,  -- of the state that the browser carries
    account_id  TEXT    NOT NULL,
    connection  TEXT    NOT NULL,
    return_to   TEXT,                          -- where the browser goes in the end, unless it is answered here
    app_state   TEXT,                          -- what the application wants back
    used_at     BIGINT,                        -- when the browser came back
    ticket      BYTEA,                         -- digest of what the application logs in with
    user_id     BIGINT,                        -- whom that logs in
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX sso_attempts_ticket ON sso_attempts (ticket);
CREATE INDEX sso_attempts_expires_at ON sso_attempts (expires_at);
