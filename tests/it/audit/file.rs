//! An exported record, without the database that it came from.

use std::io::BufReader;

use signet::directory::By;
use signet::directory::audit::{self, Exported, FileError, How, Verified};
use signet::model::audit::Head;
use signet::store;

use super::{realm, write};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

async fn exported(app: &App) -> (Exported, String) {
    let mut file = Vec::new();
    let exported = audit::export(&app.services, &By::command(), &realm("brand"), &mut file)
        .await
        .unwrap();
    (exported, String::from_utf8(file).unwrap())
}

fn verify(file: &[u8]) -> Result<Verified, (i64, How)> {
    verify_with(file, None)
}

fn verify_with(file: &[u8], noted: Option<Head>) -> Result<Verified, (i64, How)> {
    // A small buffer: lines are longer than what is read at once.
    audit::verify_file(BufReader::with_capacity(16, file), noted).map_err(|error| match error {
        FileError::Broken(broken) => (broken.seq, broken.how),
        FileError::Io(error) => panic!("{error}"),
    })
}

fn joined(lines: &[&str]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| format!("{line}\n").into_bytes())
        .collect()
}

on_both_databases! {
    async fn an_export_is_whole_and_tells_of_itself(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        store::sql(
            "INSERT INTO audit (audit_id, account_id, at, event, actor, outcome, detail)
             VALUES ('a', 'brand', 1, 'client.created', 'command', 'done', '{}')",
        )
        .execute(&fresh.db)
        .await
        .unwrap();
        // More than are read at once.
        write(&fresh.db, &realm("brand"), 0..1001).await;
        write(&fresh.db, &realm("foreign"), 0..3).await;
        let (exported, file) = exported(&app).await;
        assert_eq!((exported.rows, exported.head.seq), (1003, 1002));
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines.len(), 1004);
        assert!(lines[1002].contains("\"audit.exported\"") && !file.contains("foreign"));
        let verified = verify(file.as_bytes()).unwrap();
        assert_eq!((verified.account_id.as_str(), verified.rows, verified.before_chain), ("brand", 1002, 1));
        assert_eq!(verified.head, Some(exported.head.clone()));
        // A later file holds what an earlier one ended with.
        write(&fresh.db, &realm("brand"), 0..3).await;
        let (_, later) = self::exported(&app).await;
        assert!(verify_with(later.as_bytes(), Some(exported.head)).is_ok());
    }

    async fn sec_134_no_byte_of_an_export_changes_unseen(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        write(&fresh.db, &realm("brand"), 0..3).await;
        let (_, file) = exported(&app).await;
        verify(file.as_bytes()).unwrap();
        for at in 0..file.len() {
            for bit in [1, 4, 32] {
                let mut changed = file.clone().into_bytes();
                changed[at] ^= bit;
                assert!(verify(&changed).is_err(), "byte {at}: {}", String::from_utf8_lossy(&changed));
            }
        }
        for end in 0..file.len() {
            assert!(verify(&file.as_bytes()[..end]).is_err(), "cut off after {end} bytes");
        }
    }

    async fn sec_134_lines_that_are_gone_or_moved_are_named(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        write(&fresh.db, &realm("brand"), 0..4).await;
        let (exported, file) = exported(&app).await;
        let lines: Vec<&str> = file.lines().collect();
        let [a, b, c, d, e, end] = lines[..] else { panic!("{file}") };
        assert_eq!(verify(&joined(&[a, b, d, e, end])), Err((3, How::Missing)));
        assert_eq!(verify(&joined(&[b, c, d, e, end])), Err((1, How::Missing)));
        assert_eq!(verify(&joined(&[a, c, b, d, e, end])), Err((2, How::OutOfOrder)));
        assert_eq!(verify(&joined(&[a, b, b, c, d, e, end])), Err((2, How::OutOfOrder)));
        assert_eq!(verify(&joined(&[a, b, c, d, end])), Err((5, How::Truncated)));
        assert_eq!(verify(&joined(&[a, b, c, d, e])), Err((5, How::NoHead)));
        assert_eq!(verify(&joined(&[a, b, c, end, d, e])), Err((4, How::BeyondHead)));
        assert_eq!(verify(&joined(&[])), Err((0, How::NoHead)));
        assert_eq!(verify(&joined(&[a, "{}", end])), Err((2, How::Unreadable)));
        // Whoever cuts the tail off and writes a head that fits is found by the head that was noted.
        let fitting = end.replace("\"seq\":5", "\"seq\":4").replace(&exported.head.hash.to_string(), hash(d));
        verify(&joined(&[a, b, c, d, &fitting])).unwrap();
        assert_eq!(verify_with(&joined(&[a, b, c, d, &fitting]), Some(exported.head)), Err((5, How::Missing)));
    }
}

fn hash(line: &str) -> &str {
    line.split("\"hash\":\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

/// A block of the manual.
fn block(language: &str) -> String {
    let manual = include_str!("../../../docs/audit.md");
    let (_, rest) = manual.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn the_manual_hashes_as_the_program_does() {
    let line = block("json");
    let entry: signet::model::audit::Entry = serde_json::from_str(&line).unwrap();
    assert!(entry.is_whole());
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["hash"], super::chain::hash_of(&line));
    let form = super::chain::form_of(&line);
    assert_eq!(block("text"), String::from_utf8(form).unwrap());
}
