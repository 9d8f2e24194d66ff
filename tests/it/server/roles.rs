//! PostgreSQL's roles: one owns the tables, another one serves (SEC-153).

use std::path::Path;

use signet::store::Db;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::program::Program;
use crate::support::db::FreshDb;

/// What docker-compose.yml has PostgreSQL run, for a role and a schema of the test's.
fn roles(role: &str, schema: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker-compose.roles.sql");
    let text = std::fs::read_to_string(file).unwrap();
    let text = text
        .lines()
        .filter(|line| !line.starts_with('\\') && !line.starts_with("--"))
        .collect::<Vec<_>>()
        .join("\n");
    let ours = text
        .replace("SCHEMA public", &format!("SCHEMA {schema}"))
        .replace("ROLE signet ", &format!("ROLE {role} "))
        .replace("TO signet;", &format!("TO {role};"))
        .replace(":'password'", "'password'");
    assert_eq!(ours.matches(role).count(), 3, "{ours}");
    assert_eq!(ours.matches(&format!("SCHEMA {schema}")).count(), 2, "{ours}");
    ours
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_153_a_server_needs_no_right_to_change_the_schema_postgres() {
    let fresh = FreshDb::postgres_unmigrated().await;
    let (_, schema) = fresh.connect.url.split_once("search_path%3D").unwrap();
    let role = format!("serves_{schema}");
    let mut owner = PgConnection::connect(&fresh.connect.url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(roles(&role, schema)))
        .execute(&mut owner)
        .await
        .unwrap();

    let owning = Program::new().with("SIGNET_DATABASE__URL", fresh.connect.url.clone());
    let url = fresh.connect.url.replace("://signet@", &format!("://{role}@"));
    assert_ne!(url, fresh.connect.url);
    let serving = Program::new()
        .with("SIGNET_DATABASE__URL", url)
        .with("SIGNET_DATABASE__MIGRATE", "false".to_owned());
    let refused = serving.run(&["serve"]);
    assert!(!refused.status.success(), "nobody has migrated");
    assert!(owning.run(&["migrate"]).status.success());

    // Everything that a server does at its start, and commands beside it: keys, accounts, clients, tokens.
    let done = |arguments: &[&str]| {
        let output = serving.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    done(&["account", "create", "--name", "Acme"]);
    let made = done(&[
        "client",
        "create",
        "--id",
        "program",
        "--grant-type",
        "client_credentials",
        "--json",
    ]);
    let made: serde_json::Value = serde_json::from_slice(&made).unwrap();
    let server = serving.serve();
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!(super::upgrades::token(&serving, secret), 200);
    done(&["audit", "verify"]);
    drop(server);

    // And it has none of the owner's rights.
    let mut lesser = PgConnection::connect(&fresh.connect.url.replace("://signet@", &format!("://{role}@")))
        .await
        .unwrap();
    for text in [
        "CREATE TABLE mine (x TEXT)",
        "ALTER TABLE tokens ADD COLUMN mine TEXT",
        "DROP TABLE tokens",
        "TRUNCATE tokens",
        "DROP TRIGGER audit_never_changed ON audit",
    ] {
        let refused = sqlx::query(text).execute(&mut lesser).await.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .map(std::borrow::Cow::into_owned);
        assert_eq!(code.as_deref(), Some("42501"), "{text}: {refused}");
    }
    lesser.close().await.unwrap();
    let Db::Postgres { pool, .. } = &fresh.db else {
        panic!("another database")
    };
    sqlx::raw_sql(AssertSqlSafe(format!("DROP OWNED BY {role}; DROP ROLE {role}")))
        .execute(pool)
        .await
        .unwrap();
    owner.close().await.unwrap();
    fresh.throw_away().await;
}
