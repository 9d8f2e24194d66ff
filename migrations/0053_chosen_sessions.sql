-- Where a browser has sessions of several consumers: the one that was chosen for this client. Such a row may be there for
-- a client that isn't told of a session's end.
ALTER TABLE session_clients ADD COLUMN chosen BOOLEAN NOT NULL DEFAULT FALSE;
