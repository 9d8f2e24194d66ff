//! What the demo's pages share: the account that they show, the platform's memory, and its way out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Extension, Router};
use oauth::CodeVerifier;
use pages::demo as view;

use super::conversation::Conversation;
use super::identity_service::IdentityService;
use super::seed::Seeded;
use super::socket::Socket;
use super::without_scripts::{self, Errand};
use super::{APP_CALLBACK, BACK, SHOP, agent_view, app_page, brand_page, manifest, platform};
use crate::base::id::{AccountId, ConnectorId};
use crate::base::{Bounds, Cache};
use crate::context::{Context, Services};
use crate::http::Caller;
use crate::http::PageError;

/// How many challenges and conversations are remembered; the ones that were used least lately go first.
const REMEMBERED: u64 = 1000;
/// How long a consumer may take to sign in, as long as an interaction lasts.
const CHALLENGE_TTL: Duration = Duration::from_mins(30);
/// How long an agent can look back at a conversation.
const CONVERSATION_TTL: Duration = Duration::from_hours(12);

/// A challenge that was handed to a page: whose it is, and the verifier that belongs to it.
pub(super) type Challenge = (ConnectorId, CodeVerifier);

/// Everything that the demo's pages share.
pub(super) struct Room {
    pub(super) services: Arc<Services>,
    pub(super) account: AccountId,
    /// What the shop's scripts are told.
    pub(super) config: view::Config,
    /// Who can sign in.
    pub(super) consumers: Vec<manifest::Consumer>,
    /// The platform's calls. Not those of the server's settings: the platform stands elsewhere, and is told to find the
    /// brand on this machine.
    pub(super) http: outbound::Client,
    /// The gateway's service for consumers, which is on this machine too.
    pub(super) identity_service: IdentityService,
    /// Where its token opens the consumer's connection.
    pub(super) socket: Socket,
    pub(super) challenges: Cache<String, Challenge>,
    pub(super) conversations: Cache<String, Conversation>,
    /// Who went to the sign-in page without scripts, by the state.
    pub(super) errands: Cache<String, Errand>,
}

impl Room {
    pub(super) fn new(
        services: Arc<Services>,
        seeded: &Seeded,
        authority: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let public_url = &services.settings.server.public_url;
        let extra_ca = authority.map(std::fs::read).transpose()?;
        let socket = Socket::new(&services, seeded, extra_ca.as_deref())?;
        let http = outbound::Client::new(outbound::Options {
            extra_ca,
            allow_hosts: vec![outbound::Exemption {
                host: public_url.host().to_owned(),
                port: Some(public_url.port()),
            }],
            user_agent: Some("signet-demo-platform".to_owned()),
            ..outbound::Options::default()
        })
        .context("the platform's HTTP client")?;
        Ok(Self {
            account: seeded.account.account_id.clone(),
            config: brand_page::config(&services, seeded),
            consumers: seeded.consumers.clone(),
            http,
            identity_service: IdentityService::new(&services, seeded)?,
            socket,
            challenges: remembering(CHALLENGE_TTL),
            conversations: remembering(CONVERSATION_TTL),
            errands: remembering(CHALLENGE_TTL),
            services,
        })
    }

    /// The demo's routes. Whoever opens the server itself comes to the shop.
    pub(super) fn routes(self) -> Router {
        let to_shop = || async { Redirect::to(SHOP) };
        Router::new()
            .route("/", get(to_shop))
            .route("/demo", get(to_shop))
            .route(SHOP, get(brand_page::get))
            .route(APP_CALLBACK, get(app_page::get))
            .route("/demo/platform/challenges", post(platform::challenge))
            .route("/demo/platform/conversations", post(platform::converse))
            .route("/demo/agent/{id}", get(agent_view::get))
            .route("/demo/ways", post(without_scripts::begin))
            .route(BACK, get(without_scripts::back).post(without_scripts::back))
            .route("/demo/talk/{id}", get(without_scripts::talk))
            .layer(Extension(Arc::new(self)))
    }

    /// The context of a request for a page of the demo's: always its own account.
    pub(super) async fn context(&self, caller: &Caller) -> Result<Context, PageError> {
        let tenant = self.services.accounts.find(&self.account).await;
        let tenant = tenant.map_err(|error| PageError::busy(error.to_string()))?;
        Ok(Context {
            services: Arc::clone(&self.services),
            tenant: tenant.ok_or_else(|| PageError::new(pages::ErrorKind::NotFound))?,
            now: self.services.clock.now(),
            request_id: Arc::clone(&caller.request_id),
            ip: caller.ip,
            certificate: None,
            turn: None,
        })
    }
}

fn remembering<V: Send + Sync + 'static>(for_long: Duration) -> Cache<String, V> {
    Cache::new(Bounds::entries(REMEMBERED).for_at_most(for_long))
}
