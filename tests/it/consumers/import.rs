use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex};

use signet::context::Services;
use signet::directory::consumer::import::{self, Event, Format, OnDuplicate, Options, Summary};
use signet::directory::{By, account};
use signet::model::{Account, Consumer};
use signet::store::{self, Db};

use crate::support::db::on_both_databases;
use crate::support::seed::noon;
use crate::support::services::services;

pub(super) struct House {
    /// Apart, since it is large for a test's own frame.
    pub(super) services: Box<Services>,
    pub(super) account: Account,
}

pub(super) async fn house(db: &Db) -> House {
    let services = Box::new(services(db, &noon()).await);
    let id = crate::support::seed::account(db, "brand").await;
    let account = account::find(&services, Some(&id)).await.unwrap();
    House { services, account }
}

pub(super) const HASH: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

pub(super) fn options(format: Format) -> Options {
    Options {
        format,
        on_duplicate: OnDuplicate::Refuse,
        all_or_nothing: false,
        dry_run: false,
        firebase: None,
    }
}

/// A refused row: its line and `key: reason`.
pub(super) type Refused = (u64, String);

impl House {
    pub(super) async fn import(
        &self,
        source: impl Read + Send + 'static,
        options: Options,
    ) -> (Result<Summary, import::Error>, Vec<Refused>) {
        let refused = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&refused);
        let told: import::Told = Arc::new(move |event: Event<'_>| {
            if let Event::Refused { line, key, reason } = event {
                told.lock().unwrap().push((line, format!("{key}: {reason}")));
            }
        });
        let done = import::run(
            &self.services,
            &By::command(),
            &self.account,
            source,
            options,
            told,
        )
        .await;
        let refused = refused.lock().unwrap().clone();
        (done, refused)
    }

    pub(super) async fn text(&self, text: &str, options: Options) -> (Summary, Vec<Refused>) {
        let (done, refused) = self.import(Cursor::new(text.to_owned()), options).await;
        (done.unwrap(), refused)
    }

    pub(super) async fn find(&self, name: &str) -> Option<Consumer> {
        signet::directory::consumer::find(&self.services, &self.account.account_id, name)
            .await
            .ok()
    }

    pub(super) async fn count(&self) -> usize {
        store::consumers::list(&self.services.db, &self.account.account_id, None, 100_000)
            .await
            .unwrap()
            .len()
    }

    pub(super) async fn login(&self, name: &str, password: &str) -> bool {
        let source = signet::login::Source {
            ip: "192.0.2.1".parse().unwrap(),
        };
        self.services
            .passwords
            .authenticate(&self.account.account_id, name, password, source)
            .await
            .is_ok()
    }
}

/// Lines of text.
fn lines(count: u32, line: impl Fn(u32) -> String) -> String {
    (0..count).fold(String::new(), |text, at| text + &line(at) + "\n")
}

fn counts(summary: &Summary) -> [u64; 6] {
    let Summary {
        read,
        created,
        updated,
        unchanged,
        skipped,
        refused,
        ..
    } = summary;
    [*read, *created, *updated, *unchanged, *skipped, *refused]
}

const CSV: &str = "\u{FEFF}sub,username,email,email_verified,password_hash,password,address.country,customerInfo.ctype,\
customerInfo.balance,customerInfo.lastPaymentDate.day,customerInfo.lastPaymentDate.month,\
customerInfo.lastPaymentDate.year,personalInfo,personalInfo.contacts.0.email\r\n\
c-1,ana,ana@example.test,TRUE,$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW,,ES,gold,-12.75,3,11,2026,,ana@example.test\r\n\
,bob,,,,a-quiet-river-7,,,,,,,\"{\"\"firstname\"\":\"\"Bob\"\"}\",\r\n\
\r\n\
,,\"multi\nline@example.test\",,,,,,,,,,,\r\n\
bad@sub.test,carl,,,,,,,,,,,,\r\n\
,dora,not-an-address,,,,,,,,,,,\r\n\
,eve,,maybe,,,,,,,,,,\r\n\
,frank,,,$9$nonsense,,,,,,,,,\r\n\
,gina,,,,short,,,,,,,,\r\n\
,hugo,,,,,,,many,,,,,\r\n\
,Ana,,,,,,,,,,,,\r\n\
,too,few\r\n\
,jon,jon@example.test,,,,,,,,,,,\r\n";

on_both_databases! {
    /// Whoever looks like her is not her: no row is laid over another's consumer.
    async fn sec_093_a_row_whose_name_looks_like_anothers_is_refused(db: Db) {
        let house = house(&db).await;
        house.text("username,name\nace,Ace Lee\n", options(Format::Csv)).await;
        let update = Options { on_duplicate: OnDuplicate::Update, ..options(Format::Csv) };
        let (summary, refused) = house.text("username,name\nасе,Mallory\nACE,Ace Moreau\n", update).await;
        assert_eq!((summary.updated, summary.created, summary.refused), (1, 0, 1));
        let reason = "username: looks like another consumer's username or e-mail address";
        assert_eq!(refused, [(2, reason.to_owned())]);
        assert_eq!(house.find("ace").await.unwrap().claims["name"], "Ace Moreau");
    }

    async fn a_csv_file_is_imported_row_by_row(db: Db) {
        let house = house(&db).await;
        let (summary, refused) = house.text(CSV, options(Format::Csv)).await;
        let told: Vec<(u64, &str)> =
            refused.iter().map(|(line, why)| (*line, why.split(':').next().unwrap())).collect();
        assert_eq!(told, [
            (5, "email"), (7, "sub"), (8, "email"), (9, "email_verified"), (10, "password_hash"), (11, "password"),
            (12, "customerInfo.balance"), (14, ""), (13, "username"),
        ]);
        assert_eq!(counts(&summary), [12, 3, 0, 0, 0, 9]);
        assert!(summary.written);

        let ana = house.find("ana").await.unwrap();
        assert_eq!(ana.sub.as_str(), "c-1");
        assert_eq!(serde_json::Value::Object(ana.claims), serde_json::json!({
            "email": "ana@example.test", "email_verified": true, "address": {"country": "ES"},
        }));
        assert_eq!(serde_json::to_value(ana.customer_info).unwrap(), serde_json::json!({
            "ctype": "gold", "balance": -12.75, "lastPaymentDate": {"day": 3, "month": 11, "year": 2026},
        }));
        assert_eq!(serde_json::to_value(ana.personal_info).unwrap(), serde_json::json!({
            "contacts": [{"email": "ana@example.test"}],
        }));
        assert!(house.login("ana@example.test", "U*U").await);
        assert!(house.login("bob", "a-quiet-river-7").await);
        // Nothing is left of a row that was refused.
        for name in ["carl", "dora", "eve", "frank", "gina", "hugo", "too"] {
            assert!(house.find(name).await.is_none(), "{name}");
        }
    }

    async fn the_same_file_again_changes_nothing(db: Db) {
        let house = house(&db).await;
        let rows = lines(1200, |at| format!("{{\"username\":\"user{at}\",\"name\":\"User {at}\"}}"));
        let (first, _) = house.text(&rows, options(Format::JsonLines)).await;
        assert_eq!(counts(&first), [1200, 1200, 0, 0, 0, 0]);
        for on_duplicate in [OnDuplicate::Refuse, OnDuplicate::Skip, OnDuplicate::Update] {
            let (again, refused) =
                house.text(&rows, Options { on_duplicate, ..options(Format::JsonLines) }).await;
            assert_eq!(counts(&again), [1200, 0, 0, 1200, 0, 0], "{refused:?}");
        }
        assert_eq!(house.count().await, 1200);
    }

    async fn who_is_there_already_is_refused_skipped_or_updated(db: Db) {
        let house = house(&db).await;
        let first = format!("{{\"sub\":\"c-1\",\"username\":\"ana\",\"email\":\"ana@example.test\",\"name\":\"Ana\",\"password_hash\":\"{HASH}\"}}");
        house.text(&first, options(Format::JsonLines)).await;
        let second = "{\"email\":\"ANA@example.test\",\"name\":\"Ana Lee\",\"customerInfo\":{\"ctype\":\"gold\"}}";

        let (summary, refused) = house.text(second, options(Format::JsonLines)).await;
        assert_eq!(counts(&summary), [1, 0, 0, 0, 0, 1]);
        assert!(refused[0].1.contains("customerInfo") && refused[0].1.contains("name"), "{refused:?}");
        let skip = Options { on_duplicate: OnDuplicate::Skip, ..options(Format::JsonLines) };
        assert_eq!(counts(&house.text(second, skip).await.0), [1, 0, 0, 0, 1, 0]);
        assert_eq!(house.find("ana").await.unwrap().claims["name"], "Ana");
        let update = || Options { on_duplicate: OnDuplicate::Update, ..options(Format::JsonLines) };
        assert_eq!(counts(&house.text(second, update()).await.0), [1, 0, 1, 0, 0, 0]);
        let ana = house.find("ana").await.unwrap();
        // What the row doesn't say stays.
        assert_eq!((ana.sub.as_str(), ana.username.as_deref()), ("c-1", Some("ana")));
        assert_eq!((ana.claims["name"].as_str(), ana.claims["email"].as_str()), (Some("Ana Lee"), Some("ANA@example.test")));
        assert!(house.login("ana", "U*U").await);

        // Under another sub, it is somebody else, who may not have the address.
        let (summary, refused) = house.text("{\"sub\":\"c-2\",\"email\":\"ana@example.test\"}", update()).await;
        assert_eq!((counts(&summary), refused.len()), ([1, 0, 0, 0, 0, 1], 1));
        assert!(refused[0].1.starts_with("email: is another"), "{refused:?}");
    }

    async fn all_or_nothing_imports_nothing_after_a_refusal(db: Db) {
        let house = house(&db).await;
        let good = lines(700, |at| format!("{{\"username\":\"user{at}\"}}"));
        let all = || Options { all_or_nothing: true, ..options(Format::JsonLines) };
        let (summary, refused) = house.text(&format!("{good}{{\"username\":\"user9\",\"name\":\"x\"}}\n"), all()).await;
        assert_eq!((counts(&summary), refused.len()), ([701, 700, 0, 0, 0, 1], 1));
        assert!(!summary.written);
        assert_eq!(house.count().await, 0);
        // Passwords are hashed as the transaction goes.
        let ana = "{\"username\":\"ana\",\"password\":\"correct horse battery\"}\n";
        let (summary, refused) = house.text(&format!("{good}{ana}"), all()).await;
        assert!(summary.written, "{refused:?}");
        assert_eq!(house.count().await, 701);
        assert!(house.login("ana", "correct horse battery").await);
    }

    async fn a_dry_run_tells_the_same_and_writes_nothing(db: Db) {
        let house = house(&db).await;
        let dry = Options { dry_run: true, ..options(Format::Csv) };
        let (would, told) = house.text(CSV, dry).await;
        assert_eq!(house.count().await, 0);
        let (does, tells) = house.text(CSV, options(Format::Csv)).await;
        assert_eq!((counts(&would), told), (counts(&does), tells));
        assert!(!would.written && does.written);
    }

    async fn what_follows_a_broken_file_is_not_imported_and_what_came_before_is(db: Db) {
        let house = house(&db).await;
        let rows = lines(500, |at| format!("user{at}"));
        let open = format!("username\n{rows}\"{}", "never closed, ".repeat(200_000));
        let (done, _) = house.import(Cursor::new(open), options(Format::Csv)).await;
        let why = done.unwrap_err().to_string();
        assert!(why.contains("quotation mark"), "{why}");
        assert_eq!(house.count().await, 500);
        let (done, _) = house.import(Cursor::new("name,shoe_size\nAna,38\n"), options(Format::Csv)).await;
        assert!(done.unwrap_err().to_string().contains("\"shoe_size\" is not one of sub, username"));
        let (done, _) = house.import(Cursor::new("name,name\nAna,Ana\n"), options(Format::Csv)).await;
        assert!(done.unwrap_err().to_string().contains("twice"));
    }

    async fn strange_lines_are_refused_for_themselves(db: Db) {
        let house = house(&db).await;
        let long = format!("{{\"username\":\"{}\"}}", "x".repeat(1 << 20));
        let mut text = format!("\u{FEFF}{{\"username\":\"ana\"}}\n\n[]\nnonsense\n{long}\n{{\"username\":\"bob\"}}\n{{\"a\":1").into_bytes();
        text.extend_from_slice(b"\n{\"username\":\"\xff\"}\n{\"username\":\"a\\u0000b\"}\n{\"username\":\"zed\"}");
        let (done, refused) = house.import(Cursor::new(text), options(Format::JsonLines)).await;
        assert_eq!(counts(&done.unwrap()), [9, 3, 0, 0, 0, 6]);
        assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5, 7, 8, 9]);
        assert!(house.find("zed").await.is_some());
    }

    async fn an_import_leaves_an_audit_row_a_batch(db: Db) {
        let house = house(&db).await;
        let rows = lines(1100, |at| format!("{{\"username\":\"user{at}\"}}"));
        house.text(&rows, options(Format::JsonLines)).await;
        let found = crate::support::db::count(&db, "SELECT COUNT(*) FROM audit WHERE event = 'consumer.imported'").await;
        assert_eq!(found, 3);
    }

    async fn sec_137_a_subject_of_another_account_is_taken_without_a_word_of_whose(db: Db) {
        let house = house(&db).await;
        let foreign = crate::support::seed::account(&db, "foreign").await;
        crate::support::seed::stored_consumer(&db, &foreign, "c-1", "ana").await;
        let update = Options { on_duplicate: OnDuplicate::Update, ..options(Format::JsonLines) };
        let (summary, refused) = house.text("{\"sub\":\"c-1\",\"name\":\"Eve\"}", update).await;
        assert_eq!(summary.refused, 1);
        assert_eq!(refused, [(1, "sub: is, or was, another consumer's".to_owned())]);
    }
}
