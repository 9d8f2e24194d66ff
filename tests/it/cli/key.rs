use serde_json::json;

use super::Signet;

#[test]
fn keys_are_listed_in_the_form_that_programs_rely_on() {
    let signet = Signet::with_account();
    let listed = signet.json(&["key", "list"]);
    let keys = listed["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (&keys[0]["state"], &keys[0]["alg"]),
        (&json!("active"), &json!("RS256"))
    );
    for member in ["kid", "created_at", "activate_at"] {
        assert!(keys[0][member].is_string(), "{member}");
    }
    assert_eq!(keys[0]["retire_at"], json!(null));
    assert!(
        signet
            .text(&["key", "list"])
            .contains(keys[0]["kid"].as_str().unwrap())
    );
}

#[test]
fn f_03_a_public_key_is_exported_for_pasting() {
    let signet = Signet::with_account();
    let line = signet.text(&["key", "export"]);
    assert!(
        line.starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A") && line.lines().count() == 1,
        "{line}"
    );
    let pem = signet.text(&["key", "export", "--format", "pem"]);
    assert!(
        pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----END PUBLIC KEY-----\n"),
        "{pem}"
    );
    let inside: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(inside, line.trim_end());

    let listed = signet.json(&["key", "list"]);
    let kid = listed["keys"][0]["kid"].as_str().unwrap();
    let jwk: serde_json::Value =
        serde_json::from_str(&signet.text(&["key", "export", kid, "--format", "jwk"])).unwrap();
    assert_eq!(
        (&jwk["kid"], &jwk["use"], &jwk["e"]),
        (&json!(kid), &json!("sig"), &json!("AQAB"))
    );
    assert!(jwk.get("d").is_none());
    assert_eq!(
        signet.json(&["key", "export", kid])["key"],
        json!(line.trim_end())
    );
}

#[test]
fn an_id_that_begins_with_a_hyphen_is_an_id_all_the_same() {
    let signet = Signet::with_account();
    let kid = "-wG2noECUXrY4YIsWBlPXl6qupYmGYWhnLwn9F5tVAE";
    for arguments in [
        &["key", "export", kid, "--format", "jwk"][..],
        &["key", "export", "--format", "jwk", kid][..],
    ] {
        let (status, told) = signet.refused(arguments);
        assert_eq!(status, 1, "{told}");
    }
}

#[test]
fn a_key_is_its_accounts_alone() {
    let signet = Signet::with_account();
    signet.text(&["account", "create", "other"]);
    let listed = signet.json(&["key", "list"]);
    let kid = listed["keys"][0]["kid"].as_str().unwrap();
    let (status, said) = signet.refused(&["key", "export", kid, "--account", "other"]);
    assert!(status == 1 && said.contains("there is no signing key"), "{said}");
    assert_eq!(signet.refused(&["key", "export", "--format", "der"]).0, 2);
}

#[test]
fn sec_150_a_missing_sealing_key_stops_the_command() {
    let signet = Signet::with_account();
    std::fs::remove_file(signet.folder.path().join("keys/sealing.key")).unwrap();
    let (status, said) = signet.refused(&["key", "list"]);
    assert!(status == 1 && said.contains("sealing.key"), "{said}");
}

#[test]
fn f_01_a_selftest_says_whether_what_was_pasted_is_the_key_that_signs() {
    let signet = Signet::with_account();
    let said = signet.text(&["key", "selftest"]);
    assert!(
        said.contains("ok    key ") && said.contains("All 2 checks passed"),
        "{said}"
    );
    let line = signet.text(&["key", "export"]).trim_end().to_owned();
    let tested = signet.json(&["key", "selftest", "--pasted", &line]);
    assert_eq!(tested["passed"], json!(true));
    assert_eq!(tested["checks"][2]["check"], json!("spki_line"));

    let pem = signet.text(&["key", "export", "--format", "pem"]);
    let file = signet.folder.path().join("pasted.txt");
    std::fs::write(&file, format!("{line}\n")).unwrap();
    signet.text(&["key", "selftest", "--pasted-file", "pasted.txt"]);
    std::fs::write(&file, format!("{line}.\n")).unwrap();
    for (arguments, why) in [
        (["--pasted", pem.as_str()], "BEGIN and END lines"),
        (["--pasted", &line[1..]], "character 1, 'M', is lost"),
        (["--pasted-file", "pasted.txt"], "is one too many"),
    ] {
        let output = signet.run(&[&["key", "selftest"][..], &arguments].concat());
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("FAIL  pasted value")
                && said.contains(why)
                && said.contains("1 of 3 checks failed"),
            "{said}"
        );
    }
    for arguments in [
        &["--pasted-file", "missing.txt"][..],
        &["--decrypt-with", "pasted.txt"],
        &["--client", "nobody"],
    ] {
        let (status, said) = signet.refused(&[&["key", "selftest"][..], arguments].concat());
        assert_eq!(status, 1, "{said}");
    }
    assert_eq!(
        signet
            .refused(&["key", "selftest", "--pasted", "x", "--pasted-file", "pasted.txt"])
            .0,
        2
    );
}

#[test]
fn f_08_a_selftest_decrypts_with_the_recipients_key() {
    let signet = Signet::with_account();
    let folder = signet.folder.path();
    let pem = include_str!("../../../crates/jose/tests/it/keys/rsa.pkcs8.pem");
    let public = include_str!("../../../crates/jose/tests/it/keys/rsa.public.pem");
    let line: String = public.lines().filter(|line| !line.starts_with("-----")).collect();
    std::fs::write(folder.join("private.pem"), pem).unwrap();
    let jwk = include_str!("../../../crates/jose/tests/it/keys/rsa.jwk.json");
    std::fs::write(folder.join("private.jwk"), jwk).unwrap();
    let other = include_str!("../../../crates/jose/tests/it/keys/p256.pkcs8.pem");
    std::fs::write(folder.join("other.pem"), other).unwrap();
    signet.text(&[
        "client",
        "create",
        "--id",
        "lp",
        "--platform",
        "--redirect-uri",
        "https://lp.example.test/cb",
        "--encryption-key",
        &line,
    ]);
    for file in ["private.pem", "private.jwk"] {
        let tested = signet.json(&["key", "selftest", "--client", "lp", "--decrypt-with", file]);
        assert_eq!(tested["passed"], json!(true), "{tested}");
        let last = tested["checks"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&last["check"], &last["client_id"]),
            (&json!("decrypted"), &json!("lp"))
        );
    }
    let output = signet.run(&["key", "selftest", "--decrypt-with", "other.pem"]);
    assert_eq!(output.status.code(), Some(1));
    let said = format!("{output:?}");
    assert!(
        said.contains("no client's tokens are encrypted to its public half"),
        "{said}"
    );
    assert!(!said.contains(&pem[40..80]));
}
