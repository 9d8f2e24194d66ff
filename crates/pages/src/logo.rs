//! A picture that a page may show: one of ours, or one inside the page itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Where a logo's bytes are: below our own origin, or in a `data:` URL of a raster image. Nothing else, since login
/// pages load nothing from other origins and SVG can carry scripts (SEC-081).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(String);

impl Logo {
    /// Takes a path (`/a/b.png`) or `data:image/{png,jpeg,webp,gif,avif};base64,…`; anything else is no logo.
    pub fn parse(source: &str) -> Option<Self> {
        (is_local_path(source) || is_raster(source)).then(|| Self(source.to_owned()))
    }

    /// The value of `img src`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Logo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A path that a browser cannot take for another host (SEC-067).
fn is_local_path(source: &str) -> bool {
    source.starts_with('/')
        && !source.contains("//")
        && source
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn is_raster(source: &str) -> bool {
    ["png", "jpeg", "webp", "gif", "avif"]
        .iter()
        .find_map(|kind| {
            source
                .strip_prefix("data:image/")?
                .strip_prefix(kind)?
                .strip_prefix(";base64,")
        })
        .is_some_and(|data| !data.is_empty() && STANDARD.decode(data).is_ok())
}
