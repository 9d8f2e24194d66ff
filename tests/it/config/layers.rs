use std::path::PathBuf;

use signet::config::{Error, Origin, Period, SealSource, Sources, load};

use super::{file, loaded};

#[test]
fn without_anything_one_account_is_served_on_localhost_with_sqlite() {
    let settings = load(&Sources::default()).unwrap().settings;
    assert_eq!(settings.server.public_url.as_str(), "http://localhost:8080");
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080, [::1]:8080");
    assert_eq!(settings.database.url.expose(), "sqlite://data/signet.db");
    assert_eq!(settings.keys.dir, PathBuf::from("keys"));
    assert_eq!(settings.tokens.code_ttl, Period::seconds(60));
    assert_eq!(settings.tokens.platform_code_ttl, Period::seconds(120));
}

#[test]
fn the_environment_wins_over_the_file_and_a_flag_over_both() {
    let (_folder, path) =
        file("[server]\nlisten = \"127.0.0.1:1\"\n[tokens]\nid_token_ttl = \"10m\"\n[log]\nlevel = \"warn\"");
    let sources = Sources::file(Some(path.clone()))
        .variable("SIGNET_SERVER__LISTEN", "127.0.0.1:2")
        .variable("SIGNET_TOKENS__ID_TOKEN_TTL", "1200")
        .flag("server.listen", "--listen", Some("127.0.0.1:3".to_owned()));
    let loaded = load(&sources).unwrap();
    assert_eq!(loaded.settings.server.listen.to_string(), "127.0.0.1:3");
    assert_eq!(loaded.settings.tokens.id_token_ttl, Period::minutes(20));
    assert_eq!(loaded.settings.log.level.as_str(), "warn");
    assert_eq!(
        loaded.origin("server.listen"),
        Origin::Flag("--listen".to_owned())
    );
    assert_eq!(
        loaded.origin("tokens.id_token_ttl"),
        Origin::Environment("SIGNET_TOKENS__ID_TOKEN_TTL".to_owned())
    );
    assert_eq!(loaded.origin("log.level"), Origin::File(path.into(), 6));
    assert_eq!(loaded.origin("log.format"), Origin::Default);
}

#[test]
fn a_variable_takes_the_shape_that_is_asked_for() {
    let sources = Sources::default()
        .variable(
            "SIGNET_SERVER__TRUSTED_PROXIES",
            "10.0.0.0/8, 192.0.2.7,2001:db8::/32",
        )
        .variable(
            "SIGNET_OUTBOUND__ALLOW_HOSTS",
            "idp.internal,localhost:9000,[::1]:1",
        )
        .variable("SIGNET_METRICS__ENABLED", "false")
        .variable("SIGNET_DATABASE__CONNECTIONS", " 7 ")
        .variable("SIGNET_LIMITS__BODY", "128KiB")
        .variable("SIGNET_LOG__FORMAT", "json")
        .variable("SIGNET_KEYS__SEAL", "env:SIGNET_SEAL");
    let settings = load(&sources).unwrap().settings;
    let proxies: Vec<String> = settings
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
    let hosts: Vec<String> = settings
        .outbound
        .allow_hosts
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(hosts, ["idp.internal", "localhost:9000", "[::1]:1"]);
    assert!(!settings.metrics.enabled);
    assert_eq!(settings.database.connections, 7);
    assert_eq!(settings.limits.body.get(), 128 << 10);
    assert_eq!(settings.log.format, signet::config::Format::Json);
    assert_eq!(settings.keys.seal.unwrap().to_string(), "env:SIGNET_SEAL");
}

#[test]
fn a_setting_with_two_shapes_takes_either_from_each_layer() {
    let command = |words: &[&str]| {
        Some(SealSource::Command(
            words.iter().map(|&it| it.to_owned()).collect(),
        ))
    };
    let (_folder, path) = file("[keys]\nseal = \"/run/seal\"\nseal_next.command = [\"vault\", \"the next\"]");
    let sources = Sources::file(Some(path)).variable("SIGNET_KEYS__SEAL__COMMAND", "vault read seal");
    let keys = load(&sources).unwrap().settings.keys;
    assert_eq!(keys.seal, command(&["vault", "read", "seal"]));
    assert_eq!(keys.seal_next, command(&["vault", "the next"]));

    let sources = sources.flag("keys.seal_next", "--to", Some("/run/next".to_owned()));
    let keys = load(&sources).unwrap().settings.keys;
    assert_eq!(keys.seal_next, Some(SealSource::File("/run/next".into())));
}

#[test]
fn an_empty_variable_is_an_empty_list() {
    let sources = Sources::default().variable("SIGNET_OUTBOUND__ALLOW_HOSTS", "");
    assert!(load(&sources).unwrap().settings.outbound.allow_hosts.is_empty());
}

#[test]
fn listen_may_be_a_list() {
    let loaded = loaded("[server]\nlisten = [\"127.0.0.1:8080\", \"localhost:9090\"]");
    assert_eq!(loaded.settings.server.listen.addresses().len(), 3);
}

#[test]
fn the_public_url_follows_the_port_unless_it_is_set() {
    let settings = loaded("server.listen = \"127.0.0.1:9000\"").settings;
    assert_eq!(settings.server.public_url.as_str(), "http://localhost:9000");
    let set =
        loaded("server.listen = \"0.0.0.0:9000\"\nserver.public_url = \"https://id.brand.example\"").settings;
    assert_eq!(set.server.public_url.as_str(), "https://id.brand.example");
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let missing = PathBuf::from("/nonexistent/signet.toml");
    assert!(matches!(
        load(&Sources::file(Some(missing))),
        Err(Error::Read(_, _))
    ));
}

#[test]
fn a_database_url_may_lie_in_a_file_of_its_own() {
    let (folder, _) = file("");
    let secret = folder.path().join("url");
    std::fs::write(&secret, "postgres://signet:hush@localhost/signet\n").unwrap();
    let sources = Sources::default().variable("SIGNET_DATABASE__URL_FILE", secret.to_str().unwrap());
    let settings = load(&sources).unwrap().settings;
    assert_eq!(
        settings.database.url.expose(),
        "postgres://signet:hush@localhost/signet"
    );
}
