//! The wire form of OAuth parameters: `application/x-www-form-urlencoded` (RFC 6749 Appendix B).

/// Decodes one name or value. A `%` that no two hexadecimal digits follow stays as it is, as browsers
/// and the WHATWG URL standard have it, so that a `state` with a stray `%` still comes back unchanged.
pub(crate) fn decode(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => escape(&mut rest).unwrap_or(b'%'),
            other => other,
        });
    }
    decoded
}

/// Decodes one value that must be well-formed: `None` at a broken escape or where the result is not UTF-8.
pub(crate) fn decode_strictly(encoded: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => escape(&mut rest)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Takes two hexadecimal digits, or nothing.
fn escape(rest: &mut std::slice::Iter<'_, u8>) -> Option<u8> {
    let mut ahead = rest.clone();
    let high = ahead.next().copied().and_then(hexadecimal)?;
    let low = ahead.next().copied().and_then(hexadecimal)?;
    *rest = ahead;
    Some(high << 4 | low)
}

/// The value of a hexadecimal digit.
pub(crate) fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Appends `text`, encoded. A space becomes `%20`, never `+`: that reads the same to those who decode a form
/// and to those who decode a URI component, as scripts do with a fragment. CR, LF and NUL become `%0D`, `%0A`, `%00`.
pub(crate) fn push_encoded(out: &mut String, text: &str) {
    for piece in form_urlencoded::byte_serialize(text.as_bytes()) {
        out.push_str(if piece == "+" { "%20" } else { piece });
    }
}
