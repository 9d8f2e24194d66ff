// What the metadata says yes or no to, and what it lists that no other part of this walks.

import assert from "node:assert/strict";
import { check, refused } from "../../../checks.mjs";
import { Browser } from "../browser.mjs";
import { askedBy } from "./authorizing.mjs";
import { basic, isError } from "./provider.mjs";

const GOODBYE = "https://client.example.test/bye";

/** A member, with the value that it has, and what shows it. */
const PROMISES = {
  authorization_response_iss_parameter_supported: [true, async (provider) => {
    const { response } = await provider.authorize(await provider.register());
    assert.equal(response.iss, provider.document.issuer);
  }],
  claims_parameter_supported: [true, async (provider) => {
    const client = await provider.register();
    const claims = JSON.stringify({ id_token: { auth_time: { essential: true } } });
    const told = await Promise.all([{}, { claims }].map(async (asked) => {
      const { id_token } = await provider.tokens(client, asked);
      return "auth_time" in (await provider.verified(id_token, client)).claims;
    }));
    assert.deepEqual(told, [false, true]);
  }],
  request_parameter_supported: [true, async (provider) => {
    const response = await askedBy(provider, "ES256");
    assert.ok(response.code, JSON.stringify(response));
  }],
  request_uri_parameter_supported: [true, async (provider) => {
    const client = await provider.register();
    const { sent, query } = provider.request(client);
    const { headers } = basic(client);
    const pushed = await (await provider.post(provider.metadata.pushed_authorization_request_endpoint, query, headers)).json();
    const { client_id } = client;
    const { response } = await provider.open(client, { sent, query: { client_id, request_uri: pushed.request_uri } });
    assert.ok(response.code, JSON.stringify(response));
  }],
  require_request_uri_registration: [true, async (provider) => {
    const { response } = await provider.authorize(await provider.register(), { request_uri: "https://client.example.test/request" });
    assert.equal(response.error, "invalid_request_uri");
  }],
  backchannel_user_code_parameter_supported: [false, async (provider) => {
    const client = await provider.register({ backchannel_user_code_parameter: true });
    assert.ok(!client.backchannel_user_code_parameter);
  }],
  backchannel_logout_supported: [true, async (provider) => {
    const client = await provider.register({ backchannel_logout_uri: GOODBYE });
    assert.equal(client.backchannel_logout_uri, GOODBYE);
  }],
  // How it is told: ../logout.mjs.
  backchannel_logout_session_supported: [true, async (provider) => {
    const client = await provider.register({ backchannel_logout_uri: GOODBYE, backchannel_logout_session_required: true });
    assert.equal(client.backchannel_logout_session_required, true);
    const { id_token } = await provider.tokens(client);
    assert.ok((await provider.verified(id_token, client)).claims.sid);
  }],
  frontchannel_logout_supported: [true, (provider) => framed(provider, {})],
  frontchannel_logout_session_supported: [true, (provider) => framed(provider, { frontchannel_logout_session_required: true })],
};

/** Ends a session at a client that wants a page of its own loaded then. */
async function framed(provider, members) {
  const client = await provider.register({ frontchannel_logout_uri: GOODBYE, ...members });
  const browser = new Browser(provider.manifest.issuer);
  const { id_token } = await provider.tokens(client, {}, basic(client), { browser });
  const { sid } = (await provider.verified(id_token, client)).claims;
  const ending = `${provider.metadata.end_session_endpoint}?${new URLSearchParams({ id_token_hint: id_token })}`;
  const { html } = await browser.decide(ending, provider.consumer, "logout-done");
  const [, address] = /<iframe src="([^"]*)"/.exec(html) ?? [];
  const loaded = new URL(address.replaceAll("&#38;", "&"));
  assert.equal(`${loaded.origin}${loaded.pathname}`, GOODBYE);
  assert.deepEqual(Object.fromEntries(loaded.searchParams), { iss: provider.document.issuer, sid });
}

export async function promising(provider) {
  const { metadata } = provider;
  for (const [name, [value, shown]] of Object.entries(PROMISES)) {
    await check(`${name}: ${value}`, async () => {
      assert.equal(metadata[name], value);
      await shown(provider);
    });
  }
  await check("claim_types_supported: claims are told as they are, and point nowhere else", async () => {
    assert.deepEqual(metadata.claim_types_supported, ["normal"]);
    const { access_token } = await provider.tokens(await provider.register());
    const response = await fetch(metadata.userinfo_endpoint, { headers: { authorization: `Bearer ${access_token}` } });
    const info = await response.json();
    assert.ok(!("_claim_names" in info) && !("_claim_sources" in info));
  });
  await certificates(provider);
  await inDetail(provider);
}

/** Whether tokens can be bound to certificates. With a certificate in hand: tests/it/demo/tls. */
async function certificates(provider) {
  const { document, metadata } = provider;
  const member = { tls_client_certificate_bound_access_tokens: true };
  if (metadata.tls_client_certificate_bound_access_tokens) {
    await check("tls_client_certificate_bound_access_tokens: registered", () => provider.register(member));
    await check("mtls_endpoint_aliases: each is the alias of an endpoint, by https, elsewhere", () => {
      for (const [name, url] of Object.entries(metadata.mtls_endpoint_aliases)) {
        assert.ok(document[name] && document[name] !== url && url.startsWith("https://"), name);
      }
    });
  } else {
    await refused("tls_client_certificate_bound_access_tokens: not advertised", () => provider.register(member), isError("invalid_client_metadata"));
    await check("mtls_endpoint_aliases: none", () => assert.equal(metadata.mtls_endpoint_aliases, undefined));
  }
}

async function inDetail(provider) {
  const types = provider.metadata.authorization_details_types_supported ?? [];
  const asked = (type) => JSON.stringify([{ type, instructedAmount: { currency: "EUR", amount: "1.00" } }]);
  for (const type of types) {
    await check(`authorization_details of type ${type}`, async () => {
      const client = await provider.register({ authorization_details_types: [type] });
      const { authorization_details } = await provider.tokens(client, { authorization_details: asked(type) });
      assert.deepEqual(authorization_details, JSON.parse(asked(type)));
    });
  }
  await check("authorization_details of a type that isn't advertised, refused", async () => {
    const client = await provider.register({ authorization_details_types: types });
    const { response } = await provider.authorize(client, { authorization_details: asked("telepathy") });
    assert.equal(response.error, "invalid_authorization_details");
  });
}
