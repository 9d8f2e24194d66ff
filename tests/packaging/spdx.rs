//! Licence expressions as `Cargo.toml` has them: SPDX, annex D, with the `/` that crates used for `OR` before.

/// Can `expression` be met with licences that `allowed` takes? `X WITH Y` is asked for as one.
/// An expression that cannot be read is met by nothing.
pub(crate) fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    matches!(either(&words, allowed), Some((met, [])) if met)
}

/// A verdict, and the words after it.
type Read<'a> = Option<(bool, &'a [&'a str])>;

fn either<'a>(words: &'a [&'a str], allowed: &dyn Fn(&str) -> bool) -> Read<'a> {
    let (mut met, mut rest) = both(words, allowed)?;
    while let ["OR", after @ ..] = rest {
        let (also, after) = both(after, allowed)?;
        (met, rest) = (met | also, after);
    }
    Some((met, rest))
}

fn both<'a>(words: &'a [&'a str], allowed: &dyn Fn(&str) -> bool) -> Read<'a> {
    let (mut met, mut rest) = licence(words, allowed)?;
    while let ["AND", after @ ..] = rest {
        let (also, after) = licence(after, allowed)?;
        (met, rest) = (met & also, after);
    }
    Some((met, rest))
}

fn licence<'a>(words: &'a [&'a str], allowed: &dyn Fn(&str) -> bool) -> Read<'a> {
    match words {
        ["(", after @ ..] => match either(after, allowed)? {
            (met, [")", rest @ ..]) => Some((met, rest)),
            _ => None,
        },
        [")" | "AND" | "OR" | "WITH", ..] | [] => None,
        [name, "WITH", exception, rest @ ..] => Some((allowed(&format!("{name} WITH {exception}")), rest)),
        [name, rest @ ..] => Some((allowed(name), rest)),
    }
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    let allowed = |name: &str| matches!(name, "MIT" | "Unicode-3.0" | "Apache-2.0 WITH LLVM-exception");
    for met in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0/MIT",
        "(GPL-3.0 OR MIT) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        // AND binds closer than OR.
        "MIT OR GPL-3.0 AND AGPL-3.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR GPL-3.0) AND GPL-3.0",
        "Apache-2.0",
        "",
        "MIT OR",
        "(MIT",
        "MIT MIT",
        "OR",
    ] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}
