//! JWK, JWS, thumbprints, and keys in and out of PEM, DER and SPKI.
