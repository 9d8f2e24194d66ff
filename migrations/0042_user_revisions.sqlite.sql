-- At which of the account's revisions a user was last changed, so that a caller who knows one reads only what has changed since.

ALTER TABLE users ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_revision ON users (account_id, revision, user_id);
