//! Style sheets, scripts and the icon: inside the binary, under names that carry their digest.
//!
//! Pages name an asset as `/assets/NAME.DIGEST.EXT`, which may be cached for ever. The plain `/assets/NAME.EXT` finds
//! it too, for bookmarks and old pages, and must be asked for anew each time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// A file as it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The body.
    pub bytes: &'static [u8],
    /// The value of `content-type`.
    pub content_type: &'static str,
    /// The value of `etag`, with its quotes.
    pub etag: &'static str,
    /// Whether this address will never answer with anything else, so that `cache-control` may be
    /// `public, max-age=31536000, immutable`; else it is `no-cache`.
    pub immutable: bool,
}

/// The files, by what pages call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum File {
    /// The style sheet of every page.
    Styles,
    /// The login page's show-password button.
    Login,
    /// Sends the form of a form_post answer.
    FormPost,
    /// Goes on from the page that says that a consumer is signed out.
    LoggedOut,
    /// Tells a client's page whether the session has changed.
    CheckSession,
    /// Closes a pop-up.
    Close,
    /// The icon of brands without one.
    Icon,
    /// What the console's pages have besides.
    Console,
    /// Copies values of the console's pages.
    ConsoleCopy,
    /// The style sheet of the demo's pages.
    DemoStyles,
    /// The demo's own controls.
    DemoCounter,
    /// What the demo's pages write down of what goes over the wire.
    DemoJournal,
    /// How the demo's messaging platform asks a page.
    DemoMethod,
    /// How the demo's app signs in.
    DemoApp,
    /// Where the demo's app comes back to.
    DemoCallback,
    /// The demo's brand page: how it gets a token.
    DemoBrand,
    /// The demo's messaging platform: how it asks for one.
    DemoPlatform,
}

/// A file with what follows from its bytes.
struct Entry {
    name: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    /// `/assets/NAME.DIGEST.EXT`
    path: String,
    etag: String,
}

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// The style sheet of every page: one file for browsers, one per topic for its readers.
const STYLES: &str = concat!(
    include_str!("../assets/pages/tokens.css"),
    include_str!("../assets/pages/page.css"),
    include_str!("../assets/pages/form.css"),
    include_str!("../assets/pages/consent.css"),
    include_str!("../assets/pages/factor.css"),
    include_str!("../assets/pages/signs.css"),
    include_str!("../assets/pages/small.css"),
);

/// What the console's pages have besides.
const CONSOLE_STYLES: &str = concat!(
    include_str!("../assets/console/shell.css"),
    include_str!("../assets/console/content.css"),
    include_str!("../assets/console/keys.css"),
    include_str!("../assets/console/connectors.css"),
    include_str!("../assets/console/people.css"),
    include_str!("../assets/console/narrow.css"),
);

/// What the demo's pages have besides.
const DEMO_STYLES: &str = concat!(
    include_str!("../assets/demo/shop.css"),
    include_str!("../assets/demo/art.css"),
    include_str!("../assets/demo/counter.css"),
    include_str!("../assets/demo/chat.css"),
    include_str!("../assets/demo/phone.css"),
    include_str!("../assets/demo/agent.css"),
    include_str!("../assets/demo/exchanges.css"),
);

impl File {
    const ALL: [Self; 17] = [
        Self::Styles,
        Self::Login,
        Self::FormPost,
        Self::LoggedOut,
        Self::CheckSession,
        Self::Close,
        Self::Icon,
        Self::Console,
        Self::ConsoleCopy,
        Self::DemoStyles,
        Self::DemoCounter,
        Self::DemoJournal,
        Self::DemoMethod,
        Self::DemoApp,
        Self::DemoCallback,
        Self::DemoBrand,
        Self::DemoPlatform,
    ];

    const fn source(self) -> (&'static str, &'static str, &'static str, &'static [u8]) {
        match self {
            Self::Styles => ("pages", "css", STYLE, STYLES.as_bytes()),
            Self::Login => ("login", "js", SCRIPT, include_bytes!("../assets/login.js")),
            Self::FormPost => (
                "form_post",
                "js",
                SCRIPT,
                include_bytes!("../assets/form_post.js"),
            ),
            Self::LoggedOut => (
                "logged_out",
                "js",
                SCRIPT,
                include_bytes!("../assets/logged_out.js"),
            ),
            Self::CheckSession => (
                "check_session",
                "js",
                SCRIPT,
                include_bytes!("../assets/check_session.js"),
            ),
            Self::Close => ("close", "js", SCRIPT, include_bytes!("../assets/close.js")),
            Self::Icon => ("icon", "svg", PICTURE, include_bytes!("../assets/icon.svg")),
            Self::Console => ("console", "css", STYLE, CONSOLE_STYLES.as_bytes()),
            Self::ConsoleCopy => ("copy", "js", SCRIPT, include_bytes!("../assets/console/copy.js")),
            Self::DemoStyles => ("demo", "css", STYLE, DEMO_STYLES.as_bytes()),
            Self::DemoCounter => (
                "counter",
                "js",
                SCRIPT,
                include_bytes!("../assets/demo/counter.js"),
            ),
            Self::DemoJournal => (
                "journal",
                "js",
                SCRIPT,
                include_bytes!("../assets/demo/journal.js"),
            ),
            Self::DemoMethod => ("method", "js", SCRIPT, include_bytes!("../assets/demo/method.js")),
            Self::DemoApp => ("app", "js", SCRIPT, include_bytes!("../assets/demo/app.js")),
            Self::DemoCallback => (
                "callback",
                "js",
                SCRIPT,
                include_bytes!("../assets/demo/callback.js"),
            ),
            Self::DemoBrand => ("brand", "js", SCRIPT, include_bytes!("../assets/demo/brand.js")),
            Self::DemoPlatform => (
                "platform",
                "js",
                SCRIPT,
                include_bytes!("../assets/demo/platform.js"),
            ),
        }
    }

    /// The path by which a page names the file.
    pub(crate) fn path(self) -> &'static str {
        let position = Self::ALL.iter().position(|file| *file == self);
        position
            .and_then(|position| ENTRIES.get(position))
            .map_or("", |entry| entry.path.as_str())
    }

    fn entry(self) -> Entry {
        let (name, extension, content_type, bytes) = self.source();
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        let short = digest.get(..12).unwrap_or(&digest);
        Entry {
            name,
            extension,
            content_type,
            bytes,
            path: format!("/assets/{name}.{short}.{extension}"),
            etag: format!("\"{digest}\""),
        }
    }
}

/// Digests of constants: worked out once, and never changed.
static ENTRIES: LazyLock<[Entry; 17]> = LazyLock::new(|| File::ALL.map(File::entry));

/// The file at a path that begins with `/assets/`.
pub fn find(path: &str) -> Option<Asset> {
    let entry = ENTRIES
        .iter()
        .find(|entry| entry.path == path || is_plain(entry, path))?;
    Some(Asset {
        bytes: entry.bytes,
        content_type: entry.content_type,
        etag: &entry.etag,
        immutable: entry.path == path,
    })
}

/// Every path that pages name, with its file: for tests, and for exporting pages to a folder.
pub fn all() -> impl Iterator<Item = (&'static str, Asset)> {
    ENTRIES
        .iter()
        .filter_map(|entry| Some((entry.path.as_str(), find(&entry.path)?)))
}

fn is_plain(entry: &Entry, path: &str) -> bool {
    path.strip_prefix("/assets/")
        .and_then(|rest| rest.strip_prefix(entry.name)?.strip_prefix('.'))
        .is_some_and(|extension| extension == entry.extension)
}
