// Stands in for the messaging platform's web SDK: the chat window, and how it learns who is there.
//
// It finds the connector's JS method in the page, calls it, takes what it calls back with, and lets the platform's
// server verify it. What the agent sees comes from that server too.
(() => {
  "use strict";

  const PATIENCE = 10_000;
  const OPEN = "platform.open";
  const CHALLENGE = "platform.challenge";
  // The reasons that a page may give, in words.
  const REASONS = {
    abandoned: "The sign-in was left without an answer.",
    access_denied: "You left the sign-in, so nobody learns who you are.",
    timeout: "The page did not answer in time.",
  };

  const config = JSON.parse(document.getElementById("demo-config").textContent);
  const element = (id) => document.getElementById(id);
  const [chat, log, desk, veil] = ["chat", "chat-log", "desk", "veil"].map(element);
  const [input, send, status] = ["chat-input", "chat-send", "chat-status"].map(element);
  // Each attempt has a number, so that one that was given up stays silent.
  let attempt = 0;

  function show(words, live) {
    status.textContent = words;
    chat.dataset.live = live;
  }

  // ---- The conversation's lines: text only, never markup from outside.

  function say(kind, ...content) {
    const line = document.createElement("div");
    line.className = `say say-${kind}`;
    line.append(...content);
    log.append(line);
    log.scrollTop = log.scrollHeight;
    return line;
  }

  // A step that is being taken: `done` ticks it off.
  function step(text) {
    const line = say("step", text);
    line.classList.add("waiting");
    return {
      done(outcome) {
        line.textContent = outcome ?? text;
        line.classList.remove("waiting");
      },
      drop() {
        line.remove();
      },
    };
  }

  function button(className, text, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  }

  function problem(text) {
    show("Not connected", "no");
    const line = say("problem", text, document.createElement("br"), button("button", "Try again", start));
    line.id = "chat-error";
  }

  // ---- The platform's server.

  async function post(path, body) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
    return { ok: response.ok, body: await response.json() };
  }

  // One challenge per sign-in: the code that comes back after the redirect answers the challenge of before.
  async function challenge(settings) {
    const kept = JSON.parse(sessionStorage.getItem(CHALLENGE) ?? "null");
    if (kept?.connector_id === settings.connector_id) {
      return kept;
    }
    const { ok, body } = await post("/demo/platform/challenges", { connector: settings.connector_id });
    if (!ok) {
      throw new Error("The platform could not begin the sign-in.");
    }
    const made = { ...body, connector_id: settings.connector_id };
    sessionStorage.setItem(CHALLENGE, JSON.stringify(made));
    return made;
  }

  // ---- The brand page's method.

  function find(settings) {
    const names = settings.js_context.split(".").filter((name) => name !== "" && name !== "window");
    const context = names.reduce((owner, name) => owner?.[name], window);
    const method = context?.[settings.js_method];
    if (typeof method !== "function") {
      throw new Error(`This page has no method ${settings.js_method} in ${settings.js_context}.`);
    }
    return method.bind(context);
  }

  // Calls it, and waits for one callback; a second one and one that comes too late change nothing.
  function call(method, ...rest) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The page did not answer in time.")), PATIENCE);
      method((token, error) => {
        clearTimeout(timer);
        if (error !== undefined && error !== null) {
          reject(new Error(REASONS[error] ?? `This page can’t say who you are: ${error}.`));
        } else {
          resolve(token);
        }
      }, ...rest);
    });
  }

  // ---- From the click to the conversation.

  async function start() {
    const mine = ++attempt;
    const settings = config.connectors[selected()];
    log.replaceChildren();
    showDesk(false);
    element("desk-button").hidden = true;
    input.disabled = send.disabled = true;
    show("Connecting…", "no");
    sessionStorage.setItem(OPEN, "yes");
    const asking = step("Asking this page who you are");
    try {
      const made = settings.pkce ? await challenge(settings) : null;
      const token = await call(find(settings), ...(made === null ? [] : [made.code_challenge]));
      if (mine !== attempt) {
        return;
      }
      settled();
      asking.done(typeof token === "string" ? "The page handed over an id_token" : "The page handed over a one-time code");
      await verify(settings, token, made, mine);
    } catch (error) {
      if (mine !== attempt) {
        return;
      }
      settled();
      asking.drop();
      problem(error instanceof TypeError ? "The chat is not available at the moment." : error.message);
    }
  }

  // The method has answered: a reload starts nothing by itself, and the challenge is used up.
  function settled() {
    sessionStorage.removeItem(OPEN);
    sessionStorage.removeItem(CHALLENGE);
  }

  async function verify(settings, token, made, mine) {
    const checking = step("The platform checks it against the published key");
    const request = { connector: settings.connector_id, token };
    if (made !== null) {
      request.challenge_id = made.challenge_id;
    }
    const { ok, body } = await post("/demo/platform/conversations", request);
    if (mine !== attempt) {
      return;
    }
    if (!ok || !body.verified) {
      checking.drop();
      problem(body.error?.message ?? "We could not make sure that it’s you.");
    } else {
      checking.done("Signature, issuer, audience and times are right");
      greet(body.name);
    }
    if (typeof body.agent_url === "string") {
      await showAgent(body.agent_url);
    }
  }

  function greet(name) {
    const shield = element("shield").content.cloneNode(true);
    const words = document.createElement("span");
    const who = document.createElement("strong");
    who.textContent = name;
    words.append("You’re verified as ", who, ". Noor knows that it’s you.");
    say("verified", shield, words).id = "chat-verified";
    say("agent", `Hi ${name}, Noor here. I can see that it’s really you, so no security questions. What can I do?`);
    const chips = document.createElement("div");
    chips.className = "chips";
    for (const text of ["Where is my order?", "A glaze has chipped"]) {
      chips.append(button("", text, () => talk(text)));
    }
    log.append(chips);
    show("Here now", "yes");
    input.disabled = send.disabled = false;
  }

  function talk(text) {
    log.querySelector(".chips")?.remove();
    say("consumer", text);
    const mine = attempt;
    setTimeout(() => {
      if (mine === attempt) {
        say("agent", "Let me look that up in your account, one moment.");
      }
    }, 900);
  }

  // ---- The agent's side.

  async function showAgent(path) {
    // A path of our own, and nothing that a browser could take for another host.
    if (!path.startsWith("/") || path.startsWith("//")) {
      return;
    }
    const response = await fetch(path, { headers: { accept: "text/html" } });
    // Without its style element: that one has the nonce of another page, and this page has one like it.
    const html = (await response.text()).replace(/<style[^>]*>[^<]*<\/style>/, "");
    const page = new DOMParser().parseFromString(html, "text/html");
    const view = page.getElementById("agent-view");
    if (view === null) {
      return;
    }
    element("desk-content").replaceChildren(document.adoptNode(view));
    element("desk-button").hidden = false;
    // On a narrow screen it would cover the chat: there it waits for its button.
    showDesk(matchMedia("(min-width: 60.01rem)").matches);
  }

  function showDesk(visible) {
    desk.hidden = veil.hidden = !visible;
    element("desk-button").setAttribute("aria-expanded", String(visible));
  }

  // ---- The window.

  function showChat(visible) {
    chat.hidden = !visible;
    element("chat-button").hidden = visible;
    element("chat-button").setAttribute("aria-expanded", String(visible));
    if (visible) {
      chat.focus();
    } else {
      attempt += 1;
      showDesk(false);
      settled();
      element("chat-button").focus();
    }
  }

  function selected() {
    return document.querySelector("input[name=connector]:checked").value;
  }

  for (const opener of document.querySelectorAll("[data-chat]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      showChat(true);
      start();
    });
  }
  element("chat-close").addEventListener("click", () => showChat(false));
  element("desk-close").addEventListener("click", () => showDesk(false));
  element("desk-button").addEventListener("click", () => showDesk(desk.hidden));
  veil.addEventListener("click", () => showDesk(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !chat.hidden) {
      desk.hidden ? showChat(false) : showDesk(false);
    }
  });
  element("chat-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== "") {
      input.value = "";
      talk(text);
    }
  });

  // Back from the sign-in page: the chat goes on where it was.
  if (sessionStorage.getItem(OPEN) !== null) {
    showChat(true);
    start();
  }
})();
