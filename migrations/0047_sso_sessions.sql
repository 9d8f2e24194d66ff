-- The connection that a user logged in by, without which the session ends.
ALTER TABLE login_sessions ADD COLUMN sso TEXT;
