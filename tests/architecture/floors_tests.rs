//! The rules can fail: each kind of wrong import is refused, with what to do about it.

use crate::floors::{FLOORS, import, library};

#[test]
fn downwards_is_allowed_over_any_number_of_floors() {
    assert_eq!(import("cli", "store"), Ok(()));
    assert_eq!(import("demo", "server"), Ok(()));
    assert_eq!(import("provider", "base"), Ok(()));
    assert_eq!(import("store", "store"), Ok(()));
}

#[test]
fn upwards_is_to_be_turned_round() {
    let why = import("store", "http").expect_err("the store may not know HTTP");
    assert!(
        why.contains("turn it round, so that `http` calls `store`"),
        "{why}"
    );
    assert!(import("server", "cli").is_err());
    assert!(import("server", "demo").is_err());
    assert!(import("base", "model").is_err());
}

#[test]
fn rooms_on_one_floor_do_not_know_each_other() {
    for rooms in FLOORS {
        for from in *rooms {
            for to in rooms.iter().filter(|to| *to != from) {
                let why = import(from, to).expect_err("neighbours are strangers");
                assert!(why.contains("one floor down"), "{why}");
            }
        }
    }
}

#[test]
fn the_demo_is_entered_from_the_command_line_only() {
    assert_eq!(import("cli", "demo"), Ok(()));
    assert!(import("main", "demo").is_err());
}

#[test]
fn an_unknown_room_is_refused() {
    assert!(import("store", "helpers").is_err());
    assert!(import("store", "*").is_err());
}

#[test]
fn a_library_outside_its_rooms_is_refused() {
    assert!(library("src/login/session.rs", "axum").is_err());
    assert!(library("src/issue/code.rs", "aws_lc_rs").is_err());
    assert!(library("crates/oauth/src/lib.rs", "jsonwebtoken").is_err());
    assert!(library("src/main.rs", "clap").is_err());
    assert!(library("src/provider/mod.rs", "sqlx").is_err());
}

#[test]
fn a_library_in_its_rooms_is_welcome() {
    assert_eq!(library("src/provider/mod.rs", "axum"), Ok(()));
    assert_eq!(library("src/keys/sealing.rs", "aws_lc_rs"), Ok(()));
    assert_eq!(library("crates/jose/src/rsa.rs", "rsa"), Ok(()));
    assert_eq!(library("src/login/session.rs", "serde"), Ok(()));
}
