// usage: node sign.mjs MANIFEST
//
// Reads an account's users in a request that is signed with an API key, with nothing but Node.js.

import { createHmac, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const { gateway } = JSON.parse(await readFile(process.argv[2], "utf8"));

// encodeURIComponent leaves five characters that RFC 3986 reserves.
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** The value of the Authorization header of a request whose body, if it has one, is no form. */
function authorization(method, url, key) {
  const { origin, pathname, searchParams } = new URL(url);
  const own = {
    oauth_consumer_key: key.app_key,
    oauth_token: key.access_token,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_nonce: randomUUID(),
    oauth_version: "1.0",
  };
  const parameters = [...searchParams, ...Object.entries(own)]
    .map((pair) => pair.map(encode))
    .sort(([name, value], [other, another]) =>
      name === other ? (value < another ? -1 : 1) : name < other ? -1 : 1,
    )
    .map((pair) => pair.join("="))
    .join("&");
  const base = [method, origin + pathname, parameters].map(encode).join("&");
  const secrets = [key.secret, key.access_token_secret].map(encode).join("&");
  const oauth_signature = createHmac("sha256", secrets).update(base).digest("base64");
  const fields = Object.entries({ ...own, oauth_signature });
  return `OAuth ${fields.map(([name, value]) => `${name}="${encode(value)}"`).join(", ")}`;
}

const url = `${gateway.base_url}/api/account/${gateway.account_id}/configuration/le-users/users?v=6.0&select=id,loginName`;
const answer = await fetch(url, { headers: { authorization: authorization("GET", url, gateway.app_key) } });
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
console.log((await answer.json()).map((user) => user.loginName).join(", "));
