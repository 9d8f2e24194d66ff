//! Any brand's colour gives pages that can be read (WCAG 2.2, AA).

use pages::{Brand, Colour, Error, ErrorKind, Frame, Locale};

const TOKENS: &str = include_str!("../../assets/pages/tokens.css");

fn colour(text: &str) -> Colour {
    text.parse().unwrap_or_else(|_| panic!("{text} is no colour"))
}

/// The value of a token: in the light scheme, in the dark one.
fn token(name: &str) -> (Colour, Colour) {
    let mut values = TOKENS.lines().filter_map(|line| {
        line.trim()
            .strip_prefix(&format!("--{name}: "))?
            .strip_suffix(';')
    });
    (
        colour(values.next().expect("a light value")),
        colour(values.next().expect("a dark value")),
    )
}

/// The value that a rendered page has for a custom property: in the light scheme, in the dark one.
fn property(html: &str, name: &str) -> Vec<Colour> {
    html.split(&format!("--{name}:"))
        .skip(1)
        .map(|rest| colour(&rest[..7]))
        .collect()
}

#[test]
fn a_colour_is_six_hexadecimal_digits() {
    assert_eq!(colour("#B04a2b").to_string(), "#b04a2b");
    for text in [
        "",
        "#",
        "b04a2b",
        "#b04",
        "#b04a2b0",
        "#b04a2g",
        "#+04a2b",
        "red",
        "#b04a2b;}",
        "#ｂ04a2b",
    ] {
        assert!(text.parse::<Colour>().is_err(), "{text}");
    }
}

#[test]
fn contrast_is_what_wcag_says_it_is() {
    assert!((colour("#000000").contrast(colour("#ffffff")) - 21.0).abs() < 0.001);
    assert!((colour("#777777").contrast(colour("#ffffff")) - 4.478).abs() < 0.001);
}

#[test]
fn every_colour_of_a_brand_can_be_read() {
    let grounds = ["ground", "surface", "sunken"].map(token);
    let channels = [0_u8, 0x33, 0x66, 0x99, 0xcc, 0xff];
    for red in channels {
        for green in channels {
            for blue in channels {
                let brand = Brand::new("Aurelia", None, Some(Colour::rgb(red, green, blue)));
                let frame = Frame {
                    brand: &brand,
                    nonce: "n",
                };
                let html = Error {
                    frame,
                    kind: ErrorKind::Busy,
                    request_id: "r",
                    onward: None,
                }
                .render(Locale::English);
                let fill = property(&html, "brand")[0];
                assert_eq!(fill, brand.colour());
                assert!(
                    fill.contrast(property(&html, "on-brand")[0]) >= 4.5,
                    "text on {fill}"
                );
                let (ink, edge) = (property(&html, "brand-ink"), property(&html, "brand-edge"));
                for (light, dark) in grounds {
                    assert!(ink[0].contrast(light) >= 4.5, "{fill}: ink {} on {light}", ink[0]);
                    assert!(ink[1].contrast(dark) >= 4.5, "{fill}: ink {} on {dark}", ink[1]);
                    assert!(
                        edge[0].contrast(light) >= 3.0,
                        "{fill}: edge {} on {light}",
                        edge[0]
                    );
                    assert!(
                        edge[1].contrast(dark) >= 3.0,
                        "{fill}: edge {} on {dark}",
                        edge[1]
                    );
                }
            }
        }
    }
}

#[test]
fn the_pages_own_colours_can_be_read() {
    let (light, dark): (Vec<_>, Vec<_>) = ["ground", "surface", "sunken"].map(token).into_iter().unzip();
    for (name, ratio) in [
        ("ink", 7.0),
        ("ink-soft", 4.5),
        ("bad", 4.5),
        ("good", 4.5),
        ("line-strong", 3.0),
    ] {
        let (in_light, in_dark) = token(name);
        assert!(
            light.iter().all(|ground| in_light.contrast(*ground) >= ratio),
            "{name} in light"
        );
        assert!(
            dark.iter().all(|ground| in_dark.contrast(*ground) >= ratio),
            "{name} in dark"
        );
    }
}

#[test]
fn the_style_sheet_has_the_default_brands_colours_for_a_page_without_an_account() {
    let brand = Brand::new("Aurelia", None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n",
    };
    let html = Error {
        frame,
        kind: ErrorKind::NotFound,
        request_id: "r",
        onward: None,
    }
    .render(Locale::English);
    for name in ["brand-ink", "brand-edge"] {
        let (light, dark) = token(name);
        assert_eq!(property(&html, name), [light, dark], "{name}");
    }
    for name in ["brand", "on-brand"] {
        assert!(
            TOKENS.contains(&format!("--{name}: {};", property(&html, name)[0])),
            "{name}"
        );
    }
}
