//! What a client may be.

use oauth::{ApplicationType, ClientAuthMethod, GrantType, ResponseType};
use serde_json::Value;
use signet::directory::client::{self, Draft};
use signet::directory::{Assignment, By, Problem};
use signet::model::{Client, ClientSettings, Leniency};

use super::{App, FreshDb, given, on_both_databases, problem, problems};

const CALLBACK: &str = "redirect_uris=https://app.example.test/cb";

async fn create(app: &App, assignments: &[&str]) -> signet::directory::Result<Client> {
    let draft = Draft::described(&given(assignments))?;
    let made = client::create(&app.services, &By::command(), &app.brand, None, draft).await?;
    Ok(made.client)
}

async fn wrong(app: &App, assignments: &[&str]) -> Problem {
    problem(create(app, assignments).await)
}

on_both_databases! {
    async fn what_is_not_said_follows_from_what_is(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let web = create(&app, &[CALLBACK]).await.unwrap();
        assert_eq!(web.settings.response_types, [ResponseType::Code]);
        assert_eq!(web.settings.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(web.settings.token_endpoint_auth_method, ClientAuthMethod::ClientSecretBasic);
        assert_eq!(web.settings.client_name, web.client_id.as_str());
        assert!(web.settings.require_pkce && !web.settings.first_party);

        let app_client = create(&app, &["application_type=native", "redirect_uris=com.brand.app:/cb"]).await.unwrap();
        assert_eq!(app_client.settings.application_type, ApplicationType::Native);
        assert!(app_client.is_public());

        let hybrid = create(&app, &[CALLBACK, "response_types=code id_token,code"]).await.unwrap();
        assert_eq!(hybrid.settings.grant_types, [GrantType::AuthorizationCode, GrantType::Implicit]);

        let machine = create(&app, &["grant_types=client_credentials"]).await.unwrap();
        assert!(machine.settings.response_types.is_empty() && machine.settings.scope.is_empty());
        assert!(!machine.is_public());
    }

    async fn a_platforms_client_has_its_leniencies_and_no_other_has_any(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let code = create(&app, &["platform=true", CALLBACK]).await.unwrap();
        assert!(code.platform && code.settings.first_party && !code.settings.require_pkce);
        assert_eq!(code.settings.leniency, Leniency::PLATFORM);
        let uris: Vec<&str> = code.settings.redirect_uris.iter().map(oauth::RedirectUri::as_str).collect();
        assert_eq!(uris, ["https://app.example.test/cb", "https://liveperson.net"]);

        let implicit = create(
            &app,
            &["leniency.token_means_id_token=true", "platform=true", "response_types=id_token", CALLBACK],
        )
        .await
        .unwrap();
        assert!(implicit.is_public() && implicit.settings.leniency.token_means_id_token);
        assert_eq!(implicit.settings.grant_types, [GrantType::Implicit]);
        assert_eq!(implicit.settings.redirect_uris.len(), 1);

        let web = create(&app, &[CALLBACK]).await.unwrap();
        assert_eq!(web.settings.leniency, Leniency::default());
    }

    async fn the_leniency_rule_holds_for_every_switch(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for (key, _) in Draft::keys().filter(|(key, _)| key.starts_with("leniency.")) {
            let found = problems(create(&app, &[CALLBACK, &format!("{key}=true")]).await);
            assert!(
                found.iter().any(|problem| problem.key == "leniency"
                    && problem.found.as_deref() == Some(&format!("{:?}", key.trim_start_matches("leniency.")))),
                "{key}: {found:?}"
            );
        }
        // The redirect of old platforms is relaxed among registered ones alone.
        let made = create(&app, &["platform=true", CALLBACK]).await.unwrap();
        let edit = given(&[CALLBACK]);
        let (by, id) = (By::command(), made.client_id);
        let taken_out = client::update(&app.services, &by, &app.brand, &id, |draft| draft.assign(&edit)).await;
        assert_eq!(problem(taken_out).key, "leniency.liveperson_redirect");
        let dialect = wrong(&app, &["platform=true", CALLBACK, "leniency.token_means_id_token=true"]).await;
        assert_eq!(dialect.key, "leniency.token_means_id_token");
    }

    async fn sec_065_a_redirect_uri_is_checked_by_the_rules_of_registration(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for (uri, why) in [
            ("javascript:alert(1)", "this scheme"),
            ("http://app.example.test/cb", "https"),
            ("http://localhost/cb", "https"),
            ("https://app.example.test/cb#x", "fragment"),
            ("https://*.example.test/cb", "wildcard"),
            ("https://user@app.example.test/cb", "user information"),
            ("https://id.example.test/cb", "authorization server itself"),
            ("com.brand.app:/cb", "native apps"),
        ] {
            for key in ["redirect_uris", "post_logout_redirect_uris"] {
                let draft = Draft::described(&[
                    Assignment::text("redirect_uris", "https://app.example.test/cb"),
                    Assignment::list(key, [uri]),
                ]);
                let made = client::create(&app.services, &By::command(), &app.brand, None, draft.unwrap()).await;
                let problem = problem(made);
                assert_eq!(problem.key, key);
                assert!(problem.allowed.contains(why), "{problem}");
            }
        }
    }

    async fn sec_065_the_accounts_own_gateway_is_the_one_place_at_our_origin_by_an_administrators_word(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        app.other_account("other").await;
        let callback = "https://id.example.test/callback/brand/redirectCode";
        let made = create(&app, &[&format!("redirect_uris={callback}")]).await.unwrap();
        assert_eq!(made.settings.redirect_uris[0].as_str(), callback);
        for uri in [
            "https://id.example.test/callback/other/redirectCode".to_owned(),
            "https://id.example.test/callback/brand/begin".to_owned(),
            format!("{callback}?x=y"),
            format!("{callback}/"),
        ] {
            assert!(wrong(&app, &[&format!("redirect_uris={uri}")]).await.allowed.contains("itself"), "{uri}");
        }
        let after_logout = [CALLBACK, &format!("post_logout_redirect_uris={callback}")];
        assert!(wrong(&app, &after_logout).await.allowed.contains("itself"));
        let by = By::command();
        let mut draft = Draft::described(&[Assignment::text("redirect_uris", callback)]).unwrap();
        draft.settings.registered_by = signet::model::RegisteredBy::Anybody;
        let registered = client::create(&app.services, &by, &app.brand, None, draft).await;
        assert!(problem(registered).allowed.contains("itself"));
    }

    async fn a_server_on_loopback_lets_web_clients_be_there_too(fresh: &FreshDb) {
        let app = App::with(fresh, |settings| {
            settings.server.public_url = "http://localhost:8080".parse().unwrap();
        })
        .await;
        create(&app, &["redirect_uris=http://127.0.0.1:3000/cb"]).await.unwrap();
        assert!(wrong(&app, &["redirect_uris=http://localhost:8080/cb"]).await.allowed.contains("itself"));
        assert!(wrong(&app, &["redirect_uris=http://app.example.test/cb"]).await.allowed.contains("https"));
    }

    async fn sec_021_sec_023_flows_are_consistent(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for (assignments, key, allowed) in [
            (&[][..], "redirect_uris", "at least one"),
            (&[CALLBACK, "response_types=id_token", "grant_types=authorization_code"], "grant_types", "with implicit"),
            (&[CALLBACK, "grant_types=refresh_token,authorization_code,implicit"], "response_types", "id_token or token"),
            (&[CALLBACK, "response_types=token"], "response_types", "leniency.token_means_id_token"),
            (&[CALLBACK, "response_types=code,password"], "response_types", "code id_token token"),
            (&[CALLBACK, "response_types=id_token", "response_modes=query"], "response_modes", "carry id_token"),
            (&[CALLBACK, "token_endpoint_auth_method=none", "require_pkce=false"], "require_pkce", "public"),
            (&[CALLBACK, "token_endpoint_auth_method=private_key_jwt"], "jwks", "with a key"),
            (&[CALLBACK, "token_endpoint_auth_method=tls_client_auth", "tls_client_auth_san_dns=a.example"], "token_endpoint_auth_method", "server.mtls"),
            (&["token_endpoint_auth_method=none", "grant_types=client_credentials"], "grant_types", "keep a secret"),
        ] {
            let found = problems(create(&app, assignments).await);
            let named = found.iter().find(|problem| problem.key == key);
            assert!(named.is_some_and(|problem| problem.allowed.contains(allowed)), "{assignments:?}: {found:?}");
        }
    }

    async fn other_settings_have_their_bounds(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        for (assignment, allowed) in [
            ("client_name=a\u{7}b", "1 to 128"),
            ("client_uri=http://brand.example", "https"),
            ("policy_uri=ftp://brand.example/x", "https"),
            ("tos_uri=/terms", "https"),
            ("logo_uri=https://brand.example/logo.png", "data: URL"),
            ("id_token_ttl=60", "300 to 86400"),
            ("id_token_signed_response_alg=ES256", "which is RS256"),
            ("id_token_audience=https://id.example.test/userinfo", "issuer"),
            ("id_token_audience=with space", "visible"),
            ("allowed_origins=https://shop.example/", "origin"),
            ("allowed_origins=null", "origin"),
            ("allowed_origins=*", "origin"),
            ("origins=http://shop.example", "origin"),
            ("origins=https://shop.example/page", "origin"),
            ("origins=null", "origin"),
            ("origins=*", "origin"),
            ("default_max_age=-1", "seconds"),
            ("nonsense=1", "redirect_uris"),
        ] {
            let problem = wrong(&app, &[CALLBACK, assignment]).await;
            assert_eq!(problem.key, assignment.split('=').next().unwrap());
            assert!(problem.allowed.contains(allowed), "{problem}");
        }
        let good = create(
            &app,
            &[
                CALLBACK,
                "id_token_audience=acc:12345678,lp",
                "allowed_origins=https://shop.example,http://localhost:3000",
                "origins=https://shop.example,http://127.0.0.1:3000",
                "id_token_signed_response_alg=RS256",
                "default_max_age=3600",
                "client_uri=https://brand.example/?a=b",
            ],
        )
        .await
        .unwrap();
        assert_eq!(good.settings.id_token_audience, ["acc:12345678", "lp"]);
    }

    async fn sec_007_no_audience_is_another_accounts_issuer(fresh: &FreshDb) {
        let app = App::on(fresh).await;
        let other = app.other_account("other").await;
        app.change_account(&other, |row| row.issuer = Some("https://login.other.example".to_owned())).await;
        let problem = wrong(&app, &[CALLBACK, "id_token_audience=https://login.other.example"]).await;
        assert_eq!(problem.key, "id_token_audience");
    }
}

/// The dotted names of all that isn't a group.
pub(super) fn flatten(prefix: &str, value: &Value, names: &mut Vec<String>) {
    for (name, value) in value.as_object().unwrap() {
        let name = format!("{prefix}{name}");
        if value.is_object() {
            flatten(&format!("{name}."), value, names);
        } else {
            names.push(name);
        }
    }
}

/// A setting that is forgotten in the table of keys could be set by nobody; one that no document names, is.
#[test]
fn every_setting_has_a_key_and_every_key_is_documented() {
    let mut names = Vec::new();
    flatten(
        "",
        &serde_json::to_value(ClientSettings::default()).unwrap(),
        &mut names,
    );
    // What isn't a setting by that name: the pasted key goes to `jwks`.
    let others = [
        "enabled",
        "platform",
        "encryption_key",
        "encryption_kid",
        "localized",
    ];
    names.extend(others.map(str::to_owned));
    let mut keys: Vec<&str> = Draft::keys().map(|(name, _)| name).collect();
    keys.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, keys);
    for key in keys {
        let written = format!("| `{key}` |");
        assert!(
            include_str!("../../../docs/clients.md").contains(&written),
            "{key}"
        );
    }
}

#[test]
fn a_list_stands_between_commas_or_is_json() {
    let uris = |text: &str| {
        let mut draft = Draft::default();
        draft
            .assign(&[Assignment::text("redirect_uris", text)])
            .map(|()| draft.redirect_uris)
    };
    assert_eq!(
        uris("https://a.example, https://b.example").unwrap(),
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(
        uris(r#"["https://a.example/?x=1,2"]"#).unwrap(),
        ["https://a.example/?x=1,2"]
    );
    assert_eq!(uris("").unwrap(), Vec::<String>::new());
    assert!(uris("[1]").is_err());
}
