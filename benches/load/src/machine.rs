//! What the figures were measured on.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use chrono::DateTime;
use serde::Serialize;

use crate::clock;

/// Writes that are timed; the median counts.
const WRITES: usize = 200;

/// The machine, on that day.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// `2026-11-24`
    pub(crate) date: String,
    /// Cores that the system shows.
    pub(crate) cores: usize,
    /// What the processor calls itself.
    pub(crate) processor: String,
    /// Version of the kernel.
    pub(crate) kernel: String,
    /// A durable write of one page (append 4 KiB, `fdatasync`) where the database lies, in microseconds.
    pub(crate) durable_write_us: f64,
}

/// Looks at it; durable writes are timed in `folder`.
pub(crate) fn look(folder: &Path) -> Result<Machine> {
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let processor = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, name)| name);
    Ok(Machine {
        date: DateTime::from_timestamp(clock::unix(), 0)
            .unwrap_or_default()
            .format("%Y-%m-%d")
            .to_string(),
        cores: info
            .lines()
            .filter(|line| line.starts_with("processor\t"))
            .count(),
        processor: processor.trim().to_owned(),
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?
            .trim()
            .to_owned(),
        durable_write_us: durable_write(folder)?.as_secs_f64() * 1e6,
    })
}

fn durable_write(folder: &Path) -> Result<Duration> {
    let path = folder.join("durable-write");
    let mut file = File::create(&path)?;
    let page = [7; 4096];
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let begin = clock::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(clock::since(begin));
    }
    fs::remove_file(path)?;
    times.sort_unstable();
    Ok(times.get(WRITES / 2).copied().unwrap_or_default())
}
