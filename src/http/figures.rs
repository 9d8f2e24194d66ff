//! Figures that doors count, for Prometheus. Labels come from closed sets: never a user's, a client's or an
//! address's name (SEC-161).

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

/// A messaging platform's client was let off a rule that its account has switched off for it.
pub fn leniency_used(switch: &'static str) {
    counter!("signet_leniencies_total", "switch" => switch).increment(1);
}

/// Somebody tried to sign in; `outcome` is one of a few fixed words.
pub fn login(outcome: &'static str) {
    counter!("signet_logins_total", "outcome" => outcome).increment(1);
}

/// Something was issued: a code, an id_token, an access token.
pub fn issued(what: &'static str) {
    counter!("signet_issued_total", "what" => what).increment(1);
}

/// A request was turned away by a rate limit.
pub fn rate_limited(purpose: &'static str) {
    counter!("signet_rate_limited_total", "purpose" => purpose).increment(1);
}

/// An endpoint of the protocol refused a request; `code` is a registered error code.
pub fn oauth_error(code: &'static str) {
    counter!("signet_oauth_errors_total", "error" => code).increment(1);
}

/// A person was shown an error page.
pub fn page_error(kind: &'static str) {
    counter!("signet_page_errors_total", "kind" => kind).increment(1);
}

/// A code was presented once more after it had bought something.
pub fn code_replayed() {
    counter!("signet_code_replays_total").increment(1);
}

/// How old a code was when it was redeemed.
pub fn code_age(age: Duration) {
    histogram!("signet_code_age_seconds").record(age);
}

/// A consumer came to the gateway with a code or a token; `outcome` is `verified`, or the check that failed.
pub fn consumer_token(outcome: &'static str) {
    counter!("signet_consumer_tokens_total", "outcome" => outcome).increment(1);
}

/// A consumer's socket was opened.
pub fn socket_opened() {
    gauge!("signet_sockets").increment(1);
}

/// A consumer's socket was closed; `code` is one of a few that the gateway closes sockets with.
pub fn socket_closed(code: &'static str) {
    gauge!("signet_sockets").decrement(1);
    counter!("signet_sockets_closed_total", "code" => code).increment(1);
}

/// Says what each figure is.
pub fn describe() {
    describe_counter!(
        "signet_leniencies_total",
        "Rules that a platform client was let off, by switch"
    );
    describe_counter!("signet_logins_total", "Tries to sign in, by outcome");
    describe_counter!("signet_issued_total", "Codes and tokens issued, by kind");
    describe_counter!(
        "signet_rate_limited_total",
        "Requests turned away by a rate limit, by purpose"
    );
    describe_counter!(
        "signet_oauth_errors_total",
        "Errors of the OAuth endpoints, by code"
    );
    describe_counter!("signet_page_errors_total", "Error pages shown, by kind");
    describe_counter!(
        "signet_code_replays_total",
        "Codes presented again after they had bought something"
    );
    describe_counter!(
        "signet_consumer_tokens_total",
        "Codes and tokens that consumers brought to the gateway, by outcome"
    );
    describe_gauge!("signet_sockets", "Consumers' sockets that are open");
    describe_counter!(
        "signet_sockets_closed_total",
        "Consumers' sockets that were closed, by code"
    );
    describe_histogram!("signet_code_age_seconds", "Age of codes at their redemption");
}
