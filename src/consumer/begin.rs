//! Where a consumer can begin: clients at which others may initiate a login (OpenID Connect Core §4).

use std::collections::BTreeMap;
use std::sync::Arc;

use pages::{BeginsAt, Link};
use url::Url;

use crate::base::id::ClientId;
use crate::http::Visit;
use crate::http::redirect::with_ours;
use crate::model::Client;
use crate::model::grant::Grant;
use crate::store;

/// The brand's own clients, and those that the consumer has allowed something, by name. Nobody else's: that would be an
/// advertisement, and the consumer's first step there a question for their consent.
pub(super) async fn apps(visit: &Visit, grants: &[Grant], language: &str) -> store::Result<Vec<BeginsAt>> {
    let (services, account) = (&visit.context.services, &visit.context.tenant.account.account_id);
    let mut clients: BTreeMap<ClientId, Arc<Client>> = BTreeMap::new();
    for client in services.clients.first_party_begun(account).await?.iter() {
        clients.insert(client.client_id.clone(), Arc::clone(client));
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
        // `login_hint` is left out: it would tell the client, and whoever reads its log, who comes before they are asked, and here the
        // browser's session says it anyway. `target_link_uri` is left out too: we know of no page inside the client.
        begin: Link::web(&with_ours(uri, &[("iss", issuer)]))?,
    })
}
