//! Rate limits of this node (SEC-165): how often an address may do a thing within a minute, and an account may have a thing
//! done for it.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{Caller, figures};
use crate::base::{Clock, Sampled};
use crate::config::Settings;

/// Keys that a limit remembers one by one. Beyond it they share places: memory stays bounded, and a flood of
/// addresses meets the limit together.
const REMEMBERED: usize = 100_000;
/// Places that further keys share.
const SHARED: u64 = 1 << 14;
/// Checks between two looks at how much is remembered.
const LOOK_EVERY: u32 = 256;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Tries to sign in.
    Login,
    /// Requests at the authorization endpoint, and what is issued there by its consumer.
    Authorize,
    /// Failed client authentications, and codes and tokens that aren't known: counted when they have failed.
    TokenFailure,
    /// Registrations, of consumers and of clients.
    Registration,
    /// Links to a new password that are asked for, and uses of them.
    Recovery,
    /// Sign-ins that are begun, by their account.
    Interaction,
    /// Clients that register themselves, by their account.
    RegistrationOfAccount,
    /// Codes of devices that are typed.
    UserCode,
    /// Codes and tokens that consumers' windows bring.
    ConsumerToken,
    /// The same by their account.
    ConsumerTokenOfAccount,
    /// Tokens that don't count, by the client that asks about them.
    Introspection,
}

impl Purpose {
    /// Its name in figures and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Authorize => "authorize",
            Self::TokenFailure => "token_failure",
            Self::Registration => "registration",
            Self::Recovery => "recovery",
            Self::Interaction => "interaction",
            Self::RegistrationOfAccount => "registration_of_account",
            Self::UserCode => "user_code",
            Self::ConsumerToken => "consumer_token",
            Self::ConsumerTokenOfAccount => "consumer_token_of_account",
            Self::Introspection => "introspection",
        }
    }
}

/// Too much: when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(u64);

impl RetryAfter {
    /// That many seconds.
    pub const fn after(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Whole seconds to wait, at least one.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

/// All limits.
#[derive(Debug)]
pub struct RateLimits {
    login: Limit,
    authorize: Limit,
    token_failure: Limit,
    registration: Limit,
    recovery: Limit,
    interaction: Limit,
    registration_of_account: Limit,
    user_code: Limit,
    consumer_token: Limit,
    consumer_token_of_account: Limit,
    introspection: Limit,
    /// Keyed, so that nobody can choose keys that share a place.
    hash: RandomState,
}

impl RateLimits {
    /// As the operator chose them.
    pub fn new(settings: &Settings) -> Self {
        let per_minute = &settings.limits.per_minute;
        let a_minute = |most| Limit::new(most, Duration::from_mins(1));
        Self {
            login: a_minute(per_minute.login),
            authorize: a_minute(per_minute.authorize),
            token_failure: a_minute(per_minute.token_failures),
            registration: a_minute(per_minute.registration),
            recovery: a_minute(per_minute.recovery),
            user_code: a_minute(per_minute.user_codes),
            consumer_token: a_minute(per_minute.consumer_tokens),
            consumer_token_of_account: a_minute(settings.limits.consumer_tokens),
            introspection: a_minute(settings.limits.introspections),
            interaction: Limit::new(settings.limits.interactions, settings.login.interaction_ttl.get()),
            registration_of_account: Limit::new(settings.limits.registrations, Duration::from_hours(1)),
            hash: RandomState::new(),
        }
    }

    /// Counts one more by this caller's address; an error once it is one too many.
    pub fn check(&self, purpose: Purpose, caller: &Caller) -> Result<(), RetryAfter> {
        self.check_key(purpose, &caller.network())
    }

    /// The same by something else than the address: a client, a subject, with their account.
    pub fn check_key<K: Hash>(&self, purpose: Purpose, key: &K) -> Result<(), RetryAfter> {
        self.check_weight(purpose, key, NonZeroU32::MIN)
    }

    /// The same of something that counts for as many as `weight`; what weighs more than all that is allowed counts for all.
    pub fn check_weight<K: Hash>(
        &self,
        purpose: Purpose,
        key: &K,
        weight: NonZeroU32,
    ) -> Result<(), RetryAfter> {
        self.limit(purpose)
            .check(self.hash.hash_one(key), weight)
            .inspect_err(|_| self.tell(purpose))
    }

    /// The line of the request that was turned away says from where it came.
    fn tell(&self, purpose: Purpose) {
        figures::rate_limited(purpose.name());
        self.limit(purpose).told.tell(Clock::System.now(), |lost| {
            tracing::warn!(
                target: "audit", event = "rate.limited", purpose = purpose.name(), outcome = "refused", lost,
                "too many requests"
            );
        });
    }

    /// Forgets who has been quiet for long enough. To be called about once a minute.
    pub fn forget_quiet(&self) {
        for limit in [
            &self.login,
            &self.authorize,
            &self.token_failure,
            &self.registration,
            &self.recovery,
            &self.interaction,
            &self.registration_of_account,
            &self.user_code,
            &self.consumer_token,
            &self.consumer_token_of_account,
            &self.introspection,
        ] {
            limit.forget_quiet();
        }
    }

    const fn limit(&self, purpose: Purpose) -> &Limit {
        match purpose {
            Purpose::Login => &self.login,
            Purpose::Authorize => &self.authorize,
            Purpose::TokenFailure => &self.token_failure,
            Purpose::Registration => &self.registration,
            Purpose::Recovery => &self.recovery,
            Purpose::Interaction => &self.interaction,
            Purpose::RegistrationOfAccount => &self.registration_of_account,
            Purpose::UserCode => &self.user_code,
            Purpose::ConsumerToken => &self.consumer_token,
            Purpose::ConsumerTokenOfAccount => &self.consumer_token_of_account,
            Purpose::Introspection => &self.introspection,
        }
    }
}

/// One limit. Keys are 64-bit hashes: no address is kept.
#[derive(Debug)]
struct Limit {
    limiter: Option<DefaultKeyedRateLimiter<u64>>,
    most: u32,
    checks: AtomicU32,
    full: AtomicBool,
    told: Sampled,
}

impl Limit {
    /// `most` of them within `period`, all at once or spread; any number where it is 0.
    fn new(most: u32, period: Duration) -> Self {
        let quota = NonZeroU32::new(most)
            .and_then(|most| Some(Quota::with_period(period / most.get())?.allow_burst(most)));
        Self {
            limiter: quota.map(RateLimiter::keyed),
            most,
            checks: AtomicU32::new(0),
            full: AtomicBool::new(false),
            told: Sampled::new("rate.limited"),
        }
    }

    fn check(&self, key: u64, weight: NonZeroU32) -> Result<(), RetryAfter> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if self
            .checks
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(LOOK_EVERY)
            && limiter.len() >= REMEMBERED
        {
            // Once a minute is enough to look who has gone quiet.
            if !self.full.swap(true, Ordering::Relaxed) {
                limiter.retain_recent();
            }
        }
        let key = if self.full.load(Ordering::Relaxed) {
            key % SHARED
        } else {
            key
        };
        let weight = NonZeroU32::new(self.most).map_or(weight, |most| weight.min(most));
        match limiter.check_key_n(&key, weight) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(RetryAfter(wait.as_secs().saturating_add(1)))
            }
            // It can't come here: nothing weighs more than the limit itself.
            Err(_) => Err(RetryAfter(60)),
        }
    }

    fn forget_quiet(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
            self.full.store(limiter.len() >= REMEMBERED, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
