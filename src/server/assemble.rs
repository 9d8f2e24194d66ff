//! The whole house as one router: what `serve`, the demo and tests run alike.

use std::sync::Arc;

use axum::Router;

use super::router::{admin_router, router};
use super::{Apart, Figures, KnownHosts, Readiness, layers};
use crate::context::Services;
use crate::http::RateLimits;

/// Every route, health and figures among them, with the layers around.
pub fn assemble(services: &Arc<Services>, limits: &Arc<RateLimits>, figures: &Figures) -> Router {
    assemble_with(services, limits, figures, Router::new())
}

/// The same with the routes of whoever builds upon the house.
pub fn assemble_with(
    services: &Arc<Services>,
    limits: &Arc<RateLimits>,
    figures: &Figures,
    more: Router,
) -> Router {
    let settings = &services.settings;
    let mut routes = router(Arc::clone(services), Arc::clone(limits))
        .merge(readiness(services).routes())
        .merge(more);
    if settings.metrics.enabled && settings.metrics.listen.is_none() {
        routes = routes.merge(figures.routes());
    }
    around(services, routes)
}

/// What is served at addresses of its own, where the settings give it some, with the layers around.
pub fn assemble_apart(services: &Arc<Services>, limits: &Arc<RateLimits>, figures: &Figures) -> Apart {
    let admin = admin_router(Arc::clone(services), Arc::clone(limits)).merge(readiness(services).routes());
    Apart {
        admin: around(services, admin),
        metrics: figures.routes(),
    }
}

fn around(services: &Arc<Services>, routes: Router) -> Router {
    layers(
        routes,
        &services.settings,
        &services.clock,
        &services.entropy,
        known_hosts(services),
    )
}

/// A node is ready when its database answers, its clock is the database's (SEC-172), and the default account's keys can
/// sign (SEC-016).
fn readiness(services: &Arc<Services>) -> Readiness {
    let (database, clock, keys) = (Arc::clone(services), Arc::clone(services), Arc::clone(services));
    Readiness::new()
        .check("database", move || {
            let services = Arc::clone(&database);
            async move { services.db.ping().await.map_err(|error| error.to_string()) }
        })
        .check("clock", move || {
            let services = Arc::clone(&clock);
            async move {
                services
                    .clock_skew
                    .check()
                    .await
                    .map_err(|error| error.to_string())
            }
        })
        .check("keys", move || {
            let services = Arc::clone(&keys);
            async move {
                let tenant = services.accounts.find_default().await;
                match tenant
                    .map_err(|error| error.to_string())?
                    .and_then(|it| it.dumb_algorithm())
                {
                    None => Ok(()),
                    Some(algorithm) => Err(format!("no key signs with {algorithm}")),
                }
            }
        })
        .beside(services.degraded.clone())
}

/// The hosts of accounts with an issuer of their own.
fn known_hosts(services: &Arc<Services>) -> KnownHosts {
    let services = Arc::clone(services);
    KnownHosts::asking(move |host| {
        let services = Arc::clone(&services);
        async move {
            let issuers = services.accounts.issuers().await.unwrap_or_default();
            issuers
                .iter()
                .any(|(issuer, _)| host_of(issuer).is_some_and(|own| own == host))
        }
    })
}

fn host_of(issuer: &str) -> Option<String> {
    url::Url::parse(issuer).ok()?.host_str().map(str::to_owned)
}
