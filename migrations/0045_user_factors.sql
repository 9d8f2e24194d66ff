-- Users' second factors at the console (RFC 6238), and sign-ins that wait for one.

CREATE TABLE user_factors (
    account_id   TEXT    NOT NULL,
    factor_id    TEXT    NOT NULL,   -- the digest of the sign-in at which it was set up, in hexadecimal
    user_id      BIGINT  NOT NULL,
    seed         BYTEA   NOT NULL,   -- sealed
    step         BIGINT  NOT NULL,   -- the last step whose code was taken: neither it nor an earlier one is taken again
    created_at   BIGINT  NOT NULL,
    expires_at   BIGINT,             -- null once its owner has shown a code of it
    PRIMARY KEY (account_id, factor_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX user_factors_user ON user_factors (account_id, user_id) WHERE expires_at IS NULL;
CREATE INDEX user_factors_expires_at ON user_factors (expires_at);

-- What lets a user in who has lost the factor, once each.
CREATE TABLE user_recovery_codes (
    account_id   TEXT    NOT NULL,
    user_id      BIGINT  NOT NULL,
    digest       BYTEA   NOT NULL,   -- under a key that isn't in the database
    PRIMARY KEY (account_id, user_id, digest),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE
);

-- Whoever has shown their password at the console, and must show a code next.
CREATE TABLE console_sign_ins (
    digest               BYTEA   NOT NULL PRIMARY KEY,
    account_id           TEXT    NOT NULL,
    user_id              BIGINT  NOT NULL,
    password_changed_at  BIGINT,             -- of the password that was shown
    created_at           BIGINT  NOT NULL,
    expires_at           BIGINT  NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE
);
CREATE INDEX console_sign_ins_user ON console_sign_ins (account_id, user_id);
CREATE INDEX console_sign_ins_expires_at ON console_sign_ins (expires_at);

-- Only a session that began with a second factor is one of the console.
ALTER TABLE login_sessions ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;
