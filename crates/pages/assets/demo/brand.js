// The brand's page: hands the platform a token of whoever is signed in.
//
// It defines the connector's JS method, declares the consumer in lpTag.identities, and gets an id_token or a code by
// sending the whole page to the authorization endpoint. What the page must know when it is back (state, nonce, which
// connector asked) waits in sessionStorage; tokens and codes are never kept.
(() => {
  "use strict";

  const REQUEST = "brand.request";
  const config = JSON.parse(document.getElementById("demo-config").textContent);

  // What came back from the authorization endpoint, until the method delivers it.
  let answer = takeAnswer();
  // The callback of a method call that is waiting for this page to leave.
  let waiting = null;

  function random() {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  function claims(idToken) {
    try {
      const payload = idToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return {};
    }
  }

  // The answer in this page's address, checked against the request that this tab has made.
  function takeAnswer() {
    const stored = sessionStorage.getItem(REQUEST);
    sessionStorage.removeItem(REQUEST);

    const query = new URLSearchParams(location.search);
    const fragment = new URLSearchParams(location.hash.slice(1));
    const value = (name) => query.get(name) ?? fragment.get(name);
    const came = value("code") ?? value("id_token") ?? value("error");
    if (came !== null) {
      // Nothing of it stays in the address bar, in the history, or in a bookmark.
      history.replaceState(null, "", location.pathname);
    }
    if (stored === null) {
      return null;
    }

    const request = JSON.parse(stored);
    const failed = (error) => ({ ...request, error });
    if (came === null) {
      return failed("The sign-in was left without an answer.");
    }
    if (value("state") !== request.state) {
      return failed("The answer belongs to another request.");
    }
    if (value("iss") !== null && value("iss") !== config.issuer) {
      return failed("The answer comes from another issuer.");
    }
    if (value("error") === "access_denied") {
      return failed("You left the sign-in, so nobody learns who you are.");
    }
    if (value("error") !== null) {
      return failed(value("error_description") ?? value("error"));
    }
    const idToken = value("id_token");
    if (idToken !== null && claims(idToken).nonce !== request.nonce) {
      return failed("The token was made for another request.");
    }
    return { ...request, code: value("code"), idToken };
  }

  function signIn(connector, settings, codeChallenge) {
    const request = { connector, codeChallenge, state: random(), nonce: random() };
    const url = new URL(config.authorization_endpoint);
    const parameters = {
      client_id: settings.client_id,
      redirect_uri: settings.redirect_uri,
      response_type: settings.response_type,
      scope: settings.scope,
      state: request.state,
      nonce: request.nonce,
    };
    if (codeChallenge !== null) {
      parameters.code_challenge = codeChallenge;
      parameters.code_challenge_method = "S256";
    }
    const language = document.getElementById("language").value;
    if (language !== "") {
      parameters.ui_locales = language;
    }
    const username = sessionStorage.getItem("demo.login_hint");
    if (username !== null) {
      parameters.login_hint = username;
    }
    for (const [name, value] of Object.entries(parameters)) {
      url.searchParams.set(name, value);
    }
    sessionStorage.setItem(REQUEST, JSON.stringify(request));
    location.assign(url);
  }

  // The JS method (platform contract 1.6): `callback(token)` or `callback("", error)`, exactly once.
  window.lpGetAuthenticationToken = (callback, codeChallenge = null) => {
    const connector = document.querySelector("input[name=connector]:checked").value;
    const settings = config.connectors[connector];
    const ready = answer;
    answer = null;
    if (ready !== null && ready.connector === connector && ready.codeChallenge === codeChallenge) {
      if (ready.error !== undefined) {
        callback("", ready.error);
      } else if (ready.code !== null) {
        callback({ ssoKey: ready.code, redirect_uri: settings.redirect_uri });
      } else {
        callback(ready.idToken);
      }
      return;
    }
    waiting = callback;
    signIn(connector, settings, codeChallenge);
  };

  // The back button may bring this very page back, with the call still waiting.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && waiting !== null) {
      const callback = waiting;
      waiting = null;
      sessionStorage.removeItem(REQUEST);
      callback("", "The sign-in was left without an answer.");
    }
  });

  // Who the page believes the consumer to be (platform contract 1.7). It identifies, it doesn't authenticate; with a
  // code the page never sees the token, so it declares nobody.
  const idToken = answer?.idToken ?? null;
  const identity = idToken === null ? null : { iss: config.issuer, acr: "loa1", sub: claims(idToken).sub };
  window.lpTag = window.lpTag || {};
  lpTag.identities = lpTag.identities || [];
  lpTag.identities.push((done) => done(identity));
})();
