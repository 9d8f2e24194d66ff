-- The life of signing keys: when a key stopped signing, what it signed that still lives, who has read the JWK set, and
-- keys that were burnt.

-- When it signed for the last time: as the active key, or for a client that held on to it.
ALTER TABLE signing_keys ADD COLUMN stopped_at BIGINT;
-- Burnt: what it signed counts no more.
ALTER TABLE signing_keys ADD COLUMN burnt_at BIGINT;

-- The key that signed the id_token of this row, and until when that lives. A row of the kind id_token stands for an
-- id_token alone.
ALTER TABLE tokens ADD COLUMN kid TEXT;
ALTER TABLE tokens ADD COLUMN id_token_expires_at BIGINT;
CREATE INDEX tokens_kid ON tokens (account_id, kid, id_token_expires_at) WHERE kid IS NOT NULL;
DROP INDEX tokens_expires_at;
CREATE INDEX tokens_ends_at ON tokens
    ((CASE WHEN id_token_expires_at > expires_at THEN id_token_expires_at ELSE expires_at END));

-- Who reads an account's JWK set, and which keys they have seen in it.
CREATE TABLE jwks_readers (
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    reader      TEXT    NOT NULL,            -- a client's id, or a digest of address and user agent
    client_id   TEXT,                        -- null: not registered as a verifier
    address     TEXT    NOT NULL,
    user_agent  TEXT    NOT NULL,
    kids        TEXT    NOT NULL,
    seen_at     BIGINT  NOT NULL,
    copy_until  BIGINT  NOT NULL,            -- until when it may use what it was given
    expires_at  BIGINT  NOT NULL,
    PRIMARY KEY (account_id, reader)
);
CREATE INDEX jwks_readers_expires_at ON jwks_readers (expires_at);
