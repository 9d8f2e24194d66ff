//! The helper for a brand's own pages.

use std::io::Write as _;
use std::process::{Command, Stdio};

use pages::sdk;

#[test]
fn the_script_and_the_module_have_one_source() {
    let (script, module) = (sdk::find("signet.js").unwrap(), sdk::find("signet.mjs").unwrap());
    let source = include_str!("../../assets/sdk/signet.js");
    assert!(script.text.contains(source) && module.text.contains(source));
    assert!(!script.text.contains("export ") && module.text.contains("export const signet"));
    assert!(
        sdk::find("signet.d.ts")
            .unwrap()
            .text
            .contains("export declare const signet")
    );
    assert!(sdk::find("signet.css").is_none() && sdk::find("").is_none());
}

#[test]
fn each_is_small_once_it_is_compressed() {
    for file in sdk::all() {
        let mut gzip = Command::new("gzip")
            .arg("-9c")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        gzip.stdin
            .take()
            .unwrap()
            .write_all(file.text.as_bytes())
            .unwrap();
        let packed = gzip.wait_with_output().unwrap().stdout.len();
        assert!((100..6144).contains(&packed), "{}: {packed} bytes", file.name);
    }
}

#[test]
fn none_makes_markup_or_code_of_text_or_keeps_anything_beyond_the_tab() {
    for file in sdk::all() {
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "localStorage",
            "document.cookie",
            "postMessage(answer, \"*\"",
        ] {
            assert!(!file.text.contains(sink), "{}: {sink}", file.name);
        }
    }
}
