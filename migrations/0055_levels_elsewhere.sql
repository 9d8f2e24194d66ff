-- What a login was worth that a consumer allowed something with on another screen, where the client wants to know; and the
-- levels that a backchannel request asks for (CIBA 7.1, acr_values).
ALTER TABLE device_authorizations ADD COLUMN login TEXT;
ALTER TABLE backchannel_requests ADD COLUMN login TEXT;
ALTER TABLE backchannel_requests ADD COLUMN acr_values TEXT NOT NULL DEFAULT '';
