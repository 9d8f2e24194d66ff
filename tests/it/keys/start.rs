//! What a start finds, and what stops it.

use signet::config::{SealSource, SealSources};
use signet::keys::SealingKeyError;
use signet::model::{Sealed, SealingKeyState};
use signet::store::{self, Db, sealing_checks, server_secrets};

use super::{Folder, mode, open};
use crate::support::db::{FreshDb, on_both_databases};

fn command(words: &[&str]) -> SealSources {
    SealSources {
        current: SealSource::Command(words.iter().map(|&word| word.to_owned()).collect()),
        next: None,
    }
}

/// Everything that a start may have changed in the database.
async fn stored(db: &Db) -> (String, Option<Sealed>) {
    let checks = sealing_checks::list(db).await.unwrap();
    let root = server_secrets::find(db, "root").await.unwrap();
    (format!("{checks:?}"), root)
}

on_both_databases! {
    async fn the_first_start_makes_a_key_that_its_owner_alone_can_read(fresh: &FreshDb) {
        let folder = Folder::new();
        let first = open(folder.sources(), &fresh.db).await.unwrap();
        assert_eq!(folder.names(), ["sealing.key"]);
        let mode = std::os::unix::fs::PermissionsExt::mode(&folder.path("sealing.key").metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);

        let again = open(folder.sources(), &fresh.db).await.unwrap();
        assert_eq!(first.id(), again.id());
        assert_eq!(first.derive("x"), again.derive("x"));
        let checks = sealing_checks::list(&fresh.db).await.unwrap();
        assert_eq!(checks.len(), 1);
        assert_eq!((checks[0].key_id, checks[0].state), (first.id(), SealingKeyState::Sealing));
    }

    async fn nodes_that_start_at_once_agree_on_the_key_and_the_root_secret(fresh: &FreshDb) {
        let folder = Folder::new();
        let starts: Vec<_> = (0..6).map(|_| {
            let (sources, db) = (folder.sources(), fresh.db.clone());
            tokio::spawn(async move { open(sources, &db).await.unwrap() })
        }).collect();
        let mut derived = Vec::new();
        for start in starts {
            let sealer = start.await.unwrap();
            derived.push((sealer.id(), sealer.derive("x")));
        }
        assert!(derived.windows(2).all(|pair| pair[0] == pair[1]), "{derived:?}");
        assert_eq!(folder.names(), ["sealing.key"]);
    }

    async fn of_nodes_that_start_at_once_with_keys_of_their_own_one_starts(fresh: &FreshDb) {
        let (here, there) = (Folder::new(), Folder::new());
        here.write("sealing.key", [1; 32]);
        there.write("sealing.key", [2; 32]);
        let (one, other) = tokio::join!(open(here.sources(), &fresh.db), open(there.sources(), &fresh.db));
        let refused = match (one, other) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            both => panic!("{both:?}"),
        };
        assert!(matches!(refused, SealingKeyError::Wrong(..)), "{refused}");
        assert_eq!(sealing_checks::list(&fresh.db).await.unwrap().len(), 1);
    }

    async fn sec_150_a_key_that_is_not_right_stops_the_start_and_changes_nothing(fresh: &FreshDb) {
        let folder = Folder::new();
        let id = open(folder.sources(), &fresh.db).await.unwrap().id().to_string();
        let (before, key) = (stored(&fresh.db).await, folder.read("sealing.key"));
        let file = folder.path("sealing.key");
        let told = async || open(folder.sources(), &fresh.db).await.unwrap_err().to_string();

        std::fs::remove_file(&file).unwrap();
        assert!(told().await.contains("sealing.key is missing"));
        assert!(folder.names().is_empty(), "nothing is made in its place");

        let (other, garbage) = ([9; 32], "c2hvcnQ=");
        folder.write("sealing.key", other);
        assert!(told().await.contains(&format!("is not the key that sealed this database (key {id})")));

        for text in [garbage, "", "\u{0}\u{1}", &key.repeat(2), &"A".repeat(10_000)] {
            std::fs::write(&file, text).unwrap();
            let told = told().await;
            assert!(told.contains("is not a sealing key") && !told.contains(garbage), "{told}");
        }
        std::fs::write(&file, [0xff; 44]).unwrap();
        assert!(told().await.contains("is not a sealing key"));

        std::fs::write(&file, &key).unwrap();
        for bits in [0o604, 0o640, 0o601, 0o666] {
            mode(&file, bits);
            assert!(told().await.contains("can be read by others"), "{bits:o}");
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        mode(&file, 0o700);
        assert!(told().await.contains("sealing.key"));
        std::fs::remove_dir(&file).unwrap();

        assert_eq!(stored(&fresh.db).await, before);
        std::fs::write(&file, &key).unwrap();
        mode(&file, 0o400);
        assert!(open(folder.sources(), &fresh.db).await.is_ok());
    }

    async fn sec_150_a_program_that_does_not_print_the_key_stops_the_start(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        let before = stored(&fresh.db).await;
        let file = folder.path("sealing.key").display().to_string();
        assert!(open(command(&["cat", &file]), &fresh.db).await.is_ok());

        let other = folder.write("other", [9; 32]).display().to_string();
        for (program, why) in [
            (&["cat", &other][..], "what the command cat prints is not the key that sealed"),
            (&["echo", "s3cret"], "what the command echo prints is not a sealing key"),
            (&["true"], "what the command true prints is not a sealing key"),
            (&["false"], "false: exit status: 1"),
            (&["sh", "-c", "echo s3cret; echo sorry >&2; exit 7"], "sh: exit status: 7: sorry"),
            (&["/nowhere/vault"], "/nowhere/vault: can't be started"),
        ] {
            let told = open(command(program), &fresh.db).await.unwrap_err().to_string();
            assert!(told.contains(why) && !told.contains("s3cret"), "{told}");
        }
        assert_eq!(stored(&fresh.db).await, before);
    }

    async fn sec_150_a_database_without_a_sealed_value_gets_no_key_from_elsewhere(fresh: &FreshDb) {
        let unset = SealSources { current: SealSource::Environment("SIGNET_TEST_UNSET".to_owned()), next: None };
        let told = open(unset, &fresh.db).await.unwrap_err().to_string();
        assert!(told.contains("SIGNET_TEST_UNSET, which isn't set"), "{told}");
        assert!(open(command(&["false"]), &fresh.db).await.is_err());
        assert!(sealing_checks::list(&fresh.db).await.unwrap().is_empty());
    }

    async fn sec_164_a_key_where_its_place_is_asked_for_is_not_repeated(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        let key = folder.read("sealing.key").trim().to_owned();
        let pasted = SealSources { current: key.parse().unwrap(), next: None };
        let told = open(pasted, &fresh.db).await.unwrap_err().to_string();
        assert!(told.contains("looks like the key itself") && !told.contains(&key), "{told}");
    }

    /// Before there was a root secret, codes and forms were protected with what the sealing key itself derived.
    async fn a_database_from_before_the_root_secret_goes_on_with_what_it_derived(fresh: &FreshDb) {
        let folder = Folder::new();
        folder.write("sealing.key", [7; 32]);
        let former = signet::keys::Sealer::new(&[7; 32]).unwrap();
        open(folder.sources(), &fresh.db).await.unwrap();
        assert_eq!(store::sql("DELETE FROM server_secrets").execute(&fresh.db).await.unwrap(), 1);
        let (one, other) = tokio::join!(open(folder.sources(), &fresh.db), open(folder.sources(), &fresh.db));
        assert_eq!(one.unwrap().derive("x"), former.derive("x"));
        assert_eq!(other.unwrap().derive("x"), former.derive("x"));
    }

    async fn a_root_secret_is_no_secret_of_the_key(fresh: &FreshDb) {
        let folder = Folder::new();
        folder.write("sealing.key", [7; 32]);
        let sealer = open(folder.sources(), &fresh.db).await.unwrap();
        assert_ne!(sealer.derive("x"), signet::keys::Sealer::new(&[7; 32]).unwrap().derive("x"));
    }

    async fn sec_150_a_damaged_root_secret_stops_the_start(fresh: &FreshDb) {
        let folder = Folder::new();
        open(folder.sources(), &fresh.db).await.unwrap();
        let mut sealed = server_secrets::find(&fresh.db, "root").await.unwrap().unwrap().as_bytes().to_vec();
        sealed[20] ^= 1;
        store::sql("UPDATE server_secrets SET secret = $1").bind(sealed).execute(&fresh.db).await.unwrap();
        let told = open(folder.sources(), &fresh.db).await.unwrap_err().to_string();
        assert!(told.contains("root secret"), "{told}");
    }
}
