-- How much each key has signed for programs, whose tokens have no rows of their own: a row for all that end within one
-- window, there before the first of them goes out. A key is needed until its last window is over.
CREATE TABLE signed_windows (
    account_id TEXT   NOT NULL,
    kid        TEXT   NOT NULL,
    client_id  TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,            -- none of the tokens lives longer
    tokens     BIGINT NOT NULL,            -- how many, as far as they were counted
    PRIMARY KEY (account_id, kid, client_id, expires_at)
);
CREATE INDEX signed_windows_expires_at ON signed_windows (expires_at);
