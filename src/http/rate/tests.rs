use std::net::IpAddr;

use super::*;

fn caller(ip: &str) -> Caller {
    Caller {
        ip: ip.parse().unwrap(),
        request_id: "r".into(),
    }
}

fn limits(login: u32) -> RateLimits {
    let mut settings = Settings::default();
    settings.limits.per_minute.login = login;
    RateLimits::new(&settings)
}

#[test]
fn sec_165_one_address_may_do_so_much_and_no_more_and_another_is_free() {
    let limits = limits(3);
    for _ in 0..3 {
        assert_eq!(limits.check(Purpose::Login, &caller("192.0.2.1")), Ok(()));
    }
    let wait = limits.check(Purpose::Login, &caller("192.0.2.1")).unwrap_err();
    assert!((1..=21).contains(&wait.seconds()), "{wait:?}");
    assert_eq!(limits.check(Purpose::Login, &caller("192.0.2.2")), Ok(()));
    assert_eq!(limits.check(Purpose::Authorize, &caller("192.0.2.1")), Ok(()));
}

#[test]
fn sec_165_an_ipv6_customer_counts_as_one_however_many_addresses_they_use() {
    let limits = limits(2);
    assert!(limits.check(Purpose::Login, &caller("2001:db8:1:2::1")).is_ok());
    assert!(
        limits
            .check(Purpose::Login, &caller("2001:db8:1:2:ffff::2"))
            .is_ok()
    );
    assert!(limits.check(Purpose::Login, &caller("2001:db8:1:2::3")).is_err());
    assert!(limits.check(Purpose::Login, &caller("2001:db8:1:3::1")).is_ok());
}

#[test]
fn sec_165_zero_is_no_limit() {
    let limits = limits(0);
    assert!((0..1000).all(|_| limits.check(Purpose::Login, &caller("192.0.2.1")).is_ok()));
}

#[test]
fn sec_165_memory_is_bounded_however_many_addresses_there_are() {
    let limits = limits(1000);
    for number in 0..300_000_u32 {
        let ip = IpAddr::from((u128::from(number) << 64).to_be_bytes());
        let _ = limits.check(
            Purpose::Login,
            &Caller {
                ip,
                request_id: "r".into(),
            },
        );
    }
    let remembered = limits
        .login
        .limiter
        .as_ref()
        .map_or(0, governor::RateLimiter::len);
    assert!(
        remembered <= REMEMBERED + usize::try_from(SHARED).unwrap() + 300,
        "{remembered}"
    );
}
