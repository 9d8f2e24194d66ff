//! The server's own certificate: whose it is, and until when.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::Check;
use crate::context::Services;

const DAY: i64 = 86_400;
const RENEW: &str = "renew it; signet reads the files again by itself";

pub(super) fn check(services: &Services) -> Check {
    let server = &services.settings.server;
    let Some((path, _)) = server.tls.files() else {
        return Check::unchecked(
            "certificate",
            "server.tls is not set: what stands in front has the certificate",
        );
    };
    let mut check = Check::new("certificate");
    let host = server.public_url.host();
    examine(path, host, services.clock.now().seconds(), &mut check);
    check
}

fn examine(path: &Path, host: &str, now: i64, check: &mut Check) {
    let place = path.display().to_string();
    let der = match CertificateDer::from_pem_file(path) {
        Ok(der) => der,
        Err(error) => {
            check.wrong(
                place,
                format!("no certificate can be read: {error}"),
                "server.tls.cert names a PEM file",
            );
            return;
        }
    };
    let Ok((_, certificate)) = X509Certificate::from_der(&der) else {
        check.wrong(
            place,
            "not an X.509 certificate",
            "server.tls.cert names a PEM file with one",
        );
        return;
    };
    let (from, until) = (
        certificate.validity().not_before,
        certificate.validity().not_after,
    );
    check.note(format!("{place} is valid until {until}"));
    let left = until.timestamp() - now;
    if left < 0 {
        check.wrong(&place, format!("it expired at {until}"), RENEW);
    } else if left < 14 * DAY {
        check.warn(
            &place,
            format!("it expires in {} days, at {until}", left / DAY),
            RENEW,
        );
    }
    if from.timestamp() > now {
        check.wrong(
            &place,
            format!("it is valid from {from} on only"),
            "let NTP set the clock, or wait",
        );
    }
    let names = certificate.subject_alternative_name().ok().flatten();
    let names = names.map(|names| &names.value.general_names);
    if !names.is_some_and(|names| names.iter().any(|name| is(name, host))) {
        check.wrong(
            &place,
            format!("it is not for {host}, the host of server.public_url"),
            "ask your authority for one with that name",
        );
    }
}

fn is(name: &GeneralName<'_>, host: &str) -> bool {
    match name {
        GeneralName::DNSName(name) => match name.strip_prefix("*.") {
            Some(parent) => host
                .split_once('.')
                .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
            None => name.eq_ignore_ascii_case(host),
        },
        GeneralName::IPAddress(bytes) => {
            let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            address.is_ok_and(|address| match address {
                std::net::IpAddr::V4(address) => address.octets() == *bytes,
                std::net::IpAddr::V6(address) => address.octets() == *bytes,
            })
        }
        _ => false,
    }
}
