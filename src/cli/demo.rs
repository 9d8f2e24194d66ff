use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::output::{print, table};
use super::{Global, Outcome, open_services};
use crate::base::{Clock, Entropy};
use crate::demo::{self, Manifest, Prepared, Wishes};
use crate::server;

/// Show everything at work: a brand with its shop, consumers and clients, and a platform that verifies its tokens.
///
/// It needs nothing: the database and all keys are in a temporary folder, which is removed at the end. With --config, a
/// database, keys and outbound settings of your own take their place. It is ready when the manifest is there.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to listen; both loopback addresses of the port, where it is one of them [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Serve https, under a certificate authority of the demo's own.
    #[arg(long)]
    tls: bool,
    /// Where to write the manifest, which tells a program all that there is to use.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let wishes = Wishes {
            config: global.config.clone(),
            listen: self.listen,
            tls: self.tls,
            manifest: self.manifest,
        };
        let prepared = Prepared::new(wishes, &Clock::default(), &Entropy::default())?;
        let _written_at_the_end = server::log::begin(&prepared.settings.log);
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(run(prepared, global))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn run(prepared: Prepared, global: &Global) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    server::stop_at_signal(stop.clone())?;
    stop_with_the_terminal(stop.clone())?;
    let services = Arc::new(open_services(prepared.settings.clone()).await?);
    let demo = Box::pin(demo::start(prepared, services, stop)).await?;
    global.output().show(&demo.manifest, || {
        welcome(&demo.manifest, std::io::stdout().is_terminal())
    })?;
    demo.finished().await;
    if !global.output().is_json() {
        print("\n  The demo has ended, and everything that it made is gone.\n")?;
    }
    Ok(())
}

/// Whoever closes the terminal has seen enough: what the demo made goes with it.
#[cfg(unix)]
fn stop_with_the_terminal(stop: CancellationToken) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    if std::io::stderr().is_terminal() {
        let mut hangup = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            hangup.recv().await;
            stop.cancel();
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn stop_with_the_terminal(_: CancellationToken) -> std::io::Result<()> {
    Ok(())
}

/// What to open, who can sign in, how to stop.
fn welcome(manifest: &Manifest, colours: bool) -> String {
    let style = |code: &str, text: &str| {
        if colours {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let (bold, dim) = (|text: &str| style("1", text), |text: &str| style("2", text));
    let people = table(
        ["name", "username", "password"],
        manifest
            .consumers
            .iter()
            .map(|one| [one.name.clone(), one.username.clone(), one.password.clone()]),
    );
    let people = people.lines().enumerate().map(|(line, text)| {
        let text = text.trim();
        let text = if line == 0 { dim(text) } else { text.to_owned() };
        format!("    {text}\n")
    });
    let people: String = people.collect();
    let authority = manifest.ca_file.as_ref().map_or_else(String::new, |file| {
        format!(
            "    {}  {}\n\n  Your browser doesn't know the certificate's authority: let it warn you once.\n",
            dim("Authority"),
            file.display()
        )
    });
    let console = &manifest.console;
    format!(
        "\n  {open} {page}\n\n  Press “Chat with us” there, and sign in as one of these:\n\n{people}\n\
         \x20 The console is {console_page}\n\n    {name}  {password}\n\n\
         \x20   {issuer}     {issuer_url}\n    {config}     {config_file}\n{authority}\n  {stop}\n",
        open = bold("Open"),
        page = style("1;4", &manifest.brand_page),
        console_page = style("1;4", &console.url),
        name = console.username,
        password = console.password,
        issuer = dim("Issuer"),
        issuer_url = manifest.issuer,
        config = dim("Config"),
        config_file = manifest.config_file.display(),
        stop = dim("Ctrl-C ends it and removes everything that it made."),
    )
}
