//! Lists of breached passwords, searched where they lie.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use passwords::{BadList, BreachedList};

/// A list in a file that goes with its folder.
struct Written {
    list: BreachedList,
    _folder: tempfile::TempDir,
}

fn written(content: impl AsRef<[u8]>) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("list");
    std::fs::write(&path, content).unwrap();
    Written {
        list: BreachedList::at(path),
        _folder: folder,
    }
}

impl Written {
    fn has(&self, password: &str) -> bool {
        self.list.contains(password.as_bytes()).unwrap()
    }

    fn wrong(&self) -> BadList {
        self.list.check().unwrap_err()
    }
}

fn sha1(password: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
    let (high, low) = digest.as_ref().split_at(4);
    format!("{:08X}{:032X}", number(high), number(low))
}

#[test]
fn sec_083_a_digest_is_found_as_it_is_published() {
    // What "Have I Been Pwned" says of `password` and `P@ssw0rd`.
    let list = written(
        "21BD12DC183F740EE76F27B78EB39C8AD972A757:73586\r\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n",
    );
    list.list.check().unwrap();
    assert!(list.has("password") && list.has("P@ssw0rd"));
    assert!(!list.has("Password") && !list.has("") && !list.has("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"));
}

#[test]
fn sec_083_every_line_is_found_and_nothing_else() {
    let known: Vec<String> = (0..3000).map(|number| format!("known {number}")).collect();
    let mut digests: Vec<String> = known.iter().map(|password| sha1(password)).collect();
    digests.sort();
    let counted = |(at, digest): (usize, &String)| format!("{digest}:{}", at * at);
    let upper: Vec<String> = digests.iter().enumerate().map(counted).collect();
    let lower: Vec<String> = digests.iter().map(|digest| digest.to_lowercase()).collect();
    for content in [
        upper.join("\r\n") + "\r\n",
        upper.join("\n"),
        lower.join("\n") + "\n",
    ] {
        let list = written(content);
        list.list.check().unwrap();
        assert!(known.iter().all(|password| list.has(password)));
        assert!((0..3000).all(|number| !list.has(&format!("unknown {number}"))));
    }
}

#[test]
fn sec_083_a_list_of_passwords_is_searched_by_their_bytes() {
    // Lengths from 1 to 600 bytes.
    let mut known: Vec<String> = (0..1500_usize)
        .map(|number| format!("{number:x}-{}", "é".repeat(number * number % 300)))
        .collect();
    known.sort();
    let list = written(known.join("\n") + "\n");
    list.list.check().unwrap();
    assert!(known.iter().all(|password| list.has(password)));
    assert!(known.iter().all(|password| !list.has(&format!("{password}x"))));
    for other in ["", "0", "zzz", "\n", "\u{10FFFF}"] {
        assert!(!list.has(other), "{other:?}");
    }
    assert!(written("one\n").has("one"));
}

#[test]
fn a_file_that_is_no_such_list_is_told_from_one() {
    assert!(matches!(written("").wrong(), BadList::Empty));
    assert!(matches!(written("b\na\n").wrong(), BadList::Unsorted(2)));
    let (one, two) = ("0".repeat(40), "1".repeat(40));
    assert!(matches!(
        written(format!("{one}:1\n{two}2\n")).wrong(),
        BadList::Form(43)
    ));
    assert!(matches!(
        written(format!("{one}:1\n{two}:1\n{one}:1\n")).wrong(),
        BadList::Unsorted(86)
    ));
    assert!(matches!(
        written(format!("a\n{}\n", "x".repeat(5000))).wrong(),
        BadList::Long(_)
    ));
    assert!(matches!(written([0x80; 5000]).wrong(), BadList::Long(0)));
    assert!(matches!(
        BreachedList::at("nowhere").check(),
        Err(BadList::Read(_))
    ));
    assert!(matches!(BreachedList::at(".").check(), Err(BadList::Read(_))));
    // In a large file not every line is looked at, and a wrong order is found all the same.
    let mut lines: Vec<String> = (0..20_000).map(|number| format!("{number:040X}")).collect();
    lines.rotate_left(10_000);
    assert!(matches!(written(lines.join("\n")).wrong(), BadList::Unsorted(_)));
}
