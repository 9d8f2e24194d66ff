use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::directory::consumer::import::Format;

/// How far one looks to tell what a file is.
const GLANCE: usize = 64 << 10;

/// Opens a file or standard input, and tells what it is and how long.
pub(in crate::cli) fn open(
    path: &Path,
    format: Option<Format>,
) -> anyhow::Result<(Box<dyn Read + Send>, Format, Option<u64>)> {
    if path == Path::new("-") {
        // Standard input has no name that could tell.
        let mut source = BufReader::with_capacity(GLANCE, std::io::stdin());
        let format = glance(&mut source, format).context("standard input")?;
        return Ok((Box::new(source), format, None));
    }
    let shown = path.display();
    let file = File::open(path).with_context(|| shown.to_string())?;
    let metadata = file.metadata().with_context(|| shown.to_string())?;
    if metadata.is_dir() {
        bail!("{shown}: is a folder");
    }
    let length = metadata.is_file().then_some(metadata.len());
    let mut source = BufReader::with_capacity(GLANCE, file);
    let format = glance(&mut source, format.or_else(|| by_name(path))).with_context(|| shown.to_string())?;
    Ok((Box::new(source), format, length))
}

fn by_name(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        _ => None,
    }
}

/// Looks at the beginning without taking it away.
fn glance(source: &mut impl BufRead, format: Option<Format>) -> anyhow::Result<Format> {
    let begin = source.fill_buf()?;
    let begin = begin
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(begin)
        .trim_ascii_start();
    let format = format.unwrap_or(match begin.first() {
        Some(b'{' | b'[') => Format::JsonLines,
        _ => Format::Csv,
    });
    // A document over many lines would be refused line by line.
    let first = begin
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    if format == Format::JsonLines && matches!(first, [b'{'] | [b'[', ..]) {
        bail!(
            "this is one JSON document, not one object a line; make lines of it, as in: jq -c '.[]' FILE, or for an export \
             of Keycloak or Firebase: jq -c '.users[]' FILE"
        );
    }
    Ok(format)
}
