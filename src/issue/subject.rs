//! What consumers are called towards clients (OpenID Connect Core §8): the same by all, or another name in each sector.

use std::borrow::Cow;

use oauth::SubjectType;
use url::Url;

use crate::base::id::Subject;
use crate::context::{Context, Services, Tenant};
use crate::model::Client;

/// Whether a client sees subjects that no other sector sees.
pub fn is_pairwise(context: &Context, client: &Client) -> bool {
    is_pairwise_in(&context.tenant, client)
}

fn is_pairwise_in(tenant: &Tenant, client: &Client) -> bool {
    let account = tenant.account.settings.subject_type;
    client.settings.subject_type.unwrap_or(account) == SubjectType::Pairwise
}

/// The subject that a client knows this consumer as: `sub` in all that it is told.
pub fn shown<'s>(context: &Context, client: &Client, sub: &'s Subject) -> Cow<'s, Subject> {
    shown_by(&context.services, &context.tenant, client, sub)
}

/// The same where no request is answered.
pub fn shown_by<'s>(
    services: &Services,
    tenant: &Tenant,
    client: &Client,
    sub: &'s Subject,
) -> Cow<'s, Subject> {
    if !is_pairwise_in(tenant, client) {
        return Cow::Borrowed(sub);
    }
    let account = &tenant.account.account_id;
    Cow::Owned(services.subjects.pairwise(account, &sector(client), sub))
}

/// Whether a client that says `presented` means this consumer.
pub fn is_meant(context: &Context, client: &Client, presented: &Subject, sub: &Subject) -> bool {
    *shown(context, client, sub) == *presented
}

/// A client's sector: the host of its sector identifier, or the one host of its redirect URIs. A client of neither is a
/// sector by itself.
fn sector(client: &Client) -> String {
    let host = |text: &str| {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https")?;
        url.host_str().map(str::to_owned)
    };
    let settings = &client.settings;
    if let Some(host) = settings.sector_identifier_uri.as_deref().and_then(host) {
        return host;
    }
    let mut hosts = settings.redirect_uris.iter().map(|uri| host(uri.as_str()));
    match hosts.next().flatten() {
        Some(first) if hosts.all(|other| other.as_ref() == Some(&first)) => first,
        // No host is called so.
        _ => format!("client {}", client.client_id),
    }
}
