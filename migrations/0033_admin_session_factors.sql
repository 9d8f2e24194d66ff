-- Whether a session or a token stands for more than a password: a second factor was shown for it, or a command made it.
ALTER TABLE admin_sessions ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;
