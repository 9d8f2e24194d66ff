-- What an account has: rows of every table that is an account's, parents first. {a} is the account; {bytes N} are 32 bytes
-- that are N in `own`, and others elsewhere, where a column is unique in the whole database.

INSERT INTO clients (account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at) VALUES
    ('{a}', 'shop', TRUE, TRUE,
     '{"allowed_origins":["https://shop.test"],"first_party":true,"initiate_login_uri":"https://shop.test/login","jwks_reader_addresses":["192.0.2.0/24"],"pasted_key":"k-pasted"}', '[]', 1, 1);
INSERT INTO registration_tokens (account_id, client_id, digest, created_at) VALUES ('{a}', 'shop', {bytes 21}, 1);
INSERT INTO initial_access_tokens (digest, account_id, uses_left, created_at, expires_at)
    VALUES ({bytes 22}, '{a}', 3, 1, 9000000000000);
INSERT INTO client_hmac_secrets (account_id, secret_id, client_id, secret) VALUES ('{a}', 'secret-1', 'shop', {bytes 23});

INSERT INTO consumers (account_id, sub, status, username, claims, created_at, updated_at)
    VALUES ('{a}', 's-{a}', 'active', 'ana', '{}', 1, 1);
INSERT INTO consumer_identifiers (account_id, identifier, sub, kind, skeleton) VALUES ('{a}', 'ana', 's-{a}', 'username', NULL);
INSERT INTO consumer_credentials (account_id, sub, kind, data, updated_at)
    VALUES ('{a}', 's-{a}', 'password', '{"hash":"former"}', 1);
INSERT INTO merged_identities (account_id, anonymous_sub, consumer_id, merged_at) VALUES ('{a}', 'anonymous', 'merged', 1);
INSERT INTO login_attempts (account_id, bucket, failures, blocked_until, expires_at) VALUES
    ('{a}', 'ip:192.0.2.1', 3, 9000000000000, 9000000000000),
    ('{a}', 'user:1', 3, 9000000000000, 9000000000000);

INSERT INTO signing_keys (account_id, kid, alg, state, public_jwk, private_key, created_at, activated_at, stopped_at,
                          retired_at, burnt_at) VALUES
    ('{a}', 'k-active-{a}', 'RS256', 'active', '{}', {bytes 31}, 1, 1, NULL, NULL, NULL),
    ('{a}', 'k-pending-{a}', 'ES256', 'pending', '{}', {bytes 32}, 1, NULL, NULL, NULL, NULL),
    ('{a}', 'k-retiring-{a}', 'ES256', 'retiring', '{}', {bytes 33}, 1, 1, 1, NULL, NULL),
    ('{a}', 'k-burnt-{a}', 'ES256', 'retired', '{}', NULL, 1, 1, 1, 1, 1);
INSERT INTO signed_windows (account_id, kid, client_id, expires_at, tokens)
    VALUES ('{a}', 'k-active-{a}', 'shop', 9000000000000, 3);
INSERT INTO decryption_keys (account_id, kid, alg, private_key, created_at, replaced_at) VALUES
    ('{a}', 'k-enc-{a}', 'RSA-OAEP-256', {bytes 38}, 1, NULL),
    ('{a}', 'k-former-{a}', 'RSA-OAEP-256', {bytes 39}, 1, 1);
INSERT INTO jwks_readers (account_id, reader, client_id, address, user_agent, kids, seen_at, copy_until, expires_at)
    VALUES ('{a}', 'shop', 'shop', '192.0.2.1', 'reader', '[]', 1, 1, 9000000000000);

INSERT INTO sessions (digest, account_id, sid, sub, amr, auth_time, last_seen_at, idle_expires_at, expires_at)
    VALUES ({bytes 1}, '{a}', 'sid-{a}', 's-{a}', '["pwd"]', 1, 1, 9000000000000, 9000000000000);
INSERT INTO session_clients (account_id, sid, client_id, expires_at, chosen) VALUES ('{a}', 'sid-{a}', 'shop', 9000000000000, TRUE);
INSERT INTO logout_notices (account_id, sid, client_id, sub, attempts, created_at, due_at, expires_at)
    VALUES ('{a}', 'sid-before', 'shop', 's-{a}', 0, 1, 1, 9000000000000);
INSERT INTO mails (account_id, mail_id, person, letter, content, attempts, created_at, due_at, expires_at)
    VALUES ('{a}', 'mail-1', 'consumer:s-{a}', 'password_changed', {bytes 40}, 0, 1, 1, 9000000000000);
INSERT INTO grants (account_id, grant_id, sub, client_id, scope, created_at, updated_at)
    VALUES ('{a}', 'g-1', 's-{a}', 'shop', 'openid', 1, 1);
INSERT INTO tokens (digest, account_id, kind, family, code_digest, client_id, sub, sid, grant_id, scope, created_at,
                    expires_at, kid, id_token_expires_at)
    VALUES ({bytes 2}, '{a}', 'access', 'f-1', {bytes 3}, 'shop', 's-{a}', 'sid-{a}', 'g-1', 'openid', 1, 9000000000000,
            'k-active-{a}', 9000000000000);
INSERT INTO tokens (digest, account_id, kind, family, client_id, sub, grant_id, scope, created_at, expires_at,
                    authentication, ends_at, uses)
    VALUES ({bytes 4}, '{a}', 'refresh', 'f-1', 'shop', 's-{a}', 'g-1', 'openid', 1, 9000000000000,
            '{"t":1}', 9000000000000, 0);
INSERT INTO codes (digest, account_id, failures, expires_at) VALUES ({bytes 5}, '{a}', 1, 9000000000000);
INSERT INTO interactions (digest, account_id, browser_digest, client_id, request, progress, created_at, expires_at)
    VALUES ({bytes 6}, '{a}', {bytes 7}, 'shop', '{request}', '{progress}', 1, 9000000000000);
INSERT INTO pushed_requests (digest, account_id, client_id, request, expires_at)
    VALUES ({bytes 8}, '{a}', 'shop', '{request}', 9000000000000);
INSERT INTO sign_in_tickets (digest, account_id, client_id, sub, auth_time, expires_at)
    VALUES ({bytes 9}, '{a}', 'shop', 's-{a}', 1, 9000000000000);
INSERT INTO challenges (digest, account_id, kind, sub, address, expires_at) VALUES
    ({bytes 60}, '{a}', 'recovery', 's-{a}', '{a}@example.test', 9000000000000),
    ({bytes 61}, '{a}', 'address', 's-{a}', '{a}@example.test', 9000000000000);
INSERT INTO used_proofs (digest, account_id, expires_at) VALUES ({bytes 10}, '{a}', 9000000000000);
INSERT INTO device_authorizations (digest, account_id, user_code_digest, client_id, scope, interval_seconds, created_at, expires_at)
    VALUES ({bytes 11}, '{a}', {bytes 12}, 'shop', 'openid', 5, 1, 9000000000000);
INSERT INTO backchannel_requests (digest, account_id, handle, client_id, sub, scope, interval_seconds, created_at, expires_at)
    VALUES ({bytes 13}, '{a}', 'h-1', 'shop', 's-{a}', 'openid', 5, 1, 9000000000000);
INSERT INTO delegations (digest, account_id, delegation_id, connector_id, client_id, tokens, created_at, expires_at) VALUES
    ({bytes 14}, '{a}', 'd-1', 'c-1', 'shop', {bytes 34}, 1, 9000000000000);

INSERT INTO connectors (account_id, connector_id, name, type, enabled, configuration, created_at, updated_at, preferred)
    VALUES ('{a}', 'c-1', 'Shop', 'code', TRUE, '{"preferred":true}', 1, 1, TRUE);
INSERT INTO connector_key_sets (account_id, connector_id, endpoint, jwks, read_at, expires_at)
    VALUES ('{a}', 'c-1', 'https://idp.example/jwks', '{"keys":[]}', 1, 9000000000000);
INSERT INTO account_entities (account_id, kind, entity_id, name, unique_name, deleted, content, created_at, updated_at)
    VALUES ('{a}', 'skill', 5, 'Billing', 'Billing', FALSE, '{}', 1, 1);
INSERT INTO account_revisions (account_id, revision) VALUES ('{a}', 7);
INSERT INTO app_keys (account_id, app_key, number, enabled, settings, created_at, updated_at)
    VALUES ('{a}', 'key-1', 1, TRUE, '{}', 1, 1);
INSERT INTO app_key_secrets (account_id, token_id, app_key, secrets, created_at)
    VALUES ('{a}', '0707070707070707070707070707070707070707070707070707070707070707', 'key-1', {bytes 35}, 1);
INSERT INTO sso_connections (account_id, name, kind, enabled, configuration, created_at, updated_at)
    VALUES ('{a}', 'work', 'oidc', TRUE, '{}', 1, 1);
INSERT INTO sso_attempts (digest, account_id, connection, created_at, expires_at)
    VALUES ({bytes 15}, '{a}', 'work', 1, 9000000000000);
INSERT INTO sso_attempts (digest, account_id, connection, used_at, ticket, user_id, created_at, expires_at)
    VALUES ({bytes 16}, '{a}', 'work', 1, {bytes 17}, 1, 1, 9000000000000);
INSERT INTO users (account_id, user_id, kind, login_name, identifier, full_name, unique_full_name, enabled, deleted,
                   password, must_change_password, profile, created_at, updated_at, revision)
    VALUES ('{a}', 1, 'human', 'bob', 'bob', 'Bob', 'Bob', TRUE, FALSE, 'former', FALSE, '{"profileIds":[1]}', 1, 1, 7),
           ('{a}', 2, 'bot', 'answerer', 'answerer', 'Answerer', 'Answerer', TRUE, FALSE, NULL, FALSE, '{}', 1, 1, 7);
INSERT INTO login_sessions (digest, bearer, csrf, account_id, user_id, created_at, idle_expires_at, expires_at, sso)
    VALUES ({bytes 18}, {bytes 19}, {bytes 24}, '{a}', 1, 1, 9000000000000, 9000000000000, 'work');
INSERT INTO user_factors (account_id, factor_id, user_id, seed, step, created_at, expires_at) VALUES
    ('{a}', 'factor', 1, {bytes 36}, 1, 1, NULL),
    ('{a}', 'pending', 2, {bytes 37}, 1, 1, 9000000000000);
INSERT INTO user_recovery_codes (account_id, user_id, digest) VALUES ('{a}', 1, {bytes 25});
INSERT INTO console_sign_ins (digest, account_id, user_id, created_at, expires_at)
    VALUES ({bytes 20}, '{a}', 1, 1, 9000000000000);
INSERT INTO idempotency_keys (account_id, digest, fingerprint, created_at, expires_at)
    VALUES ('{a}', {bytes 26}, {bytes 27}, 1, 9000000000000);
INSERT INTO administrators (administrator_id, account_id, name, identifier, status, password, created_at, updated_at)
    VALUES ('admin-{a}', '{a}', 'admin-{a}', 'admin-{a}', 'active', 'hash', 1, 1);

-- The record is only added to.
INSERT INTO audit_chains (account_id, seq, hash) VALUES ('{a}', 1, {bytes 28}) ON CONFLICT DO NOTHING;
INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail) VALUES
    ('before-{a}', '{a}', 1, 'client.created', 'admin', 'success', '{}') ON CONFLICT DO NOTHING;
INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail, version, seq, previous, hash) VALUES
    ('first-{a}', '{a}', 1, 'client.created', 'admin', 'success', '{}', 1, 1, {bytes 29}, {bytes 30}) ON CONFLICT DO NOTHING;
