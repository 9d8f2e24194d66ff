//! Codes that people type, and messages that they compare.

use oauth::{BindingMessage, UserCode, is_notification_token, is_thumbprint, requested_expiry};

#[test]
fn a_user_code_is_typed_as_people_type() {
    let code = UserCode::typed("wdjb-mjht").unwrap();
    assert_eq!(code.shown(), "WDJB-MJHT");
    assert_eq!(code.letters(), "WDJBMJHT");
    for text in [" WDJB MJHT ", "WDJBMJHT", "w.d.j.b/m-j-h-t"] {
        assert_eq!(UserCode::typed(text).as_ref(), Some(&code), "{text}");
    }
    for text in [
        "",
        "WDJB-MJH",
        "WDJB-MJHTT",
        "WDJB-MJHA",
        "WDJB-MJH1",
        &"W".repeat(100),
    ] {
        assert!(UserCode::typed(text).is_none(), "{text}");
    }
    assert_eq!(format!("{code:?}"), "UserCode(…)");
}

#[test]
fn every_letter_of_a_user_code_is_as_likely_as_any_other() {
    let mut counts = [0_u32; 20];
    for byte in 0..=255_u8 {
        let bytes = [byte; UserCode::LETTERS];
        let Some(code) = UserCode::from_random(&bytes) else {
            assert!(byte >= 240);
            continue;
        };
        let letter = code.letters().as_bytes()[0];
        counts[UserCode::ALPHABET
            .iter()
            .position(|known| *known == letter)
            .unwrap()] += 1;
    }
    assert_eq!(counts, [12; 20]);
    assert!(UserCode::from_random(&[1; 7]).is_none());
}

#[test]
fn a_binding_message_can_be_shown() {
    assert_eq!(
        BindingMessage::parse("W-4711 – 19,90 €").unwrap().as_str(),
        "W-4711 – 19,90 €"
    );
    for text in ["", "  ", "a\nb", "a\u{202e}b", "a\u{2066}b", &"x".repeat(101)] {
        assert!(BindingMessage::parse(text).is_err(), "{text:?}");
    }
    for unseen in ['\u{61c}', '\u{200b}', '\u{2060}', '\u{feff}'] {
        assert!(
            BindingMessage::parse(&format!("a{unseen}b")).is_err(),
            "{unseen:?}"
        );
    }
}

#[test]
fn an_expiry_is_a_positive_integer() {
    assert_eq!(requested_expiry("120"), Some(120));
    for text in ["", "0", "-1", "+1", "1.5", "1e2", " 1", "99999999999"] {
        assert_eq!(requested_expiry(text), None, "{text}");
    }
}

#[test]
fn tokens_and_thumbprints_have_their_form() {
    assert!(is_notification_token("8d67dc78-7faa-4d41-aabd-67707b374255"));
    assert!(
        !is_notification_token("a b")
            && !is_notification_token("")
            && !is_notification_token(&"x".repeat(1025))
    );
    assert!(is_thumbprint("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    assert!(!is_thumbprint("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X") && !is_thumbprint(&"=".repeat(43)));
}
