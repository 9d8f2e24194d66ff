//! Hashes that other products made, each checked with the right password and a wrong one.
//!
//! Unless said otherwise the password is [`PASSWORD`]. Made with Django 5.2.19, passlib 1.7.4, bcrypt 5.0.0 and
//! argon2-cffi 25.1.0 from PyPI, firebase-scrypt 2.2.0 from npm, and Python's hashlib (Keycloak's PBKDF2).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use passwords::{Algorithm, FirebaseProject, Hasher, Params, Password, StoredHash};

const PASSWORD: &str = "Corréct-horse 42 馬";

/// Parses, checks, and takes the way through the database; returns the canonical text.
fn verifies(text: &str, algorithm: Algorithm) -> String {
    let stored = StoredHash::parse(text).unwrap();
    checks(&stored, PASSWORD, algorithm)
}

fn checks(stored: &StoredHash, password: &str, algorithm: Algorithm) -> String {
    let hasher = Hasher::new(Params::default(), 1);
    let right = Password::new(password.as_bytes()).unwrap();
    let wrong = Password::new(b"Corr\xc3\xa9ct-horse 43").unwrap();
    assert_eq!(stored.algorithm(), algorithm);
    assert!(hasher.verify(stored, right), "the right password of {stored}");
    assert!(!hasher.verify(stored, wrong), "a wrong password of {stored}");
    let canonical = stored.to_string();
    let again = StoredHash::parse(&canonical).unwrap();
    assert_eq!(again.to_string(), canonical, "canonical text is stable");
    assert!(
        hasher.verify(&again, right),
        "the right password of {canonical}, read back"
    );
    canonical
}

/// For texts that are canonical as they are exported.
fn verifies_as_it_is(text: &str, algorithm: Algorithm) {
    assert_eq!(verifies(text, algorithm), text);
}

#[test]
fn argon2_in_its_three_variants_and_two_versions() {
    verifies_as_it_is(
        "$argon2id$v=19$m=1024,t=2,p=2$csxQflb3sy6alHhQBBkg2A$ZV+HaZnAPHTxv+fLaDjAGH6ixBCPt9xUdI3Ev5nXCMo",
        Algorithm::Argon2id,
    );
    verifies_as_it_is(
        "$argon2i$v=19$m=1024,t=2,p=2$eqBU/2iw3qGXQrOSWjtbSA$p4D+1xcAsbuqNxgZOIR4Fsugcg/pgsSn3Bu1FzorzXA",
        Algorithm::Argon2i,
    );
    verifies_as_it_is(
        "$argon2d$v=19$m=1024,t=2,p=2$TPU6cK8UldKRAn939Yovwg$j1hP+unYNHK7XCAuO1sGXhkjKKfOapVO8AOnXLd027w",
        Algorithm::Argon2d,
    );
    verifies_as_it_is(
        "$argon2id$v=16$m=512,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$sHxas3XJT3aLrodMmMXnq1ki0g0eKtmcmWbXgHKNL5Y",
        Algorithm::Argon2id,
    );
}

#[test]
fn an_argon2_string_without_a_version_is_of_the_first_one() {
    let canonical = verifies(
        "$argon2id$m=512,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$sHxas3XJT3aLrodMmMXnq1ki0g0eKtmcmWbXgHKNL5Y",
        Algorithm::Argon2id,
    );
    assert!(canonical.starts_with("$argon2id$v=16$"));
}

#[test]
fn bcrypt_under_its_three_names_is_one_hash() {
    let canonical = "$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G";
    verifies_as_it_is(canonical, Algorithm::Bcrypt);
    assert_eq!(
        verifies(&canonical.replace("2b", "2y"), Algorithm::Bcrypt),
        canonical
    );
    verifies(
        "$2a$06$79.FsZYc737GBHbYS4DGKuf9oYdmZp43KGA1Pg0k.Y4glyE01AH6m",
        Algorithm::Bcrypt,
    );
}

#[test]
fn bcrypt_compares_the_first_72_bytes() {
    // Of "0123456789" seven times and "ab".
    let stored = StoredHash::parse("$2b$05$oUonCnBRzE/MJM6j7BaBVOJ7PHdXit.QNVlrAZ2iteRbbrGvuwiG.").unwrap();
    let exactly = format!("{}ab", "0123456789".repeat(7));
    checks(&stored, &exactly, Algorithm::Bcrypt);
    checks(
        &stored,
        &format!("{exactly} and what bcrypt never saw"),
        Algorithm::Bcrypt,
    );
    let hasher = Hasher::new(Params::default(), 1);
    let shorter = Password::new(exactly.as_bytes().split_last().unwrap().1).unwrap();
    assert!(!hasher.verify(&stored, shorter));
}

#[test]
fn a_nul_byte_never_matches_bcrypt() {
    let stored = StoredHash::parse("$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G").unwrap();
    let with_nul = format!("{PASSWORD}\0");
    let hasher = Hasher::new(Params::default(), 1);
    assert!(!hasher.verify(&stored, Password::new(with_nul.as_bytes()).unwrap()));
}

#[test]
fn bits_that_fall_off_the_end_of_a_bcrypt_salt_are_ignored() {
    // The salt's last character holds four bits that no byte takes; some products fill them.
    let canonical = "$2b$06$gNMYrQJtIW6o4oA6vD8CuufM8zfFoyvM/SFwJWP2U9q0T5hNM4J7G";
    assert_eq!(
        verifies(&canonical.replace("D8Cuuf", "D8Cuvf"), Algorithm::Bcrypt),
        canonical
    );
}

#[test]
fn pbkdf2_as_passlib_writes_it() {
    let canonical = verifies(
        "$pbkdf2$5000$7B3D.H9PiZHy/h8D4HzPuQ$mutJ67UhI9UAHuvInqjmfP1Vc8o",
        Algorithm::Pbkdf2Sha1,
    );
    assert_eq!(
        canonical,
        "$pbkdf2-sha1$i=5000,l=20$7B3D+H9PiZHy/h8D4HzPuQ$mutJ67UhI9UAHuvInqjmfP1Vc8o"
    );
    let canonical = verifies(
        "$pbkdf2-sha256$5000$SwkBwJgzRohxLqVUSgkB4A$T1k1o6aLQgDx.iiGVeYN9CKArSC/NkBihVnrmrf87ds",
        Algorithm::Pbkdf2Sha256,
    );
    assert_eq!(
        canonical,
        "$pbkdf2-sha256$i=5000,l=32$SwkBwJgzRohxLqVUSgkB4A$T1k1o6aLQgDx+iiGVeYN9CKArSC/NkBihVnrmrf87ds",
    );
    verifies(
        "$pbkdf2-sha512$5000$g/B.7x2j9D6nFCLk/B8DwA$Ogu9tfrwFY1xCaXvbhhRBhIMH5xuHSCHSrwmnFehxBxQ3M/cOd5ahWcYGYuimqfZTveaY/.LezlX6KNZ8S7E9Q",
        Algorithm::Pbkdf2Sha512,
    );
}

#[test]
fn scrypt_as_phc_and_passlib_write_it() {
    verifies_as_it_is(
        "$scrypt$ln=10,r=8,p=1$wNibcy6ltLYWgpAyZuxdqw$MNC2kQJOcsEIB5kS9rQexm+SCa85dnnfq5GbgRMkbOU",
        Algorithm::Scrypt,
    );
}

#[test]
fn django_pbkdf2() {
    let canonical = verifies(
        "pbkdf2_sha256$15000$seaSalt0seaSalt0seaSa2$4vZp4OmmPq6DVl7qVWGGQOcrxoLXRGAwMF9abdUotNs=",
        Algorithm::Pbkdf2Sha256,
    );
    assert!(canonical.starts_with("$pbkdf2-sha256$i=15000,l=32$"));
    verifies(
        "pbkdf2_sha1$15000$seaSalt0seaSalt0seaSa2$qyaP/yL07o5Pi/QpODQw5/PdMMA=",
        Algorithm::Pbkdf2Sha1,
    );
}

#[test]
fn django_pbkdf2_at_its_default_cost() {
    verifies(
        "pbkdf2_sha256$1000000$DTYorZmm1SAUDjvCOHGskV$IkdIsgkv6UhCzW8SDpsjdqT5BW7JUP1/hwNo7jbtmrI=",
        Algorithm::Pbkdf2Sha256,
    );
}

#[test]
fn django_scrypt() {
    let canonical = verifies(
        "scrypt$16384$seaSalt0seaSalt0seaSa2$8$5$tFRpyCsm0Yxg+JfRZ3dtlzL7aL6AEOjoULwxXXWyo1r8RmmFDumiErqPctuMz9Ye1YAXtVWFEQI2snwutOydCQ==",
        Algorithm::Scrypt,
    );
    assert!(canonical.starts_with("$scrypt$ln=14,r=8,p=5$"));
}

#[test]
fn django_argon2() {
    let canonical = verifies(
        "argon2$argon2id$v=19$m=102400,t=2,p=8$c2VhU2FsdDBzZWFTYWx0MHNlYVNhMg$cCmqw4MqPywkh4XFw/HXF3B7rklAn8zb9/qqP8LYTZs",
        Algorithm::Argon2id,
    );
    assert!(canonical.starts_with("$argon2id$v=19$m=102400,t=2,p=8$"));
}

#[test]
fn django_bcrypt_with_and_without_sha256() {
    verifies_as_it_is(
        "bcrypt_sha256$$2b$06$VIp/fJkPbvTTchKn9OsvUOKiC.OYobvNXM.o6pGhfyMfc905.WbZ6",
        Algorithm::BcryptSha256,
    );
    let canonical = verifies(
        "bcrypt$$2b$06$Ja6FBMY/JMDMu6gqA6cXy.UntV9/2M.06kEcvKZ1s.wy7gkEU.6Ee",
        Algorithm::Bcrypt,
    );
    assert_eq!(
        canonical,
        "$2b$06$Ja6FBMY/JMDMu6gqA6cXy.UntV9/2M.06kEcvKZ1s.wy7gkEU.6Ee"
    );
}

#[test]
fn keycloak_pbkdf2_with_its_64_bytes_of_output() {
    let credential = |algorithm: &str, value: &str| {
        format!(
            r#"{{"id":"0f","type":"password","createdDate":1740597344108,
                "secretData":"{{\"value\":\"{value}\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\",\"additionalParameters\":{{}}}}",
                "credentialData":"{{\"hashIterations\":4000,\"algorithm\":\"{algorithm}\",\"additionalParameters\":{{}}}}"}}"#
        )
    };
    let sha1 = "rnlKvpxJZpSYbFSuazXp9IDCsYIxef8wdsEplAg86xNXEIJvSzok0MvAfT80TMQ0gLAf3xrX0K0F7AVK8m2QFg==";
    let sha256 = "yd5jy9pDEFEGuUc2w0hpwu0rVwLIKuZY0e2/YLswr9zi0JiTkxEb8UFQbjusLwhminj6WsSk+rHDZsrjiQO2Fg==";
    let sha512 = "Kr7DVT2C4cDszHvFlvRXZefcYQHL7VMoPleFS33QaUcLBkasHytlTGuft/t6UMBnXAa9gCMBdoGbtmERoDhecA==";
    verifies(&credential("pbkdf2", sha1), Algorithm::Pbkdf2Sha1);
    verifies(&credential("pbkdf2-sha256", sha256), Algorithm::Pbkdf2Sha256);
    let canonical = verifies(&credential("pbkdf2-sha512", sha512), Algorithm::Pbkdf2Sha512);
    assert!(canonical.starts_with("$pbkdf2-sha512$i=4000,l=64$AAECAwQFBgcICQoLDA0ODw$"));
}

#[test]
fn keycloak_argon2() {
    let canonical = verifies(
        r#"{"credentialData":"{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"hashLength\":[\"32\"],\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}",
            "secretData":"{\"value\":\"9hENFqlwW7pCI/IbdSpJdWazWFUDeit8XEB4Vth/RSE=\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw==\"}"}"#,
        Algorithm::Argon2id,
    );
    assert!(canonical.starts_with("$argon2id$v=19$m=7168,t=5,p=1$AAECAwQFBgcICQoLDA0ODw$"));
}

#[test]
fn a_keycloak_credential_published_by_someone_else() {
    // From an article on moving users to Keycloak 9: the password is "admin".
    let stored = StoredHash::parse(
        r#"{"type":"password",
            "credentialData":"{\"hashIterations\": 27500,\"algorithm\": \"pbkdf2-sha256\"}",
            "secretData":"{\"salt\": \"x/bm4Y3DcuV9eU97ervkPA==\",\"value\": \"1u7BLvfSPxQFpwc5jpGSA+88EGl9pZYKhaZ8YPIu9N4=\"}"}"#,
    );
    checks(&stored.unwrap(), "admin", Algorithm::Pbkdf2Sha256);
}

#[test]
fn a_keycloak_extension_that_keeps_the_whole_hash_in_the_value() {
    let canonical = verifies(
        r#"{"credentialData":"{\"hashIterations\":-1,\"algorithm\":\"bcrypt\"}",
            "secretData":"{\"value\":\"$2a$06$79.FsZYc737GBHbYS4DGKuf9oYdmZp43KGA1Pg0k.Y4glyE01AH6m\",\"salt\":\"\"}"}"#,
        Algorithm::Bcrypt,
    );
    assert_eq!(
        canonical,
        "$2b$06$79.FsZYc737GBHbYS4DGKuf9oYdmZp43KGA1Pg0k.Y4glyE01AH6m"
    );
}

const SIGNER_KEY: &str =
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

#[test]
fn firebase_with_the_example_of_its_own_repository() {
    let project = FirebaseProject::new(SIGNER_KEY, "Bw==", 8, 14).unwrap();
    let stored = project
        .hash_of(
            "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
            "42xEC+ixf3L2lw==",
        )
        .unwrap();
    let canonical = checks(&stored, "user1password", Algorithm::FirebaseScrypt);
    assert!(canonical.starts_with("$firebase-scrypt$ln=14,r=8,ss=Bw,sk=jxspr8Ki"));
}

#[test]
fn firebase_takes_the_alphabet_of_urls() {
    let project =
        FirebaseProject::new(&SIGNER_KEY.replace('+', "-").replace('/', "_"), "Bw==", 8, 10).unwrap();
    let hash = "c9xhn7g0PJNhn3RqRtq_Lqm94RrZzTt6ozQiIVomNCofFi58Tu1Vbw6QSWTQX9JLrqxkiSicEaUL0_e3P6AwRw";
    checks(
        &project.hash_of(hash, "AAECAwQFBgcICQ==").unwrap(),
        PASSWORD,
        Algorithm::FirebaseScrypt,
    );
}
