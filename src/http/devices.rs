//! Browsers that a consumer has signed in with before: they go on working while strangers' guesses make everybody else
//! wait (SEC-088).
//!
//! A browser keeps one cookie for each account, with an entry for each consumer who has signed in: a random mark, the day,
//! and a keyed digest that binds both to that consumer. Nothing is stored; any node can tell an entry of ours. It proves
//! nothing but that somebody once signed in there: the password is asked for all the same.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cookies::Cookie;
use super::visit::Arrived;
use crate::base::id::Subject;
use crate::context::Context;
use crate::login::Device;

/// The most consumers that a browser is known by.
const MOST: usize = 10;
/// How long it is known, in days since the last time: as long as browsers keep a cookie at the most.
const DAYS: i64 = 400;
/// Random bytes of a mark.
const RANDOM: usize = 12;
const DAY: i64 = 24 * 60 * 60;

/// What a browser says it is known by.
#[derive(Clone, Debug)]
pub struct Devices<'a> {
    context: &'a Context,
    entries: Vec<&'a str>,
}

impl<'a> Devices<'a> {
    /// As its cookie has them.
    pub fn of(visit: &'a Arrived) -> Self {
        let entries = Cookie::Devices
            .read(visit)
            .map_or_else(Vec::new, |cookie| cookie.split('.').take(MOST).collect());
        Self {
            context: &visit.context,
            entries,
        }
    }

    /// What this consumer knows the browser as, if they have signed in with it.
    pub fn known_by(&self, sub: &Subject) -> Option<Device> {
        self.entries.iter().find_map(|entry| self.read(entry, sub))
    }

    /// A `Set-Cookie` by which it is known from now on, by this consumer first.
    pub fn remember(&self, sub: &Subject) -> String {
        let others = self
            .entries
            .iter()
            .filter(|entry| self.read(entry, sub).is_none());
        let fresh = self.fresh(sub);
        let entries: Vec<&str> = std::iter::once(fresh.as_str())
            .chain(others.copied())
            .take(MOST)
            .collect();
        let seconds = u64::try_from(DAYS * DAY).ok();
        Cookie::Devices.set(self.context, &entries.join("."), seconds)
    }

    /// `random~day~digest`
    fn fresh(&self, sub: &Subject) -> String {
        let random = URL_SAFE_NO_PAD.encode(self.context.services.entropy.bytes::<RANDOM>());
        let mark = format!("{random}~{}", self.today());
        let digest = self.context.services.forms.token(&self.parts(sub, &mark));
        format!("{mark}~{digest}")
    }

    fn read(&self, entry: &str, sub: &Subject) -> Option<Device> {
        let (mark, digest) = entry.rsplit_once('~')?;
        if !self.context.services.forms.verify(&self.parts(sub, mark), digest) {
            return None;
        }
        let (random, day) = mark.split_once('~')?;
        let age = self.today() - day.parse::<i64>().ok()?;
        (age <= DAYS).then(|| Device::marked(random))
    }

    /// What the digest is of. No account is called so as the first part says: no form's token is an entry's.
    fn parts<'p>(&'p self, sub: &'p Subject, mark: &'p str) -> [&'p [u8]; 4] {
        [
            b"known device",
            self.context.tenant.account.account_id.as_str().as_bytes(),
            sub.as_str().as_bytes(),
            mark.as_bytes(),
        ]
    }

    fn today(&self) -> i64 {
        self.context.now.seconds().div_euclid(DAY)
    }
}
