-- One text for SQLite and PostgreSQL. Times are milliseconds since 1970; digests are SHA-256; JSON is TEXT.
-- Every row of an account carries its account, and so does every key that another table refers to.

CREATE TABLE accounts (
    account_id  TEXT    NOT NULL PRIMARY KEY,
    is_default  BOOLEAN NOT NULL,
    issuer      TEXT    UNIQUE,              -- null: derived from the public URL
    status      TEXT    NOT NULL,            -- active, suspended, deleted: an id is never used again
    settings    TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX accounts_one_default ON accounts (is_default) WHERE is_default;

CREATE TABLE clients (
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    client_id   TEXT    NOT NULL,
    enabled     BOOLEAN NOT NULL,
    platform    BOOLEAN NOT NULL,            -- a messaging platform's client
    settings    TEXT    NOT NULL,
    secrets     TEXT    NOT NULL,            -- digests and expiries, at most two that live
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (account_id, client_id)
);

CREATE TABLE consumers (
    account_id    TEXT    NOT NULL REFERENCES accounts (account_id),
    sub           TEXT    NOT NULL UNIQUE,   -- never used again, in any account
    status        TEXT    NOT NULL,          -- active, disabled, deleted
    username      TEXT,                      -- as it was given
    claims        TEXT    NOT NULL,
    customer_info TEXT,
    personal_info TEXT,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (account_id, sub)
);

-- What a consumer may type to log in: usernames and e-mail addresses, in canonical form, each of one consumer alone.
CREATE TABLE consumer_identifiers (
    account_id  TEXT    NOT NULL,
    identifier  TEXT    NOT NULL,
    sub         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,            -- username, email
    PRIMARY KEY (account_id, identifier),
    FOREIGN KEY (account_id, sub) REFERENCES consumers (account_id, sub)
);
CREATE INDEX consumer_identifiers_sub ON consumer_identifiers (account_id, sub);

CREATE TABLE consumer_credentials (
    account_id  TEXT    NOT NULL,
    sub         TEXT    NOT NULL,
    kind        TEXT    NOT NULL,            -- password
    data        TEXT    NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (account_id, sub, kind),
    FOREIGN KEY (account_id, sub) REFERENCES consumers (account_id, sub)
);

CREATE TABLE signing_keys (
    account_id   TEXT   NOT NULL REFERENCES accounts (account_id),
    kid          TEXT   NOT NULL UNIQUE,
    alg          TEXT   NOT NULL,
    state        TEXT   NOT NULL,            -- pending, active, retiring, retired
    public_jwk   TEXT   NOT NULL,
    private_key  BYTEA,                      -- sealed PKCS#8; null once retired
    created_at   BIGINT NOT NULL,
    activate_at  BIGINT,
    activated_at BIGINT,
    retire_at    BIGINT,
    retired_at   BIGINT,
    PRIMARY KEY (account_id, kid)
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (account_id, alg) WHERE state = 'active';
CREATE UNIQUE INDEX signing_keys_one_pending ON signing_keys (account_id, alg) WHERE state = 'pending';

-- A value sealed under the sealing key, to know at start-up whether it is the right one.
CREATE TABLE sealing_checks (
    key_id      TEXT    NOT NULL PRIMARY KEY,
    sealed      BYTEA   NOT NULL,
    created_at  BIGINT  NOT NULL
);

-- A consumer's single sign-on in one browser.
CREATE TABLE sessions (
    digest          BYTEA   NOT NULL PRIMARY KEY,
    account_id      TEXT    NOT NULL,
    sid             TEXT    NOT NULL UNIQUE,
    sub             TEXT    NOT NULL,
    amr             TEXT    NOT NULL,
    acr             TEXT,
    auth_time       BIGINT  NOT NULL,
    last_seen_at    BIGINT  NOT NULL,
    idle_expires_at BIGINT  NOT NULL,
    expires_at      BIGINT  NOT NULL,
    ended_at        BIGINT,
    FOREIGN KEY (account_id, sub) REFERENCES consumers (account_id, sub)
);
CREATE INDEX sessions_sub ON sessions (account_id, sub);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- A validated authorization request that waits for something that the consumer must do, bound to one browser.
CREATE TABLE interactions (
    digest         BYTEA   NOT NULL PRIMARY KEY,
    account_id     TEXT    NOT NULL REFERENCES accounts (account_id),
    browser_digest BYTEA   NOT NULL,
    client_id      TEXT    NOT NULL,
    request        TEXT    NOT NULL,
    progress       TEXT    NOT NULL,
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL
);
CREATE INDEX interactions_expires_at ON interactions (expires_at);

-- What a consumer has allowed a client. Every token of it hangs on it.
CREATE TABLE grants (
    account_id  TEXT    NOT NULL,
    grant_id    TEXT    NOT NULL,
    sub         TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    scope       TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    revoked_at  BIGINT,
    PRIMARY KEY (account_id, grant_id),
    FOREIGN KEY (account_id, sub) REFERENCES consumers (account_id, sub)
);
CREATE UNIQUE INDEX grants_one_per_client ON grants (account_id, sub, client_id) WHERE revoked_at IS NULL;

-- Access and refresh tokens. A code is a sealed value without a row: the first token that it buys carries its
-- digest, which is unique, and so a code buys once.
CREATE TABLE tokens (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,            -- access, refresh
    family      TEXT    NOT NULL,            -- all tokens of one authorization
    code_digest BYTEA,
    client_id   TEXT    NOT NULL,
    sub         TEXT,
    sid         TEXT,
    grant_id    TEXT,
    scope       TEXT    NOT NULL,
    claims      TEXT,                        -- the `claims` request that userinfo honours
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    revoked_at  BIGINT
);
CREATE UNIQUE INDEX tokens_code ON tokens (code_digest) WHERE code_digest IS NOT NULL;
CREATE INDEX tokens_family ON tokens (family);
CREATE INDEX tokens_expires_at ON tokens (expires_at);

-- Failed redemptions of a code by its own client: the fifth burns it.
CREATE TABLE codes (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    failures    BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX codes_expires_at ON codes (expires_at);

-- Guesses at a login, counted before the hash is computed, per subject and per source.
CREATE TABLE login_attempts (
    account_id    TEXT    NOT NULL,
    bucket        TEXT    NOT NULL,
    failures      BIGINT  NOT NULL,
    blocked_until BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL,
    PRIMARY KEY (account_id, bucket)
);
CREATE INDEX login_attempts_expires_at ON login_attempts (expires_at);

-- The gateway's configuration of one authentication server.
CREATE TABLE connectors (
    account_id    TEXT    NOT NULL REFERENCES accounts (account_id),
    connector_id  TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    type          TEXT    NOT NULL,          -- implicit, code, anonymous
    enabled       BOOLEAN NOT NULL,
    configuration TEXT    NOT NULL,
    secret        BYTEA,                     -- sealed client secret
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    PRIMARY KEY (account_id, connector_id)
);

-- Who changed what. Written in the transaction of the change.
CREATE TABLE audit (
    audit_id    TEXT    NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    at          BIGINT  NOT NULL,
    event       TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    request_id  TEXT,
    client_id   TEXT,
    sub         TEXT,
    ip          TEXT,
    outcome     TEXT    NOT NULL,
    detail      TEXT    NOT NULL
);
CREATE INDEX audit_account_at ON audit (account_id, at);

-- Work that one node at a time may do.
CREATE TABLE leases (
    name        TEXT    NOT NULL PRIMARY KEY,
    holder      TEXT    NOT NULL,
    expires_at  BIGINT  NOT NULL
);
