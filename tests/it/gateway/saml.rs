//! Users' single sign-on by SAML (SEC-110 to SEC-117) from outside; the crate `saml` has what a response must be.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::SET_COOKIE;
use pages::ErrorKind;
use serde_json::{Value, json};
use signet::base::id::SsoName;
use signet::directory::By;
use signet::directory::sso::{self, Draft};
use signet::model::RoleType;
use signet::model::sso::{SsoConfiguration, SsoKind};
use url::Url;

use super::people::{self, refused, session, try_login};
use crate::support::answer::Answer;
use crate::support::app::{App, ISSUER};
use crate::support::browser::{Browser, encoded};
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::together::together;

#[path = "../../../crates/saml/tests/it/signer.rs"]
mod signer;

use signer::Idp;

const ENTITY: &str = "https://idp.corp.test/metadata";
const SSO: &str = "https://idp.corp.test/sso?tenant=1";
const BEGIN: &str = "/api/account/brand/login/sso/SAML-brand-corp";
const CALLBACK: &str = "/api/account/brand/login/callback?connection=SAML-brand-corp";

/// A node, with a connection to an identity provider that a test plays.
struct Company {
    app: App,
    idp: Idp,
}

/// What a browser took to the identity provider.
struct Asked {
    relay_state: String,
    request: String,
}

impl Company {
    async fn new(fresh: &FreshDb) -> Self {
        let app = Box::pin(App::on(fresh)).await;
        let this = Self { app, idp: Idp::new() };
        people::user(&this.app, &this.app.brand, "dana", RoleType::Agent).await;
        let draft = Draft {
            kind: SsoKind::Saml,
            configuration: SsoConfiguration {
                entity_id: Some(ENTITY.to_owned()),
                sso_url: Some(SSO.to_owned()),
                certificates: vec![STANDARD.encode(&this.idp.certificate)],
                ..SsoConfiguration::default()
            },
            ..Draft::default()
        };
        let (by, name) = (By::command(), name());
        sso::create(&this.app.services, &by, &this.app.brand, name, draft)
            .await
            .unwrap();
        this
    }

    async fn change(&self, change: impl FnOnce(&mut Draft)) {
        let (by, name) = (By::command(), name());
        let changed = sso::update(&self.app.services, &by, &self.app.brand, &name, |draft| {
            change(draft);
            Ok(())
        });
        Box::pin(changed).await.unwrap();
    }

    async fn begin(&self, browser: &mut Browser<'_>) -> Asked {
        let sent = browser.get(BEGIN).await;
        assert_eq!(sent.status, 303, "{sent:?}");
        let url = Url::parse(sent.location()).unwrap();
        let parameter = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .unwrap()
                .1
                .into_owned()
        };
        assert!(sent.location().starts_with(SSO) && parameter("tenant") == "1");
        let deflated = STANDARD.decode(parameter("SAMLRequest")).unwrap();
        Asked {
            relay_state: parameter("RelayState"),
            // One stored block.
            request: String::from_utf8(deflated[5..].to_vec()).unwrap(),
        }
    }

    /// A response to that request, changed before its assertion is signed.
    fn response(&self, in_response_to: Option<&str>, change: impl FnOnce(String) -> String) -> String {
        let now = self.app.clock.now().seconds();
        let at = |seconds: i64| {
            let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
        };
        let (issued, ends) = (at(now), at(now + 300));
        let acs = format!("{ISSUER}{CALLBACK}");
        let answers = in_response_to.map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        let id = format!("_{}", answers.len() + usize::try_from(now).unwrap());
        let assertion = change(format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject><saml:NameID>n-1</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData{answers} NotOnOrAfter=\"{ends}\" Recipient=\"{acs}\"></saml:SubjectConfirmationData>\
             </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{issued}\" NotOnOrAfter=\"{ends}\">\
             <saml:AudienceRestriction><saml:Audience>SAML-brand-corp</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{issued}\"></saml:AuthnStatement><saml:AttributeStatement>\
             <saml:Attribute Name=\"loginName\"><saml:AttributeValue>dana</saml:AttributeValue></saml:Attribute>\
             </saml:AttributeStatement></saml:Assertion>"
        ));
        let xml = format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{acs}\" ID=\"_response\"{answers} \
             IssueInstant=\"{issued}\" Version=\"2.0\"><samlp:Status>\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status>{}</samlp:Response>",
            self.idp.sign(&assertion)
        );
        STANDARD.encode(xml)
    }

    /// The identity provider's page posts it, from another site.
    async fn post(&self, browser: &mut Browser<'_>, form: &[(&str, &str)]) -> Answer {
        let other_site = [
            ("origin", "https://idp.corp.test"),
            ("sec-fetch-site", "cross-site"),
        ];
        browser.post_from(CALLBACK, form, &other_site).await
    }

    async fn answer(&self, browser: &mut Browser<'_>, asked: &Asked, response: &str) -> Answer {
        self.post(
            browser,
            &[("SAMLResponse", response), ("RelayState", &asked.relay_state)],
        )
        .await
    }

    async fn last_refusal(&self) -> String {
        let chain = signet::store::audit::list_chain(self.app.db(), &(&self.app.brand).into(), 0, 1000).await;
        let entry = chain
            .unwrap()
            .into_iter()
            .rfind(|entry| entry.outcome == "refused")
            .unwrap();
        let detail: Value = serde_json::from_str(&entry.detail).unwrap();
        format!("{}: {}", entry.event, detail["reason"].as_str().unwrap())
    }
}

fn name() -> SsoName {
    SsoName::parse("SAML-brand-corp").unwrap()
}

fn id(asked: &Asked) -> String {
    let (_, rest) = asked.request.split_once(" ID=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

on_both_databases! {
    async fn whoever_their_company_vouches_for_by_saml_is_logged_in_as_by_password(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let asked = it.begin(&mut browser).await;
        assert!(asked.request.contains("<saml:Issuer>SAML-brand-corp</saml:Issuer>"));
        assert!(asked.request.contains(&format!("AssertionConsumerServiceURL=\"{ISSUER}{CALLBACK}\"")));
        let response = it.response(Some(&id(&asked)), |it| it);
        let answer = it.answer(&mut browser, &asked, &response).await;
        let logged_in = session(&it.app.brand, &answer);
        assert_eq!(logged_in.body["config"]["loginName"], "dana");
        assert_eq!(logged_in.call(&it.app, "refresh").await.status, 200);
        // An application gets a ticket.
        it.app.clock.advance(Duration::from_secs(1));
        it.change(|draft| draft.configuration.return_to = vec!["https://desk.test/in".to_owned()]).await;
        let asked = it.begin(&mut browser).await;
        let sent = it.answer(&mut browser, &asked, &it.response(Some(&id(&asked)), |it| it)).await;
        let (_, ticket) = sent.location().split_once("https://desk.test/in?ticket=").unwrap();
        session(&it.app.brand, &try_login(&it.app, &it.app.brand, json!({"ticket": ticket})).await);
    }

    async fn sec_117_the_answer_comes_from_another_site_by_a_cookie_of_its_own(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let sent = browser.get(BEGIN).await;
        let cookie = sent.header(SET_COOKIE).unwrap();
        assert!(cookie.starts_with("__Host-signet-sso-") && cookie.ends_with("; Path=/; HttpOnly; SameSite=None; Secure; Max-Age=600"), "{cookie}");
        let asked = it.begin(&mut browser).await;
        let response = it.response(Some(&id(&asked)), |it| it);
        let mut stranger = it.app.browser();
        assert_eq!(it.answer(&mut stranger, &asked, &response).await.page_error(), ErrorKind::NoCookie);
        it.change(|draft| draft.enabled = false).await;
        assert_eq!(it.answer(&mut browser, &asked, &response).await.page_error(), ErrorKind::ExpiredInteraction);
        assert_eq!(browser.get(BEGIN).await.page_error(), ErrorKind::NotFound);
    }

    async fn sec_112_an_assertion_counts_once_on_all_nodes_and_answers_this_browsers_request(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let beside = it.app.beside(fresh).await;
        let (mut one, mut two) = (it.app.browser(), it.app.browser());
        let (asked, other) = (it.begin(&mut one).await, it.begin(&mut two).await);
        let response = it.response(Some(&id(&asked)), |it| it);
        // Another browser's request, and none.
        assert_eq!(it.answer(&mut two, &other, &response).await.page_error(), ErrorKind::SignInRefused);
        assert!(it.last_refusal().await.starts_with("saml.rejected: InResponseTo"));
        let mut three = it.app.browser();
        let third = it.begin(&mut three).await;
        assert_eq!(it.answer(&mut three, &third, &it.response(None, |it| it)).await.page_error(), ErrorKind::SignInRefused);
        // The state goes once.
        let tries = together((0..50).map(|at| {
            let node = if at % 2 == 0 { &it.app } else { &beside };
            let mut same = one.on(node);
            let form = encoded(&[("SAMLResponse", &response), ("RelayState", &asked.relay_state)]);
            async move {
                same.send("POST", CALLBACK, &[("content-type", "application/x-www-form-urlencoded")], form.into()).await
            }
        }).collect()).await;
        assert_eq!(tries.iter().filter(|answer| answer.status == 200).count(), 1);
        // And so does the assertion, whoever brings it again.
        it.change(|draft| draft.configuration.assertion_login = true).await;
        let unasked = it.response(None, |it| it);
        let bring = |at| {
            let node = if at % 2 == 0 { &it.app } else { &beside };
            try_login(node, &it.app.brand, json!({"jwt": "dummy", "assertion": &unasked}))
        };
        let tries = together((0..50).map(bring).collect()).await;
        assert_eq!(tries.iter().filter(|answer| answer.status == 200).count(), 1);
        assert_eq!(refused(&bring(0).await), (401, 20));
        assert_eq!(it.last_refusal().await, "saml.rejected: it was used before");
        beside.db().close().await;
    }

    async fn sec_112_what_nobody_asked_for_is_taken_only_where_the_connection_says_so(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let unasked = it.response(None, |it| it);
        let bring = async |assertion: &str| refused(&try_login(&it.app, &it.app.brand, json!({"assertion": assertion})).await);
        assert_eq!(bring(&unasked).await, (401, 20));
        it.change(|draft| draft.configuration.assertion_login = true).await;
        let asked = it.response(Some("_somebody"), |it| it);
        assert_eq!(bring(&asked).await, (401, 20));
        for bad in ["PHNhbWw+", "%%%", ""] {
            assert_eq!(bring(bad).await, (401, 20), "{bad}");
        }
        let forged = Idp::new();
        let text = String::from_utf8(STANDARD.decode(&unasked).unwrap()).unwrap();
        let (_, rest) = text.split_once("<saml:Assertion").unwrap();
        let inner = format!("<saml:Assertion{}</saml:Assertion>", rest.split_once("</saml:Assertion>").unwrap().0);
        let (begin, end) = inner.split_once("<ds:Signature").unwrap();
        let plain = format!("{begin}{}", end.split_once("</ds:Signature>").unwrap().1);
        let other = text.replace(&inner, &forged.sign(&plain));
        assert_eq!(bring(&STANDARD.encode(other)).await, (401, 20));
        assert!(it.last_refusal().await.contains("pinned certificate"));
        // In another account nobody knows it.
        let other = it.app.other_account("other").await;
        assert_eq!(refused(&try_login(&it.app, &other, json!({"assertion": &unasked})).await), (401, 20));
        session(&it.app.brand, &try_login(&it.app, &it.app.brand, json!({"assertion": &unasked})).await);
    }

    async fn sec_116_it_names_users_of_its_own_account_to_the_letter(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let other = it.app.other_account("other").await;
        people::user(&it.app, &other, "olga", RoleType::Admin).await;
        for called in ["olga", "Dana", "dana ", "admin", ""] {
            let mut browser = it.app.browser();
            let asked = it.begin(&mut browser).await;
            it.app.clock.advance(Duration::from_secs(1));
            let response = it.response(Some(&id(&asked)), |it| it.replace(">dana<", &format!(">{called}<")));
            assert_eq!(it.answer(&mut browser, &asked, &response).await.page_error(), ErrorKind::SignInRefused, "{called:?}");
        }
        it.change(|draft| "NameID".clone_into(&mut draft.configuration.claim)).await;
        people::user(&it.app, &it.app.brand, "n-1", RoleType::Agent).await;
        let mut browser = it.app.browser();
        let asked = it.begin(&mut browser).await;
        let named = it.answer(&mut browser, &asked, &it.response(Some(&id(&asked)), |it| it)).await;
        assert_eq!(session(&it.app.brand, &named).body["config"]["loginName"], "n-1");
    }

    async fn sec_114_sec_155_a_form_says_each_thing_once_and_is_no_larger_than_a_response(fresh: &FreshDb) {
        let it = Company::new(fresh).await;
        let mut browser = it.app.browser();
        let asked = it.begin(&mut browser).await;
        let response = it.response(Some(&id(&asked)), |it| it);
        let (saml, state) = (("SAMLResponse", response.as_str()), ("RelayState", asked.relay_state.as_str()));
        for (form, error) in [
            (vec![saml, saml, state], ErrorKind::RepeatedParameter),
            (vec![saml, state, state], ErrorKind::RepeatedParameter),
            (vec![saml, state, ("SAMLRequest", "x")], ErrorKind::InvalidRequest),
            (vec![saml, state, ("SigAlg", "x")], ErrorKind::InvalidRequest),
            (vec![saml, state, ("Signature", "x")], ErrorKind::InvalidRequest),
            (vec![saml], ErrorKind::InvalidRequest),
            (vec![state], ErrorKind::InvalidRequest),
        ] {
            assert_eq!(it.post(&mut browser, &form).await.page_error(), error, "{form:?}");
        }
        // A response by the address is none: that binding isn't for responses.
        let by_get = format!("{CALLBACK}&{}", encoded(&[saml, state]));
        assert_ne!(browser.get(&by_get).await.status, 200);
        let large = "A".repeat(500 * 1024);
        let too_large = it.answer(&mut browser, &asked, &large).await;
        assert_eq!(too_large.page_error(), ErrorKind::SignInRefused, "it is read, and refused");
        let huge = "A".repeat(513 * 1024);
        assert_eq!(it.answer(&mut browser, &asked, &huge).await.status, 413);
    }
}
