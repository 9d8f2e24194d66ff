use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{Global, Outcome, open_services};
use crate::config::{Settings, load};
use crate::http::RateLimits;
use crate::jobs;
use crate::server::{self, Alone, Figures};

/// Run the server.
///
/// It stops at SIGTERM or SIGINT, when the requests under way are done, and reads its certificate again at SIGHUP.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen: ADDRESS:PORT or localhost:PORT, several with commas (server.listen).
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// The URL that browsers and clients use (server.public_url).
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Leave the database's schema as it is (database.migrate); `signet migrate` must have been run.
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let sources = global
            .sources()
            .flag("server.listen", "--listen", self.listen)
            .flag("server.public_url", "--public-url", self.public_url)
            .flag(
                "database.migrate",
                "--no-migrate",
                self.no_migrate.then(|| "false".to_owned()),
            );
        let settings = load(&sources)?.settings;
        let _written_at_the_end = server::log::begin(&settings.log);
        server::forbid_core_dumps();
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(serve(settings))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    server::stop_at_signal(stop.clone())?;
    let _alone = settings.database.url.sqlite_path().map(Alone::on).transpose()?;
    let figures = if settings.metrics.enabled {
        Figures::keep()
    } else {
        Figures::off()
    };

    let services = Arc::new(open_services(settings).await?);
    // Settings that nobody can be called with are told now, not at the first call.
    services.outbound.client()?;
    let settings = &services.settings;
    let limits = Arc::new(RateLimits::new(settings));
    let router = server::assemble(&services, &limits, &figures);
    let apart = server::assemble_apart(&services, &limits, &figures);
    let running = server::serve(router, apart, settings, stop.clone())
        .await
        .context("serve")?;
    let jobs = jobs::start(&services, &stop);
    server::keep_up(limits, figures, stop);
    tracing::info!(public_url = %settings.server.public_url, listen = ?running.addresses(), "serving");

    running.finished().await;
    jobs.finished().await;
    services.db.close().await;
    tracing::info!("stopped");
    Ok(())
}
