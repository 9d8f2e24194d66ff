//! Telling a statement from a sentence.

/// Does this text hold a statement that a database would run?
///
/// Keywords in capitals give it away anywhere; in small letters only at its beginning, because a sentence may well
/// select something from a list.
pub(crate) fn is_statement(text: &str) -> bool {
    const STATEMENTS: &[(&str, &str)] = &[
        ("SELECT ", " FROM "),
        ("INSERT INTO ", ""),
        ("INSERT OR ", ""),
        ("UPDATE ", " SET "),
        ("DELETE FROM ", ""),
        ("CREATE TABLE ", ""),
        ("ALTER TABLE ", ""),
        ("DROP TABLE ", ""),
    ];
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
    let capitals = flat.to_uppercase();
    STATEMENTS.iter().any(|(verb, then)| {
        flat.split_once(verb)
            .is_some_and(|(_, rest)| format!(" {rest}").contains(then))
            || capitals
                .strip_prefix(verb)
                .is_some_and(|rest| format!(" {rest}").contains(then))
    })
}

#[test]
fn a_statement_is_seen() {
    assert!(is_statement("SELECT id FROM clients WHERE account = $1"));
    assert!(is_statement("  select id\n  from clients"));
    assert!(is_statement("insert into codes values ($1)"));
    assert!(is_statement("UPDATE codes\nSET used_at = $1"));
    assert!(is_statement(
        "WITH gone AS (DELETE FROM codes RETURNING id) SELECT 1"
    ));
}

#[test]
fn a_sentence_is_not_a_statement() {
    assert!(!is_statement("Choose one, or select another from the list."));
    assert!(!is_statement(
        "could not update the client; set a redirect URI first"
    ));
    assert!(!is_statement("SELECT"));
    assert!(!is_statement("deleted from the ring"));
}
