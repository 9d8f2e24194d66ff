//! What tests, clients and assistive tools hold on to.

use crate::html::{ids, tags, text};
use crate::samples::{console_pages, consumer_pages, demo_pages};
use pages::{Brand, Error, ErrorKind, Frame, Locale};

fn page(name: &str) -> String {
    consumer_pages("Ana", Locale::English)
        .into_iter()
        .find(|(own, _)| own == name)
        .expect("a page of this name")
        .1
}

fn has(name: &str, expected: &[&str]) {
    let found = ids(&page(name));
    for id in expected {
        assert!(
            found.iter().any(|own| own == id),
            "{name} lacks {id}; it has {found:?}"
        );
    }
}

#[test]
fn the_login_page_has_its_ids() {
    has(
        "login",
        &[
            "login-form",
            "username",
            "password",
            "submit",
            "remember",
            "login-title",
        ],
    );
}

#[test]
fn the_consumers_own_page_has_its_ids() {
    has(
        "signed in",
        &[
            "signed-in",
            "me-others",
            "me-apps",
            "me-sessions",
            "me-consents",
            "me-password",
            "me-password-form",
            "current-password",
            "new-password",
            "me-address",
            "me-address-form",
            "me-end-all",
        ],
    );
}

#[test]
fn the_pages_of_a_way_back_in_have_their_ids() {
    has(
        "recover",
        &["recover-form", "recover-title", "username", "submit"],
    );
    has(
        "new password",
        &["password-form", "password-title", "password", "submit"],
    );
    has(
        "new password TooShort { least: 8 }",
        &["password-form", "password-error"],
    );
    has("told RecoverSent { minutes: 30 }", &["recover-sent", "onward"]);
    has("told Recovered", &["recover-done", "onward"]);
    has("told PasswordChanged", &["password-changed", "onward"]);
    has("told AddressSent", &["address-sent"]);
    has("confirm address", &["address-form", "address-title", "submit"]);
    has("told AddressProved", &["address-proved"]);
}

#[test]
fn the_pages_to_make_and_to_choose_an_account_have_their_ids() {
    has(
        "register",
        &[
            "register-form",
            "register-title",
            "email",
            "name",
            "password",
            "submit",
            "cancel",
        ],
    );
    has(
        "select account",
        &[
            "choose-form",
            "choose-continue",
            "choose-continue-2",
            "choose-other",
        ],
    );
}

#[test]
fn the_consent_page_has_its_ids() {
    let expected = [
        "consent-form",
        "consent-allow",
        "consent-deny",
        "client-logo",
        "policy-link",
        "tos-link",
    ];
    has("consent", &expected);
    has("consent, no logo", &expected);
}

#[test]
fn the_pages_for_other_devices_have_their_ids() {
    has(
        "device code",
        &["device-form", "user-code", "submit", "device-error"],
    );
    has(
        "approval",
        &["consent-form", "consent-allow", "consent-deny", "shown-code"],
    );
    has("approval, message", &["consent-form", "binding-message"]);
    has("decided Allowed", &["decision-done"]);
}

#[test]
fn the_logout_pages_have_their_ids() {
    has("logout", &["logout-form", "logout-confirm"]);
    has("logged out", &["logout-done"]);
}

#[test]
fn every_error_page_has_title_message_and_request_id() {
    for kind in ErrorKind::ALL {
        has(
            &format!("error {}", kind.name()),
            &["error-title", "error-message", "request-id"],
        );
    }
}

#[test]
fn no_page_has_an_id_twice() {
    for (name, html) in consumer_pages("Ana", Locale::English)
        .into_iter()
        .chain(demo_pages("Ana"))
        .chain(console_pages("Ana"))
    {
        let mut found = ids(&html);
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "{name}");
    }
}

#[test]
fn every_page_says_its_language_and_direction() {
    for locale in Locale::ALL {
        for (name, html) in consumer_pages("Ana", locale) {
            let root = tags(&html)
                .into_iter()
                .find(|tag| tag.name == "html")
                .expect("a root element");
            assert_eq!(root.get("lang"), Some(locale.tag()), "{name}");
            assert_eq!(root.get("dir"), Some(locale.dir()), "{name}");
        }
    }
}

#[test]
fn sec_074_every_form_of_ours_carries_csrf_and_interaction() {
    for (name, html) in consumer_pages("handle", Locale::English) {
        let tags = tags(&html);
        for form in tags.iter().filter(|tag| tag.name == "form") {
            assert_eq!(form.get("method"), Some("post"), "{name}");
            let hidden: Vec<_> = tags
                .iter()
                .filter(|tag| tag.get("type") == Some("hidden"))
                .map(|tag| (tag.get("name").unwrap(), tag.get("value").unwrap()))
                .collect();
            if name == "signed in" {
                // It has several forms, each with what it ends beside the two.
                let forms = tags.iter().filter(|tag| tag.name == "form").count();
                for field in [("csrf", "handle"), ("interaction", "handle")] {
                    assert_eq!(
                        hidden.iter().filter(|own| **own == field).count(),
                        forms,
                        "{name}"
                    );
                }
            } else if form.get("id") == Some("form-post") {
                assert_eq!(
                    hidden,
                    [("code", "handle"), ("state", "handle")],
                    "nothing of ours goes to a client"
                );
            } else if name.starts_with("new password") || name == "confirm address" {
                // What the link carries goes on, and who it is, for password managers.
                assert_eq!(
                    hidden.get(..3),
                    Some(&[("csrf", "handle"), ("interaction", "handle"), ("token", "handle")][..]),
                    "{name}"
                );
            } else {
                assert_eq!(hidden, [("csrf", "handle"), ("interaction", "handle")], "{name}");
            }
        }
    }
}

#[test]
fn sec_081_password_managers_find_their_fields() {
    let html = page("login");
    let tags = tags(&html);
    let field = |id| {
        tags.iter()
            .find(|tag| tag.get("id") == Some(id))
            .expect("the field")
    };
    assert_eq!(field("username").get("autocomplete"), Some("username"));
    assert_eq!(field("password").get("autocomplete"), Some("current-password"));
    assert_eq!(field("password").get("type"), Some("password"));
    assert_eq!(field("submit").get("type"), Some("submit"));
}

#[test]
fn a_wrong_entry_is_told_to_assistive_tools() {
    let html = page("login");
    let tags = tags(&html);
    for id in ["username", "password"] {
        let field = tags
            .iter()
            .find(|tag| tag.get("id") == Some(id))
            .expect("the field");
        assert_eq!(field.get("aria-describedby"), Some("login-error"));
        assert_eq!(field.get("aria-invalid"), Some("true"));
    }
    let notice = tags
        .iter()
        .find(|tag| tag.get("id") == Some("login-error"))
        .expect("the notice");
    assert_eq!(notice.get("role"), Some("alert"));
    assert!(html.contains("<title>Error: Sign in"));
}

#[test]
fn the_password_is_never_written_back() {
    let html = page("login");
    let password = tags(&html)
        .into_iter()
        .find(|tag| tag.get("id") == Some("password"))
        .expect("the field");
    assert_eq!(password.get("value"), None);
}

#[test]
fn sec_033_consent_names_client_host_account_user_and_scopes() {
    let html = page("consent");
    for expected in [
        "What Ana asks for",
        "See your email address",
        "Use the permission Ana",
    ] {
        let plain = html.replace("<bdi>", "").replace("</bdi>", "");
        assert!(plain.contains(expected), "{expected}");
    }
    assert!(html.contains("Your answer goes to <bdi>Ana</bdi>"));
    assert!(html.contains("signed in as <bdi>Ana</bdi>"));
}

#[test]
fn an_error_page_says_its_kind_and_nothing_more() {
    let brand = Brand::new("Aurelia", None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n0nce",
    };
    for kind in ErrorKind::ALL {
        for locale in Locale::ALL {
            let html = Error {
                frame,
                kind,
                request_id: "r-1",
                onward: None,
            }
            .render(locale);
            assert_eq!(text(&html, "error-title"), kind.title(locale));
            assert_eq!(text(&html, "error-message"), kind.message(locale));
            assert_eq!(text(&html, "request-id"), "r-1");
        }
    }
}

#[test]
fn every_kind_of_error_has_a_status_of_an_error() {
    for kind in ErrorKind::ALL {
        assert!((400..=599).contains(&kind.status()), "{kind:?}");
    }
}

#[test]
fn an_error_message_is_one_sentence() {
    for kind in ErrorKind::ALL {
        let message = kind.message(Locale::English);
        assert!(message.ends_with('.'), "{message}");
        assert_eq!(message.matches(". ").count(), 0, "{message}");
    }
}

#[test]
fn the_form_post_page_has_a_button_that_no_parameter_can_hide() {
    let html = page("form_post");
    let button = tags(&html)
        .into_iter()
        .find(|tag| tag.name == "button")
        .expect("a button");
    assert_eq!(button.get("type"), Some("submit"));
    assert_eq!(button.get("name"), None);
}

#[test]
fn the_consoles_pages_have_their_ids_and_carry_csrf() {
    for (name, html) in console_pages("token") {
        let found = ids(&html);
        let expected: &[&str] = match name.as_str() {
            "console login" | "console sign-in of a user" => {
                &["login-form", "username", "password", "submit", "login-error"]
            }
            "console second factor" | "console second factor, new" => {
                &["factor-form", "otp", "otp-submit", "login-error"]
            }
            "console recovery codes" => &["codes", "onward"],
            _ => &["main", "sign-out"],
        };
        for id in expected {
            assert!(found.iter().any(|own| own == id), "{name} lacks {id}");
        }
        let tags = tags(&html);
        let posts = tags
            .iter()
            .filter(|tag| tag.get("method") == Some("post"))
            .count();
        let csrf = tags.iter().filter(|tag| tag.get("name") == Some("csrf"));
        let csrf: Vec<_> = csrf.map(|tag| tag.get("value")).collect();
        assert_eq!(csrf, vec![Some("token"); posts], "{name}");
        assert!(
            // A script copies values; what it does can be done without it.
            (posts > 0 || name == "console recovery codes")
                && tags.iter().all(|tag| tag.name != "script" || copies(&name)),
            "{name}"
        );
    }
}

/// Whether values are copied from that page of the console.
fn copies(name: &str) -> bool {
    [
        "console connector",
        "console shown once",
        "console recovery codes",
    ]
    .contains(&name)
}
