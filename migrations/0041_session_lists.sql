-- Lists of an account's sessions, page by page.
CREATE INDEX sessions_list ON sessions (account_id, sid);
CREATE INDEX login_sessions_list ON login_sessions (account_id, digest);
