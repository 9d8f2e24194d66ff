use signet::directory::By;
use signet::directory::consumer::export::{self, Options};
use signet::directory::consumer::import::Format;
use signet::store::Db;

use super::import::{HASH, House, house, options};
use crate::support::db::{FreshDb, on_both_databases};

async fn exported(house: &House, format: Format, password_hashes: bool) -> String {
    let mut out = Vec::new();
    let options = Options {
        format,
        password_hashes,
    };
    export::run(
        &house.services,
        &By::command(),
        &house.account.account_id,
        options,
        &mut out,
        |_| (),
    )
    .await
    .unwrap();
    String::from_utf8(out).unwrap()
}

fn rows() -> String {
    let mut rows = vec![
        serde_json::json!({"sub": "c-1", "username": "ana", "email": "ana@example.test", "email_verified": true,
            "phone_number": "+34 600 000 000", "name": "=HYPERLINK(\"http://evil.test\")", "nickname": "'quoted'",
            "website": "@cmd", "profile": "line\nbreak, \"quoted\"", "address": {"country": "ES", "locality": "-Vigo"},
            "customerInfo": {"ctype": "gold", "balance": -12.75, "lastPaymentDate": {"day": 3, "month": 11, "year": 2026}},
            "personalInfo": {"firstname": "Ana", "contacts": [{"email": "ana@example.test", "phoneType": "MOBILE"}]},
            "password_hash": HASH, "status": "active"}),
        serde_json::json!({"sub": "-c-2", "status": "disabled"}),
    ];
    rows.extend((0..1100).map(|at| serde_json::json!({"sub": format!("u-{at:04}"), "username": format!("user{at}"), "status": "active"})));
    rows.iter()
        .fold(String::new(), |text, row| text + &row.to_string() + "\n")
}

on_both_databases! {
    async fn what_is_exported_can_be_imported_and_is_the_same(db: Db) {
        let first = house(&db).await;
        let (summary, refused) = first.text(&rows(), options(Format::JsonLines)).await;
        assert_eq!(summary.created, 1102, "{refused:?}");
        let original = exported(&first, Format::JsonLines, true).await;
        assert_eq!(original.lines().count(), 1102);
        for format in [Format::JsonLines, Format::Csv] {
            let text = exported(&first, format, true).await;
            // Subjects are of one account alone, so the copy goes to another database.
            let fresh = FreshDb::sqlite().await;
            let second = house(&fresh.db).await;
            let (summary, refused) = second.text(&text, options(format)).await;
            assert_eq!(summary.created, 1102, "{refused:?}");
            assert_eq!(exported(&second, Format::JsonLines, true).await, original);
            assert!(second.login("ana", "U*U").await);
            fresh.throw_away().await;
        }
    }

    async fn sec_080_no_cell_is_a_formula(db: Db) {
        let house = house(&db).await;
        house.text(&rows(), options(Format::JsonLines)).await;
        let csv = exported(&house, Format::Csv, true).await;
        for record in csv::Reader::from_reader(csv.as_bytes()).records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
    }

    async fn sec_132_hashes_are_written_only_where_they_are_asked_for(db: Db) {
        let house = house(&db).await;
        house.text(&rows(), options(Format::JsonLines)).await;
        for format in [Format::JsonLines, Format::Csv] {
            let text = exported(&house, format, false).await;
            assert!(!text.contains("$2") && !text.contains("password_hash"));
        }
        // Who takes all of a brand's consumers along is on record.
        let count = "SELECT COUNT(*) FROM audit WHERE event = 'consumer.exported'";
        assert_eq!(crate::support::db::count(&db, count).await, 2);
    }
}
