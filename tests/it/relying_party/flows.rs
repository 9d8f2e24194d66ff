//! Every flow of OpenID Connect ends with tokens that the library takes.

use engagement::{CustomerInfo, PersonalInfo};
use openidconnect::core::{CoreGenderClaim, CoreResponseType};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthenticationFlow, AuthorizationCode, AuthorizationCodeHash,
    OAuth2TokenResponse as _, TokenResponse as _, UserInfoClaims,
};
use serde_json::{Value, json};
use signet::model::Consumer;

use super::party::{Authorized, Engagement, Party, Token, Tokens, network};
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};

const CODE: CoreResponseType = CoreResponseType::Code;
const ID_TOKEN: CoreResponseType = CoreResponseType::IdToken;
const TOKEN: CoreResponseType = CoreResponseType::Token;

fn customer_info() -> Value {
    json!({"ctype": "gold", "customerId": "LC-20417"})
}

fn personal_info() -> Value {
    json!({"firstname": "Ana", "contacts": [{"email": "ana@example.test"}]})
}

/// A consumer with engagement attributes.
pub(super) async fn consumer(app: &App) -> Consumer {
    let ana = app.consumer("ana").await;
    app.change_consumer(&ana, |it| {
        it.customer_info = Some(CustomerInfo::parse(&customer_info()).unwrap().value);
        it.personal_info = Some(PersonalInfo::parse(&personal_info()).unwrap().value);
    })
    .await;
    ana
}

impl Party<'_> {
    /// Redeems a code and checks the id_token that it buys.
    pub(super) async fn redeem(&self, authorized: Authorized) -> Tokens {
        let code = AuthorizationCode::new(authorized.sent.code());
        let tokens = self
            .library
            .exchange_code(code)
            .unwrap()
            .set_pkce_verifier(authorized.verifier)
            .request_async(&network(self.app))
            .await
            .unwrap();
        let claims = tokens
            .id_token()
            .unwrap()
            .claims(&self.verifier(), &authorized.nonce)
            .unwrap();
        assert_eq!(claims.subject().as_str(), "sub-ana");
        tokens
    }

    /// What `/userinfo` says, which must be about the same consumer.
    async fn userinfo(&self, token: AccessToken) -> UserInfoClaims<Engagement, CoreGenderClaim> {
        let sub = openidconnect::SubjectIdentifier::new("sub-ana".to_owned());
        let request = self.library.user_info(token, Some(sub)).unwrap();
        request.request_async(&network(self.app)).await.unwrap()
    }

    /// An access token is vouched for by the id_token beside it.
    fn assert_at_hash(&self, id_token: &Token, said: Option<&AccessTokenHash>, token: &AccessToken) {
        let verifier = self.verifier();
        let (alg, key) = (
            id_token.signing_alg().unwrap(),
            id_token.signing_key(&verifier).unwrap(),
        );
        assert_eq!(said, Some(&AccessTokenHash::from_token(token, alg, key).unwrap()));
    }
}

fn assert_engagement(said: &Engagement) {
    let expected = [
        json!({"type": "ctmrinfo", "info": customer_info()}),
        json!({"type": "personal", "personal": personal_info()}),
    ];
    assert_eq!(said.lp_sdes.as_deref(), Some(expected.as_slice()));
}

on_both_databases! {
    async fn the_code_flow_with_each_way_to_authenticate_gives_tokens_that_verify(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = consumer(&app).await;
        for (new, auth_type) in [
            (NewClient::web("basic"), AuthType::BasicAuth),
            (
                NewClient::web("post").set(|it| {
                    it.token_endpoint_auth_method = oauth::ClientAuthMethod::ClientSecretPost;
                }),
                AuthType::RequestBody,
            ),
            (NewClient::public("public"), AuthType::RequestBody),
        ] {
            let mut client = new.on(&app).await;
            if client.client_id == "public" {
                client.secret.clear();
            }
            let party = Party::discover(&app, &client, auth_type).await;
            for mode in ["query", "fragment", "form_post"] {
                let authorized = party.authorize(&ana, AuthenticationFlow::AuthorizationCode, mode).await;
                let tokens = party.redeem(authorized).await;
                let info = party.userinfo(tokens.access_token().clone()).await;
                assert_eq!(info.email().unwrap().as_str(), "sub-ana@example.test");
                assert_engagement(info.additional_claims());
            }
        }
    }

    async fn the_implicit_flow_gives_an_id_token_with_the_claims_or_the_hash_of_an_access_token(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = consumer(&app).await;
        let mut client = NewClient::public("public").on(&app).await;
        client.secret.clear();
        let party = Party::discover(&app, &client, AuthType::RequestBody).await;
        let verifier = party.verifier();
        for mode in ["fragment", "form_post"] {
            let alone = party.authorize(&ana, AuthenticationFlow::Implicit(false), mode).await;
            let id_token: Token = alone.sent.get("id_token").unwrap().parse().unwrap();
            let claims = id_token.claims(&verifier, &alone.nonce).unwrap();
            assert_eq!(claims.email().unwrap().as_str(), "sub-ana@example.test");
            assert_engagement(claims.additional_claims());

            let both = party.authorize(&ana, AuthenticationFlow::Implicit(true), mode).await;
            let id_token: Token = both.sent.get("id_token").unwrap().parse().unwrap();
            let access_token = AccessToken::new(both.sent.get("access_token").unwrap().to_owned());
            let claims = id_token.claims(&verifier, &both.nonce).unwrap();
            party.assert_at_hash(&id_token, claims.access_token_hash(), &access_token);
            assert_engagement(party.userinfo(access_token).await.additional_claims());
        }
    }

    async fn the_hybrid_flow_gives_an_id_token_that_vouches_for_what_stands_beside_it(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let ana = consumer(&app).await;
        let client = NewClient::web("web").on(&app).await;
        let party = Party::discover(&app, &client, AuthType::BasicAuth).await;
        let verifier = party.verifier();
        for types in [vec![CODE, ID_TOKEN], vec![CODE, TOKEN], vec![CODE, ID_TOKEN, TOKEN]] {
            let authorized = party.authorize(&ana, AuthenticationFlow::Hybrid(types.clone()), "fragment").await;
            if types.contains(&ID_TOKEN) {
                let id_token: Token = authorized.sent.get("id_token").unwrap().parse().unwrap();
                let claims = id_token.claims(&verifier, &authorized.nonce).unwrap();
                let (alg, key) = (id_token.signing_alg().unwrap(), id_token.signing_key(&verifier).unwrap());
                let code = AuthorizationCode::new(authorized.sent.code());
                let expected = AuthorizationCodeHash::from_code(&code, alg, key).unwrap();
                assert_eq!(claims.code_hash(), Some(&expected));
                if let Some(token) = authorized.sent.get("access_token") {
                    party.assert_at_hash(&id_token, claims.access_token_hash(), &AccessToken::new(token.to_owned()));
                }
            }
            let tokens = party.redeem(authorized).await;
            assert_engagement(party.userinfo(tokens.access_token().clone()).await.additional_claims());
        }
    }
}
