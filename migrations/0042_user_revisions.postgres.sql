-- At which of the account's revisions a user was last changed, so that a caller who knows one reads only what has changed since.

ALTER TABLE users ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_revision ON users (account_id, revision, user_id);

-- The elements of a JSON array that is bound as text, by SQLite's name: many rows go in one statement, of one text for both.
CREATE FUNCTION json_each(elements TEXT) RETURNS TABLE (value JSONB) LANGUAGE SQL IMMUTABLE AS $$
    SELECT jsonb_array_elements(CAST(elements AS JSONB))
$$;
