//! What the operating system asks of us.

use std::io;

use tokio_util::sync::CancellationToken;

/// Cancels `stop` at SIGTERM or SIGINT; a second one ends the process at once. Listens as soon as it returns.
#[cfg(unix)]
pub fn stop_at_signal(stop: CancellationToken) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if first {
                tracing::info!("stopping: requests under way may finish");
                stop.cancel();
            } else {
                std::process::exit(1);
            }
        }
    });
    Ok(())
}

/// Cancels `stop` at ctrl-c.
#[cfg(not(unix))]
pub fn stop_at_signal(stop: CancellationToken) -> io::Result<()> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    Ok(())
}

/// SIGHUPs, one after the other. Where there are none, it waits for ever.
pub(super) struct Hangups(#[cfg(unix)] Option<tokio::signal::unix::Signal>);

/// Begins to listen for SIGHUP, which from then on doesn't end the process. On a terminal it keeps its first meaning:
/// the terminal is gone.
pub(super) fn hangups() -> Hangups {
    #[cfg(unix)]
    {
        use std::io::IsTerminal as _;
        use tokio::signal::unix::{SignalKind, signal};
        let daemon = !std::io::stderr().is_terminal();
        Hangups(daemon.then(|| signal(SignalKind::hangup()).ok()).flatten())
    }
    #[cfg(not(unix))]
    Hangups()
}

impl Hangups {
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
