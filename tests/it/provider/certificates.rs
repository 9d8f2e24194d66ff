//! Client certificates (RFC 8705), as the handshake hands them on. The handshake itself: `server::mutual_tls`.

use std::sync::Arc;

use jose::{Certificate, ClientCertificate};
use oauth::ClientAuthMethod;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use signet::config::{Listen, Settings};
use signet::context::PeerCertificate;

use crate::support::answer::Answer;
use crate::support::app::App;
use crate::support::client::NewClient;
use crate::support::db::{FreshDb, on_both_databases};
use crate::support::signing::{CLIENT_ED, CLIENT_KEY, NEXT_CLIENT_KEY, public_set};

fn peer(certificate: &[u8], is_trusted: bool) -> Arc<PeerCertificate> {
    Arc::new(PeerCertificate {
        certificate: ClientCertificate::parse(certificate).unwrap(),
        is_trusted,
    })
}

fn pem(certificate: &[u8]) -> String {
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

/// What names a client registers.
type Naming = fn(&mut signet::model::ClientSettings);

fn self_signed(key: &jose::PrivateKey) -> Arc<PeerCertificate> {
    peer(
        Certificate::self_signed(key, "anything", 0, 4_000_000_000)
            .unwrap()
            .as_der(),
        false,
    )
}

fn named() -> Vec<u8> {
    let mut params = CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "shop");
    params.distinguished_name.push(DnType::OrganizationName, "Acme");
    params.distinguished_name.push(DnType::CountryName, "DE");
    params
        .subject_alt_names
        .push(SanType::URI("https://shop.example/id".try_into().unwrap()));
    params
        .subject_alt_names
        .push(SanType::Rfc822Name("ops@shop.example".try_into().unwrap()));
    params
        .subject_alt_names
        .push(SanType::IpAddress("192.0.2.7".parse().unwrap()));
    let key = KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

async fn app(fresh: &FreshDb) -> App {
    App::with(fresh, |settings: &mut Settings| {
        settings.server.mtls.listen = Some(Listen::localhost(8443));
        settings.server.mtls.client_ca = Some("ca.pem".into());
    })
    .await
}

#[track_caller]
fn passes(answer: &Answer, what: &str) {
    assert_eq!(
        answer.oauth_error(),
        (400, "invalid_grant".to_owned()),
        "{what}: {answer:?}"
    );
}

#[track_caller]
fn fails(answer: &Answer, what: &str) {
    assert_eq!(answer.oauth_error(), (401, "invalid_client".to_owned()), "{what}");
}

on_both_databases! {
    async fn a_client_proves_itself_by_a_name_that_an_authority_stands_for(fresh: &FreshDb) {
        let app = app(fresh).await;
        let certificate = named();
        let names: [(&str, Naming); 8] = [
            ("dn", |it| it.tls_client_auth_subject_dn = Some("C=DE,O=Acme,CN=shop".to_owned())),
            ("dns", |it| it.tls_client_auth_san_dns = Some("SHOP.example".to_owned())),
            ("uri", |it| it.tls_client_auth_san_uri = Some("https://shop.example/id".to_owned())),
            ("ip", |it| it.tls_client_auth_san_ip = Some("192.0.2.7".parse().unwrap())),
            ("email", |it| it.tls_client_auth_san_email = Some("ops@shop.example".to_owned())),
            ("other-dn", |it| it.tls_client_auth_subject_dn = Some("CN=shop".to_owned())),
            ("other-dns", |it| it.tls_client_auth_san_dns = Some("example".to_owned())),
            ("no-name", |_| {}),
        ];
        for (id, name) in names {
            let client = NewClient::web(id).set(|it| {
                it.token_endpoint_auth_method = ClientAuthMethod::TlsClientAuth;
                name(it);
            }).on(&app).await;
            let request = client.redeem("no code");
            let answer = request.clone().over(&peer(&certificate, true)).send(&app).await;
            if id.contains('-') { fails(&answer, id) } else { passes(&answer, id) }
            fails(&request.clone().over(&peer(&certificate, false)).send(&app).await, "nobody stands for it");
            fails(&request.send(&app).await, "no certificate");
        }
    }

    async fn sec_060_a_certificate_in_a_header_is_none(fresh: &FreshDb) {
        let app = App::with(fresh, |settings: &mut Settings| {
            settings.server.mtls.listen = Some(Listen::localhost(8443));
            settings.server.mtls.client_ca = Some("ca.pem".into());
            // Whoever a proxy is believed to speak for, it brings nobody's certificate.
            settings.server.trusted_proxies = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
        }).await;
        let client = NewClient::web("shop").set(|it| {
            it.token_endpoint_auth_method = ClientAuthMethod::TlsClientAuth;
            it.tls_client_auth_subject_dn = Some("C=DE,O=Acme,CN=shop".to_owned());
        }).on(&app).await;
        let certificate = named();
        let pem = pem(&certificate);
        let in_a_line = form_urlencoded::byte_serialize(pem.as_bytes()).collect::<String>();
        let base64 = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
        let request = client.redeem("no code");
        for (name, value) in [
            ("x-client-cert", in_a_line.as_str()),
            ("x-ssl-client-cert", &in_a_line),
            ("ssl-client-cert", &in_a_line),
            ("x-forwarded-client-cert", &format!("Cert=\"{in_a_line}\";Subject=\"CN=shop,O=Acme,C=DE\"")),
            ("client-cert", &format!(":{base64}:")),
            ("x-ssl-client-s-dn", "CN=shop,O=Acme,C=DE"),
            ("x-remote-user", "shop"),
        ] {
            let request = request.clone().header(name, value).header("x-ssl-client-verify", "SUCCESS");
            fails(&request.send(&app).await, name);
        }
        passes(&request.over(&peer(&certificate, true)).send(&app).await, "its own");
    }

    async fn a_client_proves_itself_by_a_certificate_of_its_own_key(fresh: &FreshDb) {
        let app = app(fresh).await;
        let client = NewClient::web("own").set(|it| {
            it.token_endpoint_auth_method = ClientAuthMethod::SelfSignedTlsClientAuth;
            it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_ED]));
        }).on(&app).await;
        for key in [&CLIENT_KEY, &CLIENT_ED] {
            passes(&client.redeem("no code").over(&self_signed(key)).send(&app).await, key.kid());
        }
        fails(&client.redeem("no code").over(&self_signed(&NEXT_CLIENT_KEY)).send(&app).await, "another key");
        fails(&client.redeem("no code").send(&app).await, "no certificate");
        let secret = client.redeem("no code").with("client_secret", "x");
        fails(&secret.over(&self_signed(&CLIENT_KEY)).send(&app).await, "sec_057: a secret beside it");
        let public = NewClient::public("public").on(&app).await;
        passes(&public.redeem("no code").over(&self_signed(&CLIENT_KEY)).send(&app).await, "a certificate that nobody asked for");
    }

    async fn sec_052_a_token_is_bound_to_the_certificate(fresh: &FreshDb) {
        let app = app(fresh).await;
        let client = NewClient::web("own").set(|it| {
            it.token_endpoint_auth_method = ClientAuthMethod::SelfSignedTlsClientAuth;
            it.tls_client_certificate_bound_access_tokens = true;
            it.jwks = Some(public_set(&[&CLIENT_KEY, &CLIENT_ED]));
        }).on(&app).await;
        let mut browser = app.signed_in(&app.consumer("ana").await).await;
        let code = browser.ask(&client.ask()).await.sent().code();
        let (own, another) = (self_signed(&CLIENT_KEY), self_signed(&CLIENT_ED));
        let answer = client.redeem(&code).over(&own).send(&app).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(crate::support::tokens::userinfo(&app, token).await.oauth_error().1, "invalid_token");
        for (certificate, status) in [(&another, 401), (&own, 200)] {
            let mut request = crate::support::app::request("GET", "/userinfo")
                .header("authorization", format!("Bearer {token}"))
                .body(axum::body::Body::empty())
                .unwrap();
            request.extensions_mut().insert(Some(Arc::clone(certificate)));
            assert_eq!(app.send(request).await.status, status);
        }
        let without = NewClient::public("bound").set(|it| it.tls_client_certificate_bound_access_tokens = true).on(&app).await;
        let answer = without.redeem("no code").send(&app).await;
        assert_eq!(answer.oauth_error(), (400, "invalid_request".to_owned()));
    }

    async fn the_place_for_certificates_is_told(fresh: &FreshDb) {
        let app = app(fresh).await;
        let document = app.get("/.well-known/openid-configuration").await.json();
        assert_eq!(document["mtls_endpoint_aliases"]["token_endpoint"], "https://id.example.test:8443/token");
        assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
        let methods = document["token_endpoint_auth_methods_supported"].as_array().unwrap();
        assert!(methods.contains(&"tls_client_auth".into()) && methods.contains(&"self_signed_tls_client_auth".into()));
    }
}
