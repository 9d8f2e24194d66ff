//! Every table that expires has a cleaner.

use std::collections::BTreeMap;
use std::path::Path;

use signet::store::retention::RETENTION;

/// Tables whose rows end and yet are kept, and why.
const KEPT: [(&str, &str); 1] = [("leases", "a row for each job, claimed again and again")];

/// Columns of each table in the migrations, by the text of `CREATE TABLE` and `ALTER TABLE … ADD COLUMN`.
pub(super) fn tables() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut tables = BTreeMap::<String, String>::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        // A comment may hold a semicolon.
        let text: String = text
            .lines()
            .filter_map(|line| line.split("--").next())
            .flat_map(|line| [line, "\n"])
            .collect();
        for statement in text.split(';') {
            let words: Vec<&str> = statement.split_whitespace().collect();
            for verb in ["CREATE", "ALTER"] {
                if let Some(at) = words.windows(2).position(|pair| pair == [verb, "TABLE"]) {
                    tables
                        .entry(words[at + 2].to_owned())
                        .or_default()
                        .push_str(statement);
                }
            }
        }
    }
    tables
}

#[test]
fn sec_173_every_table_that_expires_declares_how_long_it_is_kept() {
    let tables = tables();
    assert!(tables.len() > 10, "{:?}", tables.keys());
    for (table, columns) in &tables {
        let expires = columns.split_whitespace().any(|word| word == "expires_at");
        let cleaned = RETENTION.iter().any(|retention| retention.table == table);
        let kept = KEPT.iter().any(|(name, _)| name == table);
        assert_eq!(
            expires,
            cleaned || kept,
            "{table}: a table with expires_at has a line in src/store/retention.rs, or a reason here, and no other has"
        );
        assert!(!(cleaned && kept), "{table}");
    }
}
