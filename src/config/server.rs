use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, Listen, Network, PublicUrl};

/// Where the server listens, and how it is reached.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Addresses to listen on, each `ADDRESS:PORT`, `[ADDRESS]:PORT` or `localhost:PORT` (both loopback addresses).
    /// `[::]` is IPv6 alone: for everything, name `0.0.0.0` beside it.
    pub listen: Listen,
    /// The URL that browsers and clients use: the default account's issuer, and what every absolute URL that we
    /// write begins with (SEC-078). An https origin, with a path if a proxy adds one; plain http only for localhost.
    /// Left out, it follows `server.listen` where that is loopback alone.
    pub public_url: PublicUrl,
    /// Own TLS. Without it, something in front must speak TLS as soon as the public URL is https.
    pub tls: Tls,
    /// Networks of the proxies in front, as `10.0.0.0/8` or a single address. Only what comes from them may name a
    /// client's address in `X-Forwarded-For` (SEC-079).
    pub trusted_proxies: Vec<Network>,
    /// A second place to listen at, where connections may bring a client's certificate along (RFC 8705).
    pub mtls: Mtls,
    /// A place of its own for the console and the admin API (SEC-136).
    pub admin: Admin,
}

/// The console and the admin API, apart from what consumers and clients reach.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// Addresses to listen on, as in `server.listen`. Then console and admin API are served there and nowhere else, with
    /// the certificate of `server.tls`, if that is set. Left out, they are served beside everything else.
    pub listen: Option<Listen>,
    /// The URL that administrators use for it. Left out, it is the public URL with the first port of `server.admin.listen`.
    pub public_url: Option<PublicUrl>,
}

/// Client certificates. They are asked for at a place of their own, since browsers ask people for one wherever a server
/// does.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Mtls {
    /// Addresses to listen on, as in `server.listen`; nothing switches client certificates off. It needs `server.tls`,
    /// whose certificate it shows.
    pub listen: Option<Listen>,
    /// The URL that clients use for it, for `mtls_endpoint_aliases`. Left out, it is the public URL with the first port of
    /// `server.mtls.listen`.
    pub public_url: Option<PublicUrl>,
    /// A PEM file with the authorities whose certificates prove a client's name (`tls_client_auth`). Without it, clients
    /// prove themselves by certificates of their own keys alone (`self_signed_tls_client_auth`).
    pub client_ca: Option<PathBuf>,
}

/// Own TLS.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// A PEM file with the certificate and its chain, the server's own first. It is read again when it changes, and
    /// at SIGHUP.
    pub cert: Option<PathBuf>,
    /// A PEM file with the certificate's private key.
    pub key: Option<PathBuf>,
}

impl Tls {
    /// Certificate and key, where TLS is on.
    pub fn files(&self) -> Option<(&Path, &Path)> {
        Some((self.cert.as_deref()?, self.key.as_deref()?))
    }
}

impl Server {
    /// The URL of the place where clients may bring certificates, without a closing slash; none where they can't.
    pub fn mtls_url(&self) -> Option<String> {
        let listen = self.mtls.listen.as_ref()?;
        if let Some(url) = &self.mtls.public_url {
            return Some(url.to_string());
        }
        let port = listen.addresses().first()?.port();
        let public = &self.public_url;
        Some(format!("https://{}:{port}{}", public.host(), public.path()))
    }

    /// The URL of the console and the admin API, without a closing slash and without `/admin`.
    pub fn admin_url(&self) -> String {
        let public = &self.public_url;
        let Some(listen) = &self.admin.listen else {
            return public.to_string();
        };
        if let Some(url) = &self.admin.public_url {
            return url.to_string();
        }
        let port = listen.addresses().first().map_or(0, std::net::SocketAddr::port);
        let scheme = if public.is_https() { "https" } else { "http" };
        format!("{scheme}://{}:{port}{}", public.host(), public.path())
    }

    /// Whether `peer` is one of the proxies in front.
    pub fn trusts(&self, peer: std::net::IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }

    pub(super) fn check(&self, complaints: &mut Complaints) {
        complaints.unless(
            !self.listen.addresses().is_empty(),
            "server.listen",
            "at least one ADDRESS:PORT",
        );
        let (cert, key) = (self.tls.cert.is_some(), self.tls.key.is_some());
        complaints.unless(
            cert || !key,
            "server.tls.cert",
            "to be set together with server.tls.key",
        );
        complaints.unless(
            key || !cert,
            "server.tls.key",
            "to be set together with server.tls.cert",
        );
        complaints.unless(
            self.mtls.listen.is_none() || (cert && key),
            "server.mtls.listen",
            "nothing, unless server.tls is set",
        );
        complaints.unless(
            self.mtls.public_url.as_ref().is_none_or(PublicUrl::is_https),
            "server.mtls.public_url",
            "an https URL",
        );
        complaints.unless(
            apart(
                self.admin.listen.as_ref(),
                &[Some(&self.listen), self.mtls.listen.as_ref()],
            ),
            "server.admin.listen",
            "addresses that server.listen and server.mtls.listen don't have",
        );
        complaints.unless(
            self.admin.public_url.is_none() || self.admin.listen.is_some(),
            "server.admin.public_url",
            "nothing, unless server.admin.listen is set",
        );
        complaints.unless(
            !self.public_url.is_https() || self.admin.public_url.as_ref().is_none_or(PublicUrl::is_https),
            "server.admin.public_url",
            "an https URL, since server.public_url is one",
        );
        complaints.unless(
            !(cert && key) || self.public_url.is_https(),
            "server.public_url",
            "an https URL, since server.tls is set",
        );
    }
}

/// Whether none of `own` is one of those that others listen on.
pub(super) fn apart(own: Option<&Listen>, others: &[Option<&Listen>]) -> bool {
    own.into_iter().flat_map(Listen::addresses).all(|own| {
        let mut taken = others.iter().flatten().flat_map(|other| other.addresses());
        own.port() == 0 || !taken.any(|other| other == own)
    })
}
