//! Where the brand's identity provider is the account itself: the client, and the key that signs for it (F-01, F-06, F-28).

use jose::{Algorithm, KeySet, PublicKey};

use super::{Look, recipient};
use crate::base::Digest;
use crate::base::id::ClientId;
use crate::directory::Result;
use crate::directory::connector::{self, EMBEDDED as LIVEPERSON, client_secret};
use crate::directory::doctor::Check;
use crate::directory::key::{self, Subject, Wishes};
use crate::model::Client;
use crate::model::client::ClientSecret;
use crate::model::connector::ConnectorKind;
use crate::store;

/// The scope of that claim, for a client that isn't a platform's.
const LP_SDES: &str = "lp_sdes";

impl Look<'_> {
    /// None where somebody else is the identity provider.
    pub(super) async fn own(&self, published: Option<&KeySet>) -> Result<Option<Check>> {
        if !self.is_own() {
            return Ok(None);
        }
        let mut check = Check::new("connector_client");
        let (account, fields) = (&self.owner.account_id, &self.connector.configuration);
        let place = self.place("clientId");
        let found = match ClientId::parse(&fields.client_id) {
            Ok(id) => store::clients::find(&self.services.db, account, &id).await?,
            Err(_) => None,
        };
        let Some(client) = found else {
            check.wrong(
                place,
                format!("the account has no client {:?}", fields.client_id),
                "signet client create --platform makes one; signet connector update --client-id names it",
            );
            return Ok(Some(check));
        };
        self.of_client(&client, &mut check).await?;
        self.key(&client, published, &mut check).await?;
        Ok(Some(check))
    }

    async fn of_client(&self, client: &Client, check: &mut Check) -> Result<()> {
        let fields = &self.connector.configuration;
        let place = format!("client {}", client.client_id);
        let update = format!("signet client update {}", client.client_id);
        let settings = &client.settings;
        let is_code = self.connector.kind == ConnectorKind::Code;
        if !client.enabled {
            check.wrong(&place, "it is disabled", format!("{update} --enabled true"));
        }
        if !client.platform {
            check.warn(
                &place,
                "it is not a platform's client: the leniencies that the platform needs are off (F-06, F-11)",
                format!("{update} --platform"),
            );
            if !settings.scope.contains(LP_SDES) {
                check.warn(
                    &place,
                    "its tokens carry no lp_sdes, without the scope of that name: agents see nothing of customerInfo and \
                     personalInfo (F-26)",
                    format!("{update} --platform, or with lp_sdes in its --scope"),
                );
            }
        }
        let may = settings.response_types.iter().any(|kind| {
            if is_code {
                kind.has_code()
            } else {
                kind.is_front_channel()
            }
        });
        let may = may || (!is_code && settings.leniency.token_means_id_token);
        if !may && self.has_a_twin().await? {
            check.note(format!(
                "The client doesn't ask for what this connector carries, {}: another one carries what it asks for, and this \
                 one takes what was redeemed elsewhere (F-28).",
                self.connector.kind
            ));
        } else if !may {
            check.wrong(
                &place,
                format!(
                    "it may not ask for what the connector carries: {} (F-28)",
                    self.connector.kind
                ),
                format!("{update} --response-type, or another --type for the connector"),
            );
        }
        if is_code {
            if settings.require_pkce && !fields.pkce_enabled {
                check.wrong(
                    self.place("pkceEnabled"),
                    "the client demands a PKCE challenge, and the connector makes none: no code is given",
                    format!(
                        "signet connector update {} --pkce, or {update} --require-pkce false",
                        self.connector.connector_id
                    ),
                );
            }
            let has = settings
                .redirect_uris
                .iter()
                .any(|uri| uri.as_str().trim_end_matches('/') == LIVEPERSON);
            if !has {
                check.warn(
                    &place,
                    format!("{LIVEPERSON} is not among its redirect URIs: codes from embedded windows are refused (F-06)"),
                    format!("{update} with --redirect-uri {LIVEPERSON} beside those it has"),
                );
            }
            if !self.is_its_secret(client).await {
                check.wrong(
                    self.place("clientSecret"),
                    "it is none of the client's secrets: every code is refused",
                    format!(
                        "signet client rotate-secret {}, and signet connector update --client-secret-file",
                        client.client_id
                    ),
                );
            }
        }
        recipient(self.services, client, &place, check).await?;
        let wanted = if fields.audience.is_empty() {
            vec![fields.client_id.clone()]
        } else {
            fields.audience.clone()
        };
        let given = if settings.id_token_audience.is_empty() {
            vec![client.client_id.to_string()]
        } else {
            settings.id_token_audience.clone()
        };
        if !given.iter().any(|aud| wanted.contains(aud)) {
            check.wrong(
                self.place("audience"),
                format!(
                    "its id_tokens are for {}, and the connector takes {} (F-18)",
                    given.join(", "),
                    wanted.join(", ")
                ),
                "let audience be what the client's id_token_audience says",
            );
        }
        Ok(())
    }

    /// Whether this one is used where its id is named alone, and another one of the same client is of the other type, so
    /// that somebody who means the client's own type has a connector for it.
    async fn has_a_twin(&self) -> Result<bool> {
        let (this, fields) = (self.connector, &self.connector.configuration);
        if fields.preferred {
            return Ok(false);
        }
        let all = connector::all(self.services, &this.account_id).await?;
        Ok(all.iter().any(|it| {
            it.enabled
                && it.kind.flow().is_some()
                && it.kind != this.kind
                && it.configuration.issuer == fields.issuer
                && it.configuration.client_id == fields.client_id
        }))
    }

    async fn is_its_secret(&self, client: &Client) -> bool {
        let opened = client_secret(self.services, self.connector).await;
        let Some(secret) = opened.as_deref().and_then(|it| std::str::from_utf8(it).ok()) else {
            return false;
        };
        let digest = Digest::<ClientSecret>::of(secret);
        let now = self.services.clock.now();
        client
            .secrets
            .iter()
            .any(|stored| stored.digest == digest && stored.expires_at.is_none_or(|end| end > now))
    }

    /// The key that signs for the client is the one that is pasted, or one that is published.
    async fn key(&self, client: &Client, published: Option<&KeySet>, check: &mut Check) -> Result<()> {
        let (account, fields) = (&self.owner.account_id, &self.connector.configuration);
        if fields.is_delegation() {
            return Ok(());
        }
        if let Some(line) = &fields.jwt_public_key {
            let wishes = Wishes {
                client: Some(&client.client_id),
                pasted: Some(line),
                decrypt_with: None,
            };
            let report = key::selftest(self.services, account, &wishes).await?;
            for found in report.checks.iter().filter(|it| it.subject == Subject::Pasted) {
                if found.passed {
                    check.note(format!("The pasted value {}.", found.detail));
                } else {
                    check.wrong(
                        self.place("jwtPublicKey"),
                        format!(
                            "the pasted value {}: tokens are refused with 9007 (F-01)",
                            found.detail
                        ),
                        format!("signet key cutover --connector {}", self.connector.connector_id),
                    );
                }
            }
            return Ok(());
        }
        let tenant = self.services.accounts.find(account).await?;
        let signs = tenant.as_ref().and_then(|tenant| tenant.key_for(client));
        let Some(signs) = signs else {
            check.wrong(
                format!("client {}", client.client_id),
                "no key can sign for it",
                "signet key list; signet doctor says what is wrong with the keys",
            );
            return Ok(());
        };
        let public: &PublicKey = signs.signer.public();
        if signs.signer.algorithm() != Algorithm::RS256 {
            check.wrong(
                format!("client {}", client.client_id),
                format!(
                    "its id_tokens are signed with {}: the platform takes RS256 alone",
                    signs.signer.algorithm()
                ),
                format!("signet client update {} --id-token-alg RS256", client.client_id),
            );
        } else if let Some(set) = published
            && set.find(Some(public.kid())).is_none()
        {
            check.wrong(
                self.place("jwksEndpoint"),
                format!(
                    "the key that signs, {}, is not in the set that is served there (F-01)",
                    signs.kid
                ),
                "let jwksEndpoint be that of this issuer, and look for caches in between",
            );
        } else {
            check.note(format!(
                "Tokens are signed with {}, SHA-256 {}.",
                signs.kid,
                public.fingerprint()
            ));
        }
        Ok(())
    }
}
