//! Whether a token proves what it says (sections 1.8 and 5.2 of the platform contract).

use engagement::{CustomerInfo, LpSdes, PersonalInfo};
use jose::verify::{Audience, Jws, Parties, Policy, Verified as VerifiedToken, VerifyError, verify};

use super::keys::ALGORITHM;
use super::{Check, CheckName, Gate, Trail};
use crate::base::Timestamp;
use crate::model::JwtValidationType;

/// By how many seconds the brand's clock may differ from ours (section 1.8 of the platform contract: 60 s in our own
/// validator).
pub const CLOCK_SKEW: u32 = 60;

impl Gate<'_> {
    /// Verifies a token with the connector's key, and notes each check.
    pub(super) async fn verify(&self, token: &str, trail: &mut Trail) -> Result<VerifiedToken, Check> {
        let token = &*self.opened(token, trail)?;
        // Nobody is sent for keys by what is no token at all.
        let kid = match Jws::parse(token) {
            Ok(jws) => jws.header().kid.clone(),
            Err(error) => return Err(Check::failed(CheckName::Token, error.to_string())),
        };
        let key = self.key(kid.as_deref(), trail).await?;

        let configuration = &self.connector.configuration;
        let issuer = configuration.issuer.as_str();
        let audience = self.audience();
        let now = self.clock.now();
        let mut policy = Policy::id_token(issuer, "", now.seconds())
            .with_algorithms(&[ALGORITHM])
            .with_leeway(CLOCK_SKEW);
        policy.audience = Audience::ContainsOneOf(&audience);
        if !self.require_audience {
            policy.parties = Parties::IfTold;
            policy.required = &["iss", "sub", "exp", "iat"];
        }
        let verified = verify(token, |_| key.as_ref(), &policy);

        // In the order in which they are made: those before the one that failed have passed.
        let made = [
            (CheckName::Token, "a signed JWT".to_owned()),
            (CheckName::Key, self.whence()),
            (CheckName::Signature, format!("{ALGORITHM}, made with that key")),
            (CheckName::Issuer, issuer.to_owned()),
            (CheckName::Audience, self.for_whom()),
        ];
        let passed = verified
            .as_ref()
            .err()
            .map_or(made.len(), |error| passed_before(*error));
        for (name, detail) in made.into_iter().take(passed) {
            trail.pass(name, detail);
        }
        let token = verified.map_err(|error| Check::failed(failed_by(error), self.explain(error)))?;
        trail.pass(CheckName::Times, times(&token, now));
        trail.pass(CheckName::Subject, token.subject().unwrap_or_default());
        Ok(token)
    }

    /// What `aud` may name.
    fn audience(&self) -> Vec<&str> {
        let configuration = &self.connector.configuration;
        if configuration.audience.is_empty() {
            return vec![configuration.client_id.as_str()];
        }
        configuration.audience.iter().map(String::as_str).collect()
    }

    /// The same for people.
    fn for_whom(&self) -> String {
        let configuration = &self.connector.configuration;
        if configuration.audience.is_empty() {
            format!("the connector's client, {}", configuration.client_id)
        } else {
            format!("one of {}", configuration.audience.join(", "))
        }
    }

    /// Where the key comes from.
    fn whence(&self) -> String {
        let configuration = &self.connector.configuration;
        match (configuration.jwt_validation_type, &configuration.jwks_endpoint) {
            (JwtValidationType::JwksEndpoint, Some(endpoint)) => format!("published at {endpoint}"),
            (JwtValidationType::JwksEndpoint, None) | (JwtValidationType::JwtPublicKey, _) => {
                "pasted in the connector".to_owned()
            }
        }
    }

    /// What is wrong, with what was expected where that helps.
    fn explain(&self, error: VerifyError) -> String {
        let configuration = &self.connector.configuration;
        match error {
            VerifyError::Issuer => format!("iss isn't the connector's issuer, {}", configuration.issuer),
            VerifyError::Audience => format!("aud doesn't name {}", self.for_whom()),
            VerifyError::UnknownKey => format!("no key for the token's kid is {}", self.whence()),
            error => error.to_string(),
        }
    }
}

/// Which check an error is the failure of.
fn failed_by(error: VerifyError) -> CheckName {
    match error {
        VerifyError::UnknownKey => CheckName::Key,
        VerifyError::AlgorithmMismatch { .. }
        | VerifyError::AlgorithmNotAllowed(_)
        | VerifyError::Signature => CheckName::Signature,
        VerifyError::Issuer | VerifyError::Missing("iss") | VerifyError::Malformed("iss") => {
            CheckName::Issuer
        }
        VerifyError::Audience | VerifyError::Missing("aud") | VerifyError::Malformed("aud") => {
            CheckName::Audience
        }
        VerifyError::Missing("sub") | VerifyError::Malformed("sub") => CheckName::Subject,
        VerifyError::Expired { .. }
        | VerifyError::NotYetValid { .. }
        | VerifyError::IssuedInFuture { .. }
        | VerifyError::Missing("iat" | "exp")
        | VerifyError::Malformed("iat" | "exp" | "nbf") => CheckName::Times,
        VerifyError::TooLong
        | VerifyError::Encrypted
        | VerifyError::Parts
        | VerifyError::Base64url(_)
        | VerifyError::Json(..)
        | VerifyError::HeaderParameter(_)
        | VerifyError::Critical
        | VerifyError::UnencodedPayload
        | VerifyError::Unsigned
        | VerifyError::UnknownAlgorithm
        | VerifyError::Typ
        | VerifyError::Forbidden(_)
        | VerifyError::Missing(_)
        | VerifyError::Malformed(_) => CheckName::Token,
    }
}

/// How many of the checks had passed. Claims are looked for, and looked at for their type, before any is compared.
fn passed_before(error: VerifyError) -> usize {
    match (failed_by(error), error) {
        (CheckName::Key, _) => 1,
        (CheckName::Signature, _) => 2,
        (
            _,
            VerifyError::Issuer
            | VerifyError::Missing(_)
            | VerifyError::Malformed(_)
            | VerifyError::Forbidden(_),
        ) => 3,
        (CheckName::Audience, _) => 4,
        (CheckName::Times, _) => 5,
        (
            CheckName::Connector
            | CheckName::Code
            | CheckName::Decryption
            | CheckName::Token
            | CheckName::Issuer
            | CheckName::Subject,
            _,
        ) => 0,
    }
}

fn times(token: &VerifiedToken, now: Timestamp) -> String {
    let time = |name| token.time(name).unwrap_or_default();
    let (issued, expires) = (time("iat"), time("exp"));
    let ago = now.seconds().saturating_sub(issued).max(0);
    format!(
        "issued {ago} s ago, expires in {} min",
        expires.saturating_sub(now.seconds()).max(0) / 60
    )
}

/// `ctmrinfo` and `personal` of `lp_sdes`, without what isn't taken. What is wrong with them doesn't make the consumer
/// another one, but it is noted: the agent would miss it (F-26).
pub(super) fn attributes(
    token: &VerifiedToken,
    trail: &mut Trail,
) -> (Option<CustomerInfo>, Option<PersonalInfo>) {
    let Some(claim) = token.claims.get("lp_sdes") else {
        return (None, None);
    };
    match LpSdes::parse(claim) {
        Err(error) => {
            trail.step("lp_sdes", error.to_string());
            (None, None)
        }
        Ok(sdes) => {
            let found = |name, there: bool| there.then_some(name);
            let kept: Vec<&str> = [
                found("customerInfo", sdes.customer_info.is_some()),
                found("personalInfo", sdes.personal_info.is_some()),
            ]
            .into_iter()
            .flatten()
            .collect();
            let kept = if kept.is_empty() {
                "nothing".to_owned()
            } else {
                kept.join(" and ")
            };
            trail.step("lp_sdes", format!("{kept} kept"));
            for warning in &sdes.warnings {
                trail.step("lp_sdes", warning.to_string());
            }
            (sdes.customer_info, sdes.personal_info)
        }
    }
}
