//! The sentences of the pages: Fluent files, parsed once when the first page is rendered.

use crate::Locale;
use crate::markup::Markup;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// A parsed bundle per language. They are constants that happen to need parsing, and never change.
struct Bundles {
    english: Bundle,
    german: Bundle,
    french: Bundle,
    spanish: Bundle,
    japanese: Bundle,
}

static BUNDLES: LazyLock<Bundles> = LazyLock::new(|| Bundles {
    english: bundle(Locale::English),
    german: bundle(Locale::German),
    french: bundle(Locale::French),
    spanish: bundle(Locale::Spanish),
    japanese: bundle(Locale::Japanese),
});

/// The Fluent sources of a language.
pub(crate) const fn sources(locale: Locale) -> [&'static str; 6] {
    macro_rules! files {
        ($language:literal) => {
            [
                include_str!(concat!("../locales/", $language, "/common.ftl")),
                include_str!(concat!("../locales/", $language, "/pages.ftl")),
                include_str!(concat!("../locales/", $language, "/errors.ftl")),
                include_str!(concat!("../locales/", $language, "/devices.ftl")),
                include_str!(concat!("../locales/", $language, "/mail.ftl")),
                include_str!(concat!("../locales/", $language, "/recover.ftl")),
            ]
        };
    }
    match locale {
        Locale::English => files!("en"),
        Locale::German => files!("de"),
        Locale::French => files!("fr"),
        Locale::Spanish => files!("es"),
        Locale::Japanese => files!("ja"),
    }
}

fn bundle(locale: Locale) -> Bundle {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Arguments are isolated by `<bdi>` instead, which leaves no invisible characters in copied text.
    bundle.set_use_isolating(false);
    for source in sources(locale) {
        // What a broken file still holds is better than none of it; a test refuses broken files.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Locale {
    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &BUNDLES.english,
            Self::German => &BUNDLES.german,
            Self::French => &BUNDLES.french,
            Self::Spanish => &BUNDLES.spanish,
            Self::Japanese => &BUNDLES.japanese,
        }
    }

    /// A sentence without arguments.
    pub(crate) fn text(self, key: &str) -> Cow<'static, str> {
        self.format(key, None)
    }

    /// A sentence with arguments, as plain text: for titles and attributes.
    pub(crate) fn text_with(self, key: &str, arguments: &[(&str, &str)]) -> String {
        let arguments: FluentArgs<'_> = arguments
            .iter()
            .map(|&(name, value)| (name, FluentValue::from(value)))
            .collect();
        self.format(key, Some(&arguments)).into_owned()
    }

    /// A sentence with arguments, as markup: each argument is escaped and set in its own `<bdi>`.
    pub(crate) fn rich(self, key: &str, arguments: &[(&str, &str)]) -> Markup {
        let arguments: FluentArgs<'_> = arguments
            .iter()
            .map(|&(name, value)| {
                (
                    name,
                    FluentValue::from(format!("<bdi>{}</bdi>", Markup::escape(value))),
                )
            })
            .collect();
        // The sentence itself holds no markup; a test sees to it.
        Markup::trusted(self.format(key, Some(&arguments)).into_owned())
    }

    /// A sentence about a number, in the plural form that the language has for it.
    pub(crate) fn count(self, key: &str, number: u32) -> String {
        let arguments: FluentArgs<'_> = std::iter::once(("number", FluentValue::from(number))).collect();
        self.format(key, Some(&arguments)).into_owned()
    }

    /// The sentence of this language, else the English one, else the key: a page is never without words.
    fn format(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        [self, Self::English]
            .into_iter()
            .find_map(|locale| {
                let bundle = locale.bundle();
                let pattern = bundle.get_message(key)?.value()?;
                let mut errors = Vec::new();
                let text = bundle.format_pattern(pattern, arguments, &mut errors);
                errors.is_empty().then_some(text)
            })
            .unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }
}
