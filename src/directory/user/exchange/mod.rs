//! Users as a table: imported all or none, and exported as an import takes them.

mod column;
mod export;
mod import;

pub use export::{Error as ExportError, export};
pub use import::{Error as ImportError, Options as ImportOptions, Summary as ImportSummary, import};
