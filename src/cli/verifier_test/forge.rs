use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{HmacAlgorithm, PrivateKey, SignError, sign_hmac_compact};
use serde_json::{Map, Value, json};

/// Makes tokens that nobody should take, and the genuine ones that they are changed from.
pub(super) struct Forge<'a> {
    /// The key that signs the client's tokens.
    pub(super) key: &'a PrivateKey,
    /// A key that was made for this test, and that nobody knows.
    pub(super) stranger: &'a PrivateKey,
    /// The key that signs for another account of this server, where one is named.
    pub(super) another: Option<&'a PrivateKey>,
    /// What a genuine token says.
    pub(super) claims: Map<String, Value>,
    /// The time, in seconds.
    pub(super) now: i64,
}

impl Forge<'_> {
    /// The header of a genuine token.
    pub(super) fn header(&self) -> Map<String, Value> {
        let header = [
            ("typ", "JWT"),
            ("alg", self.key.algorithm().as_str()),
            ("kid", self.key.kid()),
        ];
        header
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }

    /// Its header with other members.
    pub(super) fn header_with<const N: usize>(&self, members: [(&str, Value); N]) -> Map<String, Value> {
        with(self.header(), members)
    }

    /// Its claims with other members; those that are `null` are left out.
    pub(super) fn claims_with<const N: usize>(&self, members: [(&str, Value); N]) -> Map<String, Value> {
        with(self.claims.clone(), members)
    }

    /// Signed by the genuine key, whatever it says.
    pub(super) fn genuine(&self, claims: &Map<String, Value>) -> Result<String, SignError> {
        sign(self.key, &self.header(), claims)
    }

    /// The genuine claims under that header, signed by that key.
    pub(super) fn by(&self, key: &PrivateKey, header: &Map<String, Value>) -> Result<String, SignError> {
        sign(key, header, &self.claims)
    }

    /// The same, signed by the stranger.
    pub(super) fn strange(&self, header: &Map<String, Value>) -> Result<String, SignError> {
        self.by(self.stranger, header)
    }

    /// The genuine claims under that header, signed by the genuine key.
    pub(super) fn under(&self, header: &Map<String, Value>) -> Result<String, SignError> {
        self.by(self.key, header)
    }

    /// The genuine claims under that header, and no signature.
    pub(super) fn unsigned(&self, header: &Map<String, Value>) -> String {
        format!("{}.{}.", encoded(header), encoded(&self.claims))
    }

    /// The genuine claims under a shared secret that is none.
    pub(super) fn hmac(&self, secret: &[u8], kid: &str) -> String {
        let header = self.header_with([("alg", "HS256".into()), ("kid", kid.into())]);
        let (header, claims) = (json(&header), json(&self.claims));
        sign_hmac_compact(HmacAlgorithm::HS256, secret, &header, &claims)
    }
}

/// The parts of a token, and another payload between them.
pub(super) fn with_payload(token: &str, claims: &Map<String, Value>) -> String {
    let mut parts = token.split('.');
    let (header, signature) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    format!("{header}.{}.{signature}", encoded(claims))
}

/// A token without its signature.
pub(super) fn without_signature(token: &str) -> String {
    token
        .rsplit_once('.')
        .map_or_else(String::new, |(input, _)| format!("{input}."))
}

/// A token with one letter in the midst of its signature changed.
pub(super) fn with_other_signature(token: &str) -> String {
    let Some((input, signature)) = token.rsplit_once('.') else {
        return String::new();
    };
    let middle = signature.len() / 2;
    let changed = signature.char_indices().map(|(at, letter)| match letter {
        'A' if at == middle => 'B',
        _ if at == middle => 'A',
        letter => letter,
    });
    format!("{input}.{}", changed.collect::<String>())
}

fn with<const N: usize>(mut members: Map<String, Value>, other: [(&str, Value); N]) -> Map<String, Value> {
    for (name, value) in other {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.to_owned(), value);
        }
    }
    members
}

fn sign(
    key: &PrivateKey,
    header: &Map<String, Value>,
    claims: &Map<String, Value>,
) -> Result<String, SignError> {
    key.sign_compact(&json(header), &json(claims))
}

fn encoded(members: &Map<String, Value>) -> String {
    URL_SAFE_NO_PAD.encode(json(members))
}

fn json(members: &Map<String, Value>) -> Vec<u8> {
    json!(members).to_string().into_bytes()
}
