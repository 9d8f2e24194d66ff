//! What is not taken, and what the refusal says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use passwords::{FirebaseProject, Refusal, StoredHash};

const HASH: &str = "T1k1o6aLQgDx+iiGVeYN9CKArSC/NkBihVnrmrf87ds";
const SALT: &str = "SwkBwJgzRohxLqVUSgkB4A";

fn refusal(text: &str) -> Refusal {
    StoredHash::parse(text).unwrap_err()
}

fn too_costly(text: &str) -> (&'static str, u64, u64) {
    match refusal(text) {
        Refusal::TooCostly {
            cost, found, ceiling, ..
        } => (cost, found, ceiling),
        other => panic!("{text}: {other}"),
    }
}

#[test]
fn sec_084_argon2_above_its_ceilings_is_refused() {
    let argon2 = |parameters: &str| format!("$argon2id$v=19${parameters}${SALT}${HASH}");
    assert!(StoredHash::parse(&argon2("m=131072,t=10,p=4")).is_ok());
    assert_eq!(
        too_costly(&argon2("m=131073,t=1,p=1")),
        ("memory in KiB", 131_073, 131_072)
    );
    assert_eq!(too_costly(&argon2("m=4294967295,t=1,p=1")).1, 4_294_967_295);
    assert_eq!(too_costly(&argon2("m=1024,t=11,p=1")), ("passes", 11, 10));
    assert_eq!(too_costly(&argon2("m=65536,t=1,p=256")), ("lanes", 256, 255));
}

#[test]
fn sec_084_bcrypt_above_its_ceiling_is_refused() {
    let bcrypt = |cost: &str| format!("$2b${cost}$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G");
    assert!(StoredHash::parse(&bcrypt("14")).is_ok());
    assert_eq!(too_costly(&bcrypt("15")), ("cost", 15, 14));
    assert_eq!(
        too_costly(&format!("bcrypt_sha256${}", bcrypt("31"))),
        ("cost", 31, 14)
    );
    for malformed in ["00", "03", "4", "004", "+6", "x6", "-1"] {
        assert!(
            matches!(
                refusal(&bcrypt(malformed)),
                Refusal::Malformed { part: "cost", .. }
            ),
            "{malformed}"
        );
    }
}

#[test]
fn sec_084_pbkdf2_above_its_ceiling_is_refused() {
    assert!(StoredHash::parse(&format!("$pbkdf2-sha256$i=2000000${SALT}${HASH}")).is_ok());
    for costly in [
        format!("$pbkdf2-sha256$i=2000001${SALT}${HASH}"),
        format!("$pbkdf2-sha256$2000001${SALT}${HASH}"),
        format!("pbkdf2_sha256$2000001${SALT}${HASH}"),
        format!(
            r#"{{"credentialData":{{"hashIterations":2000001,"algorithm":"pbkdf2-sha256"}},"secretData":{{"value":"{HASH}","salt":"{SALT}"}}}}"#
        ),
    ] {
        assert_eq!(too_costly(&costly), ("iterations", 2_000_001, 2_000_000));
    }
    let long = "A".repeat(88);
    assert!(matches!(
        refusal(&format!("$pbkdf2-sha256$i=1000${SALT}${long}")),
        Refusal::Malformed { part: "hash", .. }
    ));
}

#[test]
fn sec_084_scrypt_above_its_ceilings_is_refused() {
    let scrypt = |parameters: &str| format!("$scrypt${parameters}${SALT}${HASH}");
    assert!(StoredHash::parse(&scrypt("ln=17,r=8,p=1")).is_ok());
    assert!(StoredHash::parse(&scrypt("ln=15,r=8,p=3")).is_ok());
    assert_eq!(
        too_costly(&scrypt("ln=18,r=8,p=1")),
        ("memory in bytes", 1 << 28, 1 << 27)
    );
    assert_eq!(
        too_costly(&scrypt("ln=17,r=8,p=5")),
        ("work (N·r·p)", 5 << 20, 1 << 22)
    );
    assert_eq!(too_costly(&scrypt("ln=1,r=1,p=4294967295")).0, "work (N·r·p)");
    assert_eq!(
        too_costly(&scrypt("ln=63,r=4294967295,p=4294967295")).0,
        "memory in bytes"
    );
    assert_eq!(too_costly(&scrypt("ln=4294967295,r=1,p=1")).0, "memory in bytes");
    assert_eq!(
        too_costly(&format!("scrypt$1073741824$salt$8$1${HASH}")).0,
        "memory in bytes"
    );
    assert!(matches!(
        FirebaseProject::new(SALT, "Bw==", 8, 18),
        Err(Refusal::TooCostly { .. })
    ));
    for malformed in ["ln=0,r=8,p=1", "ln=14,r=0,p=1", "ln=14,r=8,p=0", "ln=14,r=8"] {
        assert!(
            matches!(refusal(&scrypt(malformed)), Refusal::Malformed { .. }),
            "{malformed}"
        );
    }
}

#[test]
fn a_hash_that_could_be_hit_by_chance_is_refused() {
    for text in [
        format!("$argon2id$v=19$m=1024,t=2,p=1${SALT}$AAAA"),
        format!("$pbkdf2-sha256$i=1000${SALT}$"),
        format!("$scrypt$ln=10,r=8,p=1${SALT}$AAAAAAAAAAAAAAAAAAAA"),
    ] {
        assert!(
            matches!(
                refusal(&text),
                Refusal::TooShort {
                    part: "hash",
                    floor: 16,
                    ..
                }
            ),
            "{text}"
        );
    }
    let no_salt = format!("$argon2id$v=19$m=1024,t=2,p=1$AAAA${HASH}");
    assert!(matches!(
        refusal(&no_salt),
        Refusal::TooShort {
            part: "salt",
            found: 3,
            floor: 8,
            ..
        }
    ));
}

#[test]
fn an_account_without_a_password_says_so() {
    assert_eq!(
        refusal("!4zNnqQjEKwbUnQxqbXCNvPqGmrPkJTvLDcb1wPvG"),
        Refusal::NoPassword
    );
}

#[test]
fn other_hashes_are_of_an_unknown_form() {
    for text in [
        "",
        "hunter2",
        "$",
        "$$",
        "$6$rounds=5000$saltstring$hash",
        "$1$abc$def",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
        "{SSHA}", // LDAP's braces are not JSON's.
        "unsalted_md5$$x",
        "argon2$bcrypt$x",
    ] {
        let found = refusal(text);
        assert!(
            matches!(found, Refusal::UnknownForm | Refusal::Malformed { .. }),
            "{text}: {found}"
        );
    }
}

#[test]
fn a_part_that_is_wrong_is_named() {
    let part = |text: &str| match refusal(text) {
        Refusal::Malformed { part, .. } => part,
        Refusal::Unsupported { what, .. } => what,
        other => panic!("{text}: {other}"),
    };
    assert_eq!(part(&format!("$argon2id$v=19$m=1024,t=2${SALT}${HASH}")), "p");
    assert_eq!(part(&format!("$argon2id$v=19$m=1024,t=2,p=x${SALT}${HASH}")), "p");
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,t=2,p=01${SALT}${HASH}")),
        "p"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=7,t=2,p=1${SALT}${HASH}")),
        "parameters"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,t=0,p=1${SALT}${HASH}")),
        "parameters"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,t=2,p=1,keyid=AAAA${SALT}${HASH}")),
        "a further parameter"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,m=1024,t=2,p=1${SALT}${HASH}")),
        "a further parameter"
    );
    assert_eq!(
        part(&format!("$argon2id$v=20$m=1024,t=2,p=1${SALT}${HASH}")),
        "the version"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,t=2,p=1$x$y${SALT}${HASH}")),
        "number of fields"
    );
    assert_eq!(
        part(&format!("$argon2id$v=19$m=1024,t=2,p=1${SALT}$not base64")),
        "hash"
    );
    assert_eq!(part(&format!("$pbkdf2-sha256$i=0${SALT}${HASH}")), "iterations");
    assert_eq!(part(&format!("$pbkdf2-sha256$i=1000,l=31${SALT}${HASH}")), "l");
    assert_eq!(part(&format!("scrypt$16383$salt$8$5${HASH}")), "N");
    assert_eq!(
        part("$2x$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G"),
        "$2x$, a known miscalculation,"
    );
    assert_eq!(
        part("$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7"),
        "hash"
    );
    assert_eq!(
        part("$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7GG"),
        "hash"
    );
    assert_eq!(part("$2b$06$gNMYrQJ"), "salt");
    assert_eq!(part("$2b$06$gNMYrQJtIW6o4oA6vD8Cé"), "salt");
    assert_eq!(part(&"$".repeat(5000)), "length");
    assert_eq!(part("{"), "JSON");
    assert_eq!(
        part(r#"{"credentialData":"x","secretData":"{}"}"#),
        "credentialData"
    );
    assert_eq!(
        part(r#"{"credentialData":{"hashIterations":1,"algorithm":"x"},"secretData":"{}"}"#),
        "secretData"
    );
    assert_eq!(
        part(&format!(
            r#"{{"credentialData":{{"hashIterations":1,"algorithm":"md5"}},"secretData":{{"value":"{HASH}","salt":"{SALT}"}}}}"#
        )),
        "the algorithm"
    );
    assert_eq!(
        part(r#"{"type":"otp","credentialData":{},"secretData":{}}"#),
        "a type other than password"
    );
    assert!(matches!(
        FirebaseProject::new(SALT, "Bw==", 8, 14)
            .unwrap()
            .hash_of(HASH, SALT),
        Err(Refusal::Malformed {
            part: "length of signer key and hash",
            ..
        })
    ));
}

#[test]
fn sec_161_a_refusal_never_shows_the_hash() {
    for text in [
        "canary$canary",
        "$canary$canary",
        "{\"canary\":1}",
        "pbkdf2_sha256$canary$canary$canary",
        "$2b$canary$canary",
    ] {
        let refusal = refusal(text);
        assert!(!format!("{refusal} {refusal:?}").contains("canary"), "{text}");
    }
}

/// Every prefix and every single damaged byte of real texts: an answer, never a panic.
#[test]
fn sec_160_damaged_text_is_answered() {
    for text in [
        format!("$argon2id$v=19$m=1024,t=2,p=1${SALT}${HASH}"),
        "bcrypt_sha256$$2b$06$VIp/fJkPbvTTchKn9OsvUOKiC.OYobvNXM.o6pGhfyMfc905.WbZ6".to_owned(),
        format!("$pbkdf2-sha512$5000${SALT}${HASH}"),
        format!("scrypt$16384$seaSalt$8$5${HASH}"),
        format!("$firebase-scrypt$ln=14,r=8,ss=Bw,sk={HASH}${SALT}${HASH}"),
        format!(
            r#"{{"credentialData":"{{\"hashIterations\":1,\"algorithm\":\"pbkdf2\"}}","secretData":"{{\"value\":\"{HASH}\",\"salt\":\"{SALT}\"}}"}}"#
        ),
    ] {
        assert!(StoredHash::parse(&text).is_ok(), "{text}");
        for end in 0..text.len() {
            let _ = StoredHash::parse(text.get(..end).unwrap());
            for damage in ["", "$", "0", "=", "\0", "é", "{", "\""] {
                let damaged = format!(
                    "{}{damage}{}",
                    text.get(..end).unwrap(),
                    text.get(end + 1..).unwrap()
                );
                if let Ok(stored) = StoredHash::parse(&damaged) {
                    let canonical = stored.to_string();
                    assert_eq!(StoredHash::parse(&canonical).unwrap().to_string(), canonical);
                }
            }
        }
    }
}
