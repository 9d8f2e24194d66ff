//! `display` and the parameters that name languages: wishes, so none of them is ever an error.

use serde::{Deserialize, Serialize};

/// How the user's device would like pages to look (OpenID Connect Core §3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Display {
    /// A full page.
    #[default]
    Page,
    /// A window of its own.
    Popup,
    /// A touch screen.
    Touch,
    /// A feature phone.
    Wap,
}

impl Display {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Page, Self::Popup, Self::Touch, Self::Wap];

    /// The registered spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Popup => "popup",
            Self::Touch => "touch",
            Self::Wap => "wap",
        }
    }

    /// Reads the parameter; what isn't known is a page.
    pub fn read(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|display| display.as_str() == text)
            .unwrap_or_default()
    }
}

/// Language tags in order of preference: `ui_locales`, `claims_locales` (OpenID Connect Core §3.1.2.1, §5.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Locales(Vec<String>);

impl Locales {
    /// More than these are not looked at.
    pub const MAX: usize = 16;

    /// Reads the parameter; what doesn't look like a BCP 47 tag is passed over.
    pub fn read(text: &str) -> Self {
        Self(
            text.split(' ')
                .filter(|tag| is_tag(tag))
                .take(Self::MAX)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The tags, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Subtags of one to eight letters or digits (RFC 5646 §2.1); 35 characters are the length that §4.4.1 recommends to bear.
fn is_tag(text: &str) -> bool {
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(subtag)
}
