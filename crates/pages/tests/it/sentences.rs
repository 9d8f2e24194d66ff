//! The Fluent files: whole, alike in every language, and words only.

use fluent_bundle::FluentResource;
use pages::{ErrorKind, Locale};
use std::collections::{BTreeMap, BTreeSet};
use std::{fs, path::Path};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every message of a language with the names of its arguments, sorted.
fn messages(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    for entry in fs::read_dir(Path::new(ROOT).join("locales").join(locale.tag())).unwrap() {
        let source = fs::read_to_string(entry.unwrap().path()).unwrap();
        let resource = FluentResource::try_new(source.clone());
        assert!(
            resource.is_ok(),
            "{}: {:?}",
            locale.tag(),
            resource.err().map(|(_, errors)| errors)
        );
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =")
                && !line.starts_with(' ')
            {
                name.clone_into(&mut key);
                assert!(
                    messages.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{}: {key} twice",
                    locale.tag()
                );
            }
            for argument in line.split('$').skip(1) {
                let name = argument
                    .split(|letter: char| !letter.is_ascii_alphanumeric())
                    .next()
                    .unwrap();
                messages.get_mut(&key).unwrap().insert(name.to_owned());
            }
        }
    }
    messages
}

#[test]
fn every_language_has_every_sentence_with_the_same_arguments() {
    let english = messages(Locale::English);
    for locale in Locale::ALL {
        assert_eq!(messages(locale), english, "{}", locale.tag());
    }
}

#[test]
fn sentences_hold_no_markup() {
    for locale in Locale::ALL {
        for entry in fs::read_dir(Path::new(ROOT).join("locales").join(locale.tag())).unwrap() {
            let source = fs::read_to_string(entry.unwrap().path()).unwrap();
            let bad = source
                .lines()
                .find(|line| line.contains(['<', '>', '&']) && !line.trim().ends_with("->"));
            assert_eq!(bad, None, "{}", locale.tag());
        }
    }
}

#[test]
fn translations_are_translated() {
    let read = |locale: Locale, file| {
        fs::read_to_string(Path::new(ROOT).join("locales").join(locale.tag()).join(file)).unwrap()
    };
    for file in ["pages.ftl", "errors.ftl"] {
        let english = read(Locale::English, file);
        let english: BTreeSet<_> = english.lines().filter(|line| line.contains(" = ")).collect();
        for locale in Locale::ALL
            .into_iter()
            .filter(|locale| *locale != Locale::English)
        {
            let same = read(locale, file)
                .lines()
                .filter(|line| english.contains(line))
                .count();
            assert_eq!(same, 0, "{}/{file}", locale.tag());
        }
    }
}

#[test]
fn every_sentence_that_a_template_asks_for_exists_and_none_is_left_over() {
    let mut known: BTreeSet<_> = messages(Locale::English).into_keys().collect();
    let mut sources = String::new();
    for folder in ["templates", "src"] {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    for call in [
        "locale.text(\"",
        "locale.text_with(\"",
        "locale.rich(\"",
        "locale.count(\"",
    ] {
        for rest in sources.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(messages(Locale::English).contains_key(key), "{key}");
            known.remove(key);
        }
    }
    for kind in ErrorKind::ALL {
        let name = kind.name().replace('_', "-");
        known.remove(&format!("error-{name}-title"));
        known.remove(&format!("error-{name}-message"));
    }
    known.retain(|key| !sources.contains(&format!("\"{key}\"")));
    assert_eq!(known, BTreeSet::new(), "nobody says these");
}

#[test]
fn a_sentence_about_a_number_has_its_plural() {
    use pages::{Brand, FormTokens, Frame, Login, LoginProblem};
    let brand = Brand::new("Aurelia", None, None);
    let page = |retry_after, locale| {
        Login {
            frame: Frame {
                brand: &brand,
                nonce: "n",
            },
            action: "/login",
            tokens: FormTokens {
                csrf: "c",
                interaction: "i",
            },
            client_name: None,
            username: "",
            remember: None,
            again: false,
            registered: false,
            problem: Some(LoginProblem::Throttled { retry_after }),
            cancel: false,
            recover: None,
            register: None,
        }
        .render(locale)
    };
    assert!(page(1, Locale::English).contains("in one second."));
    assert!(page(30, Locale::English).contains("in 30 seconds."));
    assert!(page(0, Locale::English).contains("wait a moment"));
    assert!(page(1, Locale::German).contains("in einer Sekunde"));
    assert!(page(2, Locale::French).contains("dans 2 secondes"));
    assert!(page(7, Locale::Japanese).contains("7 秒後"));
}
