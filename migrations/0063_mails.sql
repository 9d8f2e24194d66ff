-- Mails that are still to be sent: an outbox. Written in the transaction of what they tell of, removed once a mail server
-- answers for them.
CREATE TABLE mails (
    account_id  TEXT    NOT NULL REFERENCES accounts (account_id),
    mail_id     TEXT    NOT NULL,
    person      TEXT    NOT NULL,            -- whom it is about: consumer:SUB or user:ID
    letter      TEXT    NOT NULL,            -- what kind of mail it is
    content     BYTEA   NOT NULL,            -- the address and the whole mail, sealed: it may hold a link that lets in
    attempts    BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL,
    due_at      BIGINT  NOT NULL,            -- when it is tried next, or by another node than the one that is at it
    expires_at  BIGINT  NOT NULL,            -- when it is given up
    PRIMARY KEY (account_id, mail_id)
);
CREATE INDEX mails_due_at ON mails (due_at);
CREATE INDEX mails_expires_at ON mails (expires_at);
CREATE INDEX mails_person ON mails (account_id, person);
