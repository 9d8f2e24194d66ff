//! Making hashes, replacing them, and the work done for nobody.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use passwords::{Hasher, MAX_PASSWORD_BYTES, Params, Password, Refusal, StoredHash, Unhashable, Work};
use std::thread;

const SALT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn password(text: &str) -> Password<'_> {
    Password::new(text.as_bytes()).unwrap()
}

#[test]
fn sec_084_a_new_hash_is_argon2id_of_19_mib_and_two_passes() {
    let hash = Hasher::new(Params::default(), 1)
        .hash(password("Corréct-horse 42 馬"), SALT)
        .unwrap();
    // The same as argon2-cffi 25.1.0 makes.
    assert_eq!(
        hash.to_string(),
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$+zd4XQQEKaG1fhjMezvkktOoyGXMDCZWnxlAABPRwJM",
    );
}

#[test]
fn sec_084_weaker_parameters_are_refused() {
    assert!(Params::new(19 * 1024 - 1, 2, 1).is_err());
    assert!(Params::new(19 * 1024, 1, 1).is_err());
    assert!(Params::new(19 * 1024, 2, 0).is_err());
    assert!(matches!(
        Params::new(128 * 1024 + 1, 2, 1),
        Err(Refusal::TooCostly { .. })
    ));
    assert!(matches!(
        Params::new(19 * 1024, 11, 1),
        Err(Refusal::TooCostly { .. })
    ));
    assert!(Params::new(128 * 1024, 10, 4).is_ok());
}

#[test]
fn a_buffer_that_has_been_used_makes_the_same_hashes() {
    let hasher = Hasher::new(Params::default(), 1);
    let first = hasher.hash(password("first"), SALT).unwrap();
    let second = hasher.hash(password("second"), SALT).unwrap();
    assert_eq!(
        hasher.hash(password("first"), SALT).unwrap().to_string(),
        first.to_string()
    );
    assert!(hasher.verify(&second, password("second")));
    assert!(!hasher.verify(&second, password("first")));
}

#[test]
fn a_hash_that_needs_more_memory_than_new_ones_is_checked() {
    let small = Hasher::new(Params::default(), 1);
    let big = Hasher::new(Params::new(32 * 1024, 3, 4).unwrap(), 1)
        .hash(password("big"), SALT)
        .unwrap();
    assert!(small.verify(&big, password("big")));
    assert!(!small.verify(&big, password("small")));
}

#[test]
fn more_hashes_than_buffers_may_run_at_a_time() {
    let hasher = Hasher::new(Params::default(), 1);
    let expected = hasher.hash(password("shared"), SALT).unwrap().to_string();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(
                    hasher.hash(password("shared"), SALT).unwrap().to_string(),
                    expected
                );
            });
        }
    });
}

#[test]
fn sec_084_every_form_but_argon2id_of_today_is_replaced() {
    let hasher = Hasher::new(Params::default(), 1);
    let today = hasher.hash(password("x"), SALT).unwrap();
    assert!(!hasher.needs_rehash(&today));
    assert!(today.needs_rehash(Params::new(20 * 1024, 2, 1).unwrap()));
    assert!(today.needs_rehash(Params::new(19 * 1024, 3, 1).unwrap()));

    let as_it_was = |change: (&str, &str)| {
        hasher.needs_rehash(&StoredHash::parse(&today.to_string().replace(change.0, change.1)).unwrap())
    };
    assert!(as_it_was(("m=19456", "m=19455")));
    assert!(as_it_was(("t=2", "t=1")));
    assert!(as_it_was(("v=19", "v=16")));
    assert!(as_it_was(("argon2id", "argon2i")));
    assert!(as_it_was(("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0O")));
    assert!(!as_it_was(("m=19456,t=2", "m=65536,t=3")), "a stronger one stays");
    for imported in [
        "$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G",
        "$pbkdf2-sha256$i=2000000$SwkBwJgzRohxLqVUSgkB4A$T1k1o6aLQgDx+iiGVeYN9CKArSC/NkBihVnrmrf87ds",
        "$scrypt$ln=17,r=8,p=1$wNibcy6ltLYWgpAyZuxdqw$MNC2kQJOcsEIB5kS9rQexm+SCa85dnnfq5GbgRMkbOU",
    ] {
        assert!(hasher.needs_rehash(&StoredHash::parse(imported).unwrap()));
    }
}

#[test]
fn sec_082_over_512_bytes_is_refused_before_hashing() {
    assert!(Password::new(&[b'x'; MAX_PASSWORD_BYTES]).is_ok());
    assert_eq!(
        Password::new(&[b'x'; MAX_PASSWORD_BYTES + 1]).unwrap_err(),
        Unhashable::TooLong
    );
    assert_eq!(Password::new(b"").unwrap_err(), Unhashable::Empty);
}

#[test]
fn sec_082_nothing_is_trimmed_or_folded() {
    let hasher = Hasher::new(Params::default(), 1);
    let stored = hasher.hash(password(" Straße "), SALT).unwrap();
    assert!(hasher.verify(&stored, password(" Straße ")));
    for other in ["Straße", " straße ", " Strasse ", " Straße"] {
        assert!(!hasher.verify(&stored, password(other)));
    }
}

#[test]
fn sec_085_nobody_has_a_password_and_it_costs_what_a_real_hash_costs() {
    let params = Params::new(20 * 1024, 3, 2).unwrap();
    let hasher = Hasher::new(params, 1);
    assert!(!hasher.verify_nobody(password("anything")));
    let a_hash = Work {
        hashes: 1,
        kib_filled: 3 * 20 * 1024,
    };
    assert_eq!(hasher.work(), a_hash);
    let dummy = StoredHash::dummy(params).to_string();
    let real = hasher.hash(password("anything"), SALT).unwrap().to_string();
    assert_eq!(dummy.len(), real.len());
    assert_eq!(
        dummy.split('$').take(4).collect::<Vec<_>>(),
        real.split('$').take(4).collect::<Vec<_>>()
    );
}

#[test]
fn sec_161_debug_shows_neither_password_nor_hash() {
    let hasher = Hasher::new(Params::default(), 1);
    let stored = hasher.hash(password("canary-password"), SALT).unwrap();
    assert_eq!(format!("{stored:?}"), "StoredHash(argon2id, …)");
    assert_eq!(format!("{:?}", password("canary-password")), "Password(…)");
}
