// A provider as its metadata describes it, and clients that registered themselves there.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as jose from "jose";
import { Browser } from "../browser.mjs";

const REDIRECT_URI = "https://client.example.test/callback";
const random = () => randomBytes(32).toString("base64url");

export class Provider {
  static async discover(manifest) {
    const document = await (await fetch(`${manifest.issuer}/.well-known/openid-configuration`)).json();
    return new Provider(manifest, document);
  }

  constructor(manifest, document) {
    this.manifest = manifest;
    this.document = document;
    /** Members that some check has looked at. */
    this.walked = new Set();
    this.metadata = new Proxy(document, {
      get: (target, name) => {
        this.walked.add(name);
        return target[name];
      },
    });
    this.consumer = manifest.consumers[0];
    this.keys = jose.createRemoteJWKSet(new URL(document.jwks_uri));
  }

  /** Registers a client; throws the error that the provider answers with. */
  async register(members = {}) {
    const token = this.manifest.initial_access_token;
    const response = await fetch(this.metadata.registration_endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ client_name: "Truth", redirect_uris: [REDIRECT_URI], ...members }),
    });
    const registered = await response.json();
    if (response.status !== 201) throw Object.assign(new Error(JSON.stringify(registered)), registered);
    return registered;
  }

  post(endpoint, form, headers = {}) {
    return fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** The token endpoint's answer as JSON; throws an error answer. `proof` is what authenticates. */
  async token(form, { headers = {}, fields = {} } = {}) {
    const response = await this.post(this.metadata.token_endpoint, { ...form, ...fields }, headers);
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(JSON.stringify(answer)), answer);
    return answer;
  }

  /** The request for an authorization, with all that any flow needs. */
  request(client, parameters = {}) {
    const sent = { state: random(), nonce: random(), verifier: random() };
    const query = {
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      response_type: "code",
      scope: "openid",
      state: sent.state,
      nonce: sent.nonce,
      code_challenge: createHash("sha256").update(sent.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...parameters,
    };
    for (const [name, value] of Object.entries(query)) if (value === undefined) delete query[name];
    return { sent, query };
  }

  /** Signs in, and gives the answer's parameters, in whichever mode they came, with what was sent. */
  async authorize(client, parameters = {}, around = {}) {
    return this.open(client, this.request(client, parameters), around);
  }

  /** The same for a request that is made already. */
  async open(client, { sent, query }, { browser = new Browser(this.manifest.issuer), consumer = this.consumer } = {}) {
    const answer = await browser.authorize(`${this.metadata.authorization_endpoint}?${new URLSearchParams(query)}`, REDIRECT_URI, consumer);
    const { mode, found } = await parametersOf(answer);
    const response = found.response ? await this.opened(found.response, client.client_id) : found;
    assert.equal(response.iss, this.metadata.issuer);
    assert.equal(response.state, sent.state);
    return { sent, mode: found.response ? `${mode}.jwt` : mode, response };
  }

  /** The claims of a signed response. */
  async opened(token, audience) {
    const { payload } = await jose.jwtVerify(token, this.keys, { issuer: this.metadata.issuer, audience });
    return payload;
  }

  /** The code flow to its end. */
  async tokens(client, parameters = {}, authentication = basic(client), around = {}) {
    const { sent, response } = await this.authorize(client, parameters, around);
    assert.ok(response.code, JSON.stringify(response));
    const form = { grant_type: "authorization_code", code: response.code, redirect_uri: REDIRECT_URI, code_verifier: sent.verifier };
    const answer = await this.token(form, typeof authentication === "function" ? await authentication() : authentication);
    return { ...answer, sent };
  }

  /** The claims of an id_token, verified, and its header. */
  async verified(idToken, client) {
    const { payload, protectedHeader } = await jose.jwtVerify(idToken, this.keys, {
      issuer: this.metadata.issuer,
      audience: client.client_id,
    });
    return { claims: payload, header: protectedHeader };
  }
}

/** `client_secret_basic`; a public client names itself. */
export function basic(client) {
  if (!client.client_secret) return { fields: { client_id: client.client_id } };
  const pair = [client.client_id, client.client_secret].map(encodeURIComponent).join(":");
  return { headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}

async function parametersOf(answer) {
  if (answer instanceof Request) return { mode: "form_post", found: Object.fromEntries(new URLSearchParams(await answer.text())) };
  if (answer.hash) return { mode: "fragment", found: Object.fromEntries(new URLSearchParams(answer.hash.slice(1))) };
  return { mode: "query", found: Object.fromEntries(answer.searchParams) };
}

/** A key pair, and the JWK set that publishes it. */
export async function keyPair(alg, use = "sig") {
  const options = alg === "ECDH-ES" ? { crv: "P-256", extractable: true } : { extractable: true };
  const pair = await jose.generateKeyPair(alg, options);
  const jwk = { ...(await jose.exportJWK(pair.publicKey)), kid: `${use}-${alg}`, use, alg };
  return { ...pair, kid: jwk.kid, jwk: await jose.exportJWK(pair.publicKey), jwks: { keys: [jwk] } };
}

/** Whether an error is the provider's, of that name. */
export const isError = (...names) => (error) => names.includes(error.error);
