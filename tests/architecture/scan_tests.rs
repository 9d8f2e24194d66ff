//! The scanner can fail: each way of naming another room is seen, and nothing else is.

use crate::scan::{paths, texts};

/// The paths that `source`, as the module `store::codes`, names.
fn named(source: &str) -> Vec<String> {
    let module = ["store".to_owned(), "codes".to_owned()];
    paths(source, &module)
        .expect("the snippet is Rust")
        .iter()
        .map(|named| named.path.join("::"))
        .collect()
}

#[test]
fn an_import_is_seen_with_its_line() {
    let found = paths("// one\n\nuse crate::http::Problem;", &[]).expect("the snippet is Rust");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].room(), found[0].line), (Some("http"), 3));
}

#[test]
fn branches_are_followed() {
    assert_eq!(
        named("use crate::{http::{self, Problem as P}, model::*};"),
        ["crate::http::self", "crate::http::Problem", "crate::model::*"]
    );
}

#[test]
fn a_path_in_passing_is_seen() {
    assert_eq!(
        named("fn f() -> crate::http::Answer { crate::issue::code() }"),
        ["crate::http::Answer", "crate::issue::code"]
    );
}

#[test]
fn a_path_inside_a_macro_or_an_attribute_is_seen() {
    assert_eq!(
        named("#[derive(sqlx::FromRow)] struct A; fn f() { assert!(matches!(x, crate::http::A)) }"),
        ["sqlx::FromRow", "crate::http::A"]
    );
}

#[test]
fn super_leads_up_from_where_it_is_written() {
    assert_eq!(named("use super::rows::Row;"), ["crate::store::rows::Row"]);
    assert_eq!(
        named("use super::super::http::Problem;"),
        ["crate::http::Problem"]
    );
    assert_eq!(named("mod tests { use super::*; }"), ["crate::store::codes::*"]);
    assert_eq!(
        named("mod tests { use super::super::super::http; }"),
        ["crate::http"]
    );
    assert_eq!(named("use self::inner::A;"), ["crate::store::codes::inner::A"]);
}

#[test]
fn the_whole_house_at_once_is_no_room() {
    let found = paths("use crate::*; use crate as house;", &[]).expect("the snippet is Rust");
    assert_eq!(
        found.iter().map(|named| named.room()).collect::<Vec<_>>(),
        [Some("*"), Some("self")]
    );
}

#[test]
fn the_binary_names_the_library() {
    assert_eq!(named("signet::cli::run()"), ["crate::cli::run"]);
}

#[test]
fn comments_documentation_and_texts_name_nothing() {
    assert!(named("//! See [`crate::http`].\n/// And crate::issue::A.\n// crate::cli::B\nconst A: &str = \"crate::cli::C\";").is_empty());
}

#[test]
fn a_library_is_seen_wherever_it_is_named() {
    assert_eq!(named("use axum;"), ["axum"]);
    assert_eq!(named("use ::axum::Router;"), ["axum::Router"]);
    assert_eq!(named("use {axum::Router, sqlx as s};"), ["axum::Router", "sqlx"]);
    assert_eq!(named("fn f(r: axum::Router<()>) {}"), ["axum::Router"]);
    assert_eq!(
        named("extern crate axum; fn f() { ::axum::serve() }"),
        ["axum", "axum::serve"]
    );
}

#[test]
fn a_part_of_another_path_is_no_library() {
    assert_eq!(
        named("rustls::crypto::aws_lc_rs::default_provider()"),
        ["rustls::crypto::aws_lc_rs::default_provider"]
    );
    assert!(named("fn f() { <T as Into<A>>::sqlx::go(); x.axum(); axum }").is_empty());
    assert!(named("fn f() { Vec::<u8>::sqlx() }").is_empty());
}

#[test]
fn a_module_of_our_own_may_have_a_librarys_name() {
    assert!(named("mod rsa; fn f() { rsa::generate() }").is_empty());
    assert_eq!(
        named("use super::rsa; fn f() { rsa::generate() }"),
        ["crate::store::rsa"]
    );
    // … and an import of the library itself stays in the list.
    assert_eq!(named("use rsa::traits; fn f() { traits::a() }"), ["rsa::traits"]);
}

#[test]
fn captured_lifetimes_are_no_import() {
    assert_eq!(
        named("fn f<'a>() -> impl Iterator + use<'a> { crate::base::x() }"),
        ["crate::base::x"]
    );
}

#[test]
fn texts_are_read_with_their_lines() {
    let found = texts("/// SELECT a FROM b\nconst A: &str = \"one\\ntwo\";\nconst B: &str = r#\"three\"#;")
        .expect("the snippet is Rust");
    let read: Vec<_> = found
        .iter()
        .map(|text| (text.content.as_str(), text.line))
        .collect();
    assert_eq!(read, [("one\ntwo", 2), ("three", 3)]);
}
