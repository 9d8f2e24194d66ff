-- Whether a user showed a second factor at the Login Service. `second_factor` stays the mark of sessions at the console, which
-- an older version lets in there by it.
ALTER TABLE login_sessions ADD COLUMN factor_shown BOOLEAN NOT NULL DEFAULT FALSE;
