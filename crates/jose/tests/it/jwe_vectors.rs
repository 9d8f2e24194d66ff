//! Encrypted tokens that others made.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{ContentEncryption, DecryptionKey, Jwe, KeyManagement};

use crate::support::{RSA_JWK, base64url};

/// RFC 7520 §3.7 and figure 104: private key and content.
const MERIADOC: &str = r#"{"kty":"EC","kid":"meriadoc.brandybuck@buckland.example","use":"enc","crv":"P-256",
    "x":"Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0","y":"HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw",
    "d":"r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8"}"#;

/// RFC 7520 figure 117.
const ECDH_ES: &str = "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7\
Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0lt\
R2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.\
BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q\
4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM79BY8s\
oZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p\
1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg";

#[test]
fn rfc_7520_5_5_is_read() {
    let key = DecryptionKey::from_jwk(MERIADOC.as_bytes()).unwrap();
    let jwe = Jwe::parse(ECDH_ES).unwrap();
    assert_eq!(jwe.header().management, KeyManagement::EcdhEs);
    assert_eq!(jwe.header().encryption, ContentEncryption::A128CbcHs256);
    assert_eq!(jwe.header().kid.as_deref(), key.kid());
    assert_eq!(
        String::from_utf8(jwe.decrypt(&key).unwrap()).unwrap(),
        "You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can trust us to \
         keep any secret of yours\u{2013}closer than you keep it yourself. But you cannot trust us to let you face \
         trouble alone, and go off without a word. We are your friends, Frodo."
    );
}

/// RFC 7518 appendix C: Alice's ephemeral key and Bob's key give `VqqN6vgjbSBcIijNcacQGg`, with both their names in it.
/// What is encrypted with that key is what Bob can read.
#[test]
fn rfc_7518_c_gives_the_key_of_the_example() {
    let bob = br#"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#;
    let header = base64url(
        r#"{"alg":"ECDH-ES","enc":"A128GCM","apu":"QWxpY2U","apv":"Qm9i","epk":
           {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}}"#,
    );
    let derived = URL_SAFE_NO_PAD.decode("VqqN6vgjbSBcIijNcacQGg").unwrap();
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &derived).unwrap());
    let mut text = b"for Bob".to_vec();
    let tag = cipher
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key([7; 12]),
            Aad::from(header.as_bytes()),
            &mut text,
        )
        .unwrap();
    let token = format!(
        "{header}..{}.{}.{}",
        base64url([7; 12]),
        base64url(&text),
        base64url(tag)
    );
    let bob = DecryptionKey::from_jwk(bob).unwrap();
    assert_eq!(Jwe::parse(&token).unwrap().decrypt(&bob).unwrap(), b"for Bob");
}

/// Made by joserfc 1.6.5 for the keys in `keys/`; the one for P-384 names both parties.
const JOSERFC: [&str; 4] = [
    "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoicnNhIiwiY3R5IjoiSldUIn0.Q7qVVRoH8FyQGdgyxjCYlduCUPxoCWi4GE\
tXNNAmv8jTlinwu8xXVL3JE6lzNQ1ImD46BZRES_qnibk31nqAB8zOwK0PV8HqSCaWSIc4JQ1E8WDNLaKD8ngz3_QqhRg5WD4Y1kZgUhQmqjOqzMq1k0jA5J\
DB3SgTppPrA9EPqrg5v-u9Cd6C1n4dv5qNeuuNbAPtfcW4dySfyX2_qeNwCr4Qaf8HXnK10nSm1qVtk8J1hPM6USNReULtbfEg7w-Cf0qugsvbC-KbM9pwZJ\
nRhBmzAN-ldGsQxon2YsjS9BeCu-QYXSuhi6w5ArnH6nAELZ16Pgp_lODrm-8ZjjSFtg.Ue2PdHJ4q6CYoOZr.mRz9kPlQNdij73vwRW_rAcVMn1HS5g.ZfT\
ixbue2DW73Ic6TsLlPQ",
    "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.EHf8uhhCKiLE3PCvNQGkB0DmmPS0YoO9ko3OhYJsNHRsX-vrx8njU10JJNt\
efswK2VoI1regPxKT7tgqIFSGOwpAAr8TiTc-J4xuMlb1ZQUGT5yCMVI4WzqrHRn4zHb6ZciVeZnIcs9c6R9ITi82_ZO1ZhNKJdNgSbvj_cRKSpBDb4Z-gEp\
d5ebpDzC0lERlNdslXyJp-g95ApjWgtaa42NahMXdSwTt8eHJn8K-11VIrKELjEydKWvVgxbao7o_oho5ljz0LZv1xO5J_q2TGXPLsnmFEhyVEW7d7PT5mbH\
-D9rvVEYztTvI8iCvnocVyb6TID6w6WJCc0GTOIpOHA.5GVWWqNhVlWZS1DZWcjiyQ.v4nq2rRnDXCXN4RYwCyfTnb-1CuC0MLCO_QjHL9b2b4.G17wIFMrN\
fp0p784gMi9bw",
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwiZXBrIjp7ImNydiI6IlAtMzg0Iiw\
ieCI6IlBncEtudlJ5SmJDVlh1bkh6NEZsbDYtSkZ1LTRVVnU1VGU0T1Y0aWF0SF9GTmhETXNyRmZBYkgxdnIzX1JCdlEiLCJ5IjoiRFhDeFlsamNNdXNDc1h\
PUklwMVhkVC1keTFmbVNkRVpQUHFhenoxdnVWejZrZHUtTHVvY2dodnVOYjVqVE1jWCIsImt0eSI6IkVDIn19..agRDi1n_PBK0Z_by-0oxDQ.-O1EXdjaWk\
r4orN1ml3AMe_JE00U2edqnSi9ldvAwCY.HXXsSD-b5oasy87Ng9KU22bhO1KcTxl3q2KxPzcDAu8",
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImVwayI6eyJjcnYiOiJQLTI1NiIsIngiOiJnUkRNSnhWOVNzS3EzU0RJb242VTQ5UnMxdUh4dFd\
JVTF1dUhYYTZSdHBVIiwieSI6InppTmR3Wm9BSEFsaTVrU2FfMmZpdmVXWlc4V2xzV2w0clNieDBSd1FZa2ciLCJrdHkiOiJFQyJ9fQ..RnlfBnUlFhtfWA2\
o.TIu7GfZnCuNB61HfFs1_4KFhueMtJA.tonWseuo7BQ5xAUQVHNy9g",
];

#[test]
fn what_another_library_encrypts_is_read() {
    let keys = [
        DecryptionKey::from_jwk(RSA_JWK.as_bytes()).unwrap(),
        DecryptionKey::from_pem(include_str!("keys/rsa.pkcs1.pem")).unwrap(),
        DecryptionKey::from_pem(include_str!("keys/p384.sec1.pem")).unwrap(),
        DecryptionKey::from_pem(include_str!("keys/p256.pkcs8.pem")).unwrap(),
    ];
    for (token, key) in JOSERFC.into_iter().zip(&keys) {
        let content = Jwe::parse(token).unwrap().decrypt(key).unwrap();
        assert_eq!(content, b"Live long and prosper.", "{token}");
    }
}

#[test]
fn rfc_7516_a_2_is_refused_for_its_padding_of_keys() {
    // RSA1_5: the header of the example; nothing behind it is looked at.
    let token = "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhI.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4Hff\
                 xPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw";
    let token: String = token.split_whitespace().collect();
    assert_eq!(
        Jwe::parse(&token).unwrap_err(),
        jose::jwe::DecryptError::UnknownKeyManagement
    );
}
