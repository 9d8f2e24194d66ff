//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705 §2). What a header says of a certificate counts for
//! nothing: only our own handshake does (SEC-060).

use jose::{DistinguishedName, SubjectName};

use super::failed;
use crate::context::Context;
use crate::http::oauth_error::OAuthError;
use crate::model::Client;

/// By a certificate that an authority stands for, with the one name that the client registered (§2.1).
pub(super) fn named(context: &Context, client: &Client) -> Result<(), OAuthError> {
    let peer = context
        .certificate
        .as_ref()
        .ok_or_else(|| failed("the connection has no client certificate"))?;
    if !peer.is_trusted {
        return Err(failed("no trusted authority stands for the certificate").into());
    }
    let settings = &client.settings;
    let certificate = &peer.certificate;
    let fits = if let Some(name) = &settings.tls_client_auth_subject_dn {
        name.parse::<DistinguishedName>()
            .is_ok_and(|name| certificate.is_called(&name))
    } else if let Some(name) = &settings.tls_client_auth_san_dns {
        certificate.has_name(&SubjectName::Dns(name.clone()))
    } else if let Some(name) = &settings.tls_client_auth_san_uri {
        certificate.has_name(&SubjectName::Uri(name.clone()))
    } else if let Some(address) = settings.tls_client_auth_san_ip {
        certificate.has_name(&SubjectName::Ip(address))
    } else if let Some(name) = &settings.tls_client_auth_san_email {
        certificate.has_name(&SubjectName::Email(name.clone()))
    } else {
        false
    };
    if fits {
        Ok(())
    } else {
        Err(failed("the certificate has another name").into())
    }
}

/// By a certificate whose key is one of the client's own (§2.2): nobody else need stand for it.
pub(super) async fn registered(context: &Context, client: &Client) -> Result<(), OAuthError> {
    let peer = context
        .certificate
        .as_ref()
        .ok_or_else(|| failed("the connection has no client certificate"))?;
    let thumbprint = peer
        .certificate
        .key_thumbprint()
        .ok_or_else(|| failed("the certificate's key is of an unknown kind"))?;
    let holds = context.services.client_keys.holds(client, thumbprint).await;
    match holds {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed("the certificate's key isn't one of the client's").into()),
        Err(error) => Err(failed(format!("the client's keys: {error}")).into()),
    }
}
