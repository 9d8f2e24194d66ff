//! Which functions a room has, so that a test that goes through them all knows when one is new.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

/// What is left out, and why.
pub(crate) struct Excepted {
    /// Whole modules.
    pub(crate) modules: &'static [(&'static str, &'static str)],
    /// Functions, as `module::function`.
    pub(crate) functions: &'static [(&'static str, &'static str)],
}

/// From where a function may be called, for it to count.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Visible {
    /// From somewhere outside its module.
    Anywhere,
    /// From outside its room.
    Outside,
}

/// Which asynchronous functions of a room are neither tried nor excepted, and which are excepted without need.
pub(crate) fn wrong(room: &str, visible: Visible, tried: &[String], excepted: &Excepted) -> Vec<String> {
    let mut functions = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(room);
    collect(&folder, None, visible, &mut functions);
    assert!(functions.len() > 100, "only {} functions found", functions.len());
    let is_excepted = |function: &str| excepted.functions.iter().any(|(other, _)| *other == function);
    let in_module = |function: &str| {
        let module = function.split("::").next().unwrap_or_default();
        excepted.modules.iter().any(|(other, _)| *other == module)
    };
    let mut wrong: Vec<String> = functions
        .iter()
        .filter(|function| !in_module(function))
        .filter_map(
            |function| match (tried.contains(function), is_excepted(function)) {
                (false, false) => Some(format!(
                    "{function} is not tried with another account's id: give it a line there, or a reason among the exceptions"
                )),
                (true, true) => Some(format!("{function} is tried: take it out of the exceptions")),
                _ => None,
            },
        )
        .collect();
    let gone = excepted.functions.iter().map(|(function, _)| *function);
    let gone = gone.filter(|function| !functions.iter().any(|found| found == function));
    wrong.extend(gone.map(|function| format!("{function} is excepted, and isn't there")));
    wrong
}

/// `module::function` of each asynchronous function that others may call, in methods too.
fn collect(folder: &Path, module: Option<&str>, visible: Visible, functions: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let module = module.unwrap_or(stem);
        if path.is_dir() {
            collect(&path, Some(module), visible, functions);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            functions_of(text.parse().unwrap(), module, visible, functions);
        }
    }
}

fn functions_of(tokens: TokenStream, module: &str, visible: Visible, functions: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |at: usize| tokens.get(at).map(ToString::to_string).unwrap_or_default();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == "pub" => {
                let restricted = word(at + 1).starts_with('(');
                let after = at + 1 + usize::from(restricted);
                if word(after) == "async"
                    && word(after + 1) == "fn"
                    && !(restricted && visible == Visible::Outside)
                {
                    functions.push(format!("{module}::{}", word(after + 2)));
                }
            }
            TokenTree::Group(group) => functions_of(group.stream(), module, visible, functions),
            _ => {}
        }
    }
}
