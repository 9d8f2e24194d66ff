//! Percent-encoding as signatures have it (RFC 5849 §3.6), and reading what was encoded.

/// Encodes all but `A-Z a-z 0-9 - . _ ~`, with upper-case hexadecimal digits.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = bytes.as_ref();
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().map_or('0', char::from);
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

/// Decodes what [`encode`] writes: `None` at a broken escape.
pub(crate) fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    unescape(encoded, false)
}

/// Decodes a name or a value of a query or a form, in which `+` is a space: `None` at a broken escape.
pub(crate) fn decode_form(encoded: &[u8]) -> Option<Vec<u8>> {
    unescape(encoded, true)
}

fn unescape(encoded: &[u8], plus_is_space: bool) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'%' => (digit(*rest.next()?)? << 4) | digit(*rest.next()?)?,
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    Some(decoded)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}
