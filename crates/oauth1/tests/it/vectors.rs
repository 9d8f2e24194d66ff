//! Requests whose base strings and signatures others computed.

use oauth1::{BaseUrl, Credentials, Incoming, Outgoing, Secrets, SignatureMethod, SignedRequest, body_hash};

fn url(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

fn signature_in(header: &str) -> &str {
    header
        .split("oauth_signature=\"")
        .nth(1)
        .unwrap()
        .trim_end_matches('"')
}

#[test]
fn rfc_5849_3_4_1_is_put_together_to_the_letter() {
    let base_url = url("http://EXAMPLE.COM:80/request");
    let request = SignedRequest::read(&Incoming {
        method: "post",
        base_url: &base_url,
        query: "b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        authorization: r#"OAuth realm="Example, with a comma", oauth_consumer_key="9djdj82h48djs9d2",
            oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201",
            oauth_nonce="7d8f3e4a", oauth_signature="r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D""#
            .replace('\n', " ")
            .as_str(),
        form: Some(b"c2&a3=2+q"),
    })
    .unwrap();
    assert_eq!(
        request.base_string(),
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26\
         c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26\
         oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    );
    assert!(request.verify(&Secrets::new("j49sk3j29djd", "dh893hdasih9")));
    assert!(!request.shown_base_string().contains("kkk9d7dh3k39sjv7"));
    assert!(request.shown_base_string().ends_with("oauth_token%3D%2A"));
}

#[test]
fn rfc_5849_1_2_verifies_under_its_secrets_in_their_order() {
    let base_url = url("http://photos.example.net/photos");
    let photos = SignedRequest::read(&Incoming {
        method: "GET",
        base_url: &base_url,
        query: "file=vacation.jpg&size=original",
        authorization: "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", \
            oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", \
            oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"",
        form: None,
    })
    .unwrap();
    assert!(photos.verify(&Secrets::new("kd94hf93k423kf44", "pfkkdhi9sl3r4s00")));
    assert!(!photos.verify(&Secrets::new("pfkkdhi9sl3r4s00", "kd94hf93k423kf44")));
}

#[test]
fn the_platforms_vectors_are_signed_to_the_letter() {
    let credentials = Credentials {
        consumer_key: "app-key-0001".to_owned(),
        token: Some("access-token-0003".to_owned()),
        secrets: Secrets::new("app-secret-0002", "access-secret-0004"),
    };
    let base_url = url("https://ac.example.test/api/account/12345678/configuration/le-users/users");
    for (method, query, expected) in [
        (
            "GET",
            "v=6.0&select=id,loginName",
            "t%2BqN%2F4ePWjdxrfHau%2F9iMC4ITZE%3D",
        ),
        ("POST", "v=6.0", "qDh8%2B76bbs%2FawdzboQeuFkzCLMc%3D"),
    ] {
        let request = Outgoing {
            method,
            base_url: &base_url,
            query,
            form: None,
        };
        let header = request
            .authorization(
                &credentials,
                SignatureMethod::HmacSha1,
                1_700_000_000,
                "nonce-0005",
                None,
            )
            .unwrap();
        assert_eq!(signature_in(&header), expected);
        let incoming = Incoming {
            method,
            base_url: &base_url,
            query,
            authorization: &header,
            form: None,
        };
        let signed = SignedRequest::read(&incoming).unwrap();
        assert!(signed.verify(&credentials.secrets));
        if method == "GET" {
            assert_eq!(
                signed.base_string(),
                "GET&https%3A%2F%2Fac.example.test%2Fapi%2Faccount%2F12345678%2Fconfiguration%2Fle-users%2Fusers&\
                 oauth_consumer_key%3Dapp-key-0001%26oauth_nonce%3Dnonce-0005%26oauth_signature_method%3DHMAC-SHA1%26\
                 oauth_timestamp%3D1700000000%26oauth_token%3Daccess-token-0003%26oauth_version%3D1.0%26\
                 select%3Did%252CloginName%26v%3D6.0"
            );
        }
    }
}

#[test]
fn sha256_signs_the_same_base_string() {
    let credentials = Credentials {
        consumer_key: "app-key-0001".to_owned(),
        token: Some("access-token-0003".to_owned()),
        secrets: Secrets::new("app-secret-0002", "access-secret-0004"),
    };
    let base_url = url("https://ac.example.test/api/account/12345678/configuration/le-users/users");
    let request = Outgoing {
        method: "POST",
        base_url: &base_url,
        query: "v=6.0",
        form: None,
    };
    let header = request
        .authorization(
            &credentials,
            SignatureMethod::HmacSha256,
            1_700_000_000,
            "nonce-0005",
            None,
        )
        .unwrap();
    assert_eq!(signature_in(&header), SHA256);
}

/// Computed with Python's `hmac` from the base string by hand.
const SHA256: &str = "qtHFi6O2rX%2BjsfgR0PCgew%2B1tPQG9NpNEB%2Fk3ngoWaQ%3D";

#[test]
fn a_body_has_a_hash_by_the_signature_methods_digest() {
    assert_eq!(
        body_hash(SignatureMethod::HmacSha1, b"Hello World!"),
        "Lve95gjOVATpfV8EL5X4nxwjKHE="
    );
    assert_eq!(
        body_hash(SignatureMethod::HmacSha256, b""),
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    );
}
