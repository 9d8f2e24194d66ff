//! A signer of XML that shares nothing with what it is to test: its documents are written in canonical form, so that it needs
//! no canonicalization.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jose::{Algorithm, PrivateKey, RsaBits};
use sha2::{Digest as _, Sha256};

/// What signs, and the certificate of its key.
pub(crate) struct Idp {
    key: PrivateKey,
    pub(crate) certificate: Vec<u8>,
}

impl Idp {
    /// A new one, with a key of RSA.
    pub(crate) fn new() -> Self {
        let key = PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048).unwrap();
        let pair = rcgen::KeyPair::try_from(key.to_pkcs8_der().unwrap().as_slice()).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["idp.test".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&pair).unwrap().der().to_vec();
        Self { key, certificate }
    }

    /// The same document with a signature over it, after its issuer.
    pub(crate) fn sign(&self, canonical: &str) -> String {
        let id = canonical
            .split_once(" ID=\"")
            .unwrap()
            .1
            .split_once('"')
            .unwrap()
            .0;
        let signature = self.signature(canonical, &format!("#{id}"), |info| info);
        insert(canonical, &signature)
    }

    /// A signature whose SignedInfo is changed before it is signed.
    pub(crate) fn signature(
        &self,
        canonical: &str,
        uri: &str,
        change: impl FnOnce(String) -> String,
    ) -> String {
        let digest = STANDARD.encode(Sha256::digest(canonical));
        let info = change(format!(
            concat!(
                r#"<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
                r#"<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>"#,
                r#"<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod><ds:Reference URI="{uri}"><ds:Transforms>"#,
                r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>"#,
                r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>"#,
                r#"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>"#,
                "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
            ),
            method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            uri = uri,
            digest = digest
        ));
        let value = STANDARD.encode(self.key.sign(info.as_bytes()).unwrap().as_ref());
        let certificate = STANDARD.encode(&self.certificate);
        format!(
            concat!(
                r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{info}<ds:SignatureValue>{value}</ds:SignatureValue>"#,
                "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
            ),
            info = info,
            value = value,
            certificate = certificate
        )
    }
}

/// Puts a signature behind the first issuer.
pub(crate) fn insert(document: &str, signature: &str) -> String {
    document.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}
