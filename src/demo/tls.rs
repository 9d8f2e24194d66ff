//! A certificate for this machine, and the authority that it can be verified with.

use chrono::{DateTime, Datelike as _};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::base::Timestamp;

/// For how many days the certificates are valid: a demo doesn't run longer, and nobody who trusted the authority by
/// mistake is left with it for long.
const DAYS: i64 = 30;
/// What the certificate is valid for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// All in PEM.
pub(super) struct Tls {
    /// The authority's certificate.
    pub(super) authority: String,
    /// The server's, and the authority's after it.
    pub(super) chain: String,
    /// The server's private key.
    pub(super) key: String,
}

/// What a client proves itself with, all in PEM.
pub(super) struct ClientTls {
    /// The certificate of the authority that stands for it.
    pub(super) authority: String,
    /// Its own.
    pub(super) certificate: String,
    /// Its private key.
    pub(super) key: String,
}

/// What its certificate calls it.
pub(super) const CLIENT_NAME: &str = "CN=Signet demo client";

/// Makes a client's certificate and an authority for it. The authority's private key is thrown away.
pub(super) fn make_client(now: Timestamp) -> Result<ClientTls, rcgen::Error> {
    let authority_key = KeyPair::generate()?;
    let mut authority = params(Vec::new(), "Signet demo client authority", now)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let mut client = params(Vec::new(), "Signet demo client", now)?;
    client.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    client.use_authority_key_identifier_extension = true;
    Ok(ClientTls {
        authority: certificate.pem(),
        certificate: client.signed_by(&key, &issuer)?.pem(),
        key: key.serialize_pem(),
    })
}

/// Makes both, valid from yesterday on. The authority's private key is thrown away.
pub(super) fn make(now: Timestamp) -> Result<Tls, rcgen::Error> {
    let authority_key = KeyPair::generate()?;
    let mut authority = params(Vec::new(), "Signet demo authority", now)?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate()?;
    let mut server = params(NAMES.map(str::to_owned).to_vec(), "localhost", now)?;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let own = server.signed_by(&key, &issuer)?;

    Ok(Tls {
        chain: own.pem() + &certificate.pem(),
        authority: certificate.pem(),
        key: key.serialize_pem(),
    })
}

fn params(names: Vec<String>, common_name: &str, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let day = |days: i64| {
        DateTime::from_timestamp(now.seconds() + days * 86_400, 0).map(|at| {
            let part = |number: u32| u8::try_from(number).unwrap_or(1);
            date_time_ymd(at.year(), part(at.month()), part(at.day()))
        })
    };
    if let (Some(from), Some(until)) = (day(-1), day(DAYS)) {
        params.not_before = from;
        params.not_after = until;
    }
    Ok(params)
}
