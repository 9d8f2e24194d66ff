use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The gateway's side. It has no settings yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gateway {}
