use std::net::IpAddr;

use outbound::is_public;

fn assert_all(expected: bool, addresses: &[&str]) {
    for address in addresses {
        let parsed: IpAddr = address.parse().unwrap();
        assert_eq!(is_public(parsed), expected, "{address}");
    }
}

#[test]
fn sec_145_public_addresses_are_public() {
    assert_all(
        true,
        &[
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2a00:1450:4001:80b::200e",
            "3ffe::1",
        ],
    );
}

#[test]
fn sec_145_addresses_of_the_machine_and_its_network_are_not() {
    assert_all(
        false,
        &[
            // this network, loopback
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "127.255.255.254",
            "::",
            "::1",
            // private
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.255.255",
            "fc00::1",
            "fd12:3456:789a::1",
            "fec0::1",
            // link-local
            "169.254.0.1",
            "169.254.255.255",
            "fe80::1",
            "febf::1",
            // behind a carrier's NAT
            "100.64.0.0",
            "100.127.255.255",
            // multicast, broadcast, reserved
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "ff02::1",
            "ff0e::1",
            // assignments, documentation, benchmarks
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "5f00::1",
            "4000::1",
        ],
    );
}

#[test]
fn sec_145_an_ipv4_address_in_ipv6_clothes_is_not() {
    assert_all(
        false,
        &[
            "::ffff:127.0.0.1", // mapped
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",     // compatible
            "64:ff9b::7f00:1", // NAT64
            "64:ff9b::808:808",
            "64:ff9b:1::a00:1", // NAT64 of one's own
            "2002:7f00:1::",    // 6to4
            "2002:a00:1::1",
            "2001::7f00:1", // Teredo
            "192.88.99.1",  // 6to4 relay
        ],
    );
}

#[test]
fn sec_145_the_metadata_of_clouds_is_not() {
    assert_all(
        false,
        &[
            "169.254.169.254", // Amazon, Google, Azure, and most others
            "169.254.170.2",   // Amazon's containers
            "fd00:ec2::254",   // Amazon
            "100.100.100.200", // Alibaba
            "192.0.0.192",     // Oracle
            "168.63.129.16",   // Azure's wire server
            "fd20:ce::254",    // Google
        ],
    );
}
