-- What users are given and put into: an account's skills, agent groups and profiles.

CREATE TABLE account_entities (
    account_id   TEXT    NOT NULL REFERENCES accounts (account_id),
    kind         TEXT    NOT NULL,   -- skill, agent_group, profile
    entity_id    BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    unique_name  TEXT,               -- null once deleted
    deleted      BOOLEAN NOT NULL,
    content      TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (account_id, kind, entity_id)
);
CREATE UNIQUE INDEX account_entities_name ON account_entities (account_id, kind, unique_name);
