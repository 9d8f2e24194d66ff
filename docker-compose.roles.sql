-- Run once by PostgreSQL's image, as `owner`, when it makes the database: the role that serves may read and write rows,
-- and neither make, change nor remove a table (SEC-153). What `signet migrate` makes later, as `owner`, it may use at once.
\set password `cat /run/secrets/signet_password`
CREATE ROLE signet LOGIN PASSWORD :'password';
GRANT USAGE ON SCHEMA public TO signet;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO signet;
