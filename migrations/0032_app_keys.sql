-- API keys of an account (OAuth 1.0a): which programs may call the gateway, and what for. A row stays for ever.
CREATE TABLE app_keys (
    account_id    TEXT    NOT NULL,
    app_key       TEXT    NOT NULL,          -- what requests call it: 32 hexadecimal digits, no secret
    number        BIGINT  NOT NULL,          -- 1, 2, 3 … within its account, which bounds how many there are
    enabled       BOOLEAN NOT NULL,
    settings      TEXT    NOT NULL,          -- JSON
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL,
    last_used_at  BIGINT,
    PRIMARY KEY (account_id, app_key)
);
CREATE UNIQUE INDEX app_keys_number ON app_keys (account_id, number);

-- What such a key proves itself with: a secret, an access token and its secret. Two such rows of one key live while one
-- takes over from the other. The token rests as a digest; the secrets sealed, since a digest verifies no signature.
CREATE TABLE app_key_secrets (
    account_id    TEXT    NOT NULL,
    token_id      TEXT    NOT NULL,          -- digest of the access token, in hexadecimal
    app_key       TEXT    NOT NULL,
    secrets       BYTEA   NOT NULL,          -- sealed: the secret, a colon, the access token secret
    created_at    BIGINT  NOT NULL,
    expires_at    BIGINT,
    PRIMARY KEY (account_id, token_id)
);
CREATE INDEX app_key_secrets_app_key ON app_key_secrets (account_id, app_key);
CREATE INDEX app_key_secrets_expires_at ON app_key_secrets (expires_at);
