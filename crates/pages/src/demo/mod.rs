//! The demo: a brand's shop with a chat, the agent's side of the chat, and the scripts between them.
//!
//! The demo plays three parties in one page load: the *brand* (`brand.js`: owns the page, and sets up the helper whose
//! method hands over a token), the *platform* (`platform.js`: the chat window; asks that method, and lets its server check what
//! comes), and the *agent* ([`Agent`]). `counter.js` keeps what a visitor chooses, `journal.js` what goes over the wire. The pages are in English only: they
//! stand for a brand's own.
//!
//! # What the shop's page needs
//!
//! [`Shop`] at the redirect URI of each [`Connector`], without query or fragment: the consumer comes back to the page that
//! sent them. The helper's script must answer below `/sdk/`. Beside what every page needs, its Content-Security-Policy has `connect-src 'self'`.
//!
//! # What the platform's server must answer
//!
//! Both requests are `application/json`, same origin, and are sent with an `Origin` header. Their bodies are
//! [`NewChallenge`] and [`NewConversation`]; the answers [`Challenge`] and [`Conversation`].
//!
//! | request | body | answer |
//! |---|---|---|
//! | `POST /demo/platform/challenges` | `{"connector":"ID"}` | 201 `{"challenge_id":"…","code_challenge":"…"}`: the server keeps the verifier (S256) |
//! | `POST /demo/platform/conversations`, implicit | `{"connector":"ID","token":"<id_token>"}` | 201 `{"conversation_id":"…","agent_url":"/demo/agent/…","name":"Ana","verified":true}` |
//! | the same, code | `{"connector":"ID","token":{"ssoKey":"<code>","redirect_uri":"…"}}`, with `"challenge_id":"…"` for PKCE | the same |
//! | the same, anonymous | `{"connector":"ID"}` | the same with `"name":""`, `"verified":false`, `"anonymous":true` |
//! | the same, step-up | code or id_token, with `"conversation_id":"…"` of an anonymous one | 201 with that very conversation, verified |
//! | `GET` of `agent_url` | | 200, [`Agent`] as HTML; `platform.js` shows its element `#agent-view` beside the chat |
//!
//! A consumer who can't be verified is answered as the platform does: 401 `{"error":{"time":"…","message":"Failed to
//! validate user with customer authentication service","internalCode":10}}`; the chat shows the message. The answer
//! may carry `agent_url` too, at the top level: then the agent's side shows which check failed.
//!
//! Each may carry `"journal":[…]`, what the page has seen go by ([`Seen`]): it is shown beside what the server has recorded
//! of its own calls.
//!
//! Without scripts each way is a form's button: `POST /demo/ways` with `way`, `language`, and `conversation` where an anonymous one
//! goes on. The platform's server then does what the chat's window would have done, and the browser ends at [`Talk`].
//!
//! A `code_challenge` is asked for once per sign-in, before the page leaves for `/authorize`, and remembered in
//! `sessionStorage` until the page is back. A code is sent once, and never kept.

mod agent;
mod app;
mod config;
mod highlight;
mod labels;
mod shop;
mod talk;
mod way;
mod wire;

pub use agent::{Agent, Attribute, Check, Exchange, Identity, Step, Token};
pub use app::AppCallback;
pub use config::{Config, Connector, Connectors};
pub use shop::{Credentials, Shop};
pub use talk::{Talk, Who};
pub use way::Way;
pub use wire::{CallbackToken, Challenge, Conversation, NewChallenge, NewConversation, Seen};
