//! The demo: a brand's shop with a chat, the platform behind the chat, and the agent's view of whoever chats.
//!
//! Three parties play in one process, and keep to what they could do if they were three: the *brand* is the account that
//! [`seed`] makes, served by the house as any other; its *shop* ([`brand_page`]) sends consumers there to sign in; the
//! *platform* ([`platform`]) knows connectors alone, and verifies what it is handed through the gateway, over HTTP; the
//! gateway's identity service ([`identity_service`]) gives it the token that the platform's other services would take, and that
//! opens the consumer's [`socket`].

mod agent_view;
mod app_page;
mod attributes;
mod brand_page;
mod config_file;
mod conversation;
mod exchange;
mod folder;
mod identity_service;
mod manifest;
mod platform;
mod prepare;
mod room;
mod seed;
mod socket;
mod tls;
mod token;
mod without_scripts;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

pub use manifest::{AppKey, Client, Clients, Connectors, Console, Consumer, Gateway, Manifest, Mtls};
pub use prepare::{Prepared, Wishes};

use self::folder::{Folder, write_private};
use self::prepare::ClientFiles;
use self::room::Room;
use self::seed::Seeded;
use crate::context::Services;
use crate::directory::app_key::Values;
use crate::http::RateLimits;
use crate::jobs::{self, Jobs};
use crate::server::{self, Alone, Figures};

/// The path of the shop.
const SHOP: &str = "/demo/";
/// The path that stands for the app's own URI.
const APP_CALLBACK: &str = "/demo/app/callback";
/// Where browsers without scripts come back to.
const BACK: &str = "/demo/ways/back";
/// The path of the console.
const CONSOLE: &str = "/admin/";

/// A demo that can be used.
#[derive(Debug)]
pub struct Running {
    /// What there is to use.
    pub manifest: Manifest,
    server: server::Running,
    jobs: Jobs,
    services: Arc<Services>,
    manifest_file: PathBuf,
    _folder: Folder,
    _alone: Option<Alone>,
}

/// Makes the brand, serves the house with the demo's pages, and writes the manifest once every listener answers.
/// `services` were opened with the settings of `prepared`. The demo ends when `stop` is cancelled.
pub async fn start(
    prepared: Prepared,
    services: Arc<Services>,
    stop: CancellationToken,
) -> anyhow::Result<Running> {
    let Prepared {
        settings,
        folder,
        authority,
        client,
        manifest: manifest_file,
        alone,
    } = prepared;
    let seeded = Box::pin(seed::seed(&services)).await?;
    let room = Room::new(Arc::clone(&services), &seeded, authority.as_deref())?;

    let figures = if settings.metrics.enabled {
        Figures::keep()
    } else {
        Figures::off()
    };
    let limits = Arc::new(RateLimits::new(&settings));
    let router = server::assemble_with(&services, &limits, &figures, room.routes());
    let apart = server::assemble_apart(&services, &limits, &figures);
    let server = server::serve(router, apart, &settings, stop.clone()).await?;
    let jobs = jobs::start(&services, &stop);
    server::keep_up(limits, figures, stop);

    let config_file = folder.write("signet.toml", &config_file::text(&settings)?)?;
    let mtls = mtls(&settings, client, seeded.clients.machine.as_ref());
    let mut manifest = manifest(seeded, &settings, authority, config_file);
    manifest.mtls = mtls;
    let document = serde_json::to_string_pretty(&manifest)?;
    write_private(&manifest_file, &document).with_context(|| manifest_file.display().to_string())?;
    Ok(Running {
        manifest,
        server,
        jobs,
        services,
        manifest_file,
        _folder: folder,
        _alone: alone,
    })
}

impl Running {
    /// Waits until the demo has been asked to stop and has stopped, and removes what it made.
    pub async fn finished(self) {
        self.server.finished().await;
        self.jobs.finished().await;
        // Who finds it next must not take the demo for running.
        let _ = std::fs::remove_file(&self.manifest_file);
        self.services.db.close().await;
    }
}

fn mtls(
    settings: &crate::config::Settings,
    files: Option<ClientFiles>,
    machine: Option<&seed::Made>,
) -> Option<Mtls> {
    let ClientFiles { certificate, key } = files?;
    Some(Mtls {
        base_url: settings.server.mtls_url()?,
        client_id: machine?.client.client_id.to_string(),
        certificate,
        key,
    })
}

fn manifest(
    seeded: Seeded,
    settings: &crate::config::Settings,
    ca_file: Option<PathBuf>,
    config_file: PathBuf,
) -> Manifest {
    let (public_url, max_sessions) = (&settings.server.public_url, settings.gateway.max_sessions);
    let Seeded {
        account,
        administrator,
        consumers,
        clients,
        connectors,
        users,
        encryption_key,
        app_keys,
        initial_access_token,
    } = seeded;
    Manifest {
        issuer: account.issuer,
        ca_file,
        account_id: account.account_id.to_string(),
        brand_page: format!("{public_url}{SHOP}"),
        console: Console {
            url: format!("{}{CONSOLE}", settings.server.admin_url()),
            username: administrator.name,
            password: administrator.password,
        },
        consumers,
        mtls: None,
        clients: Clients {
            platform_code: clients.platform_code.into(),
            platform_implicit: clients.platform_implicit.into(),
            platform_encrypted: clients.platform_encrypted.into(),
            web: clients.web.into(),
            app: clients.app.into(),
            backend: clients.backend.into(),
            device: clients.device.into(),
            counter: clients.counter.into(),
        },
        resources: seed::RESOURCES.map(str::to_owned).to_vec(),
        gateway: Gateway {
            base_url: public_url.to_string(),
            account_id: account.account_id.to_string(),
            user: users.agent,
            admin: users.admin,
            expired_user: users.expired,
            bot: users.bot,
            max_sessions,
            encryption_key,
            app_key: app_keys.whole.into(),
            app_key_limited: app_keys.limited.into(),
            oauth2: clients.bot_login.into(),
            connectors: Connectors {
                code: connectors.code.connector_id.to_string(),
                code_pkce: connectors.code_pkce.connector_id.to_string(),
                implicit: connectors.implicit.connector_id.to_string(),
                encrypted: connectors.encrypted.connector_id.to_string(),
                anonymous: connectors.anonymous.connector_id.to_string(),
            },
        },
        initial_access_token: initial_access_token.expose().to_owned(),
        config_file,
    }
}

impl From<Values> for AppKey {
    fn from(values: Values) -> Self {
        let [app_key, secret, access_token, access_token_secret] =
            values.named().map(|(_, value)| value.to_owned());
        Self {
            app_key,
            secret,
            access_token,
            access_token_secret,
        }
    }
}

impl From<seed::Made> for Client {
    fn from(made: seed::Made) -> Self {
        let texts = |uris: &[oauth::RedirectUri]| uris.iter().map(ToString::to_string).collect();
        let public = made.secret.is_none();
        Self {
            client_id: made.client.client_id.to_string(),
            client_secret: made.secret.map(|secret| secret.expose().to_owned()),
            redirect_uris: texts(&made.client.settings.redirect_uris),
            post_logout_redirect_uris: texts(&made.client.settings.post_logout_redirect_uris),
            public,
            private_key: made.private_key.map(|pem| pem.to_string()),
        }
    }
}
