use signet::config::{Origin, Sources};

use super::{file, problems, refused};

#[test]
fn sec_175_an_unknown_key_stops_the_start_and_the_nearest_is_named() {
    let problem = refused("[server]\nlisten = \"127.0.0.1:1\"\ntrusted_proxy = []\n");
    assert_eq!(problem.key, "server.trusted_proxy");
    assert_eq!(problem.hint.as_deref(), Some("server.trusted_proxies"));
    assert!(matches!(problem.origin, Origin::File(_, 3)), "{problem}");
}

#[test]
fn sec_175_a_key_in_the_wrong_section_is_named_with_the_right_one() {
    assert_eq!(
        refused("listen = \"127.0.0.1:1\"").hint.as_deref(),
        Some("server.listen")
    );
    assert_eq!(
        refused("[tokens]\nkeep_after = \"1d\"").hint.as_deref(),
        Some("keys.rotation.keep_after")
    );
    assert_eq!(refused("[nonsense]\nwhatever = 1").hint, None);
}

#[test]
fn sec_175_all_unknown_keys_are_named_at_once() {
    let (_folder, path) = file("[server]\nlissten = 1\n[log]\nlevl = \"info\"\n");
    let sources = Sources::file(Some(path)).variable("SIGNET_TOKENS__COED_TTL", "1");
    let found = problems(&sources);
    let names: Vec<&str> = found.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(names, ["log.levl", "server.lissten", "tokens.coed_ttl"]);
}

#[test]
fn sec_175_a_value_of_the_wrong_shape_is_named_with_what_is_allowed() {
    for (text, key, found, allowed) in [
        (
            "[tokens]\nid_token_ttl = \"soon\"",
            "tokens.id_token_ttl",
            "\"soon\"",
            "a period such as",
        ),
        (
            "[tokens]\nid_token_ttl = true",
            "tokens.id_token_ttl",
            "true",
            "a period such as",
        ),
        ("[server]\nlisten = 8080", "server.listen", "8080", "ADDRESS:PORT"),
        (
            "[server]\nlisten = [\"nowhere:1\"]",
            "server.listen",
            "a list of 1",
            "ADDRESS:PORT",
        ),
        (
            "[metrics]\nenabled = \"yes\"",
            "metrics.enabled",
            "\"yes\"",
            "true or false",
        ),
        (
            "[database]\nconnections = -1",
            "database.connections",
            "-1",
            "a whole number",
        ),
        (
            "[log]\nformat = \"xml\"",
            "log.format",
            "\"xml\"",
            "auto, pretty, json",
        ),
        (
            "[log]\nlevel = \"loud\"",
            "log.level",
            "\"loud\"",
            "off, error, warn",
        ),
        (
            "[limits]\nbody = \"64 pages\"",
            "limits.body",
            "\"64 pages\"",
            "a size such as",
        ),
        ("server = 1", "server", "1", "a table of settings"),
        (
            "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"everyone\"]",
            "server.trusted_proxies.1",
            "\"everyone\"",
            "a network",
        ),
    ] {
        let problem = refused(text);
        assert_eq!(problem.key, key, "{text}");
        assert_eq!(problem.found.as_deref(), Some(found), "{text}");
        assert!(
            problem.allowed.starts_with(allowed),
            "{text}: {}",
            problem.allowed
        );
    }
}

#[test]
fn sec_175_a_value_out_of_range_is_named_with_the_range() {
    let problem = refused("[tokens]\nid_token_ttl = \"2d\"");
    assert_eq!(
        problem.to_string().split_once(": ").unwrap().1,
        "found \"2d\"; allowed: from 5m to 1d"
    );
}

#[test]
fn sec_175_impossible_combinations_stop_the_start() {
    for (text, key) in [
        ("[server.tls]\ncert = \"a.pem\"", "server.tls.key"),
        ("[server.tls]\nkey = \"a.pem\"", "server.tls.cert"),
        (
            "[server.tls]\ncert = \"a.pem\"\nkey = \"b.pem\"",
            "server.public_url",
        ),
        ("[sessions]\nidle = \"2d\"\nabsolute = \"1d\"", "sessions.idle"),
        (
            "[tokens]\nrefresh_token_ttl = \"90d\"\nrefresh_token_max = \"30d\"",
            "tokens.refresh_token_ttl",
        ),
        ("[keys.rotation]\nevery = \"1h\"", "keys.rotation.every"),
        ("[keys.rotation]\nkeep_after = \"1h\"", "keys.rotation.keep_after"),
        ("[metrics]\nlisten = \"127.0.0.1:8080\"", "metrics.listen"),
        (
            "[server.admin]\nlisten = \"127.0.0.1:8080\"",
            "server.admin.listen",
        ),
        (
            "[server.admin]\nlisten = \"127.0.0.1:9000\"\n[metrics]\nlisten = \"127.0.0.1:9000\"",
            "metrics.listen",
        ),
        (
            "[server.admin]\npublic_url = \"https://desk.example\"",
            "server.admin.public_url",
        ),
        (
            "[server]\npublic_url = \"https://a.example\"\n[server.admin]\nlisten = \"127.0.0.1:9000\"\npublic_url = \"http://localhost:9000\"",
            "server.admin.public_url",
        ),
        (
            "[database]\nurl = \"sqlite://x\"\nurl_file = \"y\"",
            "database.url_file",
        ),
        (
            "[database]\nurl = \"postgres://signet@db.example/signet?sslmode=disable\"",
            "database.url",
        ),
        (
            "[database]\nurl = \"postgres://signet@localhost/signet?host=db.example&sslmode=prefer\"",
            "database.url",
        ),
    ] {
        assert_eq!(refused(text).key, key, "{text}");
    }
}

#[test]
fn sec_175_a_setting_with_two_shapes_is_written_in_one() {
    let both = [
        ("SIGNET_KEYS__SEAL", "/run/seal"),
        ("SIGNET_KEYS__SEAL__COMMAND", "vault"),
    ];
    for [(first, a), (second, b)] in [both, [both[1], both[0]]] {
        let found = problems(&Sources::default().variable(first, a).variable(second, b));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0]
                .allowed
                .contains(&format!("either this or environment variable {first}"))
        );
    }
    for (text, key) in [
        ("[keys.seal]\ncomand = \"vault\"", "keys.seal.comand"),
        ("[keys.seal]\ncommand = []", "keys.seal.command"),
        ("[keys.seal]\ncommand = 7", "keys.seal.command"),
        ("[keys]\nseal = {}", "keys.seal"),
        ("[keys]\nseal_next = \"keys/sealing.key\"", "keys.seal_next"),
    ] {
        assert_eq!(refused(text).key, key);
    }
}

#[test]
fn sec_175_a_public_url_is_an_https_origin_outside_this_machine() {
    for good in [
        "https://id.brand.example",
        "https://id.brand.example:8443/signet",
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://[::1]:8080",
    ] {
        super::loaded(&format!("server.public_url = \"{good}\""));
    }
    for bad in [
        "http://id.brand.example",
        "https://id.brand.example/",
        "https://id.brand.example/?a=b",
        "https://id.brand.example#f",
        "https://user@id.brand.example",
        "https://ID.brand.example",
        "https://id.brand.example:443",
        "https://id.brand.example/a/../b",
        "ftp://localhost",
        "id.brand.example",
        "",
    ] {
        assert_eq!(
            refused(&format!("server.public_url = \"{bad}\"")).key,
            "server.public_url",
            "{bad}"
        );
    }
}

#[test]
fn a_variable_with_a_lost_underscore_is_a_mistake_and_others_are_not_ours() {
    let sources = Sources::default()
        .variable("SIGNET_SERVICE_HOST", "10.0.0.1")
        .variable("SIGNET_PORT", "tcp://10.0.0.1:80")
        .variable("SIGNET_DATABASE_URL", "postgres://signet:hush@localhost/signet");
    let found = problems(&sources);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].allowed.contains("SIGNET_DATABASE__URL"), "{}", found[0]);
    assert!(!found[0].to_string().contains("hush"));
}

#[test]
fn sec_164_a_secret_is_in_no_message() {
    let messages = [
        refused("[database]\nurl = \"mysql://signet:hush@localhost/signet\"").to_string(),
        refused("[database]\nurl = [\"hush\"]").to_string(),
        refused("[database]\nurl = \"postgres://signet:hush@localhost/signet\nconnections").to_string(),
    ];
    for message in messages {
        assert!(!message.contains("hush"), "{message}");
    }
}

#[test]
fn broken_toml_is_named_with_its_line() {
    let problem = refused("[server]\nlisten = \n");
    assert!(matches!(problem.origin, Origin::File(_, 2)), "{problem}");
}

#[test]
fn sec_153_a_mail_server_elsewhere_is_never_spoken_to_in_plain() {
    for smtp in [
        "smtp://mail.example?tls=none",
        "smtp://user:hush@mail.example:25?tls=none",
        "smtp://mail.example?tls=opportunistic",
        "smtps://mail.example?tls=none",
        "http://mail.example",
        "smtps://user@mail.example",
        "smtps://:hush@mail.example",
        "smtps://mail.example/path",
        "smtps://user:%zz@mail.example",
        "smtps://user:a%0d%0aRSET@mail.example",
        "mail.example",
    ] {
        let problem = refused(&format!(
            "[mail]\nsmtp = \"{smtp}\"\nfrom = \"post@brand.example\""
        ));
        assert_eq!(problem.key, "mail.smtp", "{smtp}");
        assert_eq!(problem.found, None, "{smtp}");
        assert!(problem.allowed.starts_with("\"smtps://"), "{problem}");
    }
}

#[test]
fn sec_175_mail_is_set_up_whole_or_not_at_all() {
    for (text, key) in [
        ("[mail]\nfrom = \"post@brand.example\"", "mail.from"),
        ("[mail]\nfolder = \"mail\"", "mail.from"),
        ("[mail]\nsmtp = \"smtps://mail.example\"", "mail.from"),
        (
            "[mail]\nfrom = \"Post <post@brand.example>\"\nfolder = \"mail\"",
            "mail.from",
        ),
        (
            "[mail]\nfrom = \"post@brand.example\"\nfolder = \"mail\"\nsmtp = \"smtps://mail.example\"",
            "mail.folder",
        ),
    ] {
        assert_eq!(refused(text).key, key, "{text}");
    }
}
