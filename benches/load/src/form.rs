//! The form of a page, as far as a browser without scripts needs it to send the form off.

/// Where a form goes, and the hidden fields that go with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// `action`; empty if the form goes to its own page.
    pub(crate) action: String,
    /// Names and values of the hidden fields.
    pub(crate) hidden: Vec<(String, String)>,
}

impl Form {
    /// The first form of the page that has a field for a password.
    pub(crate) fn with_password(html: &str) -> Option<Self> {
        html.split("<form").skip(1).find_map(|rest| {
            let form = rest.split("</form").next()?;
            form.contains("type=\"password\"").then(|| Self::read(form))
        })
    }

    fn read(form: &str) -> Self {
        let start = form.split('>').next().unwrap_or_default();
        let hidden = form
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
            .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
            .filter_map(|input| {
                Some((
                    attribute(input, "name")?,
                    attribute(input, "value").unwrap_or_default(),
                ))
            })
            .collect();
        Self {
            action: attribute(start, "action").unwrap_or_default(),
            hidden,
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let begin = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag.get(begin..)?.split('"').next()?;
    Some(unescape(value))
}

/// The character references that template engines write. Numeric ones first, the ampersand last, so that none is read twice.
fn unescape(text: &str) -> String {
    let mut plain = text.to_owned();
    for (reference, character) in [
        ("&#34;", "\""),
        ("&#38;", "&"),
        ("&#39;", "'"),
        ("&#47;", "/"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#x2F;", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ] {
        if plain.contains(reference) {
            plain = plain.replace(reference, character);
        }
    }
    plain
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
