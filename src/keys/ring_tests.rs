use jose::{Algorithm, RsaBits};

use super::new_signing_key;
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::keys::Sealer;

#[test]
fn no_key_has_an_id_that_reads_as_a_flag() {
    let sealer = Sealer::new(&[7; 32]).unwrap();
    let account = AccountId::parse("brand").unwrap();
    for _ in 0..500 {
        let key = new_signing_key(
            &account,
            Algorithm::EdDSA,
            RsaBits::Rsa2048,
            &sealer,
            Timestamp::from_seconds(1),
        )
        .unwrap();
        assert!(!key.kid.as_str().starts_with('-'), "{}", key.kid);
    }
}
