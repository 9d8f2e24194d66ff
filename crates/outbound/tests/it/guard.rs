use outbound::{Accept, Client, Error, Exemption, Options};
use url::Url;

use crate::support::{Server, answer, client};

/// What a client without exemptions says. None of these may need the network.
async fn refusal(url: &str) -> Error {
    refusal_of(&Client::new(Options::default()).unwrap(), url).await
}

async fn refusal_of(client: &Client, url: &str) -> Error {
    let error = client
        .get(&Url::parse(url).unwrap(), Accept::Json)
        .await
        .unwrap_err();
    assert!(error.is_blocked(), "{url}: {error:?}");
    error
}

fn exempting(host: &str, port: Option<u16>) -> Client {
    let allow_hosts = vec![Exemption {
        host: host.to_owned(),
        port,
    }];
    Client::new(Options {
        allow_hosts,
        ..Options::default()
    })
    .unwrap()
}

#[tokio::test]
async fn sec_145_plain_http_is_refused() {
    assert!(matches!(refusal("http://example.com/").await, Error::Insecure(_)));
}

#[tokio::test]
async fn sec_145_other_schemes_are_refused() {
    for url in [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:,x",
        "unix:/run/x",
    ] {
        assert!(matches!(refusal(url).await, Error::Url(_)), "{url}");
    }
}

#[tokio::test]
async fn sec_145_credentials_and_fragments_are_refused() {
    for url in [
        "https://user@example.com/",
        "https://:secret@example.com/",
        "https://example.com/#part",
    ] {
        assert!(matches!(refusal(url).await, Error::Url(_)), "{url}");
    }
}

#[tokio::test]
async fn sec_145_only_443_and_8443_are_dialled() {
    for port in [22, 25, 80, 444, 6379, 8080, 8444, 9200] {
        let url = format!("https://example.com:{port}/");
        assert!(matches!(refusal(&url).await, Error::Port(_)), "{url}");
    }
}

#[tokio::test]
async fn sec_145_an_address_written_out_never_meets_the_resolver_and_is_checked_all_the_same() {
    for host in [
        "127.0.0.1",
        "127.1", // all of these are 127.0.0.1
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0", // 0.0.0.0
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ] {
        let url = format!("https://{host}/");
        assert!(matches!(refusal(&url).await, Error::Address(_)), "{url}");
    }
}

#[tokio::test]
async fn sec_145_a_name_that_leads_to_the_machine_is_refused_when_it_is_resolved() {
    for url in [
        "https://localhost/",
        "https://localhost:8443/",
        "https://LOCALHOST/",
    ] {
        assert!(matches!(refusal(url).await, Error::Address(_)), "{url}");
    }
}

#[tokio::test]
async fn sec_145_posts_are_guarded_like_gets() {
    let client = Client::new(Options::default()).unwrap();
    for url in [
        "https://127.0.0.1/token",
        "https://localhost/token",
        "http://example.com/token",
    ] {
        let error = client
            .post_form(&Url::parse(url).unwrap(), None, &[("a", "b")])
            .await
            .unwrap_err();
        assert!(error.is_blocked(), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn an_exempt_host_may_speak_http_on_its_port_and_no_other() {
    let mut server = Server::prompt(answer("200 OK", "application/json", "{}")).await;
    let client = exempting("127.0.0.1", Some(server.port));
    client.get(&server.url("/"), Accept::Json).await.unwrap();
    assert_eq!(server.requests().len(), 1);
    assert!(matches!(
        refusal_of(&client, "http://127.0.0.1:1/").await,
        Error::Address(_)
    ));
    assert!(matches!(
        refusal_of(&client, "https://127.0.0.2/").await,
        Error::Address(_)
    ));
}

#[tokio::test]
async fn an_exempt_name_may_lead_to_the_machine() {
    let mut server = Server::prompt(answer("200 OK", "application/json", "{}")).await;
    let client = exempting("localhost", None);
    let url = Url::parse(&format!("http://localhost:{}/", server.port)).unwrap();
    client.get(&url, Accept::Json).await.unwrap();
    assert_eq!(server.requests().len(), 1);
    // By its name only.
    assert!(matches!(
        refusal_of(&client, server.url("/").as_str()).await,
        Error::Address(_)
    ));
    assert!(matches!(
        refusal_of(&client, "http://sub.localhost/").await,
        Error::Insecure(_)
    ));
}

#[tokio::test]
async fn an_exempt_ipv6_address_is_written_in_brackets() {
    let client = exempting("[::1]", Some(1));
    let url = Url::parse("http://[::1]:1/").unwrap();
    let error = client.get(&url, Accept::Json).await.unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error:?}");
}

#[tokio::test]
async fn sec_145_redirects_are_not_followed() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let mut target = Server::prompt(answer("200 OK", "application/json", "{}")).await;
        let hop = format!(
            "HTTP/1.1 {status}\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            target.url("/")
        );
        let server = Server::prompt(hop).await;
        let error = client().get(&server.url("/"), Accept::Json).await.unwrap_err();
        assert!(matches!(error, Error::Redirect(_)), "{status}: {error:?}");
        assert!(target.requests().is_empty());
    }
}

#[tokio::test]
async fn sec_147_what_the_network_said_is_in_debug_only() {
    let client = exempting("127.0.0.1", None);
    for url in [
        "http://127.0.0.1:1/jwks?secret=s3cret",
        "http://127.0.0.1:2/jwks?secret=s3cret",
    ] {
        let error = client
            .get(&Url::parse(url).unwrap(), Accept::Json)
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "the connection failed");
        let debug = format!("{error:?}");
        assert!(debug.contains("refused") && !debug.contains("s3cret"), "{debug}");
    }
}
