//! Whether the authorization endpoint gives a state back byte for byte: an external window keeps there what it needs to go on
//! (section 1.3 of the platform contract, F-10). Nobody logs in: the answer to `prompt=none` has the state, too.

use outbound::{Accept, Error};
use url::Url;

use super::Look;
use crate::directory::Result;
use crate::directory::connector::{EMBEDDED, own_client, popups};
use crate::directory::doctor::Check;
use crate::model::connector::ConnectorKind;

const NAME: &str = "connector_state";
/// What a careless echo changes: escapes, of letters that need none and of ones that do, a plus, a slash, and a letter
/// beyond ASCII.
const STATE: &str = "signet-check/%2F%7E+ &=#?é%25";
/// RFC 7636, Appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl Look<'_> {
    pub(super) async fn state(&mut self, told: Option<&str>) -> Result<Check> {
        let fields = &self.connector.configuration;
        let endpoint = fields.authorization_endpoint.as_deref().map(Url::parse);
        let Some(Ok(mut url)) = endpoint else {
            return Ok(Check::unchecked(
                NAME,
                "there is no authorization endpoint: no external window is opened",
            ));
        };
        let is_code = self.connector.kind == ConnectorKind::Code;
        let own = own_client(self.services, &self.owner, self.connector).await?;
        let popup = own.as_ref().and_then(|client| popups(client).first().copied());
        let redirect_uri = told.or(popup).or(is_code.then_some(EMBEDDED));
        let Some(redirect_uri) = redirect_uri else {
            return Ok(Check::unchecked(
                NAME,
                "which redirect URI the brand has registered for external windows isn't known here: signet doctor \
                 --connector ID --redirect-uri URI names it",
            ));
        };
        url.query_pairs_mut().extend_pairs([
            ("response_type", if is_code { "code" } else { "id_token" }),
            ("client_id", fields.client_id.as_str()),
            ("redirect_uri", redirect_uri),
            ("scope", "openid"),
            ("state", STATE),
            ("nonce", "signet-check"),
            ("prompt", "none"),
        ]);
        if is_code {
            let proof = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
            url.query_pairs_mut().extend_pairs(proof);
        }
        Ok(self.judge(&url, redirect_uri).await)
    }

    async fn judge(&self, url: &Url, redirect_uri: &str) -> Check {
        let unchecked = |why: &str| Check::unchecked(NAME, format!("{why}, so that no state came back"));
        let location = match self.client.get(url, Accept::Anything).await {
            Err(Error::Redirect(to)) => to.location().and_then(|to| url.join(to).ok()),
            Err(error) => return unchecked(&format!("the authorization endpoint can't be asked: {error}")),
            Ok(answer) => {
                let status = answer.status.as_u16();
                return unchecked(&format!(
                    "the authorization endpoint answers {status} itself (is {redirect_uri} registered there?)"
                ));
            }
        };
        let Some(location) = location.filter(|to| to.as_str().starts_with(redirect_uri)) else {
            return unchecked("the authorization endpoint sends the browser somewhere else first");
        };
        let mut check = Check::new(NAME);
        let answer = location
            .fragment()
            .or_else(|| location.query())
            .unwrap_or_default();
        let mut all = form_urlencoded::parse(answer.as_bytes());
        match all.find(|(name, _)| name == "state") {
            Some((_, state)) if state == STATE => {
                check.note("A state comes back as it was sent.");
            }
            Some(_) => check.wrong(
                self.place("authorizationEndpoint"),
                "the state that comes back is not the one that was sent: an external window can't go on (F-10)",
                "let the brand keep it as text, and encode it once where it answers",
            ),
            None => check.wrong(
                self.place("authorizationEndpoint"),
                "the answer has no state: an external window can't go on (F-10)",
                "let the brand give back the state of each request, errors included (RFC 6749, section 4.1.2)",
            ),
        }
        check
    }
}
