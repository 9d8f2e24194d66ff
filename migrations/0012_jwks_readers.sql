-- Several machines may read the JWK set under one name, each with a copy of its own: until when one from before, of
-- another set, may be in use.
ALTER TABLE jwks_readers ADD COLUMN stale_until BIGINT;
