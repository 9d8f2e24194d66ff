use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What of IPv4 is no place on the public Internet (RFC 6890 and the IANA registry that it began), and one that is, but
/// answers with the machine's secrets.
const CLOSED_V4: &[Ipv4Net] = &[
    v4([0, 0, 0, 0], 8),        // this network, 0.0.0.0 among it
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // behind a carrier's NAT (RFC 6598); Alibaba's metadata
    v4([127, 0, 0, 0], 8),      // loopback
    v4([168, 63, 129, 16], 32), // Azure's wire server
    v4([169, 254, 0, 0], 16),   // link-local; most clouds' metadata
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocol assignments; Oracle's metadata
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 88, 99, 0], 24),   // 6to4 relays (RFC 7526)
    v4([192, 168, 0, 0], 16),   // private
    v4([198, 18, 0, 0], 15),    // benchmarks
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, broadcast
];

/// All of IPv6 that is given out for use (RFC 4291 §2.4). Outside it lie loopback, unspecified, link-local, ULA (with
/// Amazon's metadata), site-local, multicast, discard, and the IPv4-compatible, IPv4-mapped and NAT64 forms, in which a
/// closed IPv4 address could hide.
const GLOBAL_UNICAST_V6: Ipv6Net = v6([0x2000, 0], 3);

/// What is closed within it.
const CLOSED_V6: &[Ipv6Net] = &[
    v6([0x2001, 0], 23),     // protocol assignments: Teredo, ORCHID, benchmarks
    v6([0x2001, 0xdb8], 32), // documentation
    v6([0x2002, 0], 16),     // 6to4: an IPv4 address in disguise
    v6([0x3fff, 0], 20),     // documentation
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

/// By its first two groups: no network here needs more.
const fn v6([a, b]: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// Whether an address lies on the public Internet, so that a server reaches no more than its caller could (SEC-145).
///
/// Loopback, private, link-local, CGNAT, ULA, multicast, unspecified, reserved and documentation addresses do not, nor
/// does anything that carries an IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo), nor the
/// addresses where clouds answer with a machine's credentials.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_UNICAST_V6.contains(&address) && !CLOSED_V6.iter().any(|net| net.contains(&address))
        }
    }
}
