//! Signatures: first their shape, then whether a pinned certificate made them over the node that they stand in (SEC-110).

use bergshamra_dsig::verify::verify_all_document_with_source;
use bergshamra_dsig::{DsigContext, VerifyResult};
use bergshamra_keys::KeysManager;
use bergshamra_keys::loader::load_x509_cert_der;
use uppsala::NodeId;

use crate::Refusal;
use crate::document::Xml;
use crate::names::{DIGEST_METHODS, DSIG, ENVELOPED, EXCLUSIVE, SIGNATURE_METHODS};

/// Holds a signature to the one shape that is taken: one reference to what it stands in, by its ID, of which nothing is left
/// out but the signature itself.
pub(crate) fn check_shape(xml: &Xml<'_>, signature: NodeId, signed: NodeId) -> Result<(), Refusal> {
    let is = |node: &NodeId, name: &str| xml.is(*node, DSIG, name);
    let parts = xml.inside(signature);
    let info = match parts.as_slice() {
        [info, value] if is(value, "SignatureValue") => *info,
        [info, value, key_info] if is(value, "SignatureValue") && is(key_info, "KeyInfo") => {
            // Nothing in it is read. What could lead a verifier elsewhere isn't even there.
            let harmless = ["X509Data", "KeyValue", "KeyName"];
            let all_are = xml
                .inside(*key_info)
                .iter()
                .all(|it| harmless.iter().any(|name| is(it, name)));
            if !all_are {
                return Err(Refusal::Signature("KeyInfo"));
            }
            *info
        }
        _ => return Err(Refusal::Signature("form")),
    };
    let parts = xml.inside(info);
    let [c14n, method, reference] = parts.as_slice() else {
        return Err(Refusal::Signature("number of references"));
    };
    if !is(&info, "SignedInfo")
        || !is(c14n, "CanonicalizationMethod")
        || !is(method, "SignatureMethod")
        || !is(reference, "Reference")
    {
        return Err(Refusal::Signature("form"));
    }
    if xml.attribute(*c14n, "Algorithm") != Some(EXCLUSIVE) {
        return Err(Refusal::Signature("canonicalization"));
    }
    let takes = |node: NodeId, all: &[&str]| {
        xml.attribute(node, "Algorithm")
            .is_some_and(|it| all.contains(&it))
    };
    if !takes(*method, SIGNATURE_METHODS) || !xml.inside(*method).is_empty() {
        return Err(Refusal::Signature("algorithm"));
    }
    let id = xml.attribute(signed, "ID").filter(|id| !id.is_empty());
    let uri = xml
        .attribute(*reference, "URI")
        .and_then(|uri| uri.strip_prefix('#'));
    if id.is_none() || uri != id {
        return Err(Refusal::Signature("reference"));
    }
    let parts = xml.inside(*reference);
    let [transforms, digest, value] = parts.as_slice() else {
        return Err(Refusal::Signature("form"));
    };
    if !is(transforms, "Transforms") || !is(digest, "DigestMethod") || !is(value, "DigestValue") {
        return Err(Refusal::Signature("form"));
    }
    if !takes(*digest, DIGEST_METHODS) {
        return Err(Refusal::Signature("digest"));
    }
    let transforms = xml.inside(*transforms);
    let named: Vec<Option<&str>> = transforms
        .iter()
        .map(|it| xml.attribute(*it, "Algorithm").filter(|_| is(it, "Transform")))
        .collect();
    if named == [Some(ENVELOPED), Some(EXCLUSIVE)] || named == [Some(ENVELOPED)] {
        Ok(())
    } else {
        Err(Refusal::Signature("transforms"))
    }
}

/// Whether each of the signatures is one of the pinned certificates' over the very node that it stands in.
pub(crate) fn verify(
    xml: &Xml<'_>,
    source: &str,
    signatures: &[(NodeId, NodeId)],
    certificates: &[Vec<u8>],
) -> Result<(), Refusal> {
    let mut open: Vec<&(NodeId, NodeId)> = signatures.iter().collect();
    for certificate in certificates {
        let mut keys = KeysManager::new();
        keys.add_key(load_x509_cert_der(certificate).map_err(|_| Refusal::Certificate)?);
        // Its defaults: these keys alone, the signature beside or below what it signs, each digest computed here.
        let context = DsigContext::new(keys);
        // A signature that another certificate has made may be an error rather than an answer.
        let Ok(results) = verify_all_document_with_source(&context, &xml.0, Some(source)) else {
            continue;
        };
        open.retain(|(signature, signed)| !results.iter().any(|result| is_over(result, *signature, *signed)));
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(Refusal::NotVerified)
    }
}

fn is_over(result: &VerifyResult, signature: NodeId, signed: NodeId) -> bool {
    match result {
        VerifyResult::Valid {
            signature_node,
            references,
            ..
        } if *signature_node == signature => match references.as_slice() {
            [reference] => reference.digest_verified && reference.resolved_node == Some(signed),
            _ => false,
        },
        _ => false,
    }
}
