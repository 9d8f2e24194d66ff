use crate::base::hex;
use crate::keys::Sealer;

#[test]
fn what_is_derived_is_the_same_as_ever() {
    let sealer = Sealer::new(&[7; 32]).unwrap();
    for (purpose, key) in [
        (
            "authorization code",
            "ee03ee03a6a8d8f977f1ea8951828e1e744b379849fb63094c39ddf64be081f6",
        ),
        (
            "form token",
            "a316271770a9a6af41216349aa83a7d296abac820433b1c2581f7cf722e1e39b",
        ),
    ] {
        assert_eq!(hex(sealer.derive(purpose).as_slice()), key, "{purpose}");
    }
    assert_eq!(format!("{sealer:?}"), "Sealer(4bb06f8e)");
}
