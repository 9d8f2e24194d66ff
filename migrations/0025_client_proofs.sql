-- What clients may prove with once: the ids of their assertions and of their proofs of possession. A row is a digest of
-- what it is, whose, and the id. The insert that finds it taken is the second use.
CREATE TABLE used_proofs (
    digest      BYTEA   NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX used_proofs_expires_at ON used_proofs (expires_at);

-- Secrets of clients that sign with them (client_secret_jwt): sealed, since a digest verifies no signature. All other
-- clients' secrets are kept as digests alone, and so have no row.
CREATE TABLE client_hmac_secrets (
    account_id  TEXT    NOT NULL,
    secret_id   TEXT    NOT NULL,            -- the digest that the client's row has of it, in hexadecimal
    client_id   TEXT    NOT NULL,
    secret      BYTEA   NOT NULL,            -- sealed
    PRIMARY KEY (account_id, secret_id)
);
CREATE INDEX client_hmac_secrets_client ON client_hmac_secrets (account_id, client_id);
