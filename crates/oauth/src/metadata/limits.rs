//! Bounds on what a client may register (SEC-062).

use super::ClientMetadata;

/// A member that is out of bounds. Its name is in the error; its value isn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// A list with more values than [`ClientMetadata::MAX_VALUES`].
    #[error("{0} has too many values")]
    TooManyValues(&'static str),
    /// A value longer than its kind may be, or empty.
    #[error("{0} has a value that is empty or too long")]
    Length(&'static str),
    /// Control characters, or ones that turn the direction of writing round, which make a name look like another one.
    #[error("{0} has a character that it must not have")]
    Character(&'static str),
    /// Not an absolute URL with https, or http where the server allows it.
    #[error("{0} must be an https URL")]
    Url(&'static str),
}

impl ClientMetadata {
    /// The most values of a list.
    pub const MAX_VALUES: usize = 64;
    /// The longest URI, in bytes.
    pub const MAX_URI_BYTES: usize = 2048;
    /// The longest name or other text, in characters.
    pub const MAX_TEXT: usize = 128;

    /// Checks number, length and characters of every member, and that URLs which pages link to, or the server fetches or
    /// sends browsers to, are https URLs (or http, for development). Redirect URIs have rules of their own.
    pub fn check_limits(&self, allow_http: bool) -> Result<(), MetadataError> {
        self.lists()
            .into_iter()
            .try_for_each(|(name, list)| check_list(name, list))?;
        self.texts()
            .into_iter()
            .try_for_each(|(name, text)| check_text(name, text))?;
        self.urls()
            .into_iter()
            .try_for_each(|(name, url)| check_url(name, url, allow_http))?;
        let count = |name, length: Option<usize>| match length {
            Some(length) if length > Self::MAX_VALUES => Err(MetadataError::TooManyValues(name)),
            _ => Ok(()),
        };
        count("grant_types", self.grant_types.as_ref().map(Vec::len))?;
        count("response_types", self.response_types.as_ref().map(Vec::len))
    }

    fn lists(&self) -> [(&'static str, Option<&[String]>); 6] {
        [
            ("redirect_uris", self.redirect_uris.as_deref()),
            (
                "post_logout_redirect_uris",
                self.post_logout_redirect_uris.as_deref(),
            ),
            ("request_uris", self.request_uris.as_deref()),
            ("contacts", self.contacts.as_deref()),
            ("default_acr_values", self.default_acr_values.as_deref()),
            (
                "authorization_details_types",
                self.authorization_details_types.as_deref(),
            ),
        ]
    }

    fn texts(&self) -> [(&'static str, Option<&str>); 26] {
        [
            ("client_name", self.client_name.as_deref()),
            ("software_id", self.software_id.as_deref()),
            ("software_version", self.software_version.as_deref()),
            (
                "id_token_signed_response_alg",
                self.id_token_signed_response_alg.as_deref(),
            ),
            (
                "id_token_encrypted_response_alg",
                self.id_token_encrypted_response_alg.as_deref(),
            ),
            (
                "id_token_encrypted_response_enc",
                self.id_token_encrypted_response_enc.as_deref(),
            ),
            (
                "userinfo_signed_response_alg",
                self.userinfo_signed_response_alg.as_deref(),
            ),
            (
                "userinfo_encrypted_response_alg",
                self.userinfo_encrypted_response_alg.as_deref(),
            ),
            (
                "userinfo_encrypted_response_enc",
                self.userinfo_encrypted_response_enc.as_deref(),
            ),
            (
                "request_object_signing_alg",
                self.request_object_signing_alg.as_deref(),
            ),
            (
                "request_object_encryption_alg",
                self.request_object_encryption_alg.as_deref(),
            ),
            (
                "request_object_encryption_enc",
                self.request_object_encryption_enc.as_deref(),
            ),
            (
                "token_endpoint_auth_signing_alg",
                self.token_endpoint_auth_signing_alg.as_deref(),
            ),
            (
                "authorization_signed_response_alg",
                self.authorization_signed_response_alg.as_deref(),
            ),
            (
                "authorization_encrypted_response_alg",
                self.authorization_encrypted_response_alg.as_deref(),
            ),
            (
                "authorization_encrypted_response_enc",
                self.authorization_encrypted_response_enc.as_deref(),
            ),
            (
                "tls_client_auth_subject_dn",
                self.tls_client_auth_subject_dn.as_deref(),
            ),
            ("tls_client_auth_san_dns", self.tls_client_auth_san_dns.as_deref()),
            ("tls_client_auth_san_uri", self.tls_client_auth_san_uri.as_deref()),
            ("tls_client_auth_san_ip", self.tls_client_auth_san_ip.as_deref()),
            (
                "tls_client_auth_san_email",
                self.tls_client_auth_san_email.as_deref(),
            ),
            (
                "backchannel_token_delivery_mode",
                self.backchannel_token_delivery_mode.as_deref(),
            ),
            (
                "backchannel_authentication_request_signing_alg",
                self.backchannel_authentication_request_signing_alg.as_deref(),
            ),
            (
                "introspection_signed_response_alg",
                self.introspection_signed_response_alg.as_deref(),
            ),
            (
                "introspection_encrypted_response_alg",
                self.introspection_encrypted_response_alg.as_deref(),
            ),
            (
                "introspection_encrypted_response_enc",
                self.introspection_encrypted_response_enc.as_deref(),
            ),
        ]
    }

    fn urls(&self) -> [(&'static str, Option<&str>); 10] {
        [
            ("client_uri", self.client_uri.as_deref()),
            ("logo_uri", self.logo_uri.as_deref()),
            ("tos_uri", self.tos_uri.as_deref()),
            ("policy_uri", self.policy_uri.as_deref()),
            ("jwks_uri", self.jwks_uri.as_deref()),
            ("sector_identifier_uri", self.sector_identifier_uri.as_deref()),
            ("initiate_login_uri", self.initiate_login_uri.as_deref()),
            ("frontchannel_logout_uri", self.frontchannel_logout_uri.as_deref()),
            ("backchannel_logout_uri", self.backchannel_logout_uri.as_deref()),
            (
                "backchannel_client_notification_endpoint",
                self.backchannel_client_notification_endpoint.as_deref(),
            ),
        ]
    }
}

fn check_list(name: &'static str, list: Option<&[String]>) -> Result<(), MetadataError> {
    let Some(list) = list else { return Ok(()) };
    if list.len() > ClientMetadata::MAX_VALUES {
        return Err(MetadataError::TooManyValues(name));
    }
    list.iter().try_for_each(|value| {
        if value.is_empty() || value.len() > ClientMetadata::MAX_URI_BYTES {
            return Err(MetadataError::Length(name));
        }
        check_characters(name, value)
    })
}

fn check_text(name: &'static str, text: Option<&str>) -> Result<(), MetadataError> {
    let Some(text) = text else { return Ok(()) };
    if text.is_empty() || text.chars().count() > ClientMetadata::MAX_TEXT {
        return Err(MetadataError::Length(name));
    }
    check_characters(name, text)
}

fn check_url(name: &'static str, text: Option<&str>, allow_http: bool) -> Result<(), MetadataError> {
    let Some(text) = text else { return Ok(()) };
    if text.is_empty() || text.len() > ClientMetadata::MAX_URI_BYTES {
        return Err(MetadataError::Length(name));
    }
    check_characters(name, text)?;
    let url = url::Url::parse(text).map_err(|_| MetadataError::Url(name))?;
    let scheme_is_good = match url.scheme() {
        "https" => text.starts_with("https://"),
        "http" => allow_http && text.starts_with("http://"),
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none() && !text.contains(['\\', ' ']);
    if scheme_is_good && plain {
        Ok(())
    } else {
        Err(MetadataError::Url(name))
    }
}

fn check_characters(name: &'static str, text: &str) -> Result<(), MetadataError> {
    if text
        .chars()
        .any(|character| character.is_control() || turns_direction(character))
    {
        return Err(MetadataError::Character(name));
    }
    Ok(())
}

/// The bidirectional controls of Unicode (UAX #9 §2).
const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
