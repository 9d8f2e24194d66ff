//! Figures that doors count, for Prometheus. Labels come from closed sets: never a user's, a client's or an
//! address's name (SEC-161).

use metrics::{counter, describe_counter};

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
}
