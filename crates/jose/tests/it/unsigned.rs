//! Tokens that nobody signed are read where somebody asks for them, and nowhere else.

use jose::verify::{Parties, Policy, unsigned};
use jose::{Typ, VerifyError, verify};

use crate::support::{claims, claims_with, find, header, policy, sign};

fn read(token: &str) -> Result<(), VerifyError> {
    unsigned::read(token, &policy()).map(drop)
}

#[test]
fn what_is_written_is_read_and_its_claims_are_checked() {
    let token = unsigned::write(Typ::Jwt, claims().to_string().as_bytes());
    assert!(unsigned::is_unsigned(&token));
    assert_eq!(unsigned::read(&token, &policy()).unwrap()["sub"], "248289761001");
    let expired = unsigned::write(Typ::Jwt, claims_with("exp", Some("1")).as_bytes());
    assert!(matches!(read(&expired), Err(VerifyError::Expired { .. })));
    let elsewhere = unsigned::write(Typ::Jwt, claims_with("aud", Some("\"other\"")).as_bytes());
    assert_eq!(read(&elsewhere), Err(VerifyError::Audience));
    assert_eq!(
        read(&unsigned::write(Typ::AtJwt, claims().to_string().as_bytes())),
        Err(VerifyError::Typ)
    );
}

#[test]
fn sec_001_it_is_never_verified_and_a_signed_one_is_never_read() {
    let token = unsigned::write(Typ::Jwt, claims().to_string().as_bytes());
    assert_eq!(
        verify(&token, find, &policy()).unwrap_err(),
        VerifyError::Unsigned
    );
    let signed = sign(&header().to_string(), &claims().to_string());
    assert!(!unsigned::is_unsigned(&signed));
    assert_eq!(read(&signed), Err(VerifyError::Parts));
    assert_eq!(read(&format!("{token}AA")), Err(VerifyError::Parts));
    let (rest, _) = signed.rsplit_once('.').unwrap();
    assert_eq!(read(&format!("{rest}.")), Err(VerifyError::UnknownAlgorithm));
}

#[test]
fn parties_may_be_left_out_where_the_policy_says_so_and_must_be_right_where_they_are() {
    let policy = Policy {
        parties: Parties::IfTold,
        required: &[],
        ..policy()
    };
    let check =
        |claims: String| unsigned::read(&unsigned::write(Typ::Jwt, claims.as_bytes()), &policy).map(drop);
    assert_eq!(check(claims_with("iss", None)), Ok(()));
    assert_eq!(check(claims_with("aud", None)), Ok(()));
    assert_eq!(
        check(claims_with("iss", Some("\"other\""))),
        Err(VerifyError::Issuer)
    );
    assert_eq!(
        check(claims_with("aud", Some("[\"other\"]"))),
        Err(VerifyError::Audience)
    );
}
