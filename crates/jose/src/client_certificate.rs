//! A peer's X.509 certificate: what it is called, which key it holds, and its thumbprint (RFC 8705 §2, §3).

use std::net::IpAddr;

use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use x509_parser::x509::X509Name;

use crate::raw_public_key::RawPublicKey;
use crate::{DistinguishedName, base64url, hash};

/// What is read of a certificate. Whether its chain leads to anybody who is trusted is for TLS to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    thumbprint: String,
    key_thumbprint: Option<String>,
    subject: Option<DistinguishedName>,
    names: Vec<SubjectName>,
}

/// A subject alternative name (RFC 5280 §4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectName {
    /// `dNSName`.
    Dns(String),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `iPAddress`.
    Ip(IpAddr),
    /// `rfc822Name`.
    Email(String),
}

/// DER that is no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate")]
pub struct NotACertificate;

impl ClientCertificate {
    /// Reads DER.
    ///
    /// # Errors
    /// What isn't a certificate, or has something behind it.
    pub fn parse(der: &[u8]) -> Result<Self, NotACertificate> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| NotACertificate)?;
        if !rest.is_empty() {
            return Err(NotACertificate);
        }
        let key = RawPublicKey::from_spki_der(certificate.public_key().raw);
        Ok(Self {
            thumbprint: base64url::encode(&hash::sha256(der)),
            key_thumbprint: key.ok().map(|key| key.thumbprint().to_owned()),
            subject: subject(certificate.subject()),
            names: names(&certificate),
        })
    }

    /// SHA-256 of the DER, base64url: what `x5t#S256` holds (RFC 8705 §3.1).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The thumbprint of its key's JWK (RFC 7638); none where the key is of a kind that we don't know.
    pub fn key_thumbprint(&self) -> Option<&str> {
        self.key_thumbprint.as_deref()
    }

    /// Whether that is its subject.
    pub fn is_called(&self, name: &DistinguishedName) -> bool {
        self.subject.as_ref() == Some(name)
    }

    /// Whether that is one of its subject's alternative names. DNS names compare without regard to case.
    pub fn has_name(&self, name: &SubjectName) -> bool {
        self.names.iter().any(|known| match (known, name) {
            (SubjectName::Dns(known), SubjectName::Dns(name)) => known.eq_ignore_ascii_case(name),
            (known, name) => known == name,
        })
    }
}

/// In the order of RFC 4514, which is the reverse of the certificate's.
fn subject(name: &X509Name<'_>) -> Option<DistinguishedName> {
    let mut relative = Vec::new();
    for rdn in name.iter_rdn() {
        let mut pairs = Vec::new();
        for attribute in rdn.iter() {
            let value = attribute.as_str().ok()?;
            pairs.push((attribute.attr_type().to_id_string(), value.to_owned()));
        }
        relative.push(pairs);
    }
    relative.reverse();
    Some(DistinguishedName::from_pairs(relative))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<SubjectName> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let read = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(SubjectName::Dns((*name).to_owned())),
        GeneralName::URI(uri) => Some(SubjectName::Uri((*uri).to_owned())),
        GeneralName::RFC822Name(email) => Some(SubjectName::Email((*email).to_owned())),
        GeneralName::IPAddress(bytes) => address(bytes).map(SubjectName::Ip),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(read).collect()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(four));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}
