//! Reads the paths and the texts that a source file names, from its tokens: comments are gone, macros' arguments are in.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// A path that a file names, in a `use` or in passing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// From `crate` down for the house's own; from the library's name for others'.
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

impl Named {
    /// The room, if the path leads into the house. `use crate::*` leads everywhere, and is said to.
    pub(crate) fn room(&self) -> Option<&str> {
        match self.path.as_slice() {
            [first, room, ..] if first == "crate" => Some(room),
            [first] if first == "crate" => Some("self"),
            _ => None,
        }
    }

    /// The library, if the path leads out of the house.
    pub(crate) fn library(&self) -> Option<&str> {
        self.path
            .first()
            .map(String::as_str)
            .filter(|name| *name != "crate")
    }
}

/// A literal text, and where it begins.
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) line: usize,
}

/// All paths of `source`, which is the module `module` of its crate.
pub(crate) fn paths(source: &str, module: &[String]) -> Result<Vec<Named>, String> {
    let tokens = parse(source)?;
    let mut scan = Scan {
        module: module.to_vec(),
        bound: BTreeSet::new(),
        found: Vec::new(),
    };
    scan.walk(&tokens);
    // A name that a `use` or a `mod` has bound in this file leads where that leads, and that is in the list already.
    let Scan { bound, found, .. } = scan;
    Ok(found
        .into_iter()
        .filter(|seen| seen.in_use || !seen.named.path.first().is_some_and(|first| bound.contains(first)))
        .map(|seen| seen.named)
        .collect())
}

/// All literal texts of `source`, documentation apart.
pub(crate) fn texts(source: &str) -> Result<Vec<Text>, String> {
    let mut found = Vec::new();
    collect_texts(parse(source)?, &mut found);
    Ok(found)
}

fn parse(source: &str) -> Result<TokenStream, String> {
    TokenStream::from_str(source).map_err(|error| error.to_string())
}

struct Seen {
    named: Named,
    in_use: bool,
}

struct Scan {
    module: Vec<String>,
    bound: BTreeSet<String>,
    found: Vec<Seen>,
}

impl Scan {
    fn walk(&mut self, stream: &TokenStream) {
        let tokens: Vec<TokenTree> = stream.clone().into_iter().collect();
        let mut rest = tokens.as_slice();
        while let Some((token, after)) = rest.split_first() {
            rest = match (token, after) {
                (TokenTree::Ident(word), [TokenTree::Ident(name), TokenTree::Group(body), after @ ..])
                    if word == "mod" && body.delimiter() == Delimiter::Brace =>
                {
                    self.bound.insert(name.to_string());
                    self.module.push(name.to_string());
                    self.walk(&body.stream());
                    self.module.pop();
                    after
                }
                (TokenTree::Ident(word), [TokenTree::Ident(name), after @ ..]) if word == "mod" => {
                    self.bound.insert(name.to_string());
                    after
                }
                (TokenTree::Ident(word), [TokenTree::Ident(kind), TokenTree::Ident(name), after @ ..])
                    if word == "extern" && kind == "crate" =>
                {
                    self.record(&[name.to_string()], name.span().start().line, true);
                    after
                }
                // `impl Trait + use<'a>` captures; it imports nothing.
                (TokenTree::Ident(word), [next, ..]) if word == "use" && !is_punct(next, '<') => {
                    self.use_tree(after, &[])
                }
                (TokenTree::Ident(_), _) => self.path(rest),
                // `<T as Trait>::name`: what follows is a part of another path.
                (token, [colon, TokenTree::Punct(_), TokenTree::Ident(_), ..])
                    if is_punct(token, '>') && is_punct(colon, ':') =>
                {
                    let mut after = after;
                    while let [colon, TokenTree::Punct(_), TokenTree::Ident(_), next @ ..] = after
                        && is_punct(colon, ':')
                    {
                        after = next;
                    }
                    after
                }
                (TokenTree::Group(group), _) => {
                    if !is_documentation(group) {
                        self.walk(&group.stream());
                    }
                    after
                }
                _ => after,
            };
        }
    }

    /// A path in passing: `crate::store::Codes`. A single name is none.
    fn path<'a>(&mut self, tokens: &'a [TokenTree]) -> &'a [TokenTree] {
        let (names, after) = leading_path(tokens);
        if let [first, _, ..] = names.as_slice() {
            let line = first.span().start().line;
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            self.record(&names, line, false);
        }
        after
    }

    /// `a::b`, `a::{b, c as d}`, `a::*`, up to and with the `;` or `,` that ends it.
    fn use_tree<'a>(&mut self, tokens: &'a [TokenTree], prefix: &[String]) -> &'a [TokenTree] {
        let mut rest = tokens;
        // `use ::sqlx::…` names the library from the outside.
        while let [token, after @ ..] = rest
            && is_punct(token, ':')
        {
            rest = after;
        }
        let (names, after) = leading_path(rest);
        let line = tokens.first().map_or(0, |token| token.span().start().line);
        let mut path: Vec<String> = prefix.to_vec();
        path.extend(names.iter().map(ToString::to_string));
        rest = after;
        let mut branches = false;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            match token {
                TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | ',') => break,
                TokenTree::Punct(punct) if punct.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Ident(word) if word == "as" => {
                    if let Some(TokenTree::Ident(alias)) = after.first() {
                        self.bound.insert(alias.to_string());
                    }
                }
                TokenTree::Group(group) => {
                    branches = true;
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut inner = inner.as_slice();
                    while !inner.is_empty() {
                        inner = self.use_tree(inner, &path);
                    }
                }
                _ => {}
            }
        }
        if !branches && !path.is_empty() {
            if path.len() > 1
                && let Some(last) = path.last()
            {
                self.bound.insert(last.clone());
            }
            self.record(&path, line, true);
        }
        rest
    }

    /// Resolves `crate`, `self` and `super`, and keeps the path.
    fn record(&mut self, names: &[String], line: usize, in_use: bool) {
        let (first, rest) = match names.split_first() {
            Some((first, rest)) if first != "Self" => (first.as_str(), rest),
            _ => return,
        };
        let path = match first {
            // The binary calls its library by name.
            "crate" | "signet" => rooted(&[], rest),
            "self" => rooted(&self.module, rest),
            "super" => {
                let ups = names.iter().take_while(|name| *name == "super").count();
                let parent = self.module.len().saturating_sub(ups);
                rooted(
                    self.module.get(..parent).unwrap_or(&[]),
                    names.get(ups..).unwrap_or(&[]),
                )
            }
            _ => names.to_vec(),
        };
        self.found.push(Seen {
            named: Named { path, line },
            in_use,
        });
    }
}

fn rooted(module: &[String], rest: &[String]) -> Vec<String> {
    [&["crate".to_owned()], module, rest].concat()
}

/// The names of `a::b::c` at the beginning of `tokens`, and what follows them, a dangling `::` apart.
fn leading_path(tokens: &[TokenTree]) -> (Vec<Ident>, &[TokenTree]) {
    let mut names = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Ident(name), after @ ..] = rest {
        names.push(name.clone());
        rest = after;
        match after {
            [first, second, next @ ..] if is_punct(first, ':') && is_punct(second, ':') => rest = next,
            _ => break,
        }
    }
    (names, rest)
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// `#[doc = "…"]`, which is what a `///` comment becomes.
fn is_documentation(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "doc")
}

fn collect_texts(stream: TokenStream, found: &mut Vec<Text>) {
    for token in stream {
        match token {
            TokenTree::Group(group) if !is_documentation(&group) => collect_texts(group.stream(), found),
            TokenTree::Literal(literal) => {
                let content = literal.to_string();
                if let Some((_, inside)) = content.split_once('"') {
                    found.push(Text {
                        content: inside.trim_end_matches(['"', '#']).replace("\\n", "\n"),
                        line: literal.span().start().line,
                    });
                }
            }
            _ => {}
        }
    }
}
