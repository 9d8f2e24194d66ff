// A browser without a screen: it keeps cookies, follows redirects at the provider, fills in its forms, and stops where
// the provider sends it to the client.

import assert from "node:assert/strict";

const ENTITIES = { "#34": '"', "#38": "&", "#39": "'", "#60": "<", "#62": ">", quot: '"', amp: "&", lt: "<", gt: ">" };
const unescape = (text) => text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);

export class Browser {
  #cookies = new Map();
  #issuer;

  constructor(issuer) {
    this.#issuer = issuer;
  }

  /**
   * Opens an authorization request and signs in where it is asked to.
   *
   * Returns what the client gets: a URL, or a POST request if the response mode is form_post.
   */
  async authorize(url, redirectUri, consumer) {
    let page = await this.#open(new URL(url), redirectUri);
    for (let steps = 0; steps < 4; steps += 1) {
      if (page instanceof URL) return page;
      const form = parseForm(page.html);
      if (form.id === "form-post") {
        assert.equal(form.action, redirectUri);
        const body = new URLSearchParams(form.fields);
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        return new Request(redirectUri, { method: "POST", body: body.toString(), headers });
      }
      page = await this.#fillIn(page, form, consumer, redirectUri);
    }
    throw new Error(`no way to the client from ${page.url}`);
  }

  /** Opens a page where a consumer lets in who isn't there, and answers until the page comes that says `done`. */
  async decide(url, consumer, done = "decision-done") {
    let page = await this.#open(new URL(url));
    for (let steps = 0; steps < 4; steps += 1) {
      if (page.html.includes(`id="${done}"`)) return page;
      page = await this.#fillIn(page, parseForm(page.html), consumer);
    }
    throw new Error(`no end of questions at ${page.url}`);
  }

  #fillIn(page, form, { username, password, decision = "allow" }, redirectUri) {
    switch (form.id) {
      case "login-form":
        return this.#submit(page, { ...form.fields, username, password }, form.action, redirectUri);
      case "consent-form":
        return this.#submit(page, { ...form.fields, decision }, form.action, redirectUri);
      case "choose-form":
        // Whoever signed in last goes on.
        return this.#submit(page, { ...form.fields, decision: form.first }, form.action, redirectUri);
      case "device-form":
        // The code is in it, from the link.
        return this.#submit(page, form.fields, form.action, redirectUri);
      default:
        throw new Error(`an unknown form at ${page.url}: ${form.id}`);
    }
  }

  #submit(page, fields, action, redirectUri) {
    const target = new URL(action, page.url);
    return this.#open(target, redirectUri, {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", origin: new URL(this.#issuer).origin },
    });
  }

  /** Follows redirects until a page, or until one leads to the client. */
  async #open(url, redirectUri, init = {}) {
    let request = init;
    for (let hops = 0; hops < 10; hops += 1) {
      assert.equal(url.origin, new URL(this.#issuer).origin, `left the provider for ${url}`);
      const response = await fetch(url, {
        ...request,
        headers: { ...request.headers, cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
        redirect: "manual",
      });
      this.#keep(response.headers.getSetCookie());
      const location = response.headers.get("location");
      if (!location) {
        const html = await response.text();
        assert.equal(response.status, 200, `${response.status} at ${url}: ${html}`);
        return { url, html };
      }
      url = new URL(location, url);
      if (leadsTo(url, redirectUri)) return url;
      request = {};
    }
    throw new Error(`redirected in circles, at last to ${url}`);
  }

  #keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";");
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

function leadsTo(url, redirectUri) {
  if (!redirectUri) return false;
  const target = new URL(redirectUri);
  return url.protocol === target.protocol && url.host === target.host && url.pathname === target.pathname;
}

function parseForm(html) {
  const form = /<form\b([^>]*)>(.*?)<\/form>/s.exec(html);
  assert.ok(form, `no form in ${html}`);
  const fields = {};
  for (const [tag] of form[2].matchAll(/<input\b[^>]*>/g)) {
    if (["hidden", "text"].includes(attribute(tag, "type"))) fields[attribute(tag, "name")] = attribute(tag, "value");
  }
  const [first = ""] = form[2].match(/<button\b[^>]*>/) ?? [];
  return { id: attribute(form[1], "id"), action: attribute(form[1], "action"), fields, first: attribute(first, "value") };
}

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found ? unescape(found[1]) : "";
}
