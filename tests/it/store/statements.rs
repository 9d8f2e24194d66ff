//! Every statement of the store is prepared on both databases, and names the account.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use signet::store::erasure::ERASED;
use signet::store::retention::RETENTION;
use signet::store::sealed::SEALED;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqlSafeStr as _, SqliteConnection};

use crate::support::db::FreshDb;

/// Tables that are the server's, or whose rows are found by something other than an account.
const SERVER_WIDE: [&str; 7] = [
    "sealing_checks",
    "server_secrets",
    "leases",
    "administrators",
    "admin_sessions",
    "administrator_factors",
    "administrator_recovery_codes",
];
/// Functions whose statements look at all accounts at once, by the file and the name, and why. Of those that a table puts
/// together, the name of what the table calls them.
const ACROSS_ACCOUNTS: [(&str, &[&str], &str); 7] = [
    (
        "retention.rs",
        &["oldest", "purge"],
        "a cleaner removes what has expired, whosever it is",
    ),
    (
        "logout_notices.rs",
        &["any_due", "claim"],
        "a job tells whoever is to be told, whosever they are",
    ),
    (
        "mails.rs",
        &["any_due", "claim"],
        "a job sends whatever is due, whosever it is",
    ),
    (
        "accounts.rs",
        &[
            "find_default",
            "list_with_issuer",
            "list",
            "list_unerased",
            "list_every",
            "list_ids",
        ],
        "an account is found by its issuer, too, and accounts are listed",
    ),
    (
        "audit_realms.rs",
        &["next"],
        "the whole record is verified, whosever it is",
    ),
    (
        "skeletons.rs",
        &["work_out"],
        "a migration finishes what it began, whosever it is",
    ),
    (
        "sealed.rs",
        &["count", "list"],
        "a new sealing key seals everybody's values anew",
    ),
];

struct Statement {
    place: String,
    /// The function that it stands in.
    function: String,
    text: String,
}

fn statements() -> Vec<Statement> {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store"),
        &mut files,
    );
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        literals(&name, "", text.parse().unwrap(), &mut found);
    }
    found.extend(of_tables());
    found
}

/// Those that are put together from the names of a table and its columns.
fn of_tables() -> Vec<Statement> {
    let statement = |file: &str, table: &str, function: &str, text: &str| Statement {
        place: format!("{file}: {table}"),
        function: function.to_owned(),
        text: text.to_owned(),
    };
    let mut found = Vec::new();
    for rule in RETENTION {
        let texts = [("oldest", rule.oldest), ("purge", rule.purge)];
        found.extend(texts.map(|(name, text)| statement("retention.rs", rule.table, name, text)));
    }
    for sealed in SEALED {
        let texts = [
            ("count", sealed.count),
            ("list", sealed.list),
            ("replace", sealed.replace),
        ];
        found.extend(texts.map(|(name, text)| statement("sealed.rs", sealed.table, name, text)));
    }
    found.extend(
        ERASED
            .iter()
            .map(|erasure| statement("erasure.rs", erasure.table, "batch", erasure.batch)),
    );
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The literal in each `sql("…")`, with the function around it.
fn literals(file: &str, function: &str, tokens: TokenStream, found: &mut Vec<Statement>) {
    let (mut after_sql, mut after_fn) = (false, false);
    let mut begun: Option<String> = None;
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            let inside = group.stream();
            if after_sql
                && group.delimiter() == Delimiter::Parenthesis
                && let Some(TokenTree::Literal(literal)) = inside.clone().into_iter().next()
            {
                let line = literal.span().start().line;
                found.push(Statement {
                    place: format!("{file}:{line}"),
                    function: function.to_owned(),
                    text: unquoted(&literal.to_string()),
                });
            }
            let body = (group.delimiter() == Delimiter::Brace)
                .then(|| begun.take())
                .flatten();
            literals(file, body.as_deref().unwrap_or(function), inside, found);
        }
        if let TokenTree::Ident(ident) = &token
            && after_fn
        {
            begun = Some(ident.to_string());
        }
        after_sql = matches!(&token, TokenTree::Ident(ident) if ident == "sql");
        after_fn = matches!(&token, TokenTree::Ident(ident) if ident == "fn");
    }
}

/// What a literal says, raw or not.
fn unquoted(literal: &str) -> String {
    let raw = literal.strip_prefix('r');
    let inside = raw.unwrap_or(literal).trim_matches('#').trim_matches('"');
    assert!(
        raw.is_some() || !inside.contains('\\'),
        "a statement needs no escapes: {inside}"
    );
    inside.to_owned()
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_databases() {
    let statements = statements();
    assert!(
        statements.len() > 40,
        "only {} statements found",
        statements.len()
    );
    let (sqlite, postgres) = (FreshDb::sqlite().await, FreshDb::postgres().await);
    let mut on_sqlite = SqliteConnection::connect(&sqlite.connect.url).await.unwrap();
    let mut on_postgres = PgConnection::connect(&postgres.connect.url).await.unwrap();
    let mut wrong = Vec::new();
    for Statement { place, text, .. } in &statements {
        if let Err(error) = (&mut on_sqlite)
            .prepare(AssertSqlSafe(text.clone()).into_sql_str())
            .await
        {
            wrong.push(format!("{place} on SQLite: {error}"));
        }
        if let Err(error) = (&mut on_postgres)
            .prepare(AssertSqlSafe(text.clone()).into_sql_str())
            .await
        {
            wrong.push(format!("{place} on PostgreSQL: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    on_sqlite.close().await.unwrap();
    on_postgres.close().await.unwrap();
    sqlite.throw_away().await;
    postgres.throw_away().await;
}

/// As each database plans it: whatever reads a table from its beginning to its end is not by an index.
#[tokio::test]
async fn sec_173_every_cleaner_finds_its_rows_by_an_index() {
    let cleaners: Vec<Statement> = statements()
        .into_iter()
        .filter(|statement| statement.place.starts_with("retention.rs"))
        .collect();
    assert!(cleaners.len() >= 2 * RETENTION.len(), "{}", cleaners.len());
    let (sqlite, postgres) = (FreshDb::sqlite().await, FreshDb::postgres().await);
    let mut on_sqlite = SqliteConnection::connect(&sqlite.connect.url).await.unwrap();
    let mut on_postgres = PgConnection::connect(&postgres.connect.url).await.unwrap();
    // An empty table would be read as it stands; with this, only one that has no index is.
    on_postgres.execute("SET enable_seqscan = off").await.unwrap();
    let mut wrong = Vec::new();
    for Statement { place, text, .. } in cleaners {
        let text = text.replace("$1", "1");
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")))
                .fetch_all(&mut on_sqlite)
                .await
                .unwrap();
        let whole =
            |step: &str| step.starts_with("SCAN") && !step.contains("INDEX") && !step.contains("CONSTANT");
        wrong.extend(
            plan.iter()
                .filter(|row| whole(&row.3))
                .map(|row| format!("{place} on SQLite: {}", row.3)),
        );
        let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {text}")))
            .fetch_all(&mut on_postgres)
            .await
            .unwrap();
        let scans = plan.iter().filter(|step| step.contains("Seq Scan"));
        wrong.extend(scans.map(|step| format!("{place} on PostgreSQL: {step}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    on_sqlite.close().await.unwrap();
    on_postgres.close().await.unwrap();
    sqlite.throw_away().await;
    postgres.throw_away().await;
}

#[test]
fn sec_137_every_statement_names_the_account() {
    let statements = statements();
    let exempt = |statement: &Statement| {
        ACROSS_ACCOUNTS.iter().any(|(file, functions, _)| {
            let file = statement.place.starts_with(&format!("{file}:"));
            file && functions.contains(&statement.function.as_str())
        })
    };
    let (exempted, others): (Vec<_>, Vec<_>) = statements.iter().partition(|it| exempt(it));
    let wrong: Vec<String> = others.into_iter().filter_map(without_account).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nobody is exempt who needn't be.
    for (file, functions, _) in ACROSS_ACCOUNTS {
        for function in functions {
            let needed = exempted
                .iter()
                .filter(|it| it.place.starts_with(&format!("{file}:")) && it.function == *function)
                .any(|it| without_account(it).is_some());
            assert!(needed, "{function} in {file} looks at one account alone");
        }
    }
}

#[test]
fn sec_134_no_statement_changes_or_removes_a_row_of_the_record() {
    let statements = statements();
    let words = |statement: &Statement| {
        statement
            .text
            .split(|char: char| !char.is_alphanumeric() && char != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_uppercase)
            .collect::<Vec<_>>()
    };
    let wrong: Vec<&str> = statements
        .iter()
        .filter(|statement| {
            let words = words(statement);
            let on_audit = |verb: &[&str]| words.windows(verb.len()).any(|found| found == verb);
            let inserts = on_audit(&["INSERT", "INTO", "AUDIT"]);
            on_audit(&["UPDATE", "AUDIT"])
                || on_audit(&["DELETE", "FROM", "AUDIT"])
                || on_audit(&["REPLACE", "INTO", "AUDIT"])
                || (inserts && on_audit(&["ON", "CONFLICT"]))
        })
        .map(|statement| statement.place.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(
        statements
            .iter()
            .any(|statement| words(statement).starts_with(&["INSERT", "INTO", "AUDIT"].map(str::to_owned)))
    );
}

fn without_account(statement: &Statement) -> Option<String> {
    let Statement {
        place,
        function,
        text,
    } = statement;
    let words: Vec<&str> = text
        .split(|char: char| !char.is_alphanumeric() && char != '_')
        .collect();
    let tables = words
        .windows(2)
        .filter(|pair| ["FROM", "INTO", "UPDATE", "JOIN"].contains(&pair[0]));
    let owned = tables
        .map(|pair| pair[1])
        .filter(|table| !SERVER_WIDE.contains(table) && !["SET", "SELECT", "json_each", ""].contains(table));
    let count = owned.count();
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A row that is met by a key without the account may be another's.
    let upserts = flat
        .split_once("ON CONFLICT (")
        .and_then(|(_, rest)| rest.split_once(')'))
        .is_some_and(|(target, then)| {
            !target.contains("account_id") && then.contains("DO UPDATE") && !then.contains("account_id = ")
        });
    if upserts && count > 0 {
        return Some(format!(
            "{place}, {function}: may overwrite another account's row: {flat}"
        ));
    }
    let compared = flat.matches("account_id = ").count() + flat.matches("account_id) = ").count();
    let inserted = usize::from(flat.starts_with("INSERT INTO") && flat.contains("account_id"));
    (compared + inserted < count)
        .then(|| format!("{place}, {function}: a table without its account in: {flat}"))
}
