//! The clients: one for each way in which a brand's programs sign consumers in.

use jose::{Algorithm, JwkSet, PrivateKey, RsaBits};
use oauth::{
    ApplicationType, ClientAuthMethod, GrantType, RedirectUri, RegistrationRules, ResponseMode, ResponseType,
    Scope,
};
use pages::demo::Shop;
use zeroize::Zeroizing;

use crate::base::OneTime;
use crate::base::id::{AccountId, ClientId};
use crate::context::Services;
use crate::demo::tls::CLIENT_NAME;
use crate::demo::{APP_CALLBACK, BACK, SHOP};
use crate::directory::client::{self, Draft};
use crate::directory::{self, By};
use crate::issue::claims::LP_SDES;
use crate::model::app_key::BOT_LOGIN;
use crate::model::client::{ClientSecret, DeliveryMode};
use crate::model::{Account, Client};

/// Where platforms say that a code was sent, whatever the page had asked with.
const LIVEPERSON: &str = "https://liveperson.net";

/// Whom access tokens may be for, beside the provider itself.
pub(in crate::demo) const RESOURCES: [&str; 2] = [
    "https://api.lindenclay.example/orders",
    "https://api.lindenclay.example/customers",
];

/// The clients that were made.
#[derive(Debug)]
pub(in crate::demo) struct Clients {
    pub(in crate::demo) platform_code: Made,
    pub(in crate::demo) platform_implicit: Made,
    pub(in crate::demo) platform_encrypted: Made,
    pub(in crate::demo) web: Made,
    pub(in crate::demo) app: Made,
    pub(in crate::demo) backend: Made,
    pub(in crate::demo) device: Made,
    pub(in crate::demo) counter: Made,
    /// By which bots log in, in the place of an API key.
    pub(in crate::demo) bot_login: Made,
    /// Where clients may bring certificates.
    pub(in crate::demo) machine: Option<Made>,
}

/// A client, and its secret where it has one.
#[derive(Debug)]
pub(in crate::demo) struct Made {
    pub(in crate::demo) client: Client,
    pub(in crate::demo) secret: Option<OneTime<ClientSecret>>,
    /// The key that it signs with, PKCS#8 in PEM, where it has one.
    pub(in crate::demo) private_key: Option<Zeroizing<String>>,
}

pub(super) async fn seed(services: &Services, account: &Account) -> anyhow::Result<Clients> {
    let id = &account.account_id;
    let public_url = &services.settings.server.public_url;
    // The loopback address by its number: another origin than our own, which no client may redirect to (SEC-065).
    let scheme = if public_url.is_https() { "https" } else { "http" };
    let web_callback = format!("{scheme}://127.0.0.1:{}/demo/callback", public_url.port());
    let shop = format!("{public_url}{SHOP}");
    let app_callback = format!("{public_url}{APP_CALLBACK}");
    let back = format!("{public_url}{BACK}");
    let by_code = at_the_shop(platform_code(), &[&shop, &app_callback, &back])?;
    let implicit = at_the_shop(platform_implicit(), &[&shop, &back])?;
    let encrypted = at_the_shop(platform_encrypted(services).await?, &[&shop, &back])?;
    Ok(Clients {
        platform_code: make(services, id, "messaging-code", by_code).await?,
        platform_implicit: make(services, id, "messaging-implicit", implicit).await?,
        platform_encrypted: make(services, id, "messaging-encrypted", encrypted).await?,
        web: make(services, id, "web", web(web_callback)).await?,
        app: make(services, id, "app", app()).await?,
        device: make(services, id, "device", device()).await?,
        counter: make(services, id, "counter", counter()).await?,
        bot_login: make(services, id, "bot-login", bot_login()).await?,
        machine: match &services.settings.server.mtls.client_ca {
            Some(_) => Some(make(services, id, "machine", machine()).await?),
            None => None,
        },
        backend: Box::pin(make_backend(services, id)).await?,
    })
}

fn named(mut draft: Draft, name: &str) -> Draft {
    draft.settings.client_name = format!("{} {name}", Shop::BRAND);
    draft.settings.first_party = true;
    draft
}

fn platform_code() -> Draft {
    named(Draft::platform(), "chat")
}

fn platform_implicit() -> Draft {
    let mut draft = named(Draft::platform(), "chat");
    let settings = &mut draft.settings;
    settings.response_types = vec![ResponseType::IdToken, ResponseType::IdTokenToken];
    settings.grant_types = vec![GrantType::Implicit];
    // It never comes to the token endpoint, so it needs no secret.
    settings.token_endpoint_auth_method = ClientAuthMethod::None;
    settings.require_pkce = true;
    settings.leniency.token_means_id_token = true;
    draft
}

/// Its tokens are for the platform's eyes: it is given the key as a brand gets it, pasted in a line with its id (section
/// 1.10 of the platform contract).
async fn platform_encrypted(services: &Services) -> anyhow::Result<Draft> {
    let key = services.platform_keys.encryption().await?.public();
    let mut draft = platform_implicit();
    draft.encryption_key = Some(key.to_spki_line());
    draft.encryption_kid = key.to_jwk().kid;
    // Who names no client means the one above.
    draft.settings.leniency.default_client = false;
    Ok(draft)
}

fn web(callback: String) -> Draft {
    let mut draft = named(Draft::default(), "shop");
    // Where a logout leads: nobody is there either, as at the callback.
    draft.post_logout_redirect_uris = vec![callback.replace("/demo/callback", "/demo/goodbye")];
    draft.redirect_uris = vec![callback];
    let settings = &mut draft.settings;
    settings.token_endpoint_auth_method = ClientAuthMethod::None;
    settings.grant_types.push(GrantType::RefreshToken);
    settings.response_modes = ResponseMode::ALL.to_vec();
    settings.authorization_details_types = vec![super::DETAILS.to_owned()];
    settings.resources = RESOURCES.map(str::to_owned).to_vec();
    settings.scope = everything();
    draft
}

fn app() -> Draft {
    let mut draft = named(Draft::default(), "app");
    draft.redirect_uris = vec!["com.brand.app:/callback".to_owned()];
    let settings = &mut draft.settings;
    settings.application_type = ApplicationType::Native;
    settings.token_endpoint_auth_method = ClientAuthMethod::None;
    settings.grant_types.push(GrantType::RefreshToken);
    settings.scope = everything();
    draft
}

/// For itself, it may manage orders, and it serves the interface that does so. It knows the brand's consumers, and speaks for
/// them.
fn backend() -> Draft {
    let mut draft = named(Draft::default(), "orders");
    let settings = &mut draft.settings;
    settings.response_types.clear();
    settings.grant_types = vec![
        GrantType::ClientCredentials,
        GrantType::TokenExchange,
        GrantType::JwtBearer,
    ];
    settings.scope = Scope::from_values([
        "orders.read",
        "orders.write",
        "msg.consumer",
        Scope::OPENID,
        Scope::PROFILE,
        Scope::EMAIL,
        Scope::PHONE,
        Scope::ADDRESS,
        LP_SDES,
    ])
    .unwrap_or_default();
    settings.resources = RESOURCES.map(str::to_owned).to_vec();
    settings.serves = settings.resources.clone();
    draft
}

/// Bots show it where they had an API key (section 7.1 of the platform contract).
fn bot_login() -> Draft {
    let mut draft = named(Draft::default(), "bots");
    let settings = &mut draft.settings;
    settings.response_types.clear();
    settings.grant_types = vec![GrantType::ClientCredentials];
    settings.scope = Scope::from_values([BOT_LOGIN]).unwrap_or_default();
    draft
}

/// A device shows a code, and its consumer lets it in elsewhere.
fn device() -> Draft {
    let mut draft = named(Draft::default(), "television");
    let settings = &mut draft.settings;
    settings.response_types.clear();
    settings.grant_types = vec![GrantType::DeviceCode, GrantType::RefreshToken];
    settings.token_endpoint_auth_method = ClientAuthMethod::None;
    settings.scope = everything();
    draft
}

/// A counter asks for a consumer, who approves on a device of their own.
fn counter() -> Draft {
    let mut draft = named(Draft::default(), "counter");
    let settings = &mut draft.settings;
    settings.response_types.clear();
    settings.grant_types = vec![GrantType::Ciba, GrantType::RefreshToken];
    settings.backchannel_token_delivery_mode = Some(DeliveryMode::Poll);
    settings.scope = everything();
    draft
}

/// It proves itself by a certificate, and its tokens are bound to that.
fn machine() -> Draft {
    let mut draft = named(Draft::default(), "warehouse");
    let settings = &mut draft.settings;
    settings.response_types.clear();
    settings.grant_types = vec![GrantType::ClientCredentials];
    settings.token_endpoint_auth_method = ClientAuthMethod::TlsClientAuth;
    settings.tls_client_auth_subject_dn = Some(CLIENT_NAME.to_owned());
    settings.tls_client_certificate_bound_access_tokens = true;
    settings.scope = Scope::from_values(["orders.read", "orders.write"]).unwrap_or_default();
    settings.resources = RESOURCES.map(str::to_owned).to_vec();
    draft
}

fn everything() -> Scope {
    let values = [
        Scope::OPENID,
        Scope::PROFILE,
        Scope::EMAIL,
        Scope::PHONE,
        Scope::ADDRESS,
        Scope::OFFLINE_ACCESS,
    ];
    Scope::from_values(values).unwrap_or_default()
}

/// Makes a client, in the place of the one that an earlier demo may have left.
async fn make(services: &Services, account: &AccountId, id: &str, draft: Draft) -> anyhow::Result<Made> {
    let id = ClientId::parse(id)?;
    let by = By::system();
    match client::delete(services, &by, account, &id).await {
        Ok(()) | Err(directory::Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let client::Written { client, secret } = client::create(services, &by, account, Some(id), draft).await?;
    Ok(Made {
        client,
        secret,
        private_key: None,
    })
}

/// The back end, with a key for what it says of consumers.
async fn make_backend(services: &Services, account: &AccountId) -> anyhow::Result<Made> {
    let key = PrivateKey::generate(Algorithm::ES256, RsaBits::default())?;
    let mut draft = backend();
    draft.jwks = Some(serde_json::to_string(&JwkSet::of([key.public()]))?);
    let made = make(services, account, "backend", draft).await?;
    Ok(Made {
        private_key: Some(key.to_pkcs8_pem()?),
        ..made
    })
}

/// A client whose answers go to pages of the shop's, and to where platforms say that they went. They are pages of this very
/// server, at its own origin, which is refused to every client elsewhere (SEC-065): here it stands for the brand's own
/// site, and lets no other page in.
fn at_the_shop(mut draft: Draft, pages: &[&str]) -> anyhow::Result<Draft> {
    let rules = RegistrationRules {
        application_type: ApplicationType::Web,
        own_origins: &[],
        loopback_for_web: true,
    };
    for page in pages {
        draft
            .settings
            .redirect_uris
            .push(RedirectUri::register(page, &rules)?);
        let origin = url::Url::parse(page)?.origin().ascii_serialization();
        draft.settings.origins = vec![origin];
        draft.redirect_uris.push((*page).to_owned());
    }
    draft.redirect_uris.insert(1, LIVEPERSON.to_owned());
    Ok(draft)
}
