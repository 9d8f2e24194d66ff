//! Whether a brand that isn't ours signs with what its connector verifies with: by what it publishes, and by a token.

use jose::{Algorithm, JwkSet, PrivateKey, RsaBits, Signer, Typ};
use serde_json::{Value, json};
use signet::directory::By;
use signet::directory::connector::{self, Draft};
use signet::directory::doctor::{Check, Verdict};
use signet::model::connector::{Connector, JwtValidationType};

use super::connector_check::{Brand, found, jwk, signed};
use super::{App, FreshDb, on_both_databases};

fn pasted_line() -> String {
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// A connector whose key is pasted.
fn pasted(brand: &Brand) -> Draft {
    let mut draft = brand.draft();
    let fields = &mut draft.configuration;
    fields.jwt_validation_type = JwtValidationType::JwtPublicKey;
    fields.jwt_public_key = Some(pasted_line());
    fields.jwks_endpoint = None;
    draft
}

/// The key that a brand makes next.
fn next() -> Signer {
    Signer::new(
        PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048)
            .unwrap()
            .with_kid("next"),
    )
}

fn published(signer: &Signer) -> Value {
    serde_json::to_value(JwkSet::of([signer.public()])).unwrap()["keys"][0].clone()
}

fn keys(checks: Vec<Check>) -> Check {
    checks.into_iter().find(|it| it.name == "connector_keys").unwrap()
}

fn claims(issuer: &str, exp: i64) -> Value {
    json!({
        "iss": issuer, "aud": "lp-messaging", "sub": "c-7f3a9d", "iat": 1_700_000_000, "exp": exp,
        "lp_sdes": [{"type": "ctmrinfo", "info": {"ctype": "gold"}}],
    })
}

on_both_databases! {
    async fn f_01_f_20_a_pasted_key_is_held_against_what_a_brand_elsewhere_publishes(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let made = connector::create(&app.services, &By::command(), &app.brand, None, pasted(&brand)).await.unwrap();
        let look = async || keys(connector::check(&app.services, &made).await.unwrap());
        let publish = |all: Value| brand.change(|it| it.jwks = (200, json!({"keys": all}).to_string()));

        let well = look().await;
        assert_eq!(well.verdict, Verdict::Ok, "{well:?}");
        assert!(well.notes.concat().contains("the one key that the issuer publishes"), "{well:?}");

        let next = next();
        publish(json!([jwk(), published(&next)]));
        let soon = look().await;
        let told = found(std::slice::from_ref(&soon));
        assert!(soon.verdict == Verdict::Warning && told.contains("(F-20)") && told.contains("next, SHA-256"), "{told}");

        publish(json!([published(&next)]));
        let gone = look().await;
        let told = found(std::slice::from_ref(&gone));
        assert!(gone.verdict == Verdict::Wrong && told.contains("(F-01, F-20)"), "{told}");
        assert!(told.contains(&next.public().fingerprint()), "{told}");
        assert!(told.contains(&format!("--jwks-endpoint {}/jwks", brand.base)), "the mend: {told}");

        // Nothing to compare with is no fault of the key's.
        publish(json!([]));
        assert_eq!(look().await.verdict, Verdict::Warning);
        brand.change(|it| it.jwks = (503, String::new()));
        let unknown = look().await;
        assert!(unknown.verdict == Verdict::Ok && unknown.notes.concat().contains("503"), "{unknown:?}");
        brand.change(|it| it.discovery["jwks_uri"] = Value::Null);
        let unknown = look().await;
        assert!(unknown.verdict == Verdict::Ok && unknown.notes.concat().contains("--token-file"), "{unknown:?}");
    }

    async fn f_01_f_20_a_tokens_signature_is_held_against_the_connectors_key_whatever_time_it_is(fresh: &FreshDb) {
        let brand = Brand::new().await;
        let app = App::with(fresh, |settings| brand.settings(settings)).await;
        let by = By::command();
        let by_paste = connector::create(&app.services, &by, &app.brand, None, pasted(&brand)).await.unwrap();
        let mut draft = brand.draft();
        draft.configuration.preferred = false;
        let by_set = connector::create(&app.services, &by, &app.brand, None, draft).await.unwrap();
        let next = next();
        let signed_next = |exp: i64| next.sign(Typ::Jwt, claims(&brand.base, exp).to_string().as_bytes()).unwrap();
        // Long over, and never.
        let (over, valid) = (1_700_003_600, 90_000_000_000);
        let publish = |all: Value| brand.change(|it| it.jwks = (200, json!({"keys": all}).to_string()));
        let look = async |connector: &Connector, token: &str| connector::check_token(&app.services, connector, token).await.unwrap();

        for connector in [&by_paste, &by_set] {
            let well = look(connector, &signed(&claims(&brand.base, over))).await;
            assert_eq!(well.verdict, Verdict::Ok, "{well:?}");
            assert!(well.notes.concat().contains("It is signed with"), "{well:?}");
        }
        publish(json!([jwk(), published(&next)]));
        assert_eq!(look(&by_set, &signed_next(over)).await.verdict, Verdict::Ok);
        let told = found(&[look(&by_paste, &signed_next(over)).await]);
        assert!(told.contains("isn't the one that signed") && told.contains("(F-01, F-20)"), "{told}");
        assert!(told.contains(&next.public().to_spki_line()), "the mend has the line to paste: {told}");

        // A new key that isn't published, and a token whose key may have gone since.
        publish(json!([jwk()]));
        let missing = look(&by_set, &signed_next(valid)).await;
        let told = found(std::slice::from_ref(&missing));
        assert!(missing.verdict == Verdict::Wrong && told.contains("\"next\"") && told.contains("(F-20)"), "{told}");
        assert_eq!(look(&by_set, &signed_next(over)).await.verdict, Verdict::Warning);
        // Another key under the same id.
        let mut another = jwk();
        another["kid"] = json!("next");
        publish(json!([another]));
        let told = found(&[look(&by_set, &signed_next(over)).await]);
        assert!(told.contains("isn't signed with the key") && told.contains("(F-01)"), "{told}");
    }
}
