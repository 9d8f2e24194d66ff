//! Keys: a file per command.

mod burn;
mod cutover;
mod decryption;
mod export;
mod file;
mod generate;
mod import;
mod list;
mod reseal;
mod retire;
mod rotate;
mod selftest;

use clap::Subcommand;

use super::{Global, Outcome};

/// Signing keys: where each stands in its life, its next step, and its public half; the keys that clients encrypt to; and
/// the key that seals them all.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    List(list::List),
    Generate(generate::Generate),
    Rotate(rotate::Rotate),
    Retire(retire::Retire),
    Cutover(cutover::Cutover),
    Burn(burn::Burn),
    Decryption(decryption::Decryption),
    Import(import::Import),
    Export(export::Export),
    Selftest(selftest::Selftest),
    Reseal(reseal::Reseal),
}

impl Keys {
    pub(crate) fn run(self, global: &Global) -> Outcome {
        match self {
            Self::List(list) => list.run(global),
            Self::Generate(generate) => generate.run(global),
            Self::Rotate(rotate) => rotate.run(global),
            Self::Retire(retire) => retire.run(global),
            Self::Cutover(cutover) => cutover.run(global),
            Self::Burn(burn) => burn.run(global),
            Self::Decryption(decryption) => decryption.run(global),
            Self::Import(import) => import.run(global),
            Self::Export(export) => export.run(global),
            Self::Selftest(selftest) => selftest.run(global),
            Self::Reseal(reseal) => reseal.run(global),
        }
    }
}

/// Exit status of a step that must wait: 3.
const WAITS: u8 = 3;
