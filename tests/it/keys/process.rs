//! `signet key reseal` as a process, and what settings say of the sealing key.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use signet::config::Keys;
use signet::store::{Connect, Db};

use super::{all_under, many_values, open};
use crate::server::program::Program;
use crate::support::db::{FreshDb, on_both_databases};

/// The program beside a database that a test looks into.
struct Beside {
    program: Program,
    db: Db,
}

impl Beside {
    /// With an account, and so many sealed values.
    async fn with_values(fresh: &FreshDb, number: usize) -> Self {
        let program = Program::new().with("SIGNET_DATABASE__URL", fresh.connect.url.clone());
        done(program.run(&["account", "create", "--name", "Acme Shop"]));
        let beside = Self {
            program,
            db: Db::connect(&Connect {
                ..fresh.connect.clone()
            })
            .await
            .unwrap(),
        };
        let sealer = open(beside.keys().seal_sources(), &beside.db).await.unwrap();
        many_values(&beside.db, &sealer, number).await;
        beside
    }

    fn keys(&self) -> Keys {
        Keys {
            dir: self.program.path().join("keys"),
            ..Keys::default()
        }
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.program.path().join("keys")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Kills a change when it has told of so many steps; tells whether it was still at it.
    fn kill_after(&self, steps: usize) -> bool {
        let mut command = self.program.command(&["key", "reseal"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .take(steps)
            .count();
        child.kill().unwrap();
        told == steps && !child.wait().unwrap().success()
    }
}

fn done(output: Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

on_both_databases! {
    async fn sec_150_a_change_goes_on_where_the_one_before_was_killed(fresh: &FreshDb) {
        let beside = Beside::with_values(fresh, 1500).await;
        for steps in [1, 2, 3, 5, 4] {
            assert!(beside.kill_after(steps), "{steps}");
            done(beside.program.run(&["key", "list"]));
        }
        let changed: Value = serde_json::from_str(&done(beside.program.run(&["key", "reseal", "--json"]))).unwrap();
        assert_eq!(changed["former"].as_array().unwrap().len(), 1, "{changed}");
        assert_eq!((&changed["set_keys_seal_to"], &changed["unreadable"]), (&Value::Null, &Value::Array(Vec::new())));
        let anew = changed["sealed_anew"].as_u64().unwrap();
        assert!(anew > 0 && anew < 1502, "{changed}");
        assert_eq!(beside.names(), ["sealing.key", "sealing.key.old"]);
        all_under(&beside.db, &open(beside.keys().seal_sources(), &beside.db).await.unwrap()).await;

        // An accident: a second change would make an end of the first one's former key.
        let told = refused(beside.program.run(&["key", "reseal"]));
        assert!(told.contains("sealing.key.old") && told.contains("delete"), "{told}");
        beside.db.close().await;
    }

    async fn sec_150_a_running_server_follows(fresh: &FreshDb) {
        let beside = Beside::with_values(fresh, 300).await;
        let serving = beside.program.serve();
        let told = done(beside.program.run(&["key", "reseal"]));
        assert!(told.contains("The sealing key is ") && told.contains("Delete it here"), "{told}");
        for _ in 0..200 {
            if beside.program.log().contains("another sealing key seals") {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = beside.program.log();
        assert!(log.contains("another sealing key seals") && !log.contains("ERROR"), "{log}");
        done(beside.program.run(&["health"]));
        drop(serving);
        beside.db.close().await;
    }

    async fn a_dry_run_tells_and_changes_nothing(fresh: &FreshDb) {
        let beside = Beside::with_values(fresh, 3).await;
        let before = beside.names();
        let told = done(beside.program.run(&["key", "reseal", "--dry-run"]));
        for line in ["server_secrets.secret", "signing_keys.private_key", "sealing"] {
            assert!(told.contains(line), "{told}");
        }
        let told: Value = serde_json::from_str(&done(beside.program.run(&["key", "reseal", "--dry-run", "--json"]))).unwrap();
        assert_eq!(told["values"][0]["number"], 4);
        assert_eq!(told["keys"][0]["state"], "sealing");
        assert_eq!(beside.names(), before);
        beside.db.close().await;
    }
}

/// With what settings say of the sealing key in the environment.
fn with(program: &Program, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command: Command = program.command(arguments);
    command.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn sec_150_the_key_may_come_from_the_environment_or_from_a_program() {
    let program = Program::new();
    done(program.run(&["account", "create", "--name", "Acme Shop"]));
    let key = std::fs::read_to_string(program.path().join("keys/sealing.key")).unwrap();
    std::fs::rename(program.path().join("keys"), program.path().join("moved")).unwrap();
    let list = &["key", "list"][..];
    let told = refused(program.run(list));
    assert!(told.contains("sealing.key is missing"), "{told}");

    done(with(
        &program,
        list,
        &[("SIGNET_KEYS__SEAL", "env:SEAL"), ("SEAL", &key)],
    ));
    done(with(
        &program,
        list,
        &[("SIGNET_KEYS__SEAL", "moved/sealing.key")],
    ));
    done(with(
        &program,
        list,
        &[("SIGNET_KEYS__SEAL", "command:cat moved/sealing.key")],
    ));
    done(with(
        &program,
        list,
        &[("SIGNET_KEYS__SEAL__COMMAND", "cat moved/sealing.key")],
    ));
    std::fs::write(
        program.path().join("signet.toml"),
        "[keys.seal]\ncommand = [\"sh\", \"-c\", \"cat moved/sealing.key\"]\n",
    )
    .unwrap();
    done(program.run(list));

    for (variables, why) in [
        (
            &[("SIGNET_KEYS__SEAL", "env:SEAL")][..],
            "environment variable SEAL, which isn't set",
        ),
        (
            &[("SIGNET_KEYS__SEAL", "env:SEAL"), ("SEAL", "c2hvcnQ=")],
            "is not a sealing key",
        ),
        (&[("SIGNET_KEYS__SEAL", key.trim())], "looks like the key itself"),
        (
            &[("SIGNET_KEYS__SEAL__COMMAND", "cat nowhere")],
            "cat: exit status: 1: cat: nowhere",
        ),
    ] {
        let told = refused(with(&program, list, variables));
        assert!(
            told.contains(why) && !told.contains(key.trim()) && !told.contains("c2hvcnQ="),
            "{told}"
        );
    }
    assert!(!program.path().join("keys").exists(), "nothing is made");
}

#[test]
fn the_key_moves_from_a_file_to_a_program_by_being_changed() {
    let program = Program::new();
    done(program.run(&["account", "create", "--name", "Acme Shop"]));
    let next = program.path().join("next.key");
    std::fs::write(&next, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").unwrap();
    let told = done(program.run(&["key", "reseal", "--to", "command:cat next.key"]));
    assert!(told.contains("Set keys.seal to command:cat next.key"), "{told}");
    done(with(
        &program,
        &["key", "list"],
        &[("SIGNET_KEYS__SEAL__COMMAND", "cat next.key")],
    ));
    let told = refused(program.run(&["key", "list"]));
    assert!(
        told.contains("is not the key that sealed this database"),
        "{told}"
    );

    let wrong = program.run(&["key", "reseal", "--to", "env:"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}
