-- Links that were sent to a consumer's address: whoever opens one has shown that the address is theirs. One of a kind for each
-- consumer: a newer one takes the place of the one before.
CREATE TABLE challenges (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    kind        TEXT    NOT NULL,            -- recovery, address
    sub         TEXT    NOT NULL,            -- nobody's, where nobody has the name that was typed
    address     TEXT    NOT NULL,            -- where it was sent, in canonical form
    expires_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX challenges_one_of_a_kind ON challenges (account_id, sub, kind);
CREATE INDEX challenges_expires_at ON challenges (expires_at);
