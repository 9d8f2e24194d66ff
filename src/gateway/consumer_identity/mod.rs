//! From what a brand's page hands over to a consumer whose identity is proved (section 5.2 of the platform contract):
//! redeem the code if it is one, find the key, verify the token, keep customerInfo and personalInfo.

mod decrypt;
mod keys;
mod redeem;
mod trail;
mod verify;

use std::fmt;

use engagement::{CustomerInfo, PersonalInfo};
use jose::DecryptionKey;
use oauth::CodeVerifier;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

pub use redeem::DEFAULT_REDIRECT_URI;
pub use trail::{Check, CheckName, Step, Trail};
pub use verify::CLOCK_SKEW;

use crate::base::Clock;
use crate::context::ConnectorKeys;
use crate::model::{Connector, ConnectorKind};

/// What a page's JS method called back with, or an app handed to its SDK (sections 1.6 and 11.1).
pub enum Presented {
    /// A token, as it is: the implicit flow.
    IdToken(String),
    /// A code, to be redeemed.
    Code {
        /// The code.
        code: Zeroizing<String>,
        /// The redirect URI that it was asked for with; [`DEFAULT_REDIRECT_URI`] where the page says none (section 1.5).
        redirect_uri: Option<String>,
        /// The verifier whose challenge the page was given, where the connector has PKCE on.
        code_verifier: Option<CodeVerifier>,
    },
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IdToken(_) => "IdToken(…)",
            Self::Code { .. } => "Code { … }",
        })
    }
}

/// A consumer whose identity is proved.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The token as it came.
    pub token: String,
    /// Its protected header; of the signed token inside, where it was encrypted.
    pub header: Map<String, Value>,
    /// Its claims; `iss`, `sub`, `aud`, `iat` and `exp` are among them, each of its type.
    pub claims: Map<String, Value>,
    /// `ctmrinfo` of its `lp_sdes`, without what the platform doesn't take.
    pub customer_info: Option<CustomerInfo>,
    /// `personal`, likewise.
    pub personal_info: Option<PersonalInfo>,
    /// How it came about; every check passed.
    pub trail: Trail,
    /// `exp`, in whole seconds since 1970.
    pub expires: i64,
}

/// Nobody is proved to be there.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The token, if it came to one. Nothing in it may be believed.
    pub token: Option<String>,
    /// How it came about; the last check is the one that failed. For the owner of the connector, never for the consumer
    /// (SEC-147).
    pub trail: Trail,
}

/// A connector in use: opened, and with a way out.
#[derive(Debug)]
pub struct Gate<'a> {
    /// The calls that it makes.
    pub http: &'a outbound::Client,
    /// The time.
    pub clock: &'a Clock,
    /// The connector.
    pub connector: &'a Connector,
    /// Its client secret, opened.
    pub secret: Option<&'a str>,
    /// What is known of the keys that brands publish.
    pub keys: &'a ConnectorKeys,
    /// What brands encrypt to; none where it can't be had, and then what is encrypted isn't taken.
    pub decryption: Option<&'a DecryptionKey>,
    /// Whether a token must say for whom it is.
    pub require_audience: bool,
}

impl Gate<'_> {
    /// Who is there, by what was presented.
    pub async fn authenticate(&self, presented: Presented) -> Result<Verified, Refused> {
        let mut trail = Trail::default();
        let token = match self.token(presented, &mut trail).await {
            Ok(token) => token,
            Err(failed) => return Err(trail.refuse(None, failed)),
        };
        match self.verify(&token, &mut trail).await {
            Ok(verified) => {
                let expires = verified.time("exp").unwrap_or_default();
                let (customer_info, personal_info) = verify::attributes(&verified, &mut trail);
                Ok(Verified {
                    token,
                    header: verified.header.parameters,
                    claims: verified.claims,
                    customer_info,
                    personal_info,
                    trail,
                    expires,
                })
            }
            Err(failed) => Err(trail.refuse(Some(token), failed)),
        }
    }

    /// What lets a program act for a consumer at their brand, for a code that their browser brought back: the tokens as JSON.
    pub async fn delegate(&self, presented: Presented) -> Result<Zeroizing<Vec<u8>>, Refused> {
        let mut trail = Trail::default();
        let Presented::Code {
            code,
            redirect_uri,
            code_verifier,
        } = presented
        else {
            let failed = Check::failed(CheckName::Connector, "a program needs a code");
            return Err(trail.refuse(None, failed));
        };
        let (redirect_uri, verifier) = (redirect_uri.as_deref(), code_verifier.as_ref());
        let redeemed = self
            .redeem_for_program(&code, redirect_uri, verifier, &mut trail)
            .await;
        redeemed.map_err(|failed| trail.refuse(None, failed))
    }

    async fn token(&self, presented: Presented, trail: &mut Trail) -> Result<String, Check> {
        let connector = self.connector;
        if !connector.enabled {
            return Err(Check::failed(CheckName::Connector, "the connector is disabled"));
        }
        match (connector.kind, presented) {
            (ConnectorKind::Implicit, Presented::IdToken(token)) => Ok(token),
            (
                ConnectorKind::Code,
                Presented::Code {
                    code,
                    redirect_uri,
                    code_verifier,
                },
            ) => {
                let redirect_uri = redirect_uri.as_deref();
                self.redeem(&code, redirect_uri, code_verifier.as_ref(), trail)
                    .await
            }
            (kind, _) => Err(Check::failed(
                CheckName::Connector,
                format!(
                    "the connector's type is {}: something else was handed over",
                    kind.as_str()
                ),
            )),
        }
    }
}
