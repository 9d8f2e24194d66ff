//! A page of the brand's, as the messaging window finds it: who answers when it asks for a token, who the consumer is said to
//! be, and whether a browser lets it ask (F-05, F-12, F-13, F-21, F-22, F-23, F-24, F-26, F-27). Its scripts are read, its own files among
//! them; what they do once they run isn't seen from here.

use outbound::Accept;
use url::Url;

use super::fields::method;
use super::script::{Said, definition, opens_alone, said, silent};
use super::scripts::{Script, Scripts, attribute};
use super::{Look, site, subject};
use crate::context::Services;
use crate::directory::doctor::Check;
use crate::directory::{Result, account};
use crate::model::Client;
use crate::model::connector::Connector;

const NAME: &str = "connector_page";
/// How many bytes a page and each of its files may have.
const MOST_BYTES: usize = 512 * 1024;

/// Fetches a page and looks for what a connector needs there.
pub async fn check_page(services: &Services, connector: &Connector, page: &Url) -> Result<Check> {
    let owner = services
        .accounts
        .account(account::row(services, &connector.account_id).await?);
    let client = match services.outbound.reading(Look::own_host(&owner), MOST_BYTES) {
        Ok(client) => client,
        Err(error) => return Ok(Check::unchecked(NAME, error.to_string())),
    };
    let answer = match client.get(page, Accept::Anything).await {
        Ok(answer) if answer.status.is_success() => answer,
        Ok(answer) => {
            let mut check = Check::new(NAME);
            let problem = format!("the page answers {}", answer.status.as_u16());
            check.wrong(page.as_str(), problem, "name a page that anybody may read");
            return Ok(check);
        }
        Err(error) => {
            let mut check = Check::new(NAME);
            check.wrong(
                page.as_str(),
                format!("the page can't be read: {error}"),
                "name its final address; a host of your own network goes into outbound.allow_hosts",
            );
            return Ok(check);
        }
    };
    let html = String::from_utf8_lossy(&answer.body);
    let own = super::super::own_client(services, &owner, connector).await?;
    let fields = &connector.configuration;
    let name = fields.js_method_name.rsplit('.').next().unwrap_or_default();
    let words = ["lpTag", "signet.configure(", "/sdk/signet.", name];
    let scripts = Scripts::read(&client, page, &html, &words).await;
    Ok(Page {
        url: page,
        html: &html,
        scripts: &scripts,
        connector,
        own: own.as_ref(),
    }
    .check())
}

struct Page<'a> {
    url: &'a Url,
    html: &'a str,
    scripts: &'a Scripts,
    connector: &'a Connector,
    own: Option<&'a Client>,
}

/// How a page has our helper.
struct Helper<'a> {
    /// The script element that loads it, and sets it up; none where a script imports it.
    tag: Option<&'a str>,
    /// Where it comes from.
    source: Option<Url>,
    /// Who loads it: the page, or a file of it.
    place: &'a str,
}

impl Page<'_> {
    fn check(&self) -> Check {
        let mut check = Check::new(NAME);
        self.of_files(&mut check);
        match self.helper() {
            Some(helper) => self.with_helper(&helper, &mut check),
            None => self.without_helper(&mut check),
        }
        self.of_site(&mut check);
        self.of_consumer(&mut check);
        let customer = self.texts().find(|(_, text)| text.contains("customerId"));
        if let Some((place, _)) = customer
            && !self.says("identities")
            && self.helper().is_none()
        {
            check.warn(
                place,
                "it says who the customer is (customerId) and declares no identity: the conversation counts as anonymous, or fails (F-24)",
                "push customerId on pages where the consumer is signed in alone, beside lpTag.identities",
            );
        }
        check
    }

    /// Everything that is read: the page, and the files of it that speak of the window.
    fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.scripts.all.iter().filter(|it| it.is_file);
        let files = files.map(|it| (it.place.as_str(), it.text.as_str()));
        std::iter::once((self.url.as_str(), self.html)).chain(files)
    }

    fn says(&self, word: &str) -> bool {
        self.texts().any(|(_, text)| text.contains(word))
    }

    /// Which files were read, and which weren't.
    fn of_files(&self, check: &mut Check) {
        let Scripts { read, unread, .. } = self.scripts;
        if *read > 0 {
            check.note(format!("{read} of its script files were read."));
        }
        if !unread.is_empty() {
            check.note(format!("Script files that weren't read: {}.", unread.join(", ")));
        }
    }

    /// Where it is, and where its issuer.
    fn of_site(&self, check: &mut Check) {
        // A method of the page's own may ask its own server, which is seen from nowhere.
        let own = self.own.filter(|_| self.helper().is_some());
        if let Ok(issuer) = Url::parse(&self.connector.configuration.issuer) {
            site::check(self.url, &issuer, own, check);
        }
        for (place, _) in self.texts().filter(|(_, text)| site::has_hidden_frame(text)) {
            check.warn(
                place,
                "it signs in within a frame that nobody sees (prompt=none in an iframe): browsers keep the cookies of other \
                 sites from frames (F-22)",
                "let our helper ask, or send the whole page",
            );
        }
    }

    /// Who it says that the consumer is, and what it says of them.
    fn of_consumer(&self, check: &mut Check) {
        for (place, text) in self.texts() {
            of_identity(place, text, check);
        }
    }

    /// Our helper: by a script element, or as a script imports it.
    fn helper(&self) -> Option<Helper<'_>> {
        self.scripts.all.iter().find_map(|it| {
            if it.tag.contains("/sdk/signet.") {
                return Some(Helper {
                    tag: (!it.tag.contains("/sdk/signet.mjs")).then_some(it.tag.as_str()),
                    source: it.is_file.then(|| it.place.clone()),
                    place: self.url.as_str(),
                });
            }
            Some(Helper {
                tag: None,
                source: it.place.join(imported(&it.text)?).ok(),
                place: it.place.as_str(),
            })
        })
    }

    fn with_helper(&self, helper: &Helper<'_>, check: &mut Check) {
        let fields = &self.connector.configuration;
        if let Some(source) = &helper.source {
            let issuer = helper.tag.and_then(|tag| attribute(tag, "data-issuer"));
            let issuer = issuer.map(str::to_owned);
            let issuer = issuer.unwrap_or_else(|| {
                let (before, _) = source.as_str().split_once("/sdk/signet.").unwrap_or_default();
                before.to_owned()
            });
            if issuer != fields.issuer {
                check.wrong(
                    helper.place,
                    format!("its helper comes from {issuer}, and the connector's issuer is {}: identity and token differ (F-05)", fields.issuer),
                    format!("load {}/sdk/signet.js", fields.issuer),
                );
            }
        }
        if let Some(tag) = helper.tag {
            self.of_element(tag, check);
        } else {
            check.note("The page imports our helper: how a script sets it up (signet.configure) isn't seen from here.");
        }
        check.note(format!(
            "The page loads our helper, which defines {}.",
            method(self.connector)
        ));
    }

    /// How the script element sets our helper up.
    fn of_element(&self, tag: &str, check: &mut Check) {
        let fields = &self.connector.configuration;
        let place = self.url.as_str();
        let is_set_up_elsewhere = self.says("signet.configure(");
        if attribute(tag, "data-client").is_none_or(str::is_empty) && !is_set_up_elsewhere {
            check.wrong(
                place,
                "the helper's data-client is missing: it defines nothing (F-13)",
                format!("let it be data-client={:?}", fields.client_id),
            );
        }
        if attribute(tag, "data-interaction") == Some("popup") {
            of_popups(place, check);
        }
        let wanted = [
            ("data-client", fields.client_id.as_str(), ""),
            ("data-flow", self.connector.kind.as_str(), "code"),
            (
                "data-method",
                fields.js_method_name.as_str(),
                "lpGetAuthenticationToken",
            ),
            ("data-context", fields.js_context.as_str(), "window"),
        ];
        for (name, wanted, default) in wanted {
            let has = attribute(tag, name).unwrap_or(default);
            if !has.is_empty() && has != wanted {
                check.wrong(
                    place,
                    format!("the helper's {name} is {has:?}, and the connector says {wanted:?} (F-13, F-28)"),
                    format!("let it be {name}={wanted:?}"),
                );
            }
        }
    }

    fn without_helper(&self, check: &mut Check) {
        let fields = &self.connector.configuration;
        let name = fields.js_method_name.rsplit('.').next().unwrap_or_default();
        let all = self.scripts.all.iter();
        let defining: Vec<&Script> = all.filter(|it| definition(&it.text, name).is_some()).collect();
        self.of_definition(name, &defining, check);
        for script in &defining {
            let place = script.place.as_str();
            if opens_alone(&script.text, name) {
                of_popups(place, check);
            }
            if let Some(silence) = silent(&script.text, name) {
                check.warn(
                    place,
                    format!("{name}: {silence} (F-12)"),
                    "call back exactly once: with the token, or with \"\" and a reason where anything fails or takes too long; our \
                     helper does",
                );
            }
        }
        if !self.says("identities") {
            check.warn(
                self.url.as_str(),
                "it declares no identity (lpTag.identities): conversations don't follow the consumer",
                "push a function that calls back with {iss, acr: \"loa1\", sub}; our helper does",
            );
        }
        for (place, text) in self.texts() {
            for iss in said(text, "iss") {
                if let Said::Text(iss) = iss
                    && iss != fields.issuer
                {
                    check.wrong(
                        place,
                        format!("its identity says iss {iss:?}, and tokens say {:?}: the consumer isn't recognised (F-05)", fields.issuer),
                        "let both be the same, byte for byte",
                    );
                }
            }
        }
    }

    /// Whether the window finds the method (F-13).
    fn of_definition(&self, name: &str, defining: &[&Script], check: &mut Check) {
        let fields = &self.connector.configuration;
        let is_hidden = |it: &&Script| {
            attribute(&it.tag, "type") == Some("module") && !it.text.contains(&format!("window.{name}"))
        };
        let Some(first) = defining.first() else {
            let hint = match self.scripts.unread.as_slice() {
                [] => String::new(),
                unread => format!(", unless a file does that wasn't read: {}", unread.join(", ")),
            };
            check.warn(
                self.url.as_str(),
                format!(
                    "it neither loads our helper nor defines {}{hint} (F-13)",
                    method(self.connector)
                ),
                format!(
                    "put <script src=\"{}/sdk/signet.js\" data-client=\"{}\"></script> on it",
                    fields.issuer, fields.client_id
                ),
            );
            return;
        };
        if defining.iter().all(is_hidden) {
            check.wrong(
                first.place.as_str(),
                format!("{name} is defined in a module, which the window can't see into (F-13)"),
                format!("set window.{name} = …"),
            );
        } else {
            check.note(format!("{} defines {name}.", first.place));
        }
    }
}

/// Who a script says that the consumer is, and what it says of them.
fn of_identity(place: &str, text: &str, check: &mut Check) {
    for sub in said(text, "sub") {
        let is = match sub {
            Said::Text(sub) => subject::guessable(sub),
            Said::Expression(code) => {
                let code = code.to_ascii_lowercase();
                let speaks = |of: &str| code.contains(of);
                (speaks("mail") || speaks("phone"))
                    .then_some("an e-mail address or a phone number, by its name")
            }
        };
        if let Some(is) = is {
            check.warn(
                place,
                format!(
                    "its identity's sub is {is}: others guess it, and one day it is somebody else's (F-27)"
                ),
                "let it be the sub of the token, an opaque id",
            );
        }
    }
    let reads_back = ["customerInfo", "personalInfo"]
        .iter()
        .any(|name| said(text, name).next().is_some());
    if text.contains("sdes") && reads_back {
        check.warn(
            place,
            "it pushes customerInfo or personalInfo, which is how attributes are read back: they are dropped (F-26)",
            "push {type: \"ctmrinfo\", info: {…}} and {type: \"personal\", personal: {…}}",
        );
    }
}

/// Browsers open a window for a click alone, and the platform calls at any time (F-23).
fn of_popups(place: &str, check: &mut Check) {
    check.warn(
        place,
        "it signs in by a pop-up alone, which browsers block without a click (F-23)",
        "offer a redirect where no window opens: data-interaction=\"auto\" of our helper does",
    );
}

/// Where a script imports our helper from.
pub(super) fn imported(script: &str) -> Option<&str> {
    const FILE: &str = "/sdk/signet.mjs";
    let (at, _) = script.match_indices(FILE).next()?;
    let begin = script.get(..at)?.rfind(['"', '\'', '`'])? + 1;
    script
        .get(..begin)?
        .contains("import")
        .then(|| script.get(begin..at + FILE.len()))?
}
