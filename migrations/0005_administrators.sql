-- Who may use the console and the admin API, and where they are signed in.

CREATE TABLE administrators (
    administrator_id TEXT   NOT NULL PRIMARY KEY,
    account_id       TEXT   REFERENCES accounts (account_id),  -- null: the whole server's
    name             TEXT   NOT NULL,                          -- as it was given
    identifier       TEXT   NOT NULL UNIQUE,                   -- in canonical form
    status           TEXT   NOT NULL,                          -- active, disabled
    password         TEXT   NOT NULL,                          -- its argon2id hash
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    last_login_at    BIGINT
);
CREATE INDEX administrators_account ON administrators (account_id);

-- A session of the console, or a token of the admin API.
CREATE TABLE admin_sessions (
    digest           BYTEA  NOT NULL PRIMARY KEY,
    administrator_id TEXT   NOT NULL REFERENCES administrators (administrator_id) ON DELETE CASCADE,
    kind             TEXT   NOT NULL,                          -- console, api
    auth_time        BIGINT NOT NULL,
    last_seen_at     BIGINT NOT NULL,
    idle_expires_at  BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL
);
CREATE INDEX admin_sessions_administrator ON admin_sessions (administrator_id);
CREATE INDEX admin_sessions_expires_at ON admin_sessions (expires_at);
