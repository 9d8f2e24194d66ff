//! The composition: everything that it names exists, what goes on running tells its health, no secret stands in it, and who
//! serves may not change the schema.

use serde_json::Value;

use crate::{read, repository, settings, yaml};

fn compose() -> Value {
    yaml::parse(&read("docker-compose.yml")).expect("docker-compose.yml is YAML")
}

/// The entries of a mapping, none if it is absent.
fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

/// The texts of a list, none if it is absent.
fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn it_has_signet_and_postgresql() {
    let compose = compose();
    let names: Vec<&str> = entries(&compose["services"]).map(|(name, _)| name).collect();
    assert_eq!(names, ["migrate", "postgres", "signet"]);
    for service in ["migrate", "signet"] {
        assert_eq!(compose["services"][service]["build"], ".");
        assert_eq!(compose["services"][service]["image"], "signet");
    }
    assert!(repository("Dockerfile").exists());
    assert!(
        compose["services"]["postgres"]["image"]
            .as_str()
            .is_some_and(|image| image.starts_with("postgres:17"))
    );
}

#[test]
fn signet_waits_until_the_database_is_healthy_and_of_its_version() {
    let compose = compose();
    assert_eq!(
        compose["services"]["migrate"]["depends_on"]["postgres"]["condition"],
        "service_healthy"
    );
    assert_eq!(
        compose["services"]["signet"]["depends_on"]["migrate"]["condition"],
        "service_completed_successfully"
    );
    // What ends by itself, and isn't started again, has no health.
    let lasting = entries(&compose["services"]).filter(|(_, service)| service["restart"] != "no");
    for (name, service) in lasting {
        let health = &service["healthcheck"];
        assert!(texts(&health["test"]).len() >= 2, "{name} has a check");
        for key in ["interval", "timeout", "start_period", "retries"] {
            assert!(!health[key].is_null(), "{name}: {key}");
        }
    }
    assert_eq!(
        texts(&compose["services"]["signet"]["healthcheck"]["test"]),
        ["CMD", "signet", "health"]
    );
}

#[test]
fn secrets_come_from_files_that_are_not_in_the_repository() {
    let compose = compose();
    let header = read("docker-compose.yml");
    let ignored = read(".gitignore");
    for (name, secret) in entries(&compose["secrets"]) {
        let file = secret["file"]
            .as_str()
            .expect("a secret is a file")
            .trim_start_matches("./");
        assert!(
            ["owner", "signet"]
                .iter()
                .any(|role| header.contains(&format!("> {}", file.replace(role, "${name}")))),
            "the header says how to make {name}"
        );
        let folder = file.split('/').next().expect("a path");
        assert!(
            ignored.lines().any(|line| line == format!("/{folder}/")),
            "git ignores {folder}/"
        );
    }
    for (name, service) in entries(&compose["services"]) {
        for secret in texts(&service["secrets"]) {
            assert!(
                !compose["secrets"][secret].is_null(),
                "{name} takes the secret {secret}, which isn't declared"
            );
        }
        for (key, value) in entries(&service["environment"]) {
            let value = value.as_str().unwrap_or_else(|| panic!("{key} is a text"));
            let secret = ["PASSWORD", "SECRET", "TOKEN", "SEAL"]
                .iter()
                .any(|word| key.contains(word));
            assert!(
                !secret || key.ends_with("_FILE"),
                "{name}: {key} holds a secret in the clear"
            );
            if key.ends_with("_FILE") {
                let granted = value
                    .strip_prefix("/run/secrets/")
                    .is_some_and(|file| texts(&service["secrets"]).contains(&file));
                assert!(granted, "{name}: {key} names {value}, which it isn't given");
            }
            let user = value
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('@'))
                .map(|(user, _)| user);
            assert!(
                !user.is_some_and(|user| user.contains(':')),
                "{name}: {key} has a password in its URL"
            );
        }
        let command = texts(&service["command"]).join(" ");
        assert!(
            !command.contains("password") && !command.contains("secret"),
            "{name}: {command}"
        );
    }
}

/// The header's URL stands in for the secret's file, and the default of `${NAME:-default}` for the variable.
#[test]
fn signets_environment_is_a_configuration_that_the_server_takes() {
    let header = read("docker-compose.yml");
    let url = header
        .split("printf '")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("the header writes a URL");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let compose = compose();
    let variables = entries(&compose["services"]["signet"]["environment"]).map(|(name, value)| {
        let value = value.as_str().expect("a text");
        let value = match (value.strip_prefix("/run/secrets/"), value.split_once(":-")) {
            (Some(secret), _) => {
                let file = folder.path().join(secret);
                std::fs::write(&file, url.replace("%s", "password")).expect("a file can be written");
                file.display().to_string()
            }
            (None, Some((_, default))) => default.trim_end_matches('}').to_owned(),
            (None, None) => value.to_owned(),
        };
        (name.to_owned(), value)
    });
    let settings = settings(variables).expect("the server takes it");
    assert!(
        !settings.server.listen.is_loopback(),
        "a container's loopback is reached by nobody"
    );
    let socket = url
        .split_once("?host=")
        .map(|(_, host)| host)
        .expect("by PostgreSQL's socket");
    let volumes = texts(&compose["services"]["signet"]["volumes"]);
    assert!(
        volumes.contains(&format!("socket:{socket}:ro").as_str()),
        "the socket's folder is shared"
    );
}

/// The role that serves is another than the one that owns the tables, and has neither that one's password nor its rights
/// (tests/it/server/roles.rs serves as it).
#[test]
fn sec_153_who_serves_may_not_change_the_schema() {
    let compose = compose();
    let (signet, migrate) = (&compose["services"]["signet"], &compose["services"]["migrate"]);
    assert_eq!(texts(&migrate["command"]), ["migrate"]);
    assert_eq!(texts(&migrate["secrets"]), ["owner_url"]);
    assert_eq!(texts(&signet["command"]), ["serve"]);
    assert_eq!(texts(&signet["secrets"]), ["signet_url"]);
    assert_eq!(signet["environment"]["SIGNET_DATABASE__MIGRATE"], "false");
    assert_eq!(
        compose["services"]["postgres"]["environment"]["POSTGRES_USER"],
        "owner"
    );
    let config = &compose["services"]["postgres"]["configs"][0];
    assert_eq!(config["target"], "/docker-entrypoint-initdb.d/roles.sql");
    let file = compose["configs"][config["source"].as_str().expect("a name")]["file"]
        .as_str()
        .expect("a configuration is a file");
    let roles = read(file.trim_start_matches("./"));
    let statements: Vec<&str> = roles.lines().filter(|line| !line.starts_with("--")).collect();
    assert_eq!(
        statements[0], "\\set password `cat /run/secrets/signet_password`",
        "its password is a secret that PostgreSQL is given"
    );
    assert!(
        statements[1].starts_with("CREATE ROLE signet LOGIN PASSWORD"),
        "{roles}"
    );
    assert!(
        statements[2..]
            .iter()
            .all(|line| line.contains("GRANT ") && !line.contains("CREATE") && !line.contains("ALL PRIV")),
        "{roles}"
    );
}

#[test]
fn every_volume_is_declared_and_used() {
    let compose = compose();
    let used: Vec<String> = entries(&compose["services"])
        .flat_map(|(_, service)| {
            texts(&service["volumes"])
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    for volume in &used {
        let (name, path) = volume.split_once(':').expect("NAME:PATH");
        assert!(compose["volumes"].get(name).is_some(), "{name} isn't declared");
        assert!(path.starts_with('/'), "{volume}");
    }
    for (name, _) in entries(&compose["volumes"]) {
        assert!(
            used.iter().any(|volume| volume.starts_with(&format!("{name}:"))),
            "{name} isn't used"
        );
    }
    // Where the image keeps its keys.
    assert!(used.contains(&"keys:/var/lib/signet/keys".to_owned()));
}

#[test]
fn nothing_is_open_to_the_network_until_someone_says_so() {
    for (name, service) in entries(&compose()["services"]) {
        for port in texts(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name} publishes {port}");
        }
        assert!(
            texts(&service["security_opt"]).contains(&"no-new-privileges:true"),
            "{name}"
        );
        assert!(service["privileged"].is_null(), "{name}");
    }
}
