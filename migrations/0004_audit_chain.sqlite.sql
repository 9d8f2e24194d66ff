-- The record of changes becomes a chain for each account (and one, `*`, for the server), and append-only. It differs
-- from PostgreSQL's in its triggers alone. Rows from before have no place in it: seq and what goes with it are null.

ALTER TABLE audit ADD COLUMN version BIGINT;     -- the form that was hashed
ALTER TABLE audit ADD COLUMN seq BIGINT;         -- the place in the chain, from 1 on
ALTER TABLE audit ADD COLUMN ip_salt BYTEA;      -- goes with ip when that is erased
ALTER TABLE audit ADD COLUMN ip_digest BYTEA;    -- of both: what the chain holds of them
ALTER TABLE audit ADD COLUMN previous BYTEA;     -- the hash of the row before
ALTER TABLE audit ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_chain ON audit (account_id, seq);

-- Where each chain stands: its last row.
CREATE TABLE audit_chains (
    account_id  TEXT    NOT NULL PRIMARY KEY,    -- or *
    seq         BIGINT  NOT NULL,
    hash        BYTEA   NOT NULL
);

CREATE TRIGGER audit_never_updated BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the record of changes is only added to');
END;
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the record of changes is only added to');
END;
