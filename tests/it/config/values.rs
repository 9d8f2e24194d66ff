use signet::config::{
    AllowedHost, DatabaseUrl, Levels, Network, Period, PublicUrl, SealSource, Size, TimeZone,
};

#[test]
fn a_period_is_read_as_people_write_it() {
    for (text, millis) in [
        ("90d", 7_776_000_000),
        ("15m", 900_000),
        ("1h30m", 5_400_000),
        ("500ms", 500),
        ("1m 30s", 90_000),
        ("2w", 1_209_600_000),
        ("45", 45_000),
        ("0s", 0),
    ] {
        assert_eq!(text.parse(), Ok(Period::millis(millis)), "{text}");
    }
    for text in [
        "",
        " ",
        "s",
        "5x",
        "-5s",
        "1.5h",
        "30m1h",
        "5s5s",
        "99999999999999999999d",
        "18446744073709551615",
    ] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn a_period_is_written_so_that_it_can_be_read_again() {
    for (period, text) in [
        (Period::ZERO, "0s"),
        (Period::days(90), "90d"),
        (Period::seconds(90), "1m30s"),
        (Period::millis(1_500), "1s500ms"),
    ] {
        assert_eq!(period.to_string(), text);
        assert_eq!(text.parse(), Ok(period));
    }
}

#[test]
fn a_size_is_read_with_its_unit() {
    for (text, bytes) in [
        ("64KiB", 65_536),
        ("1MiB", 1 << 20),
        ("10 kB", 10_000),
        ("512", 512),
    ] {
        assert_eq!(text.parse(), Ok(Size::bytes(bytes)), "{text}");
    }
    assert!("KiB".parse::<Size>().is_err());
    assert!("1GiB".parse::<Size>().is_err());
}

#[test]
fn a_network_takes_in_mapped_addresses() {
    let network: Network = "10.1.2.3/8".parse().unwrap();
    assert_eq!(network.to_string(), "10.0.0.0/8");
    assert!(network.contains("::ffff:10.9.9.9".parse().unwrap()));
    assert!(!network.contains("11.0.0.1".parse().unwrap()));
}

#[test]
fn a_public_url_knows_its_parts() {
    let url: PublicUrl = "https://id.brand.example/signet".parse().unwrap();
    assert_eq!(
        (url.host(), url.port(), url.path()),
        ("id.brand.example", 443, "/signet")
    );
    assert_eq!(url.origin(), "https://id.brand.example");
    assert_eq!(PublicUrl::default().path(), "");
    assert_eq!(PublicUrl::default(), PublicUrl::localhost(8080));
}

#[test]
fn a_database_url_names_a_file_or_a_server() {
    assert!("sqlite://".parse::<DatabaseUrl>().is_err());
    assert!("mysql://localhost/x".parse::<DatabaseUrl>().is_err());
    let sqlite: DatabaseUrl = "sqlite:///var/lib/signet.db?mode=rwc".parse().unwrap();
    assert_eq!(sqlite.sqlite_path().unwrap().to_str(), Some("/var/lib/signet.db"));
}

#[test]
fn a_host_may_have_a_port() {
    let host: AllowedHost = "LOCALHOST:9000".parse().unwrap();
    assert_eq!((host.host.as_str(), host.port), ("localhost", Some(9000)));
    assert_eq!("[::1]".parse::<AllowedHost>().unwrap().port, None);
    assert!("http://x".parse::<AllowedHost>().is_err());
}

#[test]
fn a_sealing_key_lies_in_a_file_or_a_variable_or_a_program_knows_it() {
    assert_eq!("env:SEAL".parse(), Ok(SealSource::Environment("SEAL".to_owned())));
    assert_eq!("/run/seal".parse(), Ok(SealSource::File("/run/seal".into())));
    let command = SealSource::Command(["vault", "read", "seal"].map(str::to_owned).to_vec());
    assert_eq!("command:vault read  seal".parse(), Ok(command.clone()));
    assert_eq!(command.to_string().parse(), Ok(command));
    for text in ["", "env:", "env:a-b", "command:", "command: "] {
        assert!(text.parse::<SealSource>().is_err(), "{text}");
    }
}

#[test]
fn levels_are_levels() {
    assert!("info,signet::store=debug".parse::<Levels>().is_ok());
    assert!("loud".parse::<Levels>().is_err());
}

#[test]
fn a_time_zone_is_named_as_the_database_of_time_zones_spells_it() {
    for name in ["UTC", "Europe/Athens", "America/Argentina/Salta", "Etc/GMT+5"] {
        assert_eq!(name.parse::<TimeZone>().unwrap().to_string(), name);
    }
    for name in [
        "",
        "utc",
        "europe/athens",
        "Europe/Athen",
        "Europe",
        "Etc/Unknown",
        "+02:00",
        "EET-2",
    ] {
        let error = name.parse::<TimeZone>().unwrap_err().to_string();
        assert!(error.contains("such as UTC or Europe/Athens"), "{name}: {error}");
    }
}
