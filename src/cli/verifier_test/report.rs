//! What is told of what was tried.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::super::{Global, Outcome, output};
use super::samples::{Expected, Sample};
use super::{Other, Tried};

/// Of tokens that were written down.
pub(super) fn written(global: &Global, file: &Path, tokens: usize) -> Outcome {
    let document = json!({"file": file, "tokens": tokens});
    global
        .output()
        .show(&document, || format!("{tokens} tokens in {}", file.display()))
}

/// Of tokens that were sent.
pub(super) fn tell(global: &Global, tried: &[Tried], other: Option<&Other>) -> Outcome {
    let wrong = tried.iter().filter(|tried| !tried.is_right()).count();
    let tokens: Vec<Value> = tried
        .iter()
        .map(|tried| {
            let Sample {
                name, expected, why, ..
            } = &tried.sample;
            json!({"name": name, "expected": expected.as_str(), "seen": tried.seen.to_string(),
                   "right": tried.is_right(), "why": why})
        })
        .collect();
    let lent = other.map(|it| json!({"account_id": it.account_id, "kid": it.kid}));
    let document = json!({"passed": wrong == 0, "other_account": lent, "tokens": tokens});
    global.output().show(&document, || text(tried, wrong, other))?;
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn text(tried: &[Tried], wrong: usize, other: Option<&Other>) -> String {
    let rows = tried.iter().map(|tried| {
        let verdict = if tried.is_right() { "ok" } else { "WRONG" };
        let Sample { name, expected, .. } = &tried.sample;
        [verdict, name, expected.as_str(), &tried.seen.to_string()].map(str::to_owned)
    });
    let mut text = output::table(["", "token", "should be", "was"], rows);
    text.push('\n');
    match other {
        Some(Other { account_id, kid }) => {
            text.extend(["Another account's key is ", kid, " of ", account_id.as_str(), ".\n"]);
        }
        None => text.push_str(
            "The stranger's key was made for this test; --other-account ID has another account's key tried as well.\n",
        ),
    }
    for Tried { sample, .. } in tried.iter().filter(|tried| !tried.is_right()) {
        text.extend(["\n", sample.name, ": ", sample.why]);
    }
    let good = |tried: &&Tried| tried.sample.expected == Expected::Accepted;
    if tried.iter().filter(good).all(|tried| !tried.is_right()) {
        text.push_str("\n\nNo good token was accepted, so it proves nothing that the others were refused: see to these first.");
    } else if wrong == 0 {
        text.push_str("\nIt takes what it should, and nothing else of these.");
    } else {
        text.extend([
            "\n\n",
            &wrong.to_string(),
            " of ",
            &tried.len().to_string(),
            " went wrong.",
        ]);
    }
    text
}
