-- The sealing key can be changed while servers run: one key seals, and a former one opens what it sealed until that is
-- sealed anew. Which of them it is, if several are there from a start of two nodes at once, is the first.
ALTER TABLE sealing_checks ADD COLUMN state TEXT NOT NULL DEFAULT 'sealing';  -- sealing, opening
UPDATE sealing_checks SET state = 'opening'
WHERE key_id <> (SELECT key_id FROM sealing_checks ORDER BY created_at, key_id LIMIT 1);
CREATE UNIQUE INDEX sealing_checks_one_sealing ON sealing_checks (state) WHERE state = 'sealing';

-- What all nodes share and nobody may see: what codes and forms are protected with is derived from it.
CREATE TABLE server_secrets (
    name        TEXT    NOT NULL PRIMARY KEY,
    secret      BYTEA   NOT NULL,            -- sealed
    created_at  BIGINT  NOT NULL
);
