//! The page.

use axum::response::Response;
use http::StatusCode;
use jose::Algorithm;
use pages::console::{KeyRow, Keys, Life, Notice, PastedKey, Section, Timeline};

use super::timeline::{self, Scale};
use super::{FORM, Said, fault};
use crate::admin::visit::Visit;
use crate::admin::{Administrator, Chosen};
use crate::base::Timestamp;
use crate::base::id::KeyId;
use crate::directory::key::{self, Overview};
use crate::http::PageError;
use crate::keys::Plan;
use crate::model::Client;
use crate::model::signing_key::KeyState;

/// What a row borrows.
struct Shown<'o> {
    it: &'o Overview,
    algorithm: String,
    made: String,
    age: String,
    next: String,
    readers: String,
    line: String,
    fingerprint: String,
}

impl<'o> Shown<'o> {
    fn new(it: &'o Overview, now: Timestamp) -> Self {
        let public = key::public(&it.key).ok();
        let bits = public.as_ref().and_then(jose::PublicKey::rsa_bits);
        Self {
            algorithm: match bits {
                Some(bits) => format!("{}, {bits} bits", it.key.alg),
                None => it.key.alg.to_string(),
            },
            made: minute(it.key.created_at),
            age: span(now.since(it.key.created_at)),
            next: it
                .next
                .map_or_else(String::new, |(state, at)| next(state, at, now)),
            readers: it.readers_in_short(),
            line: public.map(|public| public.to_spki_line()).unwrap_or_default(),
            fingerprint: key::fingerprint(&it.key).unwrap_or_default(),
            it,
        }
    }

    fn row(&self) -> KeyRow<'_> {
        KeyRow {
            kid: self.it.key.kid.as_str(),
            state: self.it.key.state.as_str(),
            burnt: self.it.key.burnt_at.is_some(),
            algorithm: &self.algorithm,
            made: &self.made,
            age: &self.age,
            next: &self.next,
            tokens: self.it.living.tokens,
            readers: &self.readers,
            line: &self.line,
            fingerprint: &self.fingerprint,
        }
    }
}

/// The page of an account's keys, with what is said of the last thing that was asked for.
pub(super) async fn page(
    visit: &Visit,
    administrator: &Administrator,
    chosen: &Chosen,
    status: StatusCode,
    said: Option<Said>,
) -> Result<Response, PageError> {
    let services = &visit.services;
    let account = &chosen.account.account_id;
    let now = services.clock.now();
    let mut keys = key::overview(services, account).await.map_err(fault)?;
    // Published ones first, and of each kind the latest.
    keys.sort_by_key(|it| {
        (
            it.key.state == KeyState::Retired,
            std::cmp::Reverse(it.key.created_at.millis()),
        )
    });
    let platforms = services.clients.platform(account).await?;
    let shown: Vec<Shown<'_>> = keys.iter().map(|it| Shown::new(it, now)).collect();
    let rows: Vec<KeyRow<'_>> = shown.iter().map(Shown::row).collect();
    let published: Vec<&Overview> = keys
        .iter()
        .filter(|it| it.key.state != KeyState::Retired)
        .collect();
    let scale = Scale::of(&published, now);
    let lives: Vec<timeline::Life> = published.iter().map(|it| scale.life(it)).collect();
    let lines: Vec<Life<'_>> = published
        .iter()
        .zip(&lives)
        .map(|(it, life)| Life {
            kid: it.key.kid.as_str(),
            alg: it.key.alg.as_str(),
            spans: &life.spans,
            words: &life.words,
        })
        .collect();
    let (from, until) = (minute(scale.from), minute(scale.until));
    let pasted: Vec<PastedKey<'_>> = platforms.iter().map(pasted).collect();
    let algorithms = algorithms(chosen.account.settings.default_alg);
    let force = said.as_ref().and_then(|said| said.force);
    let notice = said.as_ref().map(|said| Notice {
        good: said.good,
        text: &said.text,
        lines: &said.lines,
        force: force.map(Algorithm::as_str),
    });
    let framed = visit.framed(administrator, Some(chosen));
    let view = Keys {
        shell: framed.shell(Section::Keys),
        csrf: &visit.form_token(administrator, FORM),
        notice: notice.as_ref(),
        plan: &plan(&chosen.plan),
        keys: &rows,
        timeline: Timeline {
            lives: &lines,
            now: scale.now(),
            from: &from,
            until: &until,
        },
        algorithms: &algorithms,
        pasted: &pasted,
    };
    let mut response = framed.show(view.render());
    *response.status_mut() = status;
    Ok(response)
}

fn pasted(client: &Client) -> PastedKey<'_> {
    PastedKey {
        client_id: client.client_id.as_str(),
        name: client.shown_name(),
        kid: client.settings.pasted_key.as_ref().map(KeyId::as_str),
    }
}

/// All algorithms, the account's default first.
fn algorithms(default: Algorithm) -> Vec<&'static str> {
    let others = Algorithm::ALL.into_iter().filter(|it| *it != default);
    std::iter::once(default)
        .chain(others)
        .map(Algorithm::as_str)
        .collect()
}

/// How keys are rotated, in a sentence.
fn plan(plan: &Plan) -> String {
    let (ahead, after) = (span(plan.publish_ahead), span(plan.keep_after));
    match plan.every {
        Some(every) => format!(
            "A key signs for {}. The next one is published {ahead} before, and the former one stays for {after} after.",
            span(every)
        ),
        None => format!(
            "Keys are rotated by hand. A new one is published {ahead} before it signs, unless all have seen it sooner; the \
             former one stays for {after} after."
        ),
    }
}

fn next(state: KeyState, at: Timestamp, now: Timestamp) -> String {
    let does = match state {
        KeyState::Pending => "is published",
        KeyState::Active => "signs",
        KeyState::Retiring => "stops signing",
        KeyState::Retired => "is retired",
    };
    if at > now {
        format!("{does} in {}", span(at.since(now)))
    } else {
        format!("{does} any moment")
    }
}

/// To the minute, in UTC.
pub(in crate::admin) fn minute(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// About how long, in the unit that suits it.
pub(super) fn span(span: std::time::Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
