-- What a program wants a consumer to allow it: the browser is sent to the brand by a page of ours, which binds it to the answer.
ALTER TABLE delegations ADD COLUMN scope TEXT NOT NULL DEFAULT 'openid';
