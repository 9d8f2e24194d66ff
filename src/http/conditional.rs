//! Requests for what their sender may have already (RFC 9110 §13).

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderName};

/// Whether an `If-None-Match` names that tag (RFC 9110 §13.1.2), which is compared weakly: a proxy may have weakened it.
pub fn knows(headers: &HeaderMap, etag: &str) -> bool {
    items(headers, &IF_NONE_MATCH).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The members of a list, over all fields of that name.
pub fn items<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> + use<'h> {
    let texts = headers.get_all(name).into_iter();
    let texts = texts.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_known_wherever_it_stands_in_the_list_weakened_or_not() {
        for (fields, is_known) in [
            (&["\"a\""][..], true),
            (&["W/\"a\""], true),
            (&["\"x\", W/\"a\""], true),
            (&["\"x\"", "\"y\" ,\"a\""], true),
            (&["*"], true),
            (&[], false),
            (&[""], false),
            (&["a"], false),
            (&["\"A\""], false),
            (&["w/\"a\""], false),
            (&["\"x\", \"y\""], false),
        ] {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(IF_NONE_MATCH, HeaderValue::from_static(field));
            }
            assert_eq!(knows(&headers, "\"a\""), is_known, "{fields:?}");
        }
    }
}
