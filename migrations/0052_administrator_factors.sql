-- Administrators' second factors at the console and the admin API (RFC 6238), which they set up if they want one.

CREATE TABLE administrator_factors (
    factor_id         TEXT    NOT NULL PRIMARY KEY,   -- the digest of the session at which it was set up, in hexadecimal
    administrator_id  TEXT    NOT NULL REFERENCES administrators (administrator_id) ON DELETE CASCADE,
    seed              BYTEA   NOT NULL,   -- sealed
    step              BIGINT  NOT NULL,   -- the last step whose code was taken: neither it nor an earlier one is taken again
    created_at        BIGINT  NOT NULL,
    expires_at        BIGINT              -- null once its owner has shown a code of it
);
CREATE UNIQUE INDEX administrator_factors_administrator ON administrator_factors (administrator_id) WHERE expires_at IS NULL;
CREATE INDEX administrator_factors_expires_at ON administrator_factors (expires_at);

-- What lets an administrator in who has lost the factor, once each.
CREATE TABLE administrator_recovery_codes (
    administrator_id  TEXT    NOT NULL REFERENCES administrators (administrator_id) ON DELETE CASCADE,
    digest            BYTEA   NOT NULL,   -- under a key that isn't in the database
    PRIMARY KEY (administrator_id, digest)
);
