//! The scripts of a page: those that stand in it, and its own files, read and not run.

use futures_util::future::join_all;
use outbound::Accept;
use url::Url;

/// How many files of a page are read.
const MOST_FILES: usize = 10;

/// A script of a page.
pub(super) struct Script {
    /// Its element, as it stands in the page.
    pub(super) tag: String,
    /// What stands in it, or in its file.
    pub(super) text: String,
    /// Where: the page, or the file.
    pub(super) place: Url,
    /// Whether it is a file of its own.
    pub(super) is_file: bool,
}

/// What a page's scripts are.
pub(super) struct Scripts {
    /// Those in the page; and those of its files that were read, as far as they speak of what is looked for.
    pub(super) all: Vec<Script>,
    /// How many files were read.
    pub(super) read: usize,
    /// Which were not, and why.
    pub(super) unread: Vec<String>,
}

impl Scripts {
    /// Reads a page's scripts: of its files, those at its own origin. One counts where it says one of the words, since what a
    /// shop's other scripts say means something else.
    pub(super) async fn read(client: &outbound::Client, page: &Url, html: &str, words: &[&str]) -> Self {
        let mut scripts = Self {
            all: Vec::new(),
            read: 0,
            unread: Vec::new(),
        };
        let mut files: Vec<(&str, Url)> = Vec::new();
        for (tag, text) in elements(html) {
            let Some(src) = attribute(tag, "src") else {
                scripts.all.push(script(tag, text, page, false));
                continue;
            };
            let Ok(url) = page.join(&src.replace("&amp;", "&")) else {
                continue;
            };
            // What our helper says is known.
            if tag.contains("/sdk/signet.") {
                scripts.all.push(script(tag, "", &url, true));
            } else if url.origin() != page.origin() {
                scripts.unread.push(format!("{url} (of another host)"));
            } else if files.iter().all(|(_, known)| *known != url) {
                files.push((tag, url));
            }
        }
        for (_, url) in files.iter().skip(MOST_FILES) {
            scripts
                .unread
                .push(format!("{url} (more than {MOST_FILES} files)"));
        }
        files.truncate(MOST_FILES);
        let answers = join_all(files.iter().map(|(_, url)| client.get(url, Accept::Anything))).await;
        for ((tag, url), answer) in files.iter().zip(answers) {
            match answer {
                Ok(answer) if answer.status.is_success() => {
                    scripts.read += 1;
                    let text = String::from_utf8_lossy(&answer.body);
                    if words.iter().any(|word| text.contains(word)) {
                        scripts.all.push(script(tag, &text, url, true));
                    }
                }
                Ok(answer) => {
                    let status = answer.status.as_u16();
                    scripts.unread.push(format!("{url} (the answer is {status})"));
                }
                Err(error) => scripts.unread.push(format!("{url} ({error})")),
            }
        }
        scripts
    }
}

fn script(tag: &str, text: &str, place: &Url, is_file: bool) -> Script {
    Script {
        tag: tag.to_owned(),
        text: text.to_owned(),
        place: place.clone(),
        is_file,
    }
}

/// Each script element: its tag, and what stands in it.
fn elements(html: &str) -> impl Iterator<Item = (&str, &str)> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (tag, rest) = rest.split_once('>')?;
        Some((tag, rest.split("</script").next().unwrap_or_default()))
    })
}

/// The value of an element's attribute, in quotes or without.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let begin = format!("{name}=");
    for (at, _) in tag.match_indices(&begin) {
        if !tag.get(..at)?.ends_with(|it: char| it.is_ascii_whitespace()) {
            continue;
        }
        let value = tag.get(at + begin.len()..)?;
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
            _ => value.split_ascii_whitespace().next(),
        };
    }
    None
}
