//! A change of the sealing key, as its command makes it.

use signet::config::{Keys, SealSource};
use signet::directory::sealing_key::{self, Wish};
use signet::directory::{By, Error};
use signet::keys::SealingKeyError;
use signet::store::{self, Db, server_secrets};

use super::{
    Folder, all_under, change, connector, connector_secret, killed_after, many_values, mode, open, services,
    values,
};
use crate::support::app::App;
use crate::support::db::{FreshDb, on_both_databases};

/// The events that tell of changes of the key.
async fn recorded(db: &Db) -> Vec<String> {
    store::sql(
        "SELECT detail FROM audit WHERE account_id = '*' AND event = 'storage.master_key' ORDER BY seq",
    )
    .fetch_all(db)
    .await
    .unwrap()
}

fn command(path: &std::path::Path) -> SealSource {
    SealSource::Command(vec!["cat".to_owned(), path.display().to_string()])
}

on_both_databases! {
    async fn sec_150_a_change_seals_everything_anew_and_the_former_key_is_kept_aside(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        connector(&app.services, &app.brand, "code").await.unwrap();
        many_values(app.db(), &app.services.sealer, 250).await;
        let (former, key) = (app.services.sealer.id(), folder.read("sealing.key"));

        let at_work = services(app.db(), folder.keys()).await;
        let changed = change(&at_work).await.unwrap();
        assert_ne!(changed.key, former);
        assert_eq!(changed.former, [former]);
        // The root secret, a signing key, a connector's secret.
        assert_eq!(changed.number, 253);
        assert!(changed.unreadable.is_empty() && changed.source.is_none());
        assert_eq!(changed.former_file, Some(folder.path("sealing.key.old")));
        assert_eq!(folder.names(), ["sealing.key", "sealing.key.old"]);
        assert_eq!(folder.read("sealing.key.old"), key);

        std::fs::remove_file(folder.path("sealing.key.old")).unwrap();
        let after = services(app.db(), folder.keys()).await;
        all_under(app.db(), &after.sealer).await;
        assert_eq!(after.sealer.id(), changed.key);
        assert_eq!(connector_secret(&after, &app.brand, "code").await.unwrap(), "secret of code");
        assert_eq!(after.sealer.derive("x"), app.services.sealer.derive("x"), "what is derived stays");

        let recorded = recorded(app.db()).await;
        assert_eq!(recorded.len(), 2, "{recorded:?}");
        assert!(recorded[0].contains("begun") && recorded[1].contains("finished"), "{recorded:?}");
        assert!(recorded.iter().all(|it| it.contains(&former.to_string()) && !it.contains(key.trim())));
    }

    /// What comes after a kill is a node that starts, and a change that is finished by running it again.
    async fn sec_150_a_change_that_is_killed_after_any_step_is_finished_by_the_next_run(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        connector(&app.services, &app.brand, "code").await.unwrap();
        many_values(app.db(), &app.services.sealer, 120).await;
        let mut kills = 0;
        loop {
            let was_killed = killed_after(app.db(), folder.keys(), kills + 1).await;
            let started = services(app.db(), folder.keys()).await;
            assert_eq!(connector_secret(&started, &app.brand, "code").await.unwrap(), "secret of code");
            let tenant = started.accounts.find(&app.brand).await.unwrap().unwrap();
            assert!(tenant.ring.unusable.is_empty(), "after {kills} steps");
            if !was_killed {
                break;
            }
            kills += 1;
            let before = started.sealer.id();
            let changed = change(&services(app.db(), folder.keys()).await).await.unwrap();
            assert_eq!(folder.names(), ["sealing.key", "sealing.key.old"]);
            let after = services(app.db(), folder.keys()).await;
            assert_eq!(changed.key, after.sealer.id());
            // Once it seals, a key is not given up.
            assert!(kills < 2 || changed.key == before, "after {kills} steps");
            all_under(app.db(), &after.sealer).await;
            std::fs::remove_file(folder.path("sealing.key.old")).unwrap();
        }
        // Ready, begun, two batches of the server's secrets, signing keys, connectors, forgotten.
        assert_eq!(kills, 7);
    }

    async fn a_kill_between_the_names_of_files_leaves_every_key_its_name(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        many_values(&fresh.db, &open(folder.sources(), &fresh.db).await.unwrap(), 1).await;
        // Ready, begun, secrets, forgotten.
        assert!(killed_after(&fresh.db, folder.keys(), 4).await);
        let next = folder.read("sealing.key.next");
        std::fs::hard_link(folder.path("sealing.key"), folder.path("sealing.key.old")).unwrap();
        let changed = change(&services(&fresh.db, folder.keys()).await).await.unwrap();
        assert!(changed.former.is_empty() && changed.number == 0);
        assert_eq!(folder.names(), ["sealing.key", "sealing.key.old"]);
        assert_eq!(folder.read("sealing.key"), next);
        all_under(&fresh.db, &open(folder.sources(), &fresh.db).await.unwrap()).await;
    }

    async fn sec_150_no_file_of_a_key_is_ever_written_over(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        let at_work = services(&fresh.db, folder.keys()).await;
        folder.write("sealing.key.old", [3; 32]);
        let refused = change(&at_work).await;
        assert!(matches!(refused, Err(Error::FormerKey(_))), "{refused:?}");
        assert_eq!(folder.names(), ["sealing.key", "sealing.key.old"], "nothing was begun");

        // It came while the change was under way.
        std::fs::remove_file(folder.path("sealing.key.old")).unwrap();
        assert!(killed_after(&fresh.db, folder.keys(), 2).await);
        folder.write("sealing.key.old", [3; 32]);
        let (current, next) = (folder.read("sealing.key"), folder.read("sealing.key.next"));
        assert!(change(&services(&fresh.db, folder.keys()).await).await.is_err());
        assert_eq!((folder.read("sealing.key"), folder.read("sealing.key.next")), (current, next.clone()));
        assert!(open(folder.sources(), &fresh.db).await.is_ok());

        std::fs::remove_file(folder.path("sealing.key.old")).unwrap();
        change(&services(&fresh.db, folder.keys()).await).await.unwrap();
        assert_eq!(folder.read("sealing.key"), next);
    }

    /// A key that an operator put there for several machines is taken as it is.
    async fn a_next_key_that_is_there_is_taken_and_must_be_in_order(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        let at_work = services(&fresh.db, folder.keys()).await;
        let path = folder.write("sealing.key.next", [5; 32]);
        mode(&path, 0o644);
        let refused = change(&at_work).await;
        assert!(matches!(refused, Err(Error::SealingKey(SealingKeyError::Readable(..)))), "{refused:?}");
        assert!(open(folder.sources(), &fresh.db).await.is_ok(), "nobody needs it yet");
        mode(&path, 0o600);
        let (here, there) = (folder.read("sealing.key"), Folder::new());
        std::fs::write(there.path("sealing.key"), here).unwrap();
        mode(&there.path("sealing.key"), 0o600);
        there.write("sealing.key.next", [5; 32]);
        change(&at_work).await.unwrap();

        // On the other machine, both files lie as before: it starts, and running it there puts them in their places.
        let other = services(&fresh.db, there.keys()).await;
        let settled = change(&other).await.unwrap();
        assert!(settled.former.is_empty() && settled.number == 0);
        assert_eq!(there.names(), ["sealing.key", "sealing.key.old"]);
        assert_eq!(there.read("sealing.key"), folder.read("sealing.key"));
    }

    async fn the_next_key_may_come_from_a_program(fresh: &FreshDb) {
        let folder = Folder::new();
        let (first, second) = (folder.write("first", [1; 32]), folder.write("second", [2; 32]));
        let keys = |seal: Option<SealSource>, seal_next| Keys { seal, seal_next, ..folder.keys() };
        let nowhere = services(&fresh.db, keys(Some(command(&first)), None)).await;
        assert!(matches!(change(&nowhere).await, Err(Error::NoNextKey)));
        let absent = keys(Some(command(&first)), Some(command(&folder.path("absent"))));
        assert!(change(&services(&fresh.db, absent).await).await.is_err());

        let both = services(&fresh.db, keys(Some(command(&first)), Some(command(&second)))).await;
        many_values(&fresh.db, &both.sealer, 1).await;
        let changed = change(&both).await.unwrap();
        assert_eq!((changed.source, changed.former_file), (Some(command(&second)), None));
        assert_eq!(folder.names(), ["first", "second"]);
        // As before, or as it was told, a node starts.
        for sources in [keys(Some(command(&first)), Some(command(&second))), keys(Some(command(&second)), None)] {
            all_under(&fresh.db, &open(sources.seal_sources(), &fresh.db).await.unwrap()).await;
        }
        // Running it again finds nothing to do.
        let again = change(&services(&fresh.db, keys(Some(command(&second)), Some(command(&first)))).await).await;
        assert!(again.is_ok_and(|changed| !changed.former.is_empty()), "and back again");
    }

    async fn a_change_to_a_key_that_is_not_to_be_had_goes_no_further(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        assert!(killed_after(&fresh.db, folder.keys(), 2).await);
        let next = folder.path("sealing.key.next");
        std::fs::rename(&next, folder.path("elsewhere")).unwrap();
        let refused = open(folder.sources(), &fresh.db).await.unwrap_err();
        assert!(matches!(refused, SealingKeyError::Absent(..)), "{refused}");
        folder.write("sealing.key.next", [9; 32]);
        let refused = open(folder.sources(), &fresh.db).await.unwrap_err();
        assert!(matches!(refused, SealingKeyError::Absent(..)), "{refused}");
        // The former one is needed as long as it opens something.
        std::fs::rename(folder.path("elsewhere"), &next).unwrap();
        std::fs::rename(folder.path("sealing.key"), folder.path("elsewhere")).unwrap();
        assert!(open(folder.sources(), &fresh.db).await.is_err());
        std::fs::rename(folder.path("elsewhere"), folder.path("sealing.key")).unwrap();
        assert!(change(&services(&fresh.db, folder.keys()).await).await.is_ok());
    }

    async fn of_two_changes_at_once_one_wins_and_the_other_says_so(fresh: &FreshDb) {
        let folder = Folder::new();
        many_values(&fresh.db, &open(folder.sources(), &fresh.db).await.unwrap(), 300).await;
        // To the same key: they work side by side.
        let (one, other) = (services(&fresh.db, folder.keys()).await, services(&fresh.db, folder.keys()).await);
        let (one, other) = tokio::join!(change(&one), change(&other));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.key, other.key);
        assert_eq!(one.former.len() + other.former.len(), 1);
        assert_eq!(one.number + other.number, 301);
        assert_eq!(recorded(&fresh.db).await.len(), 2);
        all_under(&fresh.db, &open(folder.sources(), &fresh.db).await.unwrap()).await;

        // To different keys: the one that begins later is refused, wherever it learns of the other.
        let to = |name, key| Keys {
            seal_next: Some(SealSource::File(folder.write(name, key))),
            ..folder.keys()
        };
        let other = services(&fresh.db, to("other", [2; 32])).await;
        assert!(killed_after(&fresh.db, to("one", [1; 32]), 2).await);
        let refused = change(&other).await;
        assert!(matches!(refused, Err(Error::Changing(_))), "{refused:?}");
        let refused = open(to("other", [2; 32]).seal_sources(), &fresh.db).await;
        assert!(matches!(refused, Err(SealingKeyError::Absent(..))), "{refused:?}");
        let won = change(&services(&fresh.db, to("one", [1; 32])).await).await.unwrap();
        assert_eq!(recorded(&fresh.db).await.len(), 4);
        let keys = Keys { seal_next: None, seal: won.source, ..folder.keys() };
        all_under(&fresh.db, &open(keys.seal_sources(), &fresh.db).await.unwrap()).await;
    }

    async fn sec_151_a_value_that_nothing_opens_stays_as_it_is_and_holds_nothing_up(fresh: &FreshDb) {
        let folder = Folder::new();
        let app = App::with(fresh, |it| it.keys = folder.keys()).await;
        for id in ["bad", "good"] {
            connector(&app.services, &app.brand, id).await.unwrap();
        }
        let all = values(app.db()).await;
        let (_, row) = all.iter().find(|(_, row)| row.row == "bad").unwrap();
        let mut damaged = row.sealed.as_bytes().to_vec();
        damaged[20] ^= 1;
        let spoil = |bytes: Vec<u8>| store::sql("UPDATE connectors SET secret = $2 WHERE account_id = $1 AND connector_id = 'bad'")
            .bind(&app.brand).bind(bytes).execute(app.db());
        assert_eq!(spoil(damaged.clone()).await.unwrap(), 1);

        let at_work = services(app.db(), folder.keys()).await;
        let changed = change(&at_work).await.unwrap();
        assert_eq!(changed.former.len(), 1);
        assert_eq!(changed.unreadable.len(), 1);
        let unreadable = &changed.unreadable[0];
        assert_eq!((unreadable.column.name().as_str(), unreadable.row.as_str()), ("connectors.secret", "bad"));
        let kept = values(app.db()).await.into_iter().find(|(_, row)| row.row == "bad").unwrap().1;
        assert_eq!(kept.sealed.as_bytes(), damaged);
        assert_eq!(connector_secret(&at_work, &app.brand, "good").await.unwrap(), "secret of good");
        assert!(connector_secret(&at_work, &app.brand, "bad").await.is_none());
    }

    /// Whoever has a copy of the database and its sealing key has the root secret.
    async fn after_a_leak_the_root_secret_is_changed_too(fresh: &FreshDb) {
        let folder = Folder::new();
        let former = open(folder.sources(), &fresh.db).await.unwrap();
        let at_work = services(&fresh.db, folder.keys()).await;
        many_values(&fresh.db, &former, 1).await;
        let wish = Wish { new_root: true };
        sealing_key::change(&at_work, &By::command(), wish, |_| {}).await.unwrap();
        let after = open(folder.sources(), &fresh.db).await.unwrap();
        assert_ne!(after.derive("x"), former.derive("x"));
        all_under(&fresh.db, &after).await;
        assert_eq!(recorded(&fresh.db).await.len(), 3);
    }

    async fn what_is_under_which_key_is_told(fresh: &FreshDb) {
        let folder = Folder::new();
        let first = open(folder.sources(), &fresh.db).await.unwrap();
        many_values(&fresh.db, &first, 3).await;
        // Ready, begun.
        assert!(killed_after(&fresh.db, folder.keys(), 2).await);
        let at_work = services(&fresh.db, folder.keys()).await;
        many_values(&fresh.db, &at_work.sealer, 5).await;
        let standing = sealing_key::standing(&at_work).await.unwrap();
        let states: Vec<String> = standing.keys.iter().map(|(key, state)| format!("{key} {state}")).collect();
        assert!(states.contains(&format!("{} opening", first.id())), "{states:?}");
        assert!(states.contains(&format!("{} sealing", at_work.sealer.id())), "{states:?}");
        let number = |key| standing.values.iter().find(|it| it.key == Some(key)).map(|it| it.number);
        assert_eq!((number(first.id()), number(at_work.sealer.id())), (Some(4), Some(2)));
        assert_eq!(server_secrets::find(&fresh.db, "s0000").await.unwrap().unwrap().key_id(), Some(first.id()));
    }
}

/// Nor does the file hold what was: SQLite writes over what it replaces.
#[tokio::test]
async fn sec_150_no_byte_of_the_database_s_file_is_under_the_former_key() {
    let fresh = FreshDb::sqlite().await;
    let folder = Folder::new();
    let app = App::with(&fresh, |it| it.keys = folder.keys()).await;
    connector(&app.services, &app.brand, "code").await.unwrap();
    many_values(app.db(), &app.services.sealer, 250).await;
    let former = app.services.sealer.id();
    let sealed = [&[1], former.as_bytes().as_slice()].concat();
    let path = fresh.connect.url.strip_prefix("sqlite://").unwrap().to_owned();
    let whole = || std::fs::read(&path).unwrap();
    let found = |bytes: &[u8]| {
        bytes
            .windows(sealed.len())
            .filter(|window| *window == sealed)
            .count()
    };
    change(&services(app.db(), folder.keys()).await).await.unwrap();
    app.db().close().await;
    fresh.db.close().await;
    let bytes = whole();
    assert!(bytes.len() > 100_000, "the file was written");
    assert_eq!(found(&bytes), 0);
    fresh.throw_away().await;
}
