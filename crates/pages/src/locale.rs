//! The languages of the pages, and which of them a browser gets.

/// How much of an `Accept-Language` header is looked at, in bytes: enough for a dozen languages.
const ACCEPT_LANGUAGE_LIMIT: usize = 256;

/// A language that every page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English, which every other language falls back to.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
}

impl Locale {
    /// All of them, in the order in which a chooser lists them.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Japanese,
    ];

    /// The language tag (RFC 5646), for `html lang` and `ui_locales_supported`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Japanese => "日本語",
        }
    }

    /// The direction of its script, for `html dir`.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::English | Self::German | Self::French | Self::Spanish | Self::Japanese => "ltr",
        }
    }

    /// The locale whose language a tag names: `de`, `de-AT` and `DE_at` are German, `pt` is none of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// The page's language: the first of `ui_locales` that we have (OpenID Connect Core 1.0 §3.1.2.1), else the one
    /// that the browser likes best (RFC 9110 §12.5.4), else the account's own.
    ///
    /// Nothing here is ever an error: an unknown tag, a broken weight or a header of any length is passed over.
    pub fn negotiate<T: AsRef<str>>(ui_locales: &[T], accept_language: &str, account: Self) -> Self {
        ui_locales
            .iter()
            .find_map(|tag| Self::from_tag(tag.as_ref()))
            .or_else(|| Self::accepted(accept_language, account))
            .unwrap_or(account)
    }

    /// The best of an `Accept-Language` header; of several with the same weight, the first.
    fn accepted(header: &str, account: Self) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in head(header).split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight(parameters);
            let locale = if tag.trim() == "*" {
                Some(account)
            } else {
                Self::from_tag(tag)
            };
            if let Some(locale) = locale
                && weight > best.map_or(0, |(weight, _)| weight)
            {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// The part of the header that is looked at. A language cut in two at the end is dropped whole.
fn head(header: &str) -> &str {
    if header.len() <= ACCEPT_LANGUAGE_LIMIT {
        return header;
    }
    let end = header.floor_char_boundary(ACCEPT_LANGUAGE_LIMIT);
    let cut = header.get(..end).unwrap_or_default();
    cut.rsplit_once(',').map_or("", |(whole, _)| whole)
}

/// A quality value in thousandths (RFC 9110 §12.4.2): 1000 where none is given, 0 where it is broken.
fn weight(parameters: &str) -> u16 {
    let parameters = parameters.trim();
    let Some(value) = parameters
        .strip_prefix("q=")
        .or_else(|| parameters.strip_prefix("Q="))
    else {
        return if parameters.is_empty() { 1000 } else { 0 };
    };
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" if fraction.bytes().all(|byte| byte == b'0') => 1000,
        "0" => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}
