use jose::{Algorithm, EncryptionKey, Jwk, PublicKey};
use serde_json::json;

use super::Signet;

#[test]
fn the_platforms_encryption_key_is_printed_as_it_is_pasted_and_stays_the_same() {
    let signet = Signet::with_account();
    let shown = signet.json(&["gateway", "encryption-key"]);
    let (line, jwk) = (shown["spki_line"].as_str().unwrap(), &shown["jwk"]);
    assert_eq!(
        (&jwk["kty"], &jwk["use"], &jwk["kid"]),
        (&json!("RSA"), &json!("enc"), &shown["kid"])
    );
    for member in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(jwk[member].is_null(), "a private member: {member}");
    }
    // One key, said twice.
    let pasted = PublicKey::from_spki_line(Algorithm::RS256, line).unwrap();
    assert_eq!(pasted.fingerprint(), shown["fingerprint"].as_str().unwrap());
    let parsed = Jwk::parse(jwk.to_string().as_bytes()).unwrap();
    assert!(EncryptionKey::from_jwk(&parsed, None).is_ok());
    assert_eq!(signet.json(&["gateway", "encryption-key"]), shown);
    // For people the line stands first, by itself, so that it can be cut out.
    assert_eq!(
        signet.text(&["gateway", "encryption-key"]).lines().next(),
        Some(line)
    );
    // A client's id_tokens can be encrypted to it.
    let redirect = [
        "--redirect-uri",
        "https://liveperson.net",
        "--response-type",
        "id_token",
    ];
    let made = [
        &[
            "client",
            "create",
            "--platform",
            "--id",
            "lp",
            "--encryption-key",
            line,
            "--encryption-kid",
        ][..],
        &[shown["kid"].as_str().unwrap()],
        &redirect,
    ]
    .concat();
    signet.text(&made);
    assert_eq!(
        signet.json(&["client", "show", "lp"])["jwks"]["keys"][0]["kid"],
        shown["kid"]
    );
}
