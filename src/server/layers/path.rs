use crate::http::Problem;

/// A path that two programs may read differently leads nowhere (SEC-159): empty and dot segments, encoded dots,
/// slashes and backslashes, parameters, control characters.
pub(super) fn canonical(path: &str) -> Result<(), Problem> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b'\\'));
    let segments = path.strip_prefix('/').is_some_and(|path| {
        path.split('/')
            .rev()
            .enumerate()
            .all(|(from_end, segment)| match segment {
                "" => from_end == 0,
                "." | ".." => false,
                segment => escapes(segment),
            })
    });
    if plain && segments {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

/// Whether all percent-escapes are whole, and stand for what must be escaped.
fn escapes(segment: &str) -> bool {
    segment.split('%').skip(1).all(|after| {
        let escaped = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        // Separators would change the reading, and what needs no escape has one spelling only (RFC 3986 §6.2.2.2).
        escaped.is_some_and(|byte| match byte {
            b'/' | b'\\' | b'.' | b';' | b'%' | b'-' | b'_' | b'~' => false,
            byte => byte == b' ' || byte >= 0x80 || byte.is_ascii_punctuation(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_159_paths_with_two_readings_lead_nowhere() {
        for path in [
            "//",
            "/a//b",
            "/./a",
            "/a/.",
            "/a/..",
            "/a/../b",
            "/%2e%2e/a",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/a;x=1",
            "/a%3bx",
            "/%00",
            "/a%0a",
            "/%zz",
            "/%",
            "/%6cogin",
            "/a%252e",
            "a",
            "",
            "/ä",
        ] {
            assert!(canonical(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn plain_paths_lead_on() {
        for path in [
            "/",
            "/a",
            "/a/",
            "/a/b.c",
            "/.well-known/x",
            "/a%20b",
            "/%C3%A4",
            "/a/...",
            "/a@b:c~d-e_f",
        ] {
            assert!(canonical(path).is_ok(), "{path:?}");
        }
    }
}
