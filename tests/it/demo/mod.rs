//! The demo, in this process and as one of its own.

mod doctor;
mod manifest;
mod platform;
mod process;
mod story;
mod tls;
mod visitor;
mod ways;

use std::sync::Arc;

use signet::base::{Clock, Entropy};
use signet::context::Services;
use signet::demo::{self, Prepared, Running, Wishes};
use signet::keys::open_sealer;
use signet::store::{Connect, Db, migrate};
use tokio_util::sync::CancellationToken;

use self::visitor::Visitor;

/// A demo that runs in this process, at a port that was free.
struct Demo {
    running: Running,
    stop: CancellationToken,
}

impl Demo {
    async fn start() -> Self {
        Self::wished(Wishes::default()).await
    }

    async fn wished(wishes: Wishes) -> Self {
        let listen = wishes.listen.or(Some("127.0.0.1:0".to_owned()));
        let wishes = Wishes { listen, ..wishes };
        let prepared = Prepared::new(wishes, &Clock::default(), &Entropy::default()).unwrap();
        let services = services(&prepared).await;
        let stop = CancellationToken::new();
        let running = Box::pin(demo::start(prepared, services, stop.clone()))
            .await
            .unwrap();
        Self { running, stop }
    }

    fn visitor(&self) -> Visitor {
        Visitor::new(&self.running.manifest)
    }

    async fn end(self) {
        self.stop.cancel();
        self.running.finished().await;
    }
}

/// What a command opens from settings.
async fn services(prepared: &Prepared) -> Arc<Services> {
    let settings = prepared.settings.clone();
    let (clock, entropy) = (Clock::default(), Entropy::default());
    let connect = Connect {
        url: settings.database.url.expose().to_owned(),
        connections: settings.database.connections,
    };
    let db = Db::connect(&connect).await.unwrap();
    migrate(&db).await.unwrap();
    let sealer = open_sealer(settings.keys.seal_sources(), &db, &clock, &entropy)
        .await
        .unwrap();
    Arc::new(Services::new(db, clock, entropy, settings, sealer))
}
