-- What each connector's brand published last, for nodes that start while it can't be asked. Nothing of it is secret.
CREATE TABLE connector_key_sets (
    account_id     TEXT    NOT NULL,
    connector_id   TEXT    NOT NULL,
    endpoint       TEXT    NOT NULL,               -- where it was published: another place's keys are others
    jwks           TEXT    NOT NULL,               -- the keys that a connector can use, as JWK set
    read_at        BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,
    PRIMARY KEY (account_id, connector_id)
);
CREATE INDEX connector_key_sets_expires_at ON connector_key_sets (expires_at);
