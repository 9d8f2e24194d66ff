use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::error::SetupError;

/// TLS 1.2 and 1.3 with aws-lc, whatever the process's default provider is. Names and chains are always verified, against
/// the machine's authorities and the extra ones. On a machine without any, every secure call fails; making the client
/// does not.
pub fn tls_config(extra_ca: Option<&[u8]>) -> Result<ClientConfig, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = extra_ca {
        add_extra(&mut roots, pem)?;
    }
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| SetupError::Client(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn add_extra(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), SetupError> {
    let mut found = false;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| SetupError::ExtraCa(e.to_string()))?;
        roots
            .add(certificate)
            .map_err(|e| SetupError::ExtraCa(e.to_string()))?;
        found = true;
    }
    if found {
        Ok(())
    } else {
        Err(SetupError::ExtraCa("no certificate in it".to_owned()))
    }
}
