use serde::{Deserialize, Serialize};

/// What the messaging platform does differently, a switch each. All off unless the client was made for the
/// platform; none relaxes redirect URIs, client authentication, single use, signature, audience or account (the
/// leniency rule of the security requirements).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Leniency {
    /// A request without `client_id` means this client, where the account has one platform client of that flow.
    pub default_client: bool,
    /// A request without `scope` means `openid`.
    pub default_scope: bool,
    /// An id_token may be asked for without a `nonce`.
    pub optional_nonce: bool,
    /// `response_type=token` means an id_token: the dialect of connectors made before May 2018.
    pub token_means_id_token: bool,
    /// A code may be redeemed with `redirect_uri=https://liveperson.net`, if that is registered.
    pub liveperson_redirect: bool,
    /// Token requests may be JSON.
    pub json_token_request: bool,
    /// Credentials may stand in the body where Basic is registered.
    pub credentials_in_body: bool,
    /// The halves of Basic credentials may come without percent-encoding.
    pub raw_basic_credentials: bool,
    /// Token errors carry the old names: `invalid_code`, `json_parse_error`.
    pub legacy_error_names: bool,
    /// All claims about the consumer are given, whatever scope was asked for.
    pub all_claims: bool,
}

impl Leniency {
    /// What a client made with `--platform` gets. The old dialect, JSON and old error names are asked for by name.
    pub const PLATFORM: Self = Self {
        default_client: true,
        default_scope: true,
        optional_nonce: true,
        token_means_id_token: false,
        liveperson_redirect: true,
        json_token_request: true,
        credentials_in_body: true,
        raw_basic_credentials: true,
        legacy_error_names: false,
        all_claims: true,
    };

    /// The names of those that are on.
    pub fn switched_on(&self) -> Vec<&'static str> {
        let switches = [
            ("default_client", self.default_client),
            ("default_scope", self.default_scope),
            ("optional_nonce", self.optional_nonce),
            ("token_means_id_token", self.token_means_id_token),
            ("liveperson_redirect", self.liveperson_redirect),
            ("json_token_request", self.json_token_request),
            ("credentials_in_body", self.credentials_in_body),
            ("raw_basic_credentials", self.raw_basic_credentials),
            ("legacy_error_names", self.legacy_error_names),
            ("all_claims", self.all_claims),
        ];
        let on = switches.into_iter().filter(|(_, on)| *on);
        on.map(|(name, _)| name).collect()
    }
}
