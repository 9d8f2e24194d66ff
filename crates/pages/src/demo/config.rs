//! What the demo's scripts are told, as JSON in the page.

use crate::markup::Markup;
use serde::Serialize;

/// The content of `<script type="application/json" id="demo-config">`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Config {
    /// The brand's issuer, where the app signs in.
    pub issuer: String,
    /// The connectors that can be chosen.
    pub connectors: Connectors,
}

/// One connector for each way to hand over an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connectors {
    /// The id_token comes straight from the authorization endpoint.
    pub implicit: Connector,
    /// A code, redeemed by the platform's server.
    pub code: Connector,
    /// A code that is bound to the platform's verifier.
    pub code_pkce: Connector,
    /// An id_token that only the platform can read.
    pub encrypted: Connector,
    /// Nobody signs in.
    pub anonymous: Connector,
    /// Nobody signs in at first; then it is [`Connectors::code_pkce`]'s turn.
    pub step_up: Connector,
    /// A code that an app brings, which comes back to a page of the demo's that stands for `com.brand.app:/callback`.
    pub in_app: Connector,
}

/// A connector, as far as a browser may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connector {
    /// The gateway's id of it.
    pub connector_id: String,
    /// The client that it signs in to.
    pub client_id: String,
    /// Where the consumer comes back to: the shop's own URL, without query or fragment.
    pub redirect_uri: String,
    /// `id_token` or `code`.
    pub response_type: String,
    /// The scope to ask for.
    pub scope: String,
    /// The JS method's name.
    pub js_method: String,
    /// Where the method lives: `window`, or a path below it.
    pub js_context: String,
    /// Whether the platform makes a challenge.
    pub pkce: bool,
}

impl Config {
    /// As JSON that may stand in a script element: `<`, `>`, `&` and the line separators are written as escapes, so
    /// that nothing in it can end the element (SEC-080).
    pub(crate) fn script(&self) -> Markup {
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut script = String::with_capacity(json.len());
        for letter in json.chars() {
            match letter {
                '<' => script.push_str("\\u003c"),
                '>' => script.push_str("\\u003e"),
                '&' => script.push_str("\\u0026"),
                '\u{2028}' => script.push_str("\\u2028"),
                '\u{2029}' => script.push_str("\\u2029"),
                _ => script.push(letter),
            }
        }
        Markup::trusted(script)
    }
}
