-- At which clients a session has logged in that are to be told of its end.
CREATE TABLE session_clients (
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    sid         TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    expires_at  BIGINT  NOT NULL,            -- when the session ends at the latest
    PRIMARY KEY (account_id, sid, client_id)
);
CREATE INDEX session_clients_expires_at ON session_clients (expires_at);

-- Ends of sessions that clients are still to be told of. Written in the transaction of the end.
CREATE TABLE logout_notices (
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    sid         TEXT    NOT NULL,
    client_id   TEXT    NOT NULL,
    sub         TEXT    NOT NULL,
    attempts    BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    due_at      BIGINT  NOT NULL,            -- when it is tried next, or by another node than the one that is at it
    expires_at  BIGINT  NOT NULL,            -- when it is given up
    PRIMARY KEY (account_id, sid, client_id)
);
CREATE INDEX logout_notices_due_at ON logout_notices (due_at);
CREATE INDEX logout_notices_expires_at ON logout_notices (expires_at);
