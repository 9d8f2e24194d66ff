//! Files with a key in them.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use zeroize::Zeroizing;

/// The most that a file with one key has.
const LARGEST: u64 = 64 * 1024;

/// Reads a file, or standard input where it is called `-`. What was read is wiped when it is dropped.
pub(super) fn read(file: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let shown = file.display().to_string();
    let source: Box<dyn std::io::Read> = if shown == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file).with_context(|| shown.clone())?)
    };
    let mut content = Zeroizing::new(Vec::new());
    source
        .take(LARGEST + 1)
        .read_to_end(&mut content)
        .with_context(|| shown.clone())?;
    ensure!(
        content.len() as u64 <= LARGEST,
        "{shown}: more than {LARGEST} bytes are no key"
    );
    Ok(content)
}
