//! Signet's nouns and rules, as types.

mod text_enum;

/// Brands, and what their administrators set.
pub mod account;
/// Skills, agent groups and profiles.
pub mod account_entity;
/// Who may use the console and the admin API.
pub mod administrator;
/// Programs that call the gateway by a key of their own.
pub mod app_key;
/// The record of changes.
pub mod audit;
/// Requests of clients that wait for a consumer who is somewhere else.
pub mod backchannel;
/// Links that were sent to consumers' addresses.
pub mod challenge;
pub mod claim;
/// What clients are to get in their id_tokens.
pub mod claims_contract;
/// Clients (RFC 6749 §2), and what is relaxed for the messaging platform's.
pub mod client;
mod client_alg;
/// The gateway's configuration of authentication servers.
pub mod connector;
/// End users of a brand.
pub mod consumer;
/// Keys that clients encrypt their request objects to.
mod decryption_key;
/// Consumers who let a program act for them at their brand.
pub mod delegation;
/// Requests of devices that wait for a consumer at another screen.
pub mod device;
pub mod draft;
/// What consumers have allowed clients.
pub mod grant;
/// Requests that their senders may repeat.
pub mod idempotency;
pub mod identifier;
/// Authorization requests that wait for something that the consumer must do.
pub mod interaction;
/// Who reads the JWK set.
pub mod jwks_reader;
/// Clients that are to be told of the end of a session.
mod logout_notice;
/// Services of the messaging platform.
mod platform_service;
/// What people and programs may do at the gateway.
pub mod privilege;
/// Authorization requests that clients have pushed.
pub mod pushed_request;
/// Mail that is to be sent.
pub mod queued_mail;
/// Clients that register themselves.
pub mod registration;
/// Values that rest encrypted in the database.
pub mod sealed;
/// Consumers' single sign-on in a browser.
pub mod session;
/// What keys sign for programs.
pub mod signed_window;
/// Signing keys and their life.
pub mod signing_key;
/// Users' single sign-on at their company's identity provider.
pub mod sso;
/// Sign-in tickets.
pub mod ticket;
/// Access tokens and authorization codes.
pub mod token;
/// What clients may prove with once.
pub mod used_proof;
/// People and bots that work in an account.
pub mod user;
/// Users' second factors, and sign-ins that wait for one.
pub mod user_factor;

pub(crate) use text_enum::text_enum;

pub use account::{Account, AccountSettings, AccountStatus, CharacterKind};
pub use administrator::Administrator;
pub use app_key::AppKey;
pub use client::{Client, ClientPolicy, ClientSettings, Leniency, RegisteredBy};
pub use client_alg::RequestObjectAlg;
pub use connector::{Connector, ConnectorConfiguration, ConnectorKind, JwtValidationType};
pub use consumer::{Consumer, ConsumerStatus};
pub use decryption_key::DecryptionKey;
pub use draft::{Draft, Profile, Refusal};
pub use identifier::{Identifier, IdentifierKind};
pub use logout_notice::LogoutNotice;
pub use platform_service::{PlatformService, ServiceHost};
pub use privilege::{Access, Area, Privilege, Privileges, RoleType};
pub use sealed::{Sealed, SealingKeyId, SealingKeyState};
pub use session::{Session, SignedIn};
pub use user::{User, UserId, UserProfile};
