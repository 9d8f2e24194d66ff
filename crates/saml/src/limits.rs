//! What is looked at before a parser sees it (SEC-111, SEC-115): one pass over the bytes, no recursion.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Refusal;

/// The most bytes of a document.
pub const LARGEST: usize = 256 * 1024;
const DEEPEST: usize = 64;
const ATTRIBUTES: usize = 256;
const DECLARATIONS: usize = 64;

/// The XML in a posted `SAMLResponse` (SAML Bindings §3.5.4): base64, with or without line breaks.
pub fn decode(posted: &str) -> Result<String, Refusal> {
    // Four letters for three bytes, and a line break at every 64th at the most.
    if posted.len() > LARGEST.div_ceil(3) * 4 + LARGEST / 16 {
        return Err(Refusal::TooLarge);
    }
    let base64: Vec<u8> = posted
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD.decode(base64).map_err(|_| Refusal::Malformed)?;
    if bytes.len() > LARGEST {
        return Err(Refusal::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Refusal::Malformed)
}

/// Holds a document to its limits, and refuses every kind of markup but elements. `<` is always markup: text and attributes
/// must escape it.
pub(crate) fn check(xml: &str) -> Result<(), Refusal> {
    if xml.len() > LARGEST {
        return Err(Refusal::TooLarge);
    }
    let mut rest = declared(xml)?;
    let mut depth = 0_usize;
    while let Some((_, tag)) = rest.split_once('<') {
        if tag.starts_with(['!', '?']) {
            return Err(Refusal::Markup);
        }
        let Tag {
            length,
            attributes,
            declarations,
            is_empty,
        } = Tag::read(tag)?;
        if attributes > ATTRIBUTES || declarations > DECLARATIONS {
            return Err(Refusal::TooLarge);
        }
        if tag.starts_with('/') {
            depth = depth.checked_sub(1).ok_or(Refusal::Malformed)?;
        } else if !is_empty {
            depth += 1;
            if depth > DEEPEST {
                return Err(Refusal::TooLarge);
            }
        }
        rest = tag.get(length..).ok_or(Refusal::Malformed)?;
    }
    if depth == 0 {
        Ok(())
    } else {
        Err(Refusal::Malformed)
    }
}

/// The document after its XML declaration, which must say UTF-8 if it says anything.
fn declared(xml: &str) -> Result<&str, Refusal> {
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let Some(declaration) = xml.strip_prefix("<?xml ") else {
        return Ok(xml);
    };
    let (declaration, rest) = declaration.split_once("?>").ok_or(Refusal::Malformed)?;
    let declaration = declaration.to_ascii_lowercase();
    if declaration.contains("encoding") && !declaration.contains("utf-8") {
        return Err(Refusal::Malformed);
    }
    Ok(rest)
}

/// What is between a `<` and its `>`.
struct Tag {
    /// With the `>`.
    length: usize,
    attributes: usize,
    declarations: usize,
    is_empty: bool,
}

impl Tag {
    fn read(tag: &str) -> Result<Self, Refusal> {
        let (mut attributes, mut declarations) = (0, 0);
        let (mut quote, mut word, mut last) = (None, 0, b' ');
        for (at, byte) in tag.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if byte == open => quote = None,
                (_, b'<') => return Err(Refusal::Malformed),
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => {
                    let name = tag.get(word..at).unwrap_or_default().trim();
                    attributes += 1;
                    declarations += usize::from(name == "xmlns" || name.starts_with("xmlns:"));
                }
                (None, b'>') => {
                    return Ok(Self {
                        length: at + 1,
                        attributes,
                        declarations,
                        is_empty: last == b'/',
                    });
                }
                (None, _) => {
                    // An `=` may have blanks before it: a name goes on until the next one begins.
                    if last.is_ascii_whitespace() && !byte.is_ascii_whitespace() {
                        word = at;
                    }
                }
            }
            last = byte;
        }
        Err(Refusal::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_115_what_is_too_large_too_deep_or_too_wide_is_refused_before_it_is_parsed() {
        assert_eq!(check(&"a".repeat(LARGEST + 1)), Err(Refusal::TooLarge));
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert_eq!(check(&deep(64)), Ok(()));
        assert_eq!(check(&deep(65)), Err(Refusal::TooLarge));
        let wide = |n: usize| {
            format!(
                "<a {}/>",
                (0..n).map(|i| format!("b{i}='>' ")).collect::<Vec<_>>().concat()
            )
        };
        assert_eq!(check(&wide(256)), Ok(()));
        assert_eq!(check(&wide(257)), Err(Refusal::TooLarge));
        let named = |n: usize| {
            format!(
                "<a {}/>",
                (0..n)
                    .map(|i| format!("xmlns:b{i} = \"u\"\n"))
                    .collect::<Vec<_>>()
                    .concat()
            )
        };
        assert_eq!(check(&named(64)), Ok(()));
        assert_eq!(check(&named(65)), Err(Refusal::TooLarge));
        assert_eq!(decode(&"A".repeat(LARGEST * 2)), Err(Refusal::TooLarge));
    }

    #[test]
    fn sec_111_markup_in_which_text_could_be_cut_is_refused() {
        for xml in [
            "<!DOCTYPE a><a/>",
            "<a><!-- --></a>",
            "<a>b<!---->c</a>",
            "<a><![CDATA[b]]></a>",
            "<a><?b?></a>",
            "<?xml-stylesheet href='x'?><a/>",
            "<?xml version='1.0'?><?b?><a/>",
        ] {
            assert_eq!(check(xml), Err(Refusal::Markup), "{xml}");
        }
        assert_eq!(
            check("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b='/>'>c</a>"),
            Ok(())
        );
        for xml in [
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<a",
            "<a>",
            "</a>",
            "<a b='<'/>",
            "<a b='",
            "<?xml ",
        ] {
            assert_eq!(check(xml), Err(Refusal::Malformed), "{xml}");
        }
        for text in ["%", "AAA", "/w=="] {
            assert_eq!(decode(text), Err(Refusal::Malformed), "{text}");
        }
        assert_eq!(decode("PGE\r\n vPg=="), Ok("<a/>".to_owned()));
    }
}
