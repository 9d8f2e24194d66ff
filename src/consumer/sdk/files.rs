//! The files: one source, as a script and as a module, and its types.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A file of the helper as it is served, below `/sdk/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// The name: `signet.js`, `signet.mjs` or `signet.d.ts`.
    pub(super) name: &'static str,
    /// The body.
    pub(super) text: &'static str,
    /// The value of `content-type`.
    pub(super) content_type: &'static str,
    /// The value of `etag`, with its quotes.
    pub(super) etag: String,
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
        ("signet.js", SCRIPT, javascript),
        ("signet.mjs", MODULE, javascript),
        ("signet.d.ts", TYPES, "application/typescript; charset=utf-8"),
    ]
    .map(|(name, text, content_type)| File {
        name,
        text,
        content_type,
        etag: format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text))),
    })
});

/// The file of that name.
pub(super) fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}
