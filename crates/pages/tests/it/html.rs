//! Just enough of an HTML tokenizer to see what a page is made of.

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The tag without its values.
    pub(crate) fn shape(&self) -> String {
        let names: Vec<_> = self.attributes.iter().map(|(name, _)| name.as_str()).collect();
        format!("{} {}", self.name, names.join(" "))
    }
}

/// The start tags of a page, as a browser's tokenizer finds them; what is inside `script` and `style` is no markup.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = tag(rest);
        rest = after;
        if tag.name == "script" || tag.name == "style" {
            let end = rest.find(&format!("</{}", tag.name)).expect("the element ends");
            rest = &rest[end..];
        }
        tags.push(tag);
    }
    tags
}

fn tag(text: &str) -> (Tag, &str) {
    let name = text
        .find(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/')
        .expect("a tag ends");
    let mut tag = Tag {
        name: text[..name].to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    let mut rest = &text[name..];
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let end = rest
            .find(|letter: char| letter.is_whitespace() || "=>/".contains(letter))
            .expect("a tag ends");
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix("=\"") {
            let end = after.find('"').expect("a value ends");
            value = &after[..end];
            rest = &after[end + 1..];
        } else {
            assert!(!rest.starts_with('='), "every value is quoted: {name}");
        }
        tag.attributes.push((name, unescape(value)));
    }
}

/// Character references as the templates write them.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// The ids of a page, in order.
pub(crate) fn ids(html: &str) -> Vec<String> {
    tags(html)
        .iter()
        .filter_map(|tag| tag.get("id").map(ToOwned::to_owned))
        .collect()
}

/// The text of the element with this id, without tags and with single spaces.
pub(crate) fn text(html: &str, id: &str) -> String {
    let start = html
        .find(&format!("id=\"{id}\""))
        .unwrap_or_else(|| panic!("no element {id}"));
    let open = html[..start].rfind('<').expect("a tag begins");
    let name = html[open + 1..]
        .split(|letter: char| letter.is_whitespace())
        .next()
        .expect("a name");
    let body = &html[start..];
    let body = &body[body.find('>').expect("the tag ends") + 1..];
    let body = &body[..body.find(&format!("</{name}>")).expect("the element ends")];
    let mut text = String::new();
    let mut inside = false;
    for letter in body.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if inside => {}
            _ => text.push(letter),
        }
    }
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}
