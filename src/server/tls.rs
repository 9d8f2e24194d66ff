//! The server's certificate: read at start, and again when its files change or at SIGHUP.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use tokio_util::sync::CancellationToken;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::mutual::AnyCertificate;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file can't be read.
    #[error("{0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// A file holds something else.
    #[error("{0}: {1}")]
    Pem(PathBuf, &'static str),
    /// Certificate and key don't belong together, or are of a kind that TLS doesn't know.
    #[error("certificate and key can't be used together: {0}")]
    Unusable(rustls::Error),
}

/// The certificate in force.
#[derive(Debug)]
pub(super) struct Certificate {
    config: ArcSwap<ServerConfig>,
    /// The same, asking for the client's.
    mutual: ArcSwap<ServerConfig>,
    cert: PathBuf,
    key: PathBuf,
}

/// What tells that a file has changed.
type Trace = Option<(SystemTime, u64)>;

impl Certificate {
    /// Reads both files.
    pub(super) fn load(cert: &Path, key: &Path) -> Result<Self, CertificateError> {
        let [config, mutual] = read(cert, key)?;
        Ok(Self {
            config: ArcSwap::from_pointee(config),
            mutual: ArcSwap::from_pointee(mutual),
            cert: cert.to_path_buf(),
            key: key.to_path_buf(),
        })
    }

    /// What the next handshake uses.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        self.config.load_full()
    }

    /// What the next handshake uses where clients may bring certificates.
    pub(super) fn mutual_config(&self) -> Arc<ServerConfig> {
        self.mutual.load_full()
    }

    /// Reads again whenever the files change, and at SIGHUP, until `stop`. What can't be used leaves the old one in
    /// force: files that are replaced one after the other don't fit for a moment.
    pub(super) async fn keep_fresh(self: Arc<Self>, stop: CancellationToken) {
        let mut hangup = super::signals::hangups();
        let mut seen = self.traces();
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                () = hangup.next() => true,
                () = tokio::time::sleep(LOOK_EVERY) => false,
            };
            let present = self.traces();
            if asked || present != seen {
                match read(&self.cert, &self.key) {
                    Ok([config, mutual]) => {
                        self.config.store(Arc::new(config));
                        self.mutual.store(Arc::new(mutual));
                        tracing::info!(cert = %self.cert.display(), "the certificate was read again");
                    }
                    Err(error) => {
                        tracing::error!(%error, "the new certificate can't be used; the old one stays");
                    }
                }
                seen = present;
            }
        }
    }

    fn traces(&self) -> (Trace, Trace) {
        let trace = |path: &Path| {
            let data = std::fs::metadata(path).ok()?;
            Some((data.modified().ok()?, data.len()))
        };
        (trace(&self.cert), trace(&self.key))
    }
}

/// TLS 1.2 and 1.3, with HTTP/2 where the client speaks it: without and with the client's certificate.
fn read(cert: &Path, key: &Path) -> Result<[ServerConfig; 2], CertificateError> {
    let bytes =
        |path: &Path| std::fs::read(path).map_err(|error| CertificateError::Read(path.to_path_buf(), error));
    let pem = |path: &Path, what| CertificateError::Pem(path.to_path_buf(), what);

    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes(cert)?)
        .collect::<Result<_, _>>()
        .map_err(|_| pem(cert, "not a PEM file with certificates"))?;
    let first = chain.first().ok_or_else(|| pem(cert, "holds no certificate"))?;
    tell_expiry(cert, first);
    let private = zeroize::Zeroizing::new(bytes(key)?);
    let private =
        PrivateKeyDer::from_pem_slice(&private).map_err(|_| pem(key, "holds no private key in PEM"))?;

    let provider = Arc::new(aws_lc_rs::default_provider());
    let build = |verifier: Option<Arc<AnyCertificate>>, private| {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])?;
        let builder = match verifier {
            None => builder.with_no_client_auth(),
            Some(verifier) => builder.with_client_cert_verifier(verifier),
        };
        builder.with_single_cert(chain.clone(), private)
    };
    let mut config = build(None, private.clone_key()).map_err(CertificateError::Unusable)?;
    let mut mutual = build(Some(AnyCertificate::new()), private).map_err(CertificateError::Unusable)?;
    for config in [&mut config, &mut mutual] {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    if let Ok(ticketer) = aws_lc_rs::Ticketer::new() {
        config.ticketer = ticketer;
    }
    // Each connection proves its certificate anew.
    mutual.session_storage = Arc::new(NoServerSessionStorage {});
    Ok([config, mutual])
}

fn tell_expiry(path: &Path, certificate: &CertificateDer<'_>) {
    if let Ok((_, certificate)) = X509Certificate::from_der(certificate) {
        let until = certificate.validity().not_after;
        tracing::info!(cert = %path.display(), valid_until = %until, "certificate");
    }
}
