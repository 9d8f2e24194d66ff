//! The files: one source, as a script and as a module, and its types; each as it is, and compressed once.

use std::io::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// A file of the helper as it is served, below `/sdk/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// The name: `signet.js`, `signet.mjs` or `signet.d.ts`.
    pub(super) name: &'static str,
    /// The value of `content-type`.
    pub(super) content_type: &'static str,
    /// As it is.
    pub(super) plain: Form,
    /// As `content-encoding: gzip`.
    pub(super) gzip: Option<Form>,
}

/// One form of a file. Each has a tag of its own, since caches keep them apart by it (RFC 9110 §8.8.3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    /// The body.
    pub(super) bytes: Vec<u8>,
    /// The value of `etag`, with its quotes.
    pub(super) etag: String,
}

impl Form {
    fn of(bytes: Vec<u8>) -> Self {
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)));
        Self { bytes, etag }
    }
}

/// For a script element: it takes its options from that element, and the issuer from its own address.
const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("signet.js"),
    r#"
if (window.signet && window.signet.configure) return;
const element = document.currentScript;
window.signet = create(element && element.src.replace(/\/sdk\/signet\.js.*$/, ""));
if (element && element.dataset.client) window.signet.configure({ ...element.dataset });
})();
"#
);

/// The same for `import`: whoever imports it calls `signet.configure`.
const MODULE: &str = concat!(
    include_str!("signet.js"),
    r#"
export const signet = create(import.meta.url.replace(/\/sdk\/signet\.mjs.*$/, ""));
export default signet;
"#
);

const TYPES: &str = include_str!("signet.d.ts");

static FILES: LazyLock<[File; 3]> = LazyLock::new(|| {
    let javascript = "text/javascript; charset=utf-8";
    [
        ("signet.js", without_comments(SCRIPT), javascript),
        ("signet.mjs", without_comments(MODULE), javascript),
        (
            "signet.d.ts",
            TYPES.to_owned(),
            "application/typescript; charset=utf-8",
        ),
    ]
    .map(|(name, text, content_type)| File {
        name,
        content_type,
        gzip: compressed(text.as_bytes()).map(Form::of),
        plain: Form::of(text.into_bytes()),
    })
});

/// The same bytes on every node: the format's place for a time stays empty.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// The source as it travels: every page of the brand's waits for it. No text of it spans lines, and comments have lines of
/// their own; what the file is stays on its first.
fn without_comments(source: &str) -> String {
    let told = "// Signet's helper for a brand's own page. Its source tells why.\n";
    let lines = source.lines().map(str::trim_start);
    let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut text = told.to_owned();
    for line in kept {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The file of that name.
pub(super) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}
