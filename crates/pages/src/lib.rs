//! Every page as a plain struct: fill it, call `render`, send the text.
//!
//! A page is one file here, one template of the same name in `templates/`, and its sentences in
//! `locales/<language>/`. Nothing in this crate knows a request, a database or a session; what a page
//! shows is what its struct holds. All of it is escaped for the place where it lands (SEC-080), and every
//! page works with scripts switched off (SEC-081).
//!
//! | room | what lies there |
//! |---|---|
//! | [`Locale`] | the languages, and which of them a browser gets |
//! | [`Brand`], [`Colour`], [`Logo`], [`Link`] | what an account puts on its pages, checked once |
//! | [`Frame`], [`FormTokens`] | what all pages share |
//! | [`Login`], [`Register`], [`SelectAccount`], [`Consent`], [`Logout`], [`LoggedOut`], [`SignedIn`], [`Error`], [`FormPost`] | the pages |
//! | [`DeviceCode`], [`Approval`], [`Decided`] | what another device began |
//! | [`assets`] | style sheet, scripts and icon, under names that carry their digest |
//! | [`console`] | what administrators see |
//! | [`mail`] | what is sent to people |
//! | [`demo`] | the shop, the agent's view, and the two scripts between them |
//!
//! # What the door must send with a page
//!
//! Status and headers are the door's. The pages need a Content-Security-Policy with
//! `style-src 'self' 'nonce-N'; script-src 'nonce-N'; img-src 'self' data:; connect-src 'self'` (the last
//! for the demo only) and `form-action` for what their forms do; N is the `nonce` of [`Frame`].

pub mod assets;
pub mod console;
pub mod demo;
pub mod mail;

mod brand;
mod check_session;
mod closing;
mod colour;
mod consent;
mod elsewhere;
mod error;
mod form_post;
mod frame;
mod link;
mod locale;
mod logged_out;
mod login;
mod logo;
mod logout;
mod markup;
mod password;
mod recover;
mod register;
mod select_account;
mod signed_in;
mod text;

pub use brand::Brand;
pub use check_session::CheckSession;
pub use closing::Closing;
pub use colour::{Colour, NotAColour};
pub use consent::{Consent, Detail};
pub use elsewhere::{Approval, CodeProblem, Decided, DecidedOutcome, DeviceCode, ShownThere};
pub use error::{Error, ErrorKind};
pub use form_post::FormPost;
pub use frame::{FormTokens, Frame};
pub use link::Link;
pub use locale::Locale;
pub use logged_out::LoggedOut;
pub use login::{Login, LoginProblem};
pub use logo::Logo;
pub use logout::Logout;
pub use password::PasswordProblem;
pub use recover::{ConfirmAddress, NewPassword, Recover, Tell, Told};
pub use register::{Register, RegisterProblem};
pub use select_account::{Account, SelectAccount};
pub use signed_in::{
    AllowedClient, BeginsAt, OwnAddress, OwnPassword, OwnPasswordProblem, SignedIn, SignedInSession,
};
