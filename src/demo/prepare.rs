//! What the demo runs on: settings, a folder, and a certificate where one is wished for.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::folder::Folder;
use super::tls;
use crate::base::{Clock, Entropy};
use crate::config::{self, Listen, Loaded, Origin, PublicUrl, Settings, Sources};
use crate::server::Alone;

/// What whoever starts the demo wishes for.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// A configuration file, which wins over what the demo would choose.
    pub config: Option<PathBuf>,
    /// Where to listen, instead of port 8080 on this machine.
    pub listen: Option<String>,
    /// https, under a certificate of the demo's own.
    pub tls: bool,
    /// Where the manifest goes, instead of the demo's folder.
    pub manifest: Option<PathBuf>,
}

/// Everything is chosen, and nothing runs yet.
#[derive(Debug)]
pub struct Prepared {
    /// The settings of the server, for whoever opens its services.
    pub settings: Settings,
    pub(super) folder: Folder,
    /// The demo's certificate authority: its file, where it has one.
    pub(super) authority: Option<PathBuf>,
    /// What a client proves itself with by TLS, where it can.
    pub(super) client: Option<ClientFiles>,
    pub(super) manifest: PathBuf,
    /// The right to serve the database, where it is a file.
    pub(super) alone: Option<Alone>,
}

impl Prepared {
    /// Reads the settings that were given, fills in what the demo needs, and makes its folder.
    pub fn new(wishes: Wishes, clock: &Clock, entropy: &Entropy) -> anyhow::Result<Self> {
        let sources =
            Sources::of_process_and_file(wishes.config).flag("server.listen", "--listen", wishes.listen);
        let loaded = config::load(&sources)?;
        let folder = Folder::make(entropy).context("the demo's folder")?;
        let mut settings = settings(&loaded, folder.path())?;

        let (mut authority, mut client) = (None, None);
        if wishes.tls && settings.server.tls.files().is_none() {
            let made = tls::make(clock.now()).context("the demo's certificate")?;
            settings.server.tls.cert = Some(folder.write("certificate.pem", &made.chain)?);
            settings.server.tls.key = Some(folder.write("certificate.key", &made.key)?);
            authority = Some(folder.write("ca.pem", &made.authority)?);
            if loaded.origin("server.mtls.listen") == Origin::Default {
                client = Some(certificates(&mut settings, &folder, clock)?);
            }
        }
        if loaded.origin("server.public_url") == Origin::Default {
            settings.server.public_url = public_url(&settings)?;
        }
        // The gateway asks the brand over HTTP, which is on this machine here.
        let own = format!(
            "{}:{}",
            settings.server.public_url.host(),
            settings.server.public_url.port()
        );
        settings.outbound.allow_hosts.push(own.parse()?);
        if let Some(ours) = &authority {
            settings.outbound.extra_ca =
                Some(trusting(&folder, settings.outbound.extra_ca.as_deref(), ours)?);
        }
        let manifest = match wishes.manifest {
            Some(path) => std::path::absolute(path)?,
            None => folder.path().join("manifest.json"),
        };
        // One that was left by a demo that was killed would seem to be ours.
        match std::fs::remove_file(&manifest) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| manifest.display().to_string());
            }
            _ => {}
        }
        Ok(Self {
            alone: settings.database.url.sqlite_path().map(Alone::on).transpose()?,
            settings,
            folder,
            authority,
            client,
            manifest,
        })
    }

    /// The folder of the demo, which is removed at its end.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The authorities that were given, and the demo's own.
fn trusting(folder: &Folder, given: Option<&Path>, ours: &Path) -> anyhow::Result<PathBuf> {
    let Some(given) = given else {
        return Ok(ours.to_owned());
    };
    let read = |path: &Path| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    Ok(folder.write("trusted.pem", &format!("{}\n{}", read(given)?, read(ours)?))?)
}

/// A client's certificate and its private key.
#[derive(Debug)]
pub(super) struct ClientFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// A place where clients may bring certificates, and one to bring.
fn certificates(settings: &mut Settings, folder: &Folder, clock: &Clock) -> anyhow::Result<ClientFiles> {
    let made = tls::make_client(clock.now()).context("the demo's client certificate")?;
    settings.server.mtls.listen = Some(free(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?);
    settings.server.mtls.client_ca = Some(folder.write("client-ca.pem", &made.authority)?);
    Ok(ClientFiles {
        certificate: folder.write("client.pem", &made.certificate)?,
        key: folder.write("client.key", &made.key)?,
    })
}

/// Whom the demo's mail is from.
const FROM: &str = "no-reply@brand.example";

/// What was given, and for the rest what suits a demo: a database and a sealing key that are thrown away, room for many
/// logins from one machine, and a quiet log.
fn settings(loaded: &Loaded, folder: &Path) -> anyhow::Result<Settings> {
    let mut settings = loaded.settings.clone();
    let open = |key: &str| loaded.origin(key) == Origin::Default;
    if open("database.url") {
        settings.database.url = format!("sqlite://{}", folder.join("signet.db").display()).parse()?;
    } else if let Some(path) = settings.database.url.sqlite_path() {
        // Other commands may be run from elsewhere.
        settings.database.url = format!("sqlite://{}", std::path::absolute(path)?.display()).parse()?;
    }
    settings.keys.dir = if open("keys.dir") {
        folder.join("keys")
    } else {
        std::path::absolute(&settings.keys.dir)?
    };
    settings.database.url_file = None;
    settings.mail.smtp_file = None;
    if open("mail.smtp") && open("mail.folder") {
        settings.mail.folder = Some(folder.join("mail"));
    } else if let Some(path) = &mut settings.mail.folder {
        *path = std::path::absolute(&path)?;
    }
    if open("mail.from") && settings.mail.folder.is_some() {
        settings.mail.from = Some(FROM.parse()?);
    }
    if let Some(path) = &mut settings.outbound.extra_ca {
        *path = std::path::absolute(&path)?;
    }
    if open("log.level") {
        settings.log.level = "warn".parse()?;
    }
    let limits = &mut settings.limits.per_minute;
    for (key, limit) in [
        ("limits.per_minute.login", &mut limits.login),
        ("limits.per_minute.authorize", &mut limits.authorize),
        ("limits.per_minute.token_failures", &mut limits.token_failures),
        ("limits.per_minute.registration", &mut limits.registration),
        ("limits.per_minute.recovery", &mut limits.recovery),
        ("limits.per_minute.user_codes", &mut limits.user_codes),
        ("limits.per_minute.consumer_tokens", &mut limits.consumer_tokens),
    ] {
        if open(key) {
            *limit = 6000;
        }
    }
    // Whoever tries things out has no time for it. Where the demo is reached from elsewhere it stays.
    if open("login.admin_factor") && settings.server.public_url.is_loopback() {
        settings.login.admin_factor = false;
    }
    let fallback = open("server.listen").then(|| Listen::localhost(8080));
    if open("limits.registrations") {
        settings.limits.registrations = 0;
    }
    settings.server.listen = reachable(fallback.as_ref().unwrap_or(&settings.server.listen))?;
    Ok(settings)
}

/// Where `localhost` leads, both of its addresses are listened on: which one a program takes first is its own business.
/// Port 0 becomes one that is free, since URLs must be known before anything listens. A port that is taken is told now.
fn reachable(listen: &Listen) -> anyhow::Result<Listen> {
    let listen = match listen.addresses() {
        [first, ..] if listen.is_loopback() && first.port() == 0 => free(*first)?,
        [one] if one.ip() == Ipv4Addr::LOCALHOST || one.ip() == Ipv6Addr::LOCALHOST => {
            Listen::localhost(one.port())
        }
        _ => listen.clone(),
    };
    if let Some(taken) = taken(&listen) {
        bail!(
            "{taken} is taken by another program; choose another port, such as --listen 127.0.0.1:{}",
            taken.port().checked_add(1).unwrap_or(8080)
        );
    }
    Ok(listen)
}

/// A port that is free on both loopback addresses, if one is found in a few tries.
fn free(address: SocketAddr) -> anyhow::Result<Listen> {
    let mut listen = Listen::localhost(TcpListener::bind(address)?.local_addr()?.port());
    for _ in 0..10 {
        if taken(&listen).is_none() {
            break;
        }
        listen = Listen::localhost(TcpListener::bind(address)?.local_addr()?.port());
    }
    Ok(listen)
}

/// An address that another program listens on.
fn taken(listen: &Listen) -> Option<SocketAddr> {
    let is_taken = |address: &&SocketAddr| {
        TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    };
    listen.addresses().iter().find(is_taken).copied()
}

/// `localhost` at the port that is listened on.
fn public_url(settings: &Settings) -> anyhow::Result<PublicUrl> {
    let port = settings
        .server
        .listen
        .addresses()
        .first()
        .map_or(8080, SocketAddr::port);
    Ok(match (settings.server.tls.files().is_some(), port) {
        (false, 80) => "http://localhost".parse()?,
        (false, port) => PublicUrl::localhost(port),
        (true, 443) => "https://localhost".parse()?,
        (true, port) => format!("https://localhost:{port}").parse()?,
    })
}
