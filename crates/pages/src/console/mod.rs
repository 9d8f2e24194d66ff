//! The console: what administrators see. In English only, and it works without scripts; the one there is copies values.
//!
//! Every page but the one for signing in stands in a [`Shell`]: on a wide screen a column with the account, the sections and
//! who is signed in, on a phone a bar of them. To add a section: a variant of [`Section`] with its words, path and sign,
//! a view here, and a template that extends `console/shell.html` and fills `title` and `main`. Put facts into
//! `dl.facts`, lists into `table.rows` (each cell with its heading in `data-label`, which a phone shows), notices into
//! `p.notice`, and what stands for a list without rows into `div.empty`.

/// A page that stands in the shell: its template sees `view`, and the `shell` around it.
macro_rules! in_shell {
    ($view:ident, $template:tt) => {
        impl $view<'_> {
            /// The page as HTML.
            pub fn render(&self) -> String {
                #[derive(askama::Template)]
                #[template(path = $template)]
                struct Page<'a> {
                    view: &'a $view<'a>,
                    shell: super::Shell<'a>,
                }
                crate::frame::html(&Page {
                    view: self,
                    shell: self.shell,
                })
            }
        }
    };
}

mod accounts;
mod app_keys;
mod audit;
mod checks;
mod connectors;
mod keys;
mod login;
mod once;
mod shell;
mod sign_in;
mod sso;
mod users;

pub use accounts::{AccountRow, Accounts};
pub use app_keys::{AppKeyForm, AppKeyRow, AppKeys};
pub use audit::{Audit, AuditEntry};
pub use checks::{Check, CheckGroup};
pub use connectors::{
    Checked, ConnectorForm, ConnectorPage, ConnectorRow, Connectors, FieldKind, FormField, Pasted,
};
pub use keys::{BurnKey, CutOverKey, KeyRow, Keys, Life, Notice, PastedKey, Timeline};
pub use login::Login;
pub use once::{Once, OnceValue};
pub use shell::{Account, Section, Shell};
pub use sign_in::{Factor, FactorProblem, OwnFactor, RecoveryCodes, SetUp, UserLogin, UserLoginProblem};
pub use sso::{SsoConnections, SsoForm, SsoRow};
pub use users::{UserForm, UserRow, UserStanding, Users};
