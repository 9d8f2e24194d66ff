//! Signed requests: a line of the `Authorization` header, a line of the query, and the rest as a form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth1::{BaseUrl, Credentials, Incoming, Outgoing, Secrets, SignedRequest};

fuzz_target!(|input: &str| {
    let mut lines = input.splitn(3, '\n');
    let (authorization, query) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let form = lines.next().map(str::as_bytes);
    let Ok(base_url) = BaseUrl::parse("https://server.example/path") else {
        return;
    };
    let secrets = Secrets::new("consumer's", "token's");
    let incoming = Incoming { method: "POST", base_url: &base_url, query, authorization, form };
    let Ok(read) = SignedRequest::read(&incoming) else {
        return;
    };
    assert!(read.timestamp() > 0 && !read.consumer_key().is_empty() && !read.nonce().is_empty());

    // What is signed again with what was read verifies, and under no other secrets.
    let credentials = Credentials {
        consumer_key: read.consumer_key().to_owned(),
        token: read.token().map(str::to_owned),
        secrets: secrets.clone(),
    };
    let again = Outgoing { method: "POST", base_url: &base_url, query, form };
    let Ok(header) =
        again.authorization(&credentials, read.method(), read.timestamp(), read.nonce(), read.body_hash())
    else {
        return;
    };
    let Ok(read) = SignedRequest::read(&Incoming { authorization: &header, ..incoming }) else {
        // The header may have been at the bound of parameters without a version, which ours names.
        return;
    };
    assert!(read.verify(&secrets));
    assert!(!read.verify(&Secrets::new("token's", "consumer's")));
});
