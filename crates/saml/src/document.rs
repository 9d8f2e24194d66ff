//! A parsed document, read by name and namespace.

use std::collections::HashSet;

use uppsala::{Document, NodeId, NodeKind, Parser};

use crate::names::{ASSERTION, DSIG, PROTOCOL};
use crate::{Refusal, limits};

/// Attributes by which signatures find what they sign. Verifiers look for them whatever namespace they are in, so with one
/// they are refused.
const IDS: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

/// A document that has passed the limits.
pub(crate) struct Xml<'x>(pub(crate) Document<'x>);

impl<'x> Xml<'x> {
    pub(crate) fn parse(xml: &'x str) -> Result<Self, Refusal> {
        limits::check(xml)?;
        let parser = Parser::new()
            .with_max_depth(80)
            .with_forbid_dtd(true)
            .with_forbid_entities(true);
        let this = Self(parser.parse(xml).map_err(|_| Refusal::Malformed)?);
        this.ids_are_unique()?;
        Ok(this)
    }

    /// Every ID stands for one element (SEC-111).
    fn ids_are_unique(&self) -> Result<(), Refusal> {
        let mut seen = HashSet::new();
        for node in self.elements() {
            let attributes = self.0.element(node).map(|element| element.attributes.as_slice());
            for attribute in attributes.unwrap_or_default() {
                let name = &*attribute.name.local_name;
                if IDS.contains(&name)
                    && (attribute.name.namespace_uri.is_some() || !seen.insert(&*attribute.value))
                {
                    return Err(Refusal::Id);
                }
            }
        }
        Ok(())
    }

    /// All elements, in the order of the document.
    pub(crate) fn elements(&self) -> impl Iterator<Item = NodeId> {
        let all = self.0.descendants(self.0.root());
        all.into_iter().filter(|node| self.0.element(*node).is_some())
    }

    /// The element at the top.
    pub(crate) fn top(&self) -> Result<NodeId, Refusal> {
        self.0.document_element().ok_or(Refusal::Malformed)
    }

    /// Elements of that local name in whatever namespace, anywhere.
    pub(crate) fn all(&self, name: &str) -> Vec<NodeId> {
        self.elements()
            .filter(|node| self.0.element(*node).is_some_and(|it| it.name.local_name == name))
            .collect()
    }

    /// Whether it is that element.
    pub(crate) fn is(&self, node: NodeId, namespace: &str, name: &str) -> bool {
        self.0
            .element(node)
            .is_some_and(|element| element.matches_name_ns(namespace, name))
    }

    /// The elements in it.
    pub(crate) fn inside(&self, node: NodeId) -> Vec<NodeId> {
        let children = self.0.children_iter(node);
        children
            .filter(|child| self.0.element(*child).is_some())
            .collect()
    }

    /// Its children of that name.
    pub(crate) fn children(&self, node: NodeId, namespace: &str, name: &str) -> Vec<NodeId> {
        let mut children = self.inside(node);
        children.retain(|child| self.is(*child, namespace, name));
        children
    }

    /// The only one; none where there is none.
    pub(crate) fn optional(
        &self,
        node: NodeId,
        namespace: &str,
        name: &'static str,
    ) -> Result<Option<NodeId>, Refusal> {
        match self.children(node, namespace, name).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(Refusal::Structure(name)),
        }
    }

    /// The only one.
    pub(crate) fn only(&self, node: NodeId, namespace: &str, name: &'static str) -> Result<NodeId, Refusal> {
        self.optional(node, namespace, name)?
            .ok_or(Refusal::Structure(name))
    }

    /// An attribute without a namespace.
    pub(crate) fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        let mut attributes = self.0.element(node)?.attributes.iter();
        attributes
            .find(|it| it.name.namespace_uri.is_none() && it.name.local_name == name)
            .map(|it| &*it.value)
    }

    /// Its text, whole: none where there is anything else in it.
    pub(crate) fn text(&self, node: NodeId) -> Option<String> {
        let mut text = String::new();
        for child in self.0.children_iter(node) {
            match self.0.node_kind(child) {
                Some(NodeKind::Text(part)) => text.push_str(part),
                _ => return None,
            }
        }
        Some(text)
    }
}

/// The one response and the one assertion of a document: no other of either stands anywhere (SEC-111).
pub(crate) fn response_and_assertion(xml: &Xml<'_>) -> Result<(NodeId, NodeId), Refusal> {
    if !xml.all("EncryptedAssertion").is_empty() || !xml.all("EncryptedData").is_empty() {
        return Err(Refusal::Encrypted);
    }
    let response = xml.top()?;
    if !xml.is(response, PROTOCOL, "Response") || xml.all("Response").len() != 1 {
        return Err(Refusal::Structure("Response"));
    }
    let assertion = xml.only(response, ASSERTION, "Assertion")?;
    if xml.all("Assertion").len() != 1 {
        return Err(Refusal::Structure("Assertion"));
    }
    Ok((response, assertion))
}

/// All signatures of a document, each with what it stands in: the response or the assertion, one in each at the most.
pub(crate) fn signatures(
    xml: &Xml<'_>,
    response: NodeId,
    assertion: NodeId,
) -> Result<Vec<(NodeId, NodeId)>, Refusal> {
    let mut found = Vec::new();
    for parent in [response, assertion] {
        if let Some(signature) = xml.optional(parent, DSIG, "Signature")? {
            found.push((signature, parent));
        }
    }
    if xml.all("Signature").len() != found.len() {
        return Err(Refusal::Structure("Signature"));
    }
    if found.is_empty() {
        return Err(Refusal::Unsigned);
    }
    Ok(found)
}
