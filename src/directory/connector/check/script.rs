//! A page's own JS method, read without running it: whether it can call back (F-12), whether it needs a window (F-23), and what it says of the consumer.

/// What is seen of a method that never lets the window go on.
pub(super) fn silent(script: &str, name: &str) -> Option<&'static str> {
    let body = script.get(definition(script, name)?..)?;
    let (parameter, rest) = first_parameter(body)?;
    let rest = body_of(rest);
    if rest.contains("arguments") {
        return None;
    }
    if parameter.is_empty() {
        return Some("it takes no callback: the window waits for ever");
    }
    if !has_word(rest, parameter) {
        return Some("it takes a callback and never calls it: the window waits for ever");
    }
    let waits = ["fetch(", "await ", ".then(", "XMLHttpRequest"];
    let minds = [
        "catch",
        "onerror",
        "addEventListener(\"error\"",
        "addEventListener('error'",
    ];
    let has = |words: &[&str]| words.iter().any(|it| rest.contains(it));
    (has(&waits) && !has(&minds))
        .then_some("it waits for something and catches no error: where that fails, the window waits for ever")
}

/// A function's own body, without what follows it in the script: up to the brace that closes its first one. All of it where
/// there is none, or they don't match.
fn body_of(rest: &str) -> &str {
    let arrow = rest.trim_start().trim_start_matches("=>").trim_start();
    if !arrow.starts_with('{') {
        return rest;
    }
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, letter) in rest.char_indices() {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == letter => quote = None,
            // No string goes on there: it was the apostrophe of a comment.
            (Some('"' | '\''), '\n') => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return rest.get(..=at).unwrap_or(rest);
                }
            }
            _ => {}
        }
    }
    rest
}

/// Whether a method opens a window, and knows no other way where none opens.
pub(super) fn opens_alone(script: &str, name: &str) -> bool {
    let body = definition(script, name).and_then(|at| script.get(at..));
    body.is_some_and(|body| {
        let leaves = [
            "location.assign(",
            "location.replace(",
            "location.href",
            "location =",
        ];
        body.contains("window.open(") && !leaves.iter().any(|it| body.contains(it))
    })
}

/// Where a script defines that name: just behind it, at a function's parameters or what is assigned.
pub(super) fn definition(script: &str, name: &str) -> Option<usize> {
    script.match_indices(name).find_map(|(at, _)| {
        let before = script.get(..at)?;
        let end = at + name.len();
        let after = script.get(end..)?.trim_start();
        let is_whole = !before.ends_with(is_of_name);
        let assigned = (after.starts_with('=') && !after.starts_with("==")) || after.starts_with(':');
        let is_function = before.trim_end().ends_with("function");
        (is_whole && (assigned || is_function)).then_some(end)
    })
}

/// The first parameter of the function that begins there, and what follows the parameters; none where something else is
/// assigned, which isn't seen.
fn first_parameter(definition: &str) -> Option<(&str, &str)> {
    let text = definition.trim_start();
    let text = text.strip_prefix(['=', ':']).unwrap_or(text).trim_start();
    let text = text.strip_prefix("async").unwrap_or(text).trim_start();
    let text = match text.strip_prefix("function") {
        // It may have a name of its own.
        Some(rest) => rest.trim_start().trim_start_matches(is_of_name),
        None => text,
    };
    let text = text.trim_start();
    let (parameters, rest) = match text.strip_prefix('(') {
        Some(rest) => rest.split_once(')')?,
        None => text.split_once("=>")?,
    };
    let first = parameters.split([',', '=']).next()?.trim();
    first.chars().all(is_of_name).then_some((first, rest))
}

/// What a script gives for a name: `iss: "…"` or `iss: user.issuer`.
pub(super) enum Said<'t> {
    /// A plain text.
    Text(&'t str),
    /// Something that is known once it runs.
    Expression(&'t str),
}

/// Everything that a page's scripts give for a name.
pub(super) fn said<'t>(html: &'t str, name: &'t str) -> impl Iterator<Item = Said<'t>> {
    html.match_indices(name).filter_map(move |(at, word)| {
        let before = html.get(..at)?.chars().next_back().unwrap_or(' ');
        if is_of_name(before) || before == '.' {
            return None;
        }
        let rest = html.get(at + word.len()..)?;
        let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
        let rest = rest.strip_prefix(':')?.trim_start();
        if let Some(quote) = rest.chars().next().filter(|it| ['"', '\''].contains(it)) {
            return rest.get(1..)?.split(quote).next().map(Said::Text);
        }
        let end = rest.find([',', '}', ';', '\n']).unwrap_or(rest.len());
        rest.get(..end).map(str::trim).map(Said::Expression)
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_edge = |it: Option<char>| !it.is_some_and(is_of_name);
        is_edge(text.get(..at).and_then(|it| it.chars().next_back()))
            && is_edge(text.get(at + word.len()..).and_then(|it| it.chars().next()))
    })
}

const fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}
