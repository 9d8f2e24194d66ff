//! Signatures, thumbprints and hashes that others computed.

use jose::verify::Jws;
use jose::{Algorithm, Jwk, PrivateKey, PublicKey, half_hash};

use crate::support::RSA_JWK;

/// RFC 7515 A.1.1: with its line breaks.
const PAYLOAD: &str = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

const RS256: &str = "eyJhbGciOiJSUzI1NiJ9\
    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
    .cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5\
jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07\
Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI\
8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

const ES256: &str = "eyJhbGciOiJFUzI1NiJ9\
    .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
    .DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

const ES256_JWK: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

const ED25519: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc\
    .hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

const ED25519_JWK: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn without_gaps(token: &str) -> String {
    token.split_whitespace().collect()
}

fn public(jwk: &str) -> PublicKey {
    PublicKey::from_jwk(&Jwk::parse(jwk.as_bytes()).unwrap(), None).unwrap()
}

#[test]
fn rfc_7515_a_2_is_signed_to_the_letter() {
    let key = PrivateKey::from_jwk(None, RSA_JWK.as_bytes()).unwrap();
    let token = key
        .sign_compact(br#"{"alg":"RS256"}"#, PAYLOAD.as_bytes())
        .unwrap();
    assert_eq!(token, without_gaps(RS256));
}

#[test]
fn rfc_7515_a_2_and_a_3_verify() {
    for (token, jwk) in [(RS256, RSA_JWK), (ES256, ES256_JWK)] {
        let token = without_gaps(token);
        let (header, claims) = Jws::parse(&token).unwrap().verify(&public(jwk)).unwrap();
        assert_eq!(header.algorithm, public(jwk).algorithm());
        assert_eq!(claims["iss"], "joe");
        assert_eq!(claims["http://example.com/is_root"], true);
    }
}

#[test]
fn rfc_7515_a_3_private_key_matches_its_public_half() {
    let key = PrivateKey::from_jwk(None, ES256_JWK.as_bytes()).unwrap();
    assert_eq!(key.public(), &public(ES256_JWK));
    key.sign_and_verify().unwrap();
}

#[test]
fn rfc_8037_a_4_is_signed_to_the_letter() {
    let key = PrivateKey::from_jwk(None, ED25519_JWK.as_bytes()).unwrap();
    let token = key
        .sign_compact(br#"{"alg":"EdDSA"}"#, b"Example of Ed25519 signing")
        .unwrap();
    assert_eq!(token, without_gaps(ED25519));
}

/// The same signature under its newer name, RFC 9864 §2.2.
#[test]
fn rfc_9864_ed25519_is_read_as_eddsa() {
    let key = PrivateKey::from_jwk(None, ED25519_JWK.as_bytes()).unwrap();
    let token = key.sign_compact(br#"{"alg":"Ed25519"}"#, b"{}").unwrap();
    let (header, _) = Jws::parse(&token).unwrap().verify(key.public()).unwrap();
    assert_eq!(header.algorithm, Algorithm::EdDSA);
    assert_eq!(key.public().algorithm(), Algorithm::EdDSA);
}

#[test]
fn rfc_8037_a_3_thumbprint() {
    assert_eq!(
        public(ED25519_JWK).thumbprint(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn rfc_7638_3_1_thumbprint_ignores_what_isnt_required() {
    let jwk = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;
    let key = public(jwk);
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.kid(), "2011-04-29", "a key keeps the id that it comes with");
}

/// OpenID Connect Core, appendix A.3 and A.4.
#[test]
fn openid_connect_a_3_at_hash_and_a_4_c_hash() {
    let access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
    assert_eq!(
        half_hash(Algorithm::RS256, access_token),
        "77QmUPtjPfzWtF2AnpK9RQ"
    );
    assert_eq!(half_hash(Algorithm::RS256, code), "LDktKdoQak3Pk0cnXxCltA");
}

#[test]
fn half_hashes_follow_the_algorithm() {
    let lengths = Algorithm::ALL.map(|algorithm| half_hash(algorithm, "token").len());
    assert_eq!(lengths, [22, 22, 22, 32, 43], "16, 16, 16, 24 and 32 bytes");
}
