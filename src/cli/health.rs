//! Asks the configured server, from this machine, whether it is ready: the health check of a container, which has no
//! other program to ask with.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;

use super::{Global, Outcome};
use crate::config::Settings;

mod pinned;

/// Ask the configured server whether it is ready.
///
/// Exit status 0 says that it is. For health checks of containers and units.
#[derive(Debug, Args)]
pub(crate) struct Health {}

pub(crate) fn run(global: &Global) -> Outcome {
    let settings = global.settings()?;
    let (status, report) = ask(&settings)?;
    let text = || {
        let word = report.get("status").and_then(Value::as_str).unwrap_or("unknown");
        let checks = report
            .get("checks")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        checks
            .filter_map(|check| Some((check.get("status")?.as_str()?, check.get("name")?.as_str()?)))
            .filter(|(status, _)| *status != "ok")
            .fold(word.to_owned(), |text, (status, name)| {
                text + ", " + status + ": " + name
            })
    };
    global.output().show(&report, text)?;
    Ok(if status == 200 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Status and document of `/health/ready`.
fn ask(settings: &Settings) -> anyhow::Result<(u16, Value)> {
    let address = settings
        .server
        .listen
        .addresses()
        .first()
        .copied()
        .context("server.listen is empty")?;
    let address = SocketAddr::new(reachable(address.ip()), address.port());
    let patience = Duration::from_secs(5);
    let stream = TcpStream::connect_timeout(&address, patience)
        .with_context(|| format!("no answer from {address}"))?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let answer = match settings.server.tls.files() {
        None => exchange(stream)?,
        Some((cert, _)) => exchange(pinned::connect(stream, cert)?)?,
    };
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .context("an unreadable answer")?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((
        status,
        serde_json::from_str(body).context("an unreadable answer")?,
    ))
}

/// One request, one answer, to the end of the connection.
fn exchange(mut stream: impl Read + Write) -> anyhow::Result<String> {
    stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream
        .take(64 << 10)
        .read_to_string(&mut answer)
        .context("the answer broke off")?;
    Ok(answer)
}

/// Where a server that listens everywhere is reached from its own machine.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}
