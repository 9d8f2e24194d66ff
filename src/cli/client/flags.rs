use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::cli::directory::{Flags, Logo, Set};
use crate::directory::Assignment;

/// Whom its id_tokens are encrypted for, if they are. One key is pasted, or a set is given or published.
#[derive(Debug, Args)]
struct Recipient {
    /// Encrypt its id_tokens to this public key: base64 of the X.509 SubjectPublicKeyInfo on one line, as the messaging
    /// platform gives it.
    #[arg(long, value_name = "BASE64", allow_hyphen_values = true)]
    encryption_key: Option<String>,
    /// The id of --encryption-key, as its owner calls it.
    #[arg(
        long,
        value_name = "KID",
        requires = "encryption_key",
        allow_hyphen_values = true
    )]
    encryption_kid: Option<String>,
    /// A file with its public keys, a JWK set.
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Where it publishes its public keys.
    #[arg(long, value_name = "URL", conflicts_with = "jwks")]
    jwks_uri: Option<String>,
    /// How the key of its encrypted id_tokens is managed: RSA-OAEP-256 or ECDH-ES; follows from --encryption-key.
    #[arg(long, value_name = "ALG")]
    encryption_alg: Option<String>,
    /// How their content is encrypted: A256GCM (unless said otherwise), A128GCM, A128CBC-HS256, A256CBC-HS512.
    #[arg(long, value_name = "ENC")]
    encryption_enc: Option<String>,
    /// Whether their header says cty: JWT.
    #[arg(long, value_name = "BOOL")]
    encryption_cty: Option<bool>,
}

impl Recipient {
    fn assign(self, flags: &mut Flags) -> anyhow::Result<()> {
        flags.text("encryption_key", self.encryption_key);
        flags.text("encryption_kid", self.encryption_kid);
        if let Some(file) = &self.jwks {
            let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
            flags.text("jwks", Some(text));
        }
        flags.text("jwks_uri", self.jwks_uri);
        flags.text("id_token_encrypted_response_alg", self.encryption_alg);
        flags.text("id_token_encrypted_response_enc", self.encryption_enc);
        flags.text("id_token_encrypted_response_cty", self.encryption_cty);
        Ok(())
    }
}

/// What a client is to be, by the names of its metadata (RFC 7591 §2, OpenID Connect Registration §2).
#[derive(Debug, Args)]
pub(crate) struct Wishes {
    /// Its name on the consent page.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where answers may go, byte for byte; may be given several times.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where a logout may lead; may be given several times.
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// What it may ask the authorization endpoint for: code (unless said otherwise), id_token, "id_token token",
    /// "code id_token", "code token", "code id_token token"; may be given several times.
    #[arg(long, value_name = "TYPE")]
    response_type: Vec<String>,
    /// How it may ask to be answered: query, fragment, form_post; may be given several times.
    #[arg(long, value_name = "MODE")]
    response_mode: Vec<String>,
    /// What it may present at the token endpoint; follows from the response types where it isn't said.
    #[arg(long, value_name = "TYPE")]
    grant_type: Vec<String>,
    /// web, or native for an installed app.
    #[arg(long, value_name = "TYPE")]
    application_type: Option<String>,
    /// How it proves who it is: client_secret_basic, client_secret_post, or none.
    #[arg(long, value_name = "METHOD", conflicts_with = "public")]
    auth_method: Option<String>,
    /// It keeps no secret: the same as --auth-method none.
    #[arg(long)]
    public: bool,
    /// The scopes that it may ask for, between spaces.
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// Whether a code needs a PKCE challenge; public clients always need one.
    #[arg(long, value_name = "BOOL")]
    require_pkce: Option<bool>,
    /// Whether it is the brand's own, so that consumers aren't asked for consent.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    first_party: Option<bool>,
    #[command(flatten)]
    logo: Logo,
    /// Its home page.
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// Its privacy policy.
    #[arg(long, value_name = "URL")]
    policy_uri: Option<String>,
    /// Its terms of service.
    #[arg(long, value_name = "URL")]
    tos_uri: Option<String>,
    /// The greatest age of a login where a request names none.
    #[arg(long, value_name = "SECONDS")]
    default_max_age: Option<u32>,
    /// Whether auth_time is always in its id_tokens.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    require_auth_time: Option<bool>,
    /// The algorithm of its id_tokens.
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<String>,
    #[command(flatten)]
    recipient: Recipient,
    /// The aud of its id_tokens where it isn't the client id alone, such as acc:12345678; may be given several times.
    #[arg(long, value_name = "NAME")]
    audience: Vec<String>,
    /// Lifetime of its id_tokens: 300 to 86400.
    #[arg(long, value_name = "SECONDS")]
    id_token_ttl: Option<u32>,
    /// An origin whose pages may call the token and userinfo endpoints; may be given several times.
    #[arg(long, value_name = "ORIGIN")]
    allowed_origin: Vec<String>,
    /// An origin of the brand's own pages, which are handed a code or an id_token of whoever is signed in; may be given
    /// several times.
    #[arg(long, value_name = "ORIGIN")]
    origin: Vec<String>,
    /// Whether it may be used at all.
    #[arg(long, value_name = "BOOL")]
    enabled: Option<bool>,
    /// A messaging platform's client: the leniencies of its contract are on; single ones are switched by
    /// --set leniency.NAME=true or false.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    platform: Option<bool>,
    #[command(flatten)]
    set: Set,
}

impl Wishes {
    /// The keys that the flags stand for.
    pub(super) fn assignments(self) -> anyhow::Result<Vec<Assignment>> {
        let mut flags = Flags::default();
        flags.text("platform", self.platform);
        flags.text("enabled", self.enabled);
        flags.text("client_name", self.name);
        flags.list("redirect_uris", self.redirect_uri);
        flags.list("post_logout_redirect_uris", self.post_logout_redirect_uri);
        flags.list("response_types", self.response_type);
        flags.list("response_modes", self.response_mode);
        flags.list("grant_types", self.grant_type);
        flags.text("application_type", self.application_type);
        flags.text("token_endpoint_auth_method", self.public.then_some("none"));
        flags.text("token_endpoint_auth_method", self.auth_method);
        flags.text("scope", self.scope);
        flags.text("require_pkce", self.require_pkce);
        flags.text("first_party", self.first_party);
        flags.logo("logo_uri", self.logo.file.as_deref())?;
        flags.text("client_uri", self.client_uri);
        flags.text("policy_uri", self.policy_uri);
        flags.text("tos_uri", self.tos_uri);
        flags.text("default_max_age", self.default_max_age);
        flags.text("require_auth_time", self.require_auth_time);
        flags.text("id_token_signed_response_alg", self.id_token_alg);
        self.recipient.assign(&mut flags)?;
        flags.list("id_token_audience", self.audience);
        flags.text("id_token_ttl", self.id_token_ttl);
        flags.list("allowed_origins", self.allowed_origin);
        flags.list("origins", self.origin);
        Ok(self.set.after(flags.0))
    }
}
