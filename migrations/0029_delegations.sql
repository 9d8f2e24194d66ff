-- Consumers who are asked to let a program act for them at their brand: begun by the program, answered by the brand in the
-- consumer's browser, and fetched by the program.
CREATE TABLE delegations (
    digest         BYTEA   NOT NULL PRIMARY KEY,   -- of the state that the browser carries
    account_id     TEXT    NOT NULL,
    delegation_id  TEXT    NOT NULL,               -- what the program calls it
    connector_id   TEXT    NOT NULL,
    client_id      TEXT    NOT NULL,               -- who began it, and may fetch
    used_at        BIGINT,                         -- when the browser came back
    tokens         BYTEA,                          -- sealed: what the brand gave
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL
);
CREATE UNIQUE INDEX delegations_id ON delegations (account_id, delegation_id);
CREATE INDEX delegations_expires_at ON delegations (expires_at);
