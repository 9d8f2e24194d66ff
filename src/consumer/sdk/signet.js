// Signet's helper for a brand's own page: it hands the messaging platform a token or a code of whoever is signed in, says
// who that is, and signs in and out. docs/brand-page.md tells how it is used.

const PREFIX = "signet.";
const REQUEST = PREFIX + "request";
const ANSWER = PREFIX + "answer";
const ANSWERS = "code id_token token_type access_token expires_in session_state error error_description error_uri state iss";
// What only a person can mend, and where a browser doesn't say what is wrong.
const ASKS = ["login_required", "consent_required", "interaction_required", "account_selection_required", "unavailable"];
const POPUP_SECONDS = 600;

const fail = (code) => Object.assign(new Error(`signet: ${code}`), { code });
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const fresh = (until) => Date.now() < until;

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

// The claims of a signed token; none of an encrypted one, which only its recipient can read.
function claims(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  const bytes = atob(parts[1].replace(/-/g, "+").replace(/_/g, "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0))));
}

function take(key) {
  const text = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return text === null ? null : JSON.parse(text);
}

function create(issuerOfScript) {
  const signet = new EventTarget();
  let options = null;
  // An id_token and until when it is handed out; the one before, which a logout is proved with.
  let cache = null;
  let hint = null;
  // What came back from a sign-in, for the next call alone.
  let held = null;
  // Who is there: an identity, null where nobody is, undefined while nobody has asked.
  let who;
  // A logout begins another era: what was asked for before it counts no more.
  let era = 0;
  let flights = {};
  // Gives up what waits for this page to leave, or for a pop-up.
  let leaving = null;
  let superseded = null;
  let installed = null;

  // ---- What comes back.

  // Throws unless it answers this very request.
  function check(answer, request) {
    // What is refused before anything else is read of it comes back without a state.
    if (answer.error) throw fail(answer.error);
    if (answer.state !== request.state) throw fail("wrong_state");
    if (answer.iss !== request.issuer) throw fail("wrong_issuer");
  }

  function accept(answer, request, call = {}) {
    if (request.era !== era) throw fail("superseded");
    check(answer, request);
    const isCode = request.flow === "code";
    const { code, id_token } = answer;
    if (isCode && !code) throw fail("no_code");
    if (!isCode && !id_token) throw fail("no_token");
    const said = id_token ? claims(id_token) : null;
    if (said !== null) {
      if (said.iss !== request.issuer) throw fail("wrong_issuer");
      if (said.nonce !== request.nonce) throw fail("wrong_nonce");
      if (![].concat(said.aud).includes(request.audience)) throw fail("wrong_audience");
      // By its lifetime, since the clock of this machine may be wrong; its iat lies 5 s back.
      if (!isCode) cache = { token: id_token, until: Date.now() + (said.exp - said.iat - 65) * 1000 };
    }
    if (id_token) hint = id_token;
    const token = isCode ? { ssoKey: code, redirect_uri: request.redirect } : id_token;
    // People take longer than a call may wait. What they have signed in for goes to the next one.
    if (call.over) held = { request, token, until: Date.now() + 60_000 };
    know(answer.sub || (said && said.sub) || undefined);
    return token;
  }

  // An answer in this page's address, or one that the page of the redirect URI has passed on.
  function arrive() {
    const kept = take(ANSWER);
    if (kept) return kept;
    const here = new URL(location.href);
    const inHash = new URLSearchParams(here.hash.slice(1));
    const came = (inHash.get("state") || "").startsWith(PREFIX) ? inHash : here.searchParams;
    const answer = Object.fromEntries(came);
    const request = take(REQUEST);
    if (!(answer.state || "").startsWith(PREFIX)) {
      // The back button leads here: whoever waits must hear of it, and not be sent away again at once.
      return request && { request, answer: { error: "abandoned", state: request.state, iss: request.issuer } };
    }
    // Nothing of it stays in the address, in the history, or in a bookmark.
    if (came === inHash) here.hash = "";
    else ANSWERS.split(" ").forEach((name) => here.searchParams.delete(name));
    history.replaceState(history.state, "", here);
    if (answer.state.startsWith(PREFIX + "popup.")) {
      // Only a page of this very origin that knows the state hears it.
      const channel = new BroadcastChannel(answer.state);
      channel.postMessage(answer);
      window.close();
      return null;
    }
    if (!request || request.state !== answer.state) return null;
    const before = new URL(request.href);
    if (before.pathname !== here.pathname) {
      sessionStorage.setItem(ANSWER, JSON.stringify({ request, answer }));
      location.replace(before);
      return null;
    }
    history.replaceState(history.state, "", before);
    addEventListener("load", () => scrollTo(0, request.scroll), { once: true });
    return { request, answer };
  }

  function hold({ request, answer }) {
    request.era = era;
    held = { request, until: Date.now() + 60_000 };
    try {
      held.token = accept(answer, request);
    } catch (error) {
      held.error = error;
    }
  }

  // ---- Asking.

  function begin(challenge, prefix = "") {
    const { issuer, client, flow, audience, redirect, loginHint, locale, scope, named } = options;
    const bound = flow === "code" && challenge ? challenge : "";
    const state = PREFIX + prefix + random();
    const request = { issuer, client, flow, audience: audience || client, redirect, challenge: bound, state, nonce: random(), era };
    // A code tells no name, and from another site the provider can't be asked for one.
    const codeType = named && !isSameSite() ? "code id_token" : "code";
    const parameters = { redirect_uri: redirect, response_type: flow === "code" ? codeType : "id_token", scope, state, nonce: request.nonce };
    if (bound) Object.assign(parameters, { code_challenge: bound, code_challenge_method: "S256" });
    if (locale) parameters.ui_locales = locale;
    if (loginHint) parameters.login_hint = loginHint;
    return { request, parameters };
  }

  const address = (path, parameters) => `${options.issuer}/${path}?${new URLSearchParams(parameters)}`;
  const authorize = ({ request, parameters }) =>
    address("authorize", { client_id: request.client, response_mode: "fragment", ...parameters });

  // Whether the provider's cookies can come along. Of names with a common ending it may be wrong: that costs a question.
  function isSameSite() {
    const there = new URL(options.issuer);
    const site = (host) => (/^[\d.]+$|:/.test(host) ? host : host.split(".").slice(-2).join("."));
    return there.protocol === location.protocol && site(there.hostname) === site(location.hostname);
  }

  // Asks without showing anything. Each try asks for something new, so that none is redeemed twice.
  async function ask(path, parameters, { until }) {
    for (let tries = 0; ; tries += 1) {
      let status = 0;
      let least = 0;
      try {
        const response = await fetch(address("authorize/embedded" + path, { client_id: options.client }), {
          method: "POST",
          credentials: "include",
          cache: "no-store",
          headers: { "X-Signet-Embed": "1" },
          body: new URLSearchParams(parameters),
        });
        ({ status } = response);
        if (status !== 429 && status < 500) return await response.json();
        least = Number(response.headers.get("retry-after")) || 0;
      } catch {
        // A browser doesn't say whether the network failed, which passes, or this page may not ask, which doesn't.
        if (status || (await reaches())) throw fail("unavailable");
      }
      const pause = Math.max(least, status === 429 ? 1 : 5 * (tries + 1));
      if (tries === 3 || !fresh(until - pause * 1000)) throw fail("unavailable");
      await sleep(pause);
    }
  }

  // Whether the provider can be reached, by what any page may ask for.
  const reaches = () =>
    fetch(`${options.issuer}/sdk/signet.d.ts`, { cache: "no-store" }).then(
      () => true,
      () => false,
    );

  function popup(challenge, call) {
    const asking = begin(challenge, "popup.");
    return new Promise((resolve, reject) => {
      const channel = new BroadcastChannel(asking.request.state);
      const opened = open(authorize(asking), "_blank", "popup,width=480,height=720");
      const end = (settle, value) => {
        clearTimeout(timer);
        channel.close();
        settle(value);
      };
      const timer = setTimeout(() => end(reject, fail("timeout")), POPUP_SECONDS * 1000);
      if (!opened) return end(reject, fail("popup_blocked"));
      if (superseded) superseded(fail("superseded"));
      superseded = (error) => end(reject, error);
      channel.onmessage = ({ origin, data }) => {
        if (origin === location.origin) end(resolve, data);
      };
    }).then((answer) => accept(answer, asking.request, call));
  }

  function redirect(challenge) {
    const asking = begin(challenge);
    const { era: _, ...request } = asking.request;
    sessionStorage.setItem(REQUEST, JSON.stringify({ ...request, href: location.href, scroll: scrollY }));
    location.assign(authorize(asking));
    return new Promise((_, reject) => (leaving = reject));
  }

  // Lets somebody sign in: in a pop-up while a click counts, since browsers block all others, or by leaving the page.
  async function interact(challenge, by, reason, call) {
    const may = (way) => by === way || by === "auto";
    const clicked = !navigator.userActivation || navigator.userActivation.isActive;
    if (may("popup") && clicked && window.BroadcastChannel) {
      try {
        return await popup(challenge, call);
      } catch (error) {
        if (error.code !== "popup_blocked" || by === "popup") throw error;
      }
    }
    if (may("redirect")) return redirect(challenge);
    throw fail(reason);
  }

  async function obtain(challenge, by, call) {
    let reason = "login_required";
    if (isSameSite()) {
      const { request, parameters } = begin(challenge);
      try {
        return accept(await ask("", parameters, call), request, call);
      } catch (error) {
        if (!ASKS.includes(error.code)) throw error;
        if (error.code === "login_required" && request.era === era) know(null);
        reason = error.code;
      }
    }
    return interact(challenge, by, reason, call);
  }

  function once(key, begun) {
    const mine = flights;
    const clear = () => delete mine[key];
    if (!mine[key]) (mine[key] = begun()).then(clear, clear);
    return mine[key];
  }

  // A token or a code: what has just come back, what is still good, or something new.
  async function deliver(challenge, by, call) {
    const ready = held;
    held = null;
    const { client, flow } = options;
    if (ready && fresh(ready.until) && ready.request.client === client && ready.request.flow === flow) {
      // A code that answers an older challenge is worth nothing.
      if (flow !== "code" || ready.request.challenge === (challenge || "")) {
        if (ready.error) throw ready.error;
        return ready.token;
      }
    }
    if (flow === "code") return obtain(challenge, by, call);
    if (cache && fresh(cache.until)) return cache.token;
    return once("token " + by, () => obtain("", by, call));
  }

  async function inTime(work) {
    if (!options) throw fail("options");
    const call = { until: Date.now() + options.timeout * 1000, over: false };
    const late = sleep(options.timeout).then(() => {
      call.over = true;
      throw fail("timeout");
    });
    return Promise.race([work(call), late]);
  }

  // The connector's JS method.
  function method(callback, challenge) {
    inTime((call) => deliver(challenge, options.interaction, call)).then(
      (token) => callback(token),
      (error) => callback("", error.code || "failed"),
    );
  }

  // ---- Who is there.

  const declare = (done) => inTime(identify).then(done, () => done(null));

  async function identify(call) {
    if (who !== undefined || !isSameSite()) return who || null;
    return once("who", async () => {
      const { request, parameters } = begin("");
      try {
        const answer = await ask("/identity", parameters, call);
        check(answer, request);
        if (request.era === era) know(answer.sub);
      } catch (error) {
        if (error.code === "login_required" && request.era === era) know(null);
      }
      return who || null;
    });
  }

  function know(sub) {
    const before = who;
    if (sub === undefined) {
      // A code came by another way than ours, which tells nobody's name.
      who = undefined;
      if (isSameSite()) setTimeout(() => inTime(identify).catch(() => {}));
      return;
    }
    who = sub ? { iss: options.issuer, acr: "loa1", sub } : null;
    if (before === undefined ? who : (before && before.sub) !== (who && who.sub)) announce(before !== undefined);
  }

  function left() {
    forget();
    who = null;
    announce(true);
  }

  function announce(toPlatform) {
    if (who) {
      declared();
    } else {
      const { identities } = declared();
      identities.splice(identities.indexOf(declare), 1);
    }
    signet.dispatchEvent(new CustomEvent("change", { detail: who }));
    if (toPlatform && lpTag.newPage) lpTag.newPage(location.href);
  }

  // The platform's own element may put an object of its own in the place of ours.
  function declared() {
    const tag = (window.lpTag = window.lpTag || {});
    tag.identities = tag.identities || [];
    if (!tag.identities.includes(declare)) tag.identities.push(declare);
    return tag;
  }

  // ---- The page's side.

  // Puts the method where the connector says, and makes what is missing on the way.
  function install() {
    const path = `${options.context}.${options.method}`.split(".").filter((name) => name && name !== "window");
    if (installed === path.join(".")) return;
    installed = path.join(".");
    const name = path.pop();
    const owner = path.reduce((place, step) => (place[step] = place[step] || {}), window);
    owner[name] = method;
  }

  function forget() {
    era += 1;
    cache = hint = held = null;
    flights = {};
    sessionStorage.removeItem(REQUEST);
    sessionStorage.removeItem(ANSWER);
  }

  signet.onchange = null;
  signet.addEventListener("change", (event) => signet.onchange && signet.onchange(event));

  signet.configure = (given) => {
    const first = !options;
    const before = options || {
      issuer: issuerOfScript,
      flow: "code",
      method: "lpGetAuthenticationToken",
      context: "window",
      timeout: 10,
      scope: "openid",
      named: false,
      interaction: "auto",
      redirect: location.origin + location.pathname,
    };
    const now = { ...before, ...given };
    now.timeout = Number(now.timeout);
    now.named = String(now.named) === "true";
    if (!now.client || !now.issuer || !["code", "implicit"].includes(now.flow) || !(now.timeout > 0)) throw fail("options");
    const other = !first && ["issuer", "client", "flow"].some((name) => now[name] !== before[name]);
    options = now;
    if (other) {
      const ready = held;
      forget();
      // It says itself which client it is for.
      held = ready;
      who = undefined;
    }
    if (first) {
      declared();
      addEventListener("load", declared);
      const arrived = arrive();
      if (arrived) hold(arrived);
    }
    install();
    return signet;
  };

  signet.token = ({ challenge, interaction = "none" } = {}) => inTime((call) => deliver(challenge, interaction, call));

  signet.identity = () => inTime(identify);

  signet.login = async ({ interaction = options.interaction } = {}) => {
    const known = await signet.identity().catch(() => null);
    if (known) return known;
    const token = await interact("", interaction, "login_required");
    if (options.flow === "code") {
      const { client, flow } = options;
      held = { token, request: { client, flow, challenge: "" }, until: Date.now() + 60_000 };
    }
    return signet.identity();
  };

  signet.logout = async () => {
    const { client, flow, logoutRedirect } = options;
    const near = isSameSite();
    const proof = hint || (near && flow === "implicit" && (await signet.token().catch(() => null)));
    left();
    if (tabs) tabs.postMessage(options.issuer);
    const parameters = proof ? { id_token_hint: proof } : { client_id: client };
    if (near && proof && !logoutRedirect) {
      const body = new URLSearchParams(parameters);
      const how = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true, body };
      // The answer is a page of the provider's, which no other origin gets to see: whether it worked, it says when asked.
      await fetch(`${options.issuer}/end_session`, how).catch(() => {});
      who = undefined;
      if (!(await signet.identity().catch(() => null))) return;
    }
    if (logoutRedirect) Object.assign(parameters, { client_id: client, post_logout_redirect_uri: logoutRedirect });
    location.assign(address("end_session", parameters));
  };

  // A logout in one tab is one in all of them.
  const tabs = window.BroadcastChannel && new BroadcastChannel(PREFIX + "logout");
  if (tabs) tabs.onmessage = ({ data }) => options && data === options.issuer && left();

  // The back button may bring this very page back, with a call that still waits.
  addEventListener("pageshow", (event) => {
    if (!event.persisted || !leaving) return;
    sessionStorage.removeItem(REQUEST);
    leaving(fail("abandoned"));
    leaving = null;
  });

  return signet;
}
