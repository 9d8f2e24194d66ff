use crate::base::OneTimeKind;

/// The kind of value that the id of a client's assertion is, with its client (RFC 7523 §3).
#[derive(Debug)]
pub enum AssertionId {}
impl OneTimeKind for AssertionId {
    const NAME: &'static str = "client_assertion";
}

/// The kind of value that the id of a proof of possession is, with its key (RFC 9449 §11.1).
#[derive(Debug)]
pub enum DpopId {}
impl OneTimeKind for DpopId {
    const NAME: &'static str = "dpop_proof";
}

/// The kind of value that the id of an assertion about a consumer is, with its client (RFC 7523 §3).
#[derive(Debug)]
pub enum ConsumerAssertionId {}
impl OneTimeKind for ConsumerAssertionId {
    const NAME: &'static str = "consumer_assertion";
}
