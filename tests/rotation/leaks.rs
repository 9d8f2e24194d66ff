//! Where private keys and the sealing key must not be: in whatever form, they are looked for and not found.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use signet::base::id::AccountId;
use signet::base::{Clock, Entropy, hex};
use signet::config::SealSource;
use signet::keys::{open_private_key, open_sealer};
use signet::store::{self, Connect, Db};
use x509_parser::der_parser::parse_der;

use crate::house::House;
use crate::proof::visitor::{Got, Visitor};

/// Something secret, and a name for it.
struct Secret {
    name: String,
    bytes: Vec<u8>,
}

impl Secret {
    /// How it might be written: as it is, in hexadecimal, and in base64 wherever in a longer text it begins.
    fn forms(&self) -> Vec<Vec<u8>> {
        let lower = hex(&self.bytes);
        let mut forms = vec![
            self.bytes.clone(),
            lower.to_uppercase().into_bytes(),
            lower.into_bytes(),
        ];
        for skipped in 0..3 {
            let rest = &self.bytes[skipped..];
            let whole = &rest[..rest.len() / 3 * 3];
            forms.push(STANDARD_NO_PAD.encode(whole).into_bytes());
            forms.push(URL_SAFE_NO_PAD.encode(whole).into_bytes());
        }
        forms
    }

    fn is_in(&self, place: &[u8]) -> bool {
        self.forms().iter().any(|form| holds(place, form))
    }
}

fn holds(place: &[u8], form: &[u8]) -> bool {
    place.windows(form.len()).any(|window| window == form)
}

/// A private key as a whole, and each of its secret numbers (RFC 8017 A.1.2).
fn secrets_of(kid: &str, pkcs8: &[u8]) -> Vec<Secret> {
    let secret = |name: &str, bytes: &[u8]| Secret {
        name: format!("{name} of {kid}"),
        bytes: bytes.to_vec(),
    };
    let (_, outer) = parse_der(pkcs8).unwrap();
    let inside = outer.as_sequence().unwrap()[2].as_slice().unwrap();
    let (_, key) = parse_der(inside).unwrap();
    let numbers = key.as_sequence().unwrap();
    let named = ["d", "p", "q", "dp", "dq", "qi"].into_iter().zip(&numbers[3..]);
    let mut secrets: Vec<Secret> = named
        // A number whose first bit is set has a byte of zeros before it.
        .map(|(name, number)| {
            let number = number.as_slice().unwrap();
            secret(name, number.strip_prefix(&[0]).unwrap_or(number))
        })
        .collect();
    secrets.push(secret("the private key", inside));
    secrets.push(secret("PKCS#8", pkcs8));
    secrets
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_149_sec_161_no_key_is_in_the_database_the_log_or_the_settings() {
    let url = "sqlite://data/signet.db";
    let house = House::new(url, 1, &[("SIGNET_LOG__LEVEL", "trace")]);
    let password = house.furnish();
    let node = house.start(0);
    let visitor = Visitor::new(&house.host());
    visitor.sign_in(house.addresses[0], &password).await;
    for redeems in [None, Some(house.addresses[0])] {
        assert!(matches!(
            visitor.id_token(house.addresses[0], redeems).await,
            Got::IdToken(_)
        ));
        house.text(&["key", "rotate", "--force"]);
        house.text(&["key", "list", "--json"]);
        house.text(&["doctor", "--integrity"]);
    }

    // Opened as the program opens them.
    let sealing = std::fs::read_to_string(house.path().join("keys/sealing.key")).unwrap();
    let sealing = STANDARD.decode(sealing.trim()).unwrap();
    let connect = Connect {
        url: house.database(url),
        connections: 1,
    };
    let db = Db::connect(&connect).await.unwrap();
    let sources = signet::config::Keys {
        seal: Some(SealSource::File(house.path().join("keys/sealing.key"))),
        ..signet::config::Keys::default()
    };
    let sealer = open_sealer(
        sources.seal_sources(),
        &db,
        &Clock::default(),
        &Entropy::default(),
    )
    .await
    .unwrap();
    let account: AccountId = "default".parse().unwrap();
    let keys = store::signing_keys::list(&db, &account).await.unwrap();
    let mut secrets = vec![Secret {
        name: "the sealing key".to_owned(),
        bytes: sealing,
    }];
    for key in &keys {
        let private = open_private_key(&sealer, key).unwrap();
        secrets.extend(secrets_of(key.kid.as_str(), &private.to_pkcs8_der().unwrap()));
    }
    assert_eq!(secrets.len(), 1 + 3 * 8);

    // What is written while it is served, and what was said.
    let data = |name: &str| std::fs::read(house.path().join("data").join(name)).unwrap();
    let log = house.log();
    let places = [
        ("the database", data("signet.db")),
        ("its WAL", data("signet.db-wal")),
        ("the log", log.clone().into_bytes()),
        ("config show", house.text(&["config", "show"]).into_bytes()),
        (
            "config show --json",
            house.text(&["config", "show", "--json"]).into_bytes(),
        ),
    ];
    for (place, content) in &places {
        assert!(!content.is_empty(), "{place} is empty");
        for secret in &secrets {
            assert!(!secret.is_in(content), "{} is in {place}", secret.name);
        }
        assert!(!holds(content, b"PRIVATE KEY"), "{place}");
    }
    // The search finds what is there: a public half, and a line of the lowest level.
    let public = Secret {
        name: String::new(),
        bytes: URL_SAFE_NO_PAD.decode(modulus(&keys[0].public_jwk)).unwrap(),
    };
    assert!(places[..2].iter().any(|(_, content)| public.is_in(content)));
    assert!(
        log.contains("\"TRACE\"") || log.contains("\"DEBUG\""),
        "nothing was logged below info"
    );
    db.close().await;
    drop(node);
}

fn modulus(jwk: &str) -> String {
    crate::house::document(jwk)["n"].as_str().unwrap().to_owned()
}
