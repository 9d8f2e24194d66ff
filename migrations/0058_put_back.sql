-- When a PostgreSQL database was put back from a copy: what may have been used before that moment counts as used. SQLite has the
-- moment in its file's header, and leaves this empty.
CREATE TABLE put_back (
    id             TEXT    NOT NULL PRIMARY KEY,   -- 'last'
    at             BIGINT  NOT NULL
);
