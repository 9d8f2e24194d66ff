-- People and bots that work in an account, and where they are logged in.

CREATE TABLE users (
    account_id           TEXT    NOT NULL REFERENCES accounts (account_id),
    user_id              BIGINT  NOT NULL,
    kind                 TEXT    NOT NULL,   -- system, human, bot
    login_name           TEXT    NOT NULL,   -- as it was given
    identifier           TEXT,               -- the same in canonical form; null once deleted, as are the next two
    full_name            TEXT    NOT NULL,
    unique_full_name     TEXT,
    pid                  TEXT,
    enabled              BOOLEAN NOT NULL,
    deleted              BOOLEAN NOT NULL,
    password             TEXT,               -- its argon2id hash; null for whoever has none
    password_changed_at  BIGINT,
    must_change_password BOOLEAN NOT NULL,
    profile              TEXT    NOT NULL,
    created_at           BIGINT  NOT NULL,
    updated_at           BIGINT  NOT NULL,
    last_login_at        BIGINT,
    PRIMARY KEY (account_id, user_id)
);
CREATE UNIQUE INDEX users_identifier ON users (account_id, identifier);
CREATE UNIQUE INDEX users_full_name ON users (account_id, unique_full_name);
CREATE UNIQUE INDEX users_pid ON users (account_id, pid);

-- How often an account's users, skills, profiles and groups have changed.
CREATE TABLE account_revisions (
    account_id  TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (account_id),
    revision    BIGINT  NOT NULL
);

CREATE TABLE login_sessions (
    digest           BYTEA   NOT NULL PRIMARY KEY,   -- of the cookie
    bearer           BYTEA   NOT NULL UNIQUE,        -- of the bearer token
    csrf             BYTEA   NOT NULL,
    account_id       TEXT    NOT NULL,
    user_id          BIGINT  NOT NULL,
    app_key          TEXT,                           -- the API key or client that logged in as the user
    created_at       BIGINT  NOT NULL,
    idle_expires_at  BIGINT  NOT NULL,
    expires_at       BIGINT  NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE
);
CREATE INDEX login_sessions_user ON login_sessions (account_id, user_id);
CREATE INDEX login_sessions_expires_at ON login_sessions (expires_at);
