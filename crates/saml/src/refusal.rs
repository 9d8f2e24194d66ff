/// Why a Response isn't taken. For a log: whoever sent it is told none of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More bytes, depth, attributes or declarations than are read.
    #[error("it is larger, deeper or wider than is read")]
    TooLarge,
    /// Not base64, UTF-8 or well-formed XML.
    #[error("it isn't base64 of well-formed XML in UTF-8")]
    Malformed,
    /// A DOCTYPE, comment, CDATA section or processing instruction, where text could be cut (SEC-111).
    #[error("it has a DOCTYPE, a comment, a CDATA section or a processing instruction")]
    Markup,
    /// What must be there once isn't, is there more often, or stands elsewhere.
    #[error("{0} isn't there once, in its place")]
    Structure(&'static str),
    /// An ID is given twice, or by an attribute that only looks like one.
    #[error("an ID is given twice, or not by the attribute that gives it")]
    Id,
    /// It is encrypted, which isn't read here.
    #[error("it is encrypted")]
    Encrypted,
    /// Nothing is signed.
    #[error("neither the response nor the assertion is signed")]
    Unsigned,
    /// An algorithm, a transform or a reference that isn't taken.
    #[error("the signature's {0} isn't taken")]
    Signature(&'static str),
    /// None of the pinned certificates has signed it, or it isn't what was signed.
    #[error("the signature isn't one of a pinned certificate's over what is there")]
    NotVerified,
    /// A pinned certificate can't be used.
    #[error("a pinned certificate can't be used")]
    Certificate,
    /// The identity provider says that it didn't work.
    #[error("the status isn't success")]
    Status,
    /// Something names somebody or something else than expected.
    #[error("{0} isn't what it must be")]
    Mismatch(&'static str),
    /// It isn't valid yet, or no more.
    #[error("{0} is over, or not yet")]
    Time(&'static str),
    /// A time that is none.
    #[error("{0} is no time in UTC")]
    NoTime(&'static str),
    /// A condition that isn't understood, and so isn't met.
    #[error("there is a condition that isn't known")]
    Condition,
    /// The text that was looked for isn't there exactly once, as text alone.
    #[error("{0} isn't there once, as text alone")]
    NoText(String),
}
