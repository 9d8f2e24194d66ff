-- Whom a token is for and what it is bound to, and the life of refresh tokens: rows of the kind refresh.

ALTER TABLE tokens ADD COLUMN resource TEXT;               -- its audience (RFC 8707), a JSON array; null: ourselves
ALTER TABLE tokens ADD COLUMN cnf TEXT;                    -- the key that its holder proves (RFC 7800), JSON
ALTER TABLE tokens ADD COLUMN authorization_details TEXT;  -- what it allows beside its scope (RFC 9396), JSON

-- Of refresh tokens alone.
ALTER TABLE tokens ADD COLUMN authentication TEXT;         -- the login that id_tokens go on telling of, JSON
ALTER TABLE tokens ADD COLUMN ends_at BIGINT;              -- the end of the whole chain, however often it is used
ALTER TABLE tokens ADD COLUMN parent BYTEA;                -- the token in whose place it was given
ALTER TABLE tokens ADD COLUMN uses BIGINT;                 -- how often it was used
ALTER TABLE tokens ADD COLUMN used_at BIGINT;              -- when first
ALTER TABLE tokens ADD COLUMN passed_at BIGINT;            -- when one that was given in its place was used
