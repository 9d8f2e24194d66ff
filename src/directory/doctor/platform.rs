//! What goes wrong with the messaging platform, as far as it is seen from here (section 12 of its contract, by its
//! numbers). What lies on the platform's page, in the brand's page or in a browser is not.

use std::time::Duration;

use jose::{Algorithm, PublicKey};

use super::{Check, clients};
use crate::context::Services;
use crate::directory::{Result, connector, key};
use crate::keys::{Plan, open_private_key};
use crate::model::account::Flow;
use crate::model::signing_key::{KeyState, SigningKey};
use crate::model::{Account, Client};
use crate::store;

const LIVEPERSON: &str = "https://liveperson.net";

pub(super) async fn check(services: &Services, accounts: &[Account]) -> Result<Check> {
    let mut check = Check::new("platform");
    let tokens = &services.settings.tokens;
    if tokens.platform_code_ttl.get() < Duration::from_mins(1) {
        check.warn(
            "tokens.platform_code_ttl",
            format!(
                "a code lives {}: the platform redeems it late (F-16)",
                tokens.platform_code_ttl
            ),
            "let it be 120s, its default",
        );
    }
    if tokens.backdate.get() < Duration::from_secs(5) {
        check.warn(
            "tokens.backdate",
            format!(
                "iat is set back by {}: a verifier whose clock is behind refuses the token (F-17)",
                tokens.backdate
            ),
            "let it be 5s, its default",
        );
    }
    let mut seen = 0;
    for account in accounts {
        let all = clients(services, account).await?;
        let of_platform: Vec<&Client> = all
            .iter()
            .filter(|client| client.platform && client.enabled)
            .collect();
        if of_platform.is_empty() {
            continue;
        }
        seen += of_platform.len();
        let keys = store::signing_keys::list_published(&services.db, &account.account_id).await?;
        for key in keys
            .iter()
            .filter(|key| key.state == KeyState::Active && key.alg == Algorithm::RS256)
        {
            if !is_pasteable(services, key) {
                check.wrong(
                    format!("{}: key {}", account.account_id, key.kid),
                    "a token that it signs isn't verified by what `signet key export` prints (F-01, F-03)",
                    "restore the database and the sealing key from their backups",
                );
            }
        }
        let plan = Plan::of(&account.settings, &services.settings.keys.rotation);
        for client in &of_platform {
            of_client(account, client, &keys, &plan, &mut check);
            let place = format!("{}: client {}", account.account_id, client.client_id);
            connector::recipient(services, client, &place, &mut check).await?;
        }
    }
    if seen == 0 {
        return Ok(Check::unchecked(
            "platform",
            "there is no client with --platform: F-01 to F-28 don't arise",
        ));
    }
    check.note("seen from here: F-01, F-03, F-06, F-08, F-11, F-16, F-17, F-20, F-28; by the check of the issuer F-05, F-19, by that of \
                the consumers F-27");
    Ok(check)
}

/// What a platform does with the pasted line.
fn is_pasteable(services: &Services, key: &SigningKey) -> bool {
    let Ok(public) = key::public(key) else {
        return false;
    };
    let line = public.to_spki_line();
    let Ok(pasted) = PublicKey::from_spki_line(key.alg, &line) else {
        return false;
    };
    let message = b"signet doctor";
    let signed = open_private_key(&services.sealer, key).and_then(|private| private.sign(message).ok());
    line.lines().count() == 1 && signed.is_some_and(|signature| pasted.verify(message, signature.as_ref()))
}

fn of_client(account: &Account, client: &Client, keys: &[SigningKey], plan: &Plan, check: &mut Check) {
    let place = format!("{}: client {}", account.account_id, client.client_id);
    let settings = &client.settings;
    let asks = |type_: &str| settings.response_types.iter().any(|it| it.as_str() == type_);
    let registered = |uri: &str| {
        settings
            .redirect_uris
            .iter()
            .any(|it| it.as_str().trim_end_matches('/') == uri)
    };
    if asks("code") && !registered(LIVEPERSON) {
        check.warn(
            &place,
            format!(
                "{LIVEPERSON} is not among its redirect URIs: codes from embedded windows are refused (F-06)"
            ),
            format!(
                "signet client update {} with --redirect-uri {LIVEPERSON} beside those it has",
                client.client_id
            ),
        );
    }
    if settings.leniency.token_means_id_token {
        check.note(format!(
            "{place} may say response_type=token and mean an id_token (F-11)"
        ));
    }
    let other = match account.settings.flow {
        Some(Flow::Code) => !asks("code"),
        Some(Flow::Implicit) => !asks("id_token") && !settings.leniency.token_means_id_token,
        None => false,
    };
    if other {
        check.warn(
            &place,
            "it can't ask for what the account's flow is: web and app need the same (F-28)",
            format!(
                "signet client update {}, or signet account update {} --flow",
                client.client_id, account.account_id
            ),
        );
    }
    let follows = settings.pasted_key.is_some()
        || !settings.jwks_reader_addresses.is_empty()
        || !settings.jwks_reader_user_agents.is_empty();
    if plan.every.is_some() && !follows {
        check.warn(
            &place,
            "keys are rotated by themselves: if its platform has a key pasted, every login fails that day (F-20)",
            "let the platform read the JWKS endpoint and tell jwks_reader_addresses, or name its key: signet key cutover",
        );
    }
    if let Some(pasted) = &settings.pasted_key
        && !keys.iter().any(|key| key.kid == *pasted)
    {
        check.wrong(
            &place,
            format!(
                "its platform has the key {pasted} pasted, which is not published: its logins fail (F-01)"
            ),
            "signet key cutover: choose a published key, and paste that",
        );
    }
}
