//! Where a consumer can begin: clients at which others may initiate a login (OpenID Connect Core §4).

use std::collections::BTreeMap;
use std::sync::Arc;

use pages::{BeginsAt, Link};
use url::Url;

use crate::base::id::ClientId;
use crate::http::Visit;
use crate::model::Client;
use crate::model::grant::Grant;
use crate::store;

/// The brand's own clients, and those that the consumer has allowed something, by name. Nobody else's: that would be an
/// advertisement, and the consumer's first step there a question for their consent.
pub(super) async fn apps(visit: &Visit, grants: &[Grant], language: &str) -> store::Result<Vec<BeginsAt>> {
    let (services, account) = (&visit.context.services, &visit.context.tenant.account.account_id);
    let mut clients: BTreeMap<ClientId, Arc<Client>> = BTreeMap::new();
    for client in store::clients::list_first_party_begun(visit.context.db(), account).await? {
        clients.insert(client.client_id.clone(), Arc::new(client));
    }
    for grant in grants {
        if let Some(client) = services.clients.find(account, &grant.client_id).await? {
            clients.entry(client.client_id.clone()).or_insert(client);
        }
    }
    let issuer = visit.context.issuer();
    let mut apps: Vec<BeginsAt> = clients
        .values()
        .filter(|client| client.enabled)
        .filter_map(|client| shown(client, issuer, language))
        .collect();
    apps.sort_by_cached_key(|app| app.name.to_lowercase());
    Ok(apps)
}

fn shown(client: &Client, issuer: &str, language: &str) -> Option<BeginsAt> {
    let uri = client.settings.initiate_login_uri.as_deref()?;
    let host = Url::parse(uri).ok()?.host_str()?.to_owned();
    Some(BeginsAt {
        name: client.name_in(language).to_owned(),
        host: (!client.settings.first_party).then_some(host),
        begin: Link::web(&begun_by(issuer, uri))?,
    })
}

/// The client's address with `iss`, and what it registered in its query. `login_hint` is left out: it would tell the client,
/// and whoever reads its log, who comes before they are asked, and here the browser's session says it anyway.
/// `target_link_uri` is left out too: we know of no page inside the client.
fn begun_by(issuer: &str, uri: &str) -> String {
    let (address, query) = uri.split_once('?').unwrap_or((uri, ""));
    // A second `iss` would let the client choose which provider it believes.
    let kept = query.split('&').filter(|pair| {
        !pair.is_empty() && form_urlencoded::parse(pair.as_bytes()).all(|(name, _)| name != "iss")
    });
    let iss = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", issuer)
        .finish();
    let query: Vec<&str> = kept.chain([iss.as_str()]).collect();
    format!("{address}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::begun_by;

    #[test]
    fn the_registered_query_stays_as_it_is_and_iss_is_there_once() {
        for (registered, begun) in [
            (
                "https://a.test/login",
                "https://a.test/login?iss=https%3A%2F%2Fid.test%2Fa%2Fb",
            ),
            (
                "https://a.test/login?",
                "https://a.test/login?iss=https%3A%2F%2Fid.test%2Fa%2Fb",
            ),
            (
                "https://a.test?a=%20b+c&&d",
                "https://a.test?a=%20b+c&d&iss=https%3A%2F%2Fid.test%2Fa%2Fb",
            ),
            (
                "https://a.test/?iss=x&a=iss&i%73s=y&iss",
                "https://a.test/?a=iss&iss=https%3A%2F%2Fid.test%2Fa%2Fb",
            ),
        ] {
            assert_eq!(begun_by("https://id.test/a/b", registered), begun);
        }
    }
}
