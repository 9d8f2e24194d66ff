//! The helper for brands' pages, as it is served.

use std::io::Write as _;
use std::process::{Command, Stdio};

use axum::body::Body;
use http::header;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::app::{App, HOST, request};
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
                assert_eq!(answer.header(header::CONTENT_ENCODING), None);
                assert_eq!(answer.header(header::VARY), Some("accept-encoding"));
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

    async fn the_helper_travels_compressed_to_whoever_takes_that_and_each_form_has_its_own_tag(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let wire = Wire::to(&app).await;
        for name in ["signet.js", "signet.mjs", "signet.d.ts"] {
            let plain = wire.get(name, "").await;
            let gzip = wire.get(name, "accept-encoding: gzip, deflate, br, zstd\r\n").await;
            assert_eq!((gzip.status, gzip.header("content-encoding")), (200, Some("gzip")), "{name}");
            assert_eq!(gzip.header("vary"), Some("accept-encoding"), "{name}");
            assert_eq!(gzip.header("content-type"), plain.header("content-type"), "{name}");
            assert_eq!(gzip.header("content-length"), Some(gzip.body.len().to_string().as_str()), "{name}");
            assert_eq!(decompressed(&gzip.body), plain.body, "{name}");
            // Head and body together are what a page waits for.
            assert!((500..6144).contains(&gzip.length), "{name}: {} bytes", gzip.length);
            assert!(plain.length > 2 * gzip.length || name == "signet.d.ts", "{name}");

            let [plain_tag, gzip_tag] = [&plain, &gzip].map(|it| it.header("etag").unwrap());
            assert_ne!(plain_tag, gzip_tag, "{name}");
            for (takes, tag, status) in [
                ("gzip", gzip_tag, 304),
                ("gzip", &format!("W/{gzip_tag}"), 304),
                ("gzip", &format!("\"other\", {gzip_tag}"), 304),
                ("gzip", "*", 304),
                ("gzip", plain_tag, 200),
                ("identity", plain_tag, 304),
                ("identity", gzip_tag, 200),
                ("gzip", "\"other\"", 200),
                ("gzip", gzip_tag.trim_matches('"'), 200),
            ] {
                let again = wire.get(name, &format!("accept-encoding: {takes}\r\nif-none-match: {tag}\r\n")).await;
                assert_eq!(again.status, status, "{name}: {takes} {tag}");
                assert_eq!(again.body.is_empty(), status == 304, "{name}: {takes} {tag}");
                assert_eq!(again.header("vary"), Some("accept-encoding"), "{name}: {takes} {tag}");
                assert_eq!(again.header("etag"), Some(if takes == "gzip" { gzip_tag } else { plain_tag }), "{name}");
            }
        }
        let script = wire.get("signet.js", "").await;
        for (takes, compressed) in [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("*", true), ("br;q=1, gzip;q=0.5", true), ("gzip ; q=0.001", true),
            ("br\r\naccept-encoding: gzip", true),
            ("", false), ("identity", false), ("br", false), ("gzip;q=0", false), ("gzip; q=0.000, *", false), ("*;q=0", false),
            ("gzip;q=lots", false), ("gzip;q=NaN", false), ("gzip;q=-1", false), ("gzipped", false), (";;,,;q=", false), ("\u{fc}gzip", false),
        ] {
            let answer = wire.get("signet.js", &format!("accept-encoding: {takes}\r\n")).await;
            assert_eq!((answer.status, answer.header("content-encoding").is_some()), (200, compressed), "{takes:?}");
            if !compressed {
                assert_eq!(answer.body, script.body, "{takes:?}");
            }
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

/// A node, spoken to byte by byte: no client's library decompresses what comes.
struct Wire {
    address: std::net::SocketAddr,
}

/// What came back over a connection.
struct Came {
    status: u16,
    head: String,
    body: Vec<u8>,
    /// All bytes of it.
    length: usize,
}

impl Wire {
    async fn to(app: &App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        app.serve(listener);
        Self { address }
    }

    async fn get(&self, name: &str, headers: &str) -> Came {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let asked = format!("GET /sdk/{name} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Came {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: bytes[end + 4..].to_vec(),
            length: bytes.len(),
        }
    }
}

impl Came {
    /// A header that is there once at the most.
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(it, _)| it.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value);
        assert!(found.next().is_none(), "{name}: {}", self.head);
        value
    }
}

fn decompressed(bytes: &[u8]) -> Vec<u8> {
    let pipe = || Stdio::piped();
    let mut gzip = Command::new("gzip")
        .arg("-dc")
        .stdin(pipe())
        .stdout(pipe())
        .spawn()
        .unwrap();
    gzip.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = gzip.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}
