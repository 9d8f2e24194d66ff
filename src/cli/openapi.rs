use clap::Args;

use super::{Global, Outcome};
use crate::server::openapi;

/// Print the OpenAPI document of the admin and gateway APIs.
///
/// It is what a running server has at /openapi.json; no configuration and no database are needed.
#[derive(Debug, Args)]
pub(crate) struct OpenApi {}

pub(super) fn run(global: &Global) -> Outcome {
    let document = openapi::document();
    global.output().show(&document, || format!("{document:#}"))
}
