//! What a window hands over, in whichever of the bodies (section 5.1 of the platform contract).

use std::fmt;

use oauth::CodeVerifier;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::gateway::Error;
use crate::gateway::consumer_identity::Presented;
use crate::model::ConnectorKind;

/// The members of all bodies; which of them count says the path.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HandedOver {
    /// A token or a code, as the connector's type has it: of the oldest path.
    #[serde(rename = "authCode")]
    pub(super) auth_code: Option<String>,
    /// A token.
    pub(super) id_token: Option<String>,
    /// A code.
    pub(super) code: Option<String>,
    /// With which redirect URI the code was asked for.
    pub(super) redirect_uri: Option<String>,
    /// The verifier of its challenge.
    pub(super) code_verifier: Option<String>,
    /// The token of who the consumer was before they logged in.
    pub(super) anonymous_token: Option<String>,
}

/// Nothing of it belongs into a log.
impl fmt::Debug for HandedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandedOver(…)")
    }
}

impl HandedOver {
    /// What of it a connector of that kind takes: one token, or one code.
    pub(super) fn of_kind(self, kind: ConnectorKind) -> Result<Presented, Error> {
        let Self {
            auth_code,
            id_token,
            code,
            redirect_uri,
            code_verifier,
            ..
        } = self;
        match (kind, auth_code, id_token, code) {
            (ConnectorKind::Code, Some(code), None, None) | (ConnectorKind::Code, None, None, Some(code)) => {
                let verifier = code_verifier.map(|text| text.parse::<CodeVerifier>());
                let verifier = verifier
                    .transpose()
                    .map_err(|_| Error::malformed("code_verifier isn't one (RFC 7636)."))?;
                Ok(Presented::Code {
                    code: Zeroizing::new(code),
                    redirect_uri,
                    code_verifier: verifier,
                })
            }
            (ConnectorKind::Implicit | ConnectorKind::Anonymous, Some(token), None, None)
            | (ConnectorKind::Implicit | ConnectorKind::Anonymous, None, Some(token), None) => {
                Ok(Presented::IdToken(token))
            }
            (ConnectorKind::Code, ..) => Err(Error::malformed("The connector takes one code.")),
            (ConnectorKind::Implicit | ConnectorKind::Anonymous, ..) => {
                Err(Error::malformed("The connector takes one token."))
            }
        }
    }
}
