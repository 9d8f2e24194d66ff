//! The helper for brands' pages, as it is served.

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::body::Body;
use http::header;

use crate::support::app::{App, request};
use crate::support::db::{FreshDb, on_both_databases};

on_both_databases! {
    async fn any_page_may_load_the_helper_below_each_issuer(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        for base in ["", "/a/other"] {
            for (name, content_type) in [
                ("signet.js", "text/javascript; charset=utf-8"),
                ("signet.mjs", "text/javascript; charset=utf-8"),
                ("signet.d.ts", "application/typescript; charset=utf-8"),
            ] {
                let path = format!("{base}/sdk/{name}");
                let answer = app.get(&path).await;
                assert_eq!(answer.status.as_u16(), 200, "{path}");
                assert_eq!(answer.header(header::CONTENT_TYPE), Some(content_type));
                assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), Some("*"));
                assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_CREDENTIALS), None);
                assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
                assert_eq!(answer.header(header::CACHE_CONTROL), Some("public, max-age=300"));
                assert!((100..6144).contains(&compressed(&answer.body)), "{path}");
                let tag = answer.header(header::ETAG).unwrap();
                let again = request("GET", &path).header("if-none-match", tag).body(Body::empty()).unwrap();
                let again = app.send(again).await;
                assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
            }
        }
        for path in ["/sdk/", "/sdk/signet", "/sdk/signet.css", "/sdk/signet.js/", "/a/nobody/sdk/signet.js"] {
            assert_eq!(app.get(path).await.status.as_u16(), 404, "{path}");
        }
    }

    async fn the_script_and_the_module_have_one_source_that_makes_no_markup_of_text(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let source: String = include_str!("../../../src/consumer/sdk/signet.js")
            .lines()
            .map(str::trim_start)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let (script, module) = (app.get("/sdk/signet.js").await.body, app.get("/sdk/signet.mjs").await.body);
        assert!(script.contains(&source) && module.contains(&source));
        assert!(!source.contains("/*"), "a comment that has no line of its own would travel");
        assert!(!script.contains("export ") && module.contains("export const signet"));
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "localStorage", "document.cookie"] {
            assert!(!script.contains(sink) && !module.contains(sink), "{sink}");
        }
    }
}

/// How many bytes go over the line.
fn compressed(text: &str) -> usize {
    let pipe = || Stdio::piped();
    let mut gzip = Command::new("gzip")
        .arg("-9c")
        .stdin(pipe())
        .stdout(pipe())
        .spawn()
        .unwrap();
    gzip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    gzip.wait_with_output().unwrap().stdout.len()
}
