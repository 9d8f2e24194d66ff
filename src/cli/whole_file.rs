use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A file that is there whole or not at all, for its owner alone: written beside its place, and renamed.
#[derive(Debug)]
pub(crate) struct WholeFile {
    out: BufWriter<File>,
    beside: PathBuf,
    place: PathBuf,
    kept: bool,
}

impl WholeFile {
    /// Begins a file for `place`, beside it.
    pub(crate) fn begin(place: &Path) -> anyhow::Result<Self> {
        let beside = place.with_added_extension("part");
        // One that was left behind may be readable by others.
        let _ = std::fs::remove_file(&beside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&beside)
            .with_context(|| beside.display().to_string())?;
        Ok(Self {
            out: BufWriter::new(file),
            beside,
            place: place.to_path_buf(),
            kept: false,
        })
    }

    /// It is whole: puts it in its place. One that isn't kept goes away.
    pub(crate) fn keep(mut self) -> anyhow::Result<()> {
        let context = || self.place.display().to_string();
        self.out.flush().with_context(context)?;
        self.out.get_ref().sync_all().with_context(context)?;
        std::fs::rename(&self.beside, &self.place).with_context(context)?;
        self.kept = true;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}
