use std::time::Duration;

use outbound::{Accept, Client, Error, Options};

use crate::support::{Server, answer, client, options};

const DELAY: Duration = Duration::from_millis(150);

#[tokio::test]
async fn sec_146_equal_gets_at_a_time_are_one() {
    let mut server = Server::start(answer("200 OK", "application/json", "{}"), DELAY).await;
    let (client, url) = (client(), server.url("/jwks"));
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (client, url) = (client.clone(), url.clone());
            tokio::spawn(async move { client.get(&url, Accept::Json).await })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert_eq!(server.requests().len(), 1);
    // A success is not kept: how fresh a document must be is its reader's to say.
    client.get(&url, Accept::Json).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn who_goes_away_does_not_take_the_call_from_the_others() {
    let mut server = Server::start(answer("200 OK", "application/json", "{}"), DELAY).await;
    let (client, url) = (client(), server.url("/jwks"));
    let first = {
        let (client, url) = (client.clone(), url.clone());
        tokio::spawn(async move { client.get(&url, Accept::Json).await })
    };
    tokio::time::sleep(DELAY / 3).await;
    let second = client.get(&url, Accept::Json);
    first.abort();
    assert!(second.await.is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn sec_146_four_calls_at_a_time_reach_one_destination() {
    let mut server = Server::start(answer("200 OK", "application/json", "{}"), DELAY).await;
    let client = client();
    let calls: Vec<_> = (0..9)
        .map(|n| {
            let (client, url) = (client.clone(), server.url(&format!("/{n}")));
            tokio::spawn(async move { client.get(&url, Accept::Json).await })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert_eq!(server.requests().len(), 9);
    assert_eq!(server.most_at_a_time(), 4);
}

#[tokio::test]
async fn the_wait_for_a_free_slot_counts_as_time() {
    let server = Server::start(
        answer("200 OK", "application/json", "{}"),
        Duration::from_millis(250),
    )
    .await;
    let client = Client::new(Options {
        max_concurrent: 1,
        timeout: Duration::from_millis(400),
        ..options()
    })
    .unwrap();
    let (first, second) = (server.url("/1"), server.url("/2"));
    let (first, second) = tokio::join!(
        client.get(&first, Accept::Json),
        client.get(&second, Accept::Json)
    );
    assert!(first.is_ok());
    assert!(matches!(second, Err(Error::Timeout(_))), "{second:?}");
}

#[tokio::test]
async fn sec_146_a_failure_is_remembered_for_its_time_and_then_tried_again() {
    let remember_failure = Duration::from_millis(300);
    let client = Client::new(Options {
        remember_failure,
        ..options()
    })
    .unwrap();
    for bytes in [
        answer("500 Internal Server Error", "application/json", "{}"),
        answer("404 Not Found", "text/html", ""),
        answer("200 OK", "text/html", ""),
    ] {
        let mut server = Server::prompt(bytes).await;
        let url = server.url("/jwks");
        let first = client.get(&url, Accept::Json).await;
        let again = client.get(&url, Accept::Json).await;
        assert_eq!(first, again);
        assert_eq!(server.requests().len(), 1);
        tokio::time::sleep(remember_failure + Duration::from_millis(50)).await;
        assert_eq!(client.get(&url, Accept::Json).await, first);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn posts_are_neither_shared_nor_remembered() {
    let mut server = Server::start(
        answer("500 Internal Server Error", "application/json", "{}"),
        DELAY,
    )
    .await;
    let (client, url) = (client(), server.url("/token"));
    let post = || client.post_form(&url, None, &[("code", "1")]);
    let (one, two) = tokio::join!(post(), post());
    assert!(one.is_ok() && two.is_ok() && post().await.is_ok());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn who_keeps_nothing_says_so() {
    let mut server = Server::prompt(answer("200 OK", "application/json", "{}")).await;
    let keeps_nothing = Client::new(Options {
        no_store: true,
        ..options()
    });
    for client in [client(), keeps_nothing.unwrap()] {
        client.get(&server.url("/jwks"), Accept::Json).await.unwrap();
    }
    let said = server.requests().into_iter();
    let said: Vec<bool> = said
        .map(|it| it.to_lowercase().contains("cache-control: no-store"))
        .collect();
    assert_eq!(said, [false, true]);
}
