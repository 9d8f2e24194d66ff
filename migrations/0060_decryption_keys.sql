-- Keys that clients encrypt their request objects to (RFC 9101 §6.1). Public halves are read from the private ones.
CREATE TABLE decryption_keys (
    account_id   TEXT    NOT NULL REFERENCES accounts (account_id),
    kid          TEXT    NOT NULL,   -- its RFC 7638 thumbprint
    alg          TEXT    NOT NULL,   -- RSA-OAEP-256 or ECDH-ES
    private_key  BYTEA   NOT NULL,   -- PKCS#8, sealed
    created_at   BIGINT  NOT NULL,
    replaced_at  BIGINT,             -- null while it is published
    PRIMARY KEY (account_id, kid)
);
CREATE UNIQUE INDEX decryption_keys_published ON decryption_keys (account_id, alg) WHERE replaced_at IS NULL;
