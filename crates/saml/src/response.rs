use uppsala::NodeId;

use crate::document::{self, Xml};
use crate::names::{ASSERTION, BEARER, PROTOCOL, SUCCESS};
use crate::{Refusal, signature, time};

/// By how many seconds the identity provider's clock may differ from ours (SEC-112).
const SKEW: i64 = 60;

/// What a Response must be to be believed (SAML Profiles §4.1.4.3).
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The identity provider's entityID.
    pub issuer: &'a str,
    /// The certificates that it signs with, in DER. Nothing else makes a signature good.
    pub certificates: &'a [Vec<u8>],
    /// Our entityID.
    pub audience: &'a str,
    /// Where the Response has come: the URL, as the identity provider knows it.
    pub assertion_consumer_service: &'a str,
    /// The id of the request that it answers; none where nobody asked, and then it must answer none.
    pub in_response_to: Option<&'a str>,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// What an identity provider says of somebody: read from the node that it signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The assertion's id, which counts once.
    pub assertion_id: String,
    /// From when on it could be used, in seconds since 1970, the clocks' difference included.
    pub begins: i64,
    /// Until when it could be used again, in seconds since 1970, the clocks' difference included.
    pub expires: i64,
    name_id: Option<String>,
    attributes: Vec<(String, Vec<Option<String>>)>,
}

impl Identity {
    /// The one value of an attribute; of `NameID`, the subject's identifier.
    ///
    /// # Errors
    /// Where it isn't there, is there more than once, or isn't text alone.
    pub fn text(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || Refusal::NoText(name.to_owned());
        if name == "NameID" {
            return self.name_id.as_deref().ok_or_else(missing);
        }
        let mut named = self.attributes.iter().filter(|(it, _)| it == name);
        match (named.next(), named.next()) {
            (Some((_, values)), None) => match values.as_slice() {
                [Some(value)] if !value.is_empty() => Ok(value),
                _ => Err(missing()),
            },
            _ => Err(missing()),
        }
    }
}

impl Expected<'_> {
    /// What a Response proves.
    ///
    /// # Errors
    /// The first check that failed. Nothing of the document may be believed then.
    pub fn verify(&self, xml: &str) -> Result<Identity, Refusal> {
        let source = xml;
        let xml = Xml::parse(source)?;
        let (response, assertion) = document::response_and_assertion(&xml)?;
        let signatures = document::signatures(&xml, response, assertion)?;
        for (signature, signed) in &signatures {
            signature::check_shape(&xml, *signature, *signed)?;
        }
        // The one assertion is what was signed, or stands in the response that was.
        signature::verify(&xml, source, &signatures, self.certificates)?;
        self.check_response(&xml, response)?;
        self.identity(&xml, assertion)
    }

    fn check_response(&self, xml: &Xml<'_>, response: NodeId) -> Result<(), Refusal> {
        let status = xml.only(response, PROTOCOL, "Status")?;
        let code = xml.only(status, PROTOCOL, "StatusCode")?;
        if xml.attribute(code, "Value") != Some(SUCCESS) {
            return Err(Refusal::Status);
        }
        is(xml.attribute(response, "Version"), Some("2.0"), "Version")?;
        if let Some(issuer) = xml.optional(response, ASSERTION, "Issuer")? {
            is(
                xml.text(issuer).as_deref(),
                Some(self.issuer),
                "Issuer of the response",
            )?;
        }
        let destination = xml.attribute(response, "Destination");
        is(destination, Some(self.assertion_consumer_service), "Destination")?;
        is(
            xml.attribute(response, "InResponseTo"),
            self.in_response_to,
            "InResponseTo of the response",
        )?;
        self.is_past(xml, response, "IssueInstant").map(|_| ())
    }

    fn identity(&self, xml: &Xml<'_>, assertion: NodeId) -> Result<Identity, Refusal> {
        is(xml.attribute(assertion, "Version"), Some("2.0"), "Version")?;
        let issued = self.is_past(xml, assertion, "IssueInstant")?;
        let issuer = xml.only(assertion, ASSERTION, "Issuer")?;
        is(xml.text(issuer).as_deref(), Some(self.issuer), "Issuer")?;
        let id = xml.attribute(assertion, "ID").filter(|id| !id.is_empty());
        let id = id.ok_or(Refusal::Structure("ID"))?.to_owned();

        let conditions = xml.only(assertion, ASSERTION, "Conditions")?;
        self.check_conditions(xml, conditions)?;
        let subject = xml.only(assertion, ASSERTION, "Subject")?;
        let confirmed_until = self.check_confirmation(xml, subject)?;
        let statements = xml.children(assertion, ASSERTION, "AuthnStatement");
        if statements.is_empty() {
            return Err(Refusal::Structure("AuthnStatement"));
        }
        for statement in statements {
            self.check_end(xml, statement, "SessionNotOnOrAfter")?;
        }
        let name_id = match xml.optional(subject, ASSERTION, "NameID")? {
            Some(name_id) => {
                let text = xml.text(name_id).filter(|text| !text.is_empty());
                Some(text.ok_or_else(|| Refusal::NoText("NameID".to_owned()))?)
            }
            None => None,
        };
        let mut attributes = Vec::new();
        for statement in xml.children(assertion, ASSERTION, "AttributeStatement") {
            for attribute in xml.children(statement, ASSERTION, "Attribute") {
                let values = xml.children(attribute, ASSERTION, "AttributeValue");
                let values = values.into_iter().map(|value| xml.text(value)).collect();
                let name = xml.attribute(attribute, "Name").unwrap_or_default().to_owned();
                attributes.push((name, values));
            }
        }
        Ok(Identity {
            assertion_id: id,
            begins: issued - SKEW,
            expires: confirmed_until + SKEW,
            name_id,
            attributes,
        })
    }

    fn check_conditions(&self, xml: &Xml<'_>, conditions: NodeId) -> Result<(), Refusal> {
        self.check_begin(xml, conditions)?;
        self.check_end(xml, conditions, "NotOnOrAfter")?;
        let mut restricted = false;
        for condition in xml.inside(conditions) {
            // Each restriction must be met (SAML Core §2.5.1.4).
            if xml.is(condition, ASSERTION, "AudienceRestriction") {
                let audiences = xml.children(condition, ASSERTION, "Audience");
                let mut named = audiences.iter().map(|audience| xml.text(*audience));
                if !named.any(|audience| audience.as_deref() == Some(self.audience)) {
                    return Err(Refusal::Mismatch("Audience"));
                }
                restricted = true;
            } else if !xml.is(condition, ASSERTION, "OneTimeUse")
                && !xml.is(condition, ASSERTION, "ProxyRestriction")
            {
                return Err(Refusal::Condition);
            }
        }
        // SAML Profiles §4.1.4.2: it is there.
        if restricted {
            Ok(())
        } else {
            Err(Refusal::Mismatch("Audience"))
        }
    }

    /// Until when a bearer is confirmed: there is one confirmation of that method, and it holds.
    fn check_confirmation(&self, xml: &Xml<'_>, subject: NodeId) -> Result<i64, Refusal> {
        let mut confirmations = xml.children(subject, ASSERTION, "SubjectConfirmation");
        confirmations.retain(|it| xml.attribute(*it, "Method") == Some(BEARER));
        let [confirmation] = confirmations.as_slice() else {
            return Err(Refusal::Structure("SubjectConfirmation of a bearer"));
        };
        let data = xml.only(*confirmation, ASSERTION, "SubjectConfirmationData")?;
        let recipient = xml.attribute(data, "Recipient");
        is(recipient, Some(self.assertion_consumer_service), "Recipient")?;
        is(
            xml.attribute(data, "InResponseTo"),
            self.in_response_to,
            "InResponseTo",
        )?;
        self.check_begin(xml, data)?;
        self.check_end(xml, data, "NotOnOrAfter")?
            .ok_or(Refusal::NoTime("NotOnOrAfter of the confirmation"))
    }

    fn check_begin(&self, xml: &Xml<'_>, node: NodeId) -> Result<(), Refusal> {
        match moment(xml, node, "NotBefore")? {
            Some(begin) if begin > self.now + SKEW => Err(Refusal::Time("NotBefore")),
            _ => Ok(()),
        }
    }

    fn check_end(&self, xml: &Xml<'_>, node: NodeId, name: &'static str) -> Result<Option<i64>, Refusal> {
        match moment(xml, node, name)? {
            Some(end) if end <= self.now - SKEW => Err(Refusal::Time(name)),
            end => Ok(end),
        }
    }

    /// A time that must be there, and can't be to come.
    fn is_past(&self, xml: &Xml<'_>, node: NodeId, name: &'static str) -> Result<i64, Refusal> {
        match moment(xml, node, name)? {
            Some(at) if at > self.now + SKEW => Err(Refusal::Time(name)),
            Some(at) => Ok(at),
            None => Err(Refusal::NoTime(name)),
        }
    }
}

fn is(found: Option<&str>, wanted: Option<&str>, what: &'static str) -> Result<(), Refusal> {
    if found == wanted {
        Ok(())
    } else {
        Err(Refusal::Mismatch(what))
    }
}

fn moment(xml: &Xml<'_>, node: NodeId, name: &'static str) -> Result<Option<i64>, Refusal> {
    match xml.attribute(node, name) {
        Some(text) => time::seconds(text).map(Some).ok_or(Refusal::NoTime(name)),
        None => Ok(None),
    }
}
