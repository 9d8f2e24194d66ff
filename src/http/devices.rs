//! Browsers that somebody has signed in with before: they go on working while strangers' guesses make everybody else wait
//! (SEC-088).
//!
//! A browser keeps one cookie for each account's consumers, and one for the console, with an entry for each who has signed in:
//! a random mark, the day, and a keyed digest that binds both to whom they are of. Nothing is stored; any node can tell an entry of
//! ours. It proves nothing but that somebody once signed in there: all that a sign-in asks for is asked for all the same.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;

use super::cookies::{Cookie, Kept};
use super::visit::Arrived;
use crate::base::id::{AccountId, AdministratorId, Subject};
use crate::context::{Context, Services};
use crate::login::Device;
use crate::model::UserId;

/// The most people that a browser is known by.
const MOST: usize = 10;
/// How long it is known, in days since the last time: as long as browsers keep a cookie at the most.
const DAYS: i64 = 400;
/// Random bytes of a mark.
const RANDOM: usize = 12;
const DAY: i64 = 24 * 60 * 60;

/// Whom a browser is known by.
#[derive(Clone, Debug)]
pub struct Whom {
    /// No form is called so: no form's token is an entry's, and no entry one of another kind's.
    kind: &'static str,
    account: String,
    id: String,
}

impl Whom {
    /// A consumer.
    pub fn consumer(account: &AccountId, sub: &Subject) -> Self {
        Self::of("known device", account.as_str(), sub.as_str())
    }

    /// A user of an account.
    pub fn user(account: &AccountId, user: UserId) -> Self {
        Self::of("known device of a user", account.as_str(), &user.to_string())
    }

    /// An administrator.
    pub fn administrator(id: &AdministratorId) -> Self {
        Self::of("known device of an administrator", "", id.as_str())
    }

    fn of(kind: &'static str, account: &str, id: &str) -> Self {
        Self {
            kind,
            account: account.to_owned(),
            id: id.to_owned(),
        }
    }

    /// What the digest of an entry is of.
    fn parts<'p>(&'p self, mark: &'p str) -> [&'p [u8]; 4] {
        [self.kind, &self.account, &self.id, mark].map(str::as_bytes)
    }
}

/// What a browser says it is known by.
#[derive(Clone, Debug)]
pub struct Marks<'a> {
    services: &'a Services,
    cookie: Kept,
    entries: Vec<&'a str>,
}

impl<'a> Marks<'a> {
    /// As that cookie of it has them.
    pub fn of(services: &'a Services, cookie: Kept, headers: &'a HeaderMap) -> Self {
        let entries = cookie
            .read(headers)
            .map_or_else(Vec::new, |cookie| cookie.split('.').take(MOST).collect());
        Self {
            services,
            cookie,
            entries,
        }
    }

    /// What they know the browser as, if they have signed in with it.
    pub fn known_by(&self, whom: &Whom) -> Option<Device> {
        self.entries.iter().find_map(|entry| self.read(entry, whom))
    }

    /// A `Set-Cookie` by which it is known from now on, by them first.
    pub fn remember(&self, whom: &Whom) -> String {
        let others = self
            .entries
            .iter()
            .filter(|entry| self.read(entry, whom).is_none());
        let fresh = self.fresh(whom);
        let entries: Vec<&str> = std::iter::once(fresh.as_str())
            .chain(others.copied())
            .take(MOST)
            .collect();
        let seconds = u64::try_from(DAYS * DAY).ok();
        self.cookie.set(&entries.join("."), seconds)
    }

    /// `random~day~digest`
    fn fresh(&self, whom: &Whom) -> String {
        let random = URL_SAFE_NO_PAD.encode(self.services.entropy.bytes::<RANDOM>());
        let mark = format!("{random}~{}", self.today());
        let digest = self.services.forms.token(&whom.parts(&mark));
        format!("{mark}~{digest}")
    }

    fn read(&self, entry: &str, whom: &Whom) -> Option<Device> {
        let (mark, digest) = entry.rsplit_once('~')?;
        if !self.services.forms.verify(&whom.parts(mark), digest) {
            return None;
        }
        let (random, day) = mark.split_once('~')?;
        let age = self.today() - day.parse::<i64>().ok()?;
        (age <= DAYS).then(|| Device::marked(random))
    }

    fn today(&self) -> i64 {
        self.services.clock.now().seconds().div_euclid(DAY)
    }
}

/// The same of an account's consumers.
#[derive(Clone, Debug)]
pub struct Devices<'a> {
    context: &'a Context,
    marks: Marks<'a>,
}

impl<'a> Devices<'a> {
    /// As the browser's cookie has them.
    pub fn of(visit: &'a Arrived) -> Self {
        let context = &visit.context;
        Self {
            context,
            marks: Marks::of(&context.services, Cookie::Devices.of(context), &visit.headers),
        }
    }

    /// What this consumer knows the browser as, if they have signed in with it.
    pub fn known_by(&self, sub: &Subject) -> Option<Device> {
        self.marks.known_by(&self.whom(sub))
    }

    /// A `Set-Cookie` by which it is known from now on, by this consumer first.
    pub fn remember(&self, sub: &Subject) -> String {
        self.marks.remember(&self.whom(sub))
    }

    fn whom(&self, sub: &Subject) -> Whom {
        Whom::consumer(&self.context.tenant.account.account_id, sub)
    }
}
