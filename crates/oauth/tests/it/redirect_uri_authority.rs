//! What stands between `//` and the path: where most tricks are played.

use oauth::{ApplicationType, RedirectUriRefusal as Refusal};

use crate::redirect_uri_registration::{assert_accepted, assert_refused};
use ApplicationType::{Native, Web};

#[test]
fn sec_065_user_information_is_refused() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::Userinfo,
            &[
                "https://user@client.example/cb",
                "https://user:password@client.example/cb",
                "https://@client.example/cb",
                "https://:@client.example/cb",
                "https://client.example@evil.example/cb",
                "https://client.example:443@evil.example/cb",
                "https://client.example%40@evil.example/cb",
            ],
        );
    }
}

#[test]
fn sec_065_a_host_is_written_in_one_way() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::Host,
            &[
                "https://Client.example/cb",
                "https://client.example./cb",
                "https://client..example/cb",
                "https://.client.example/cb",
                "https://client%2eexample/cb",
                "https://%63lient.example/cb",
                "https://client.example%2f.evil.example/cb",
                "https://client.example%40evil.example/cb",
                "https://xn--a/cb",
                "https://1.2.3.4.5/cb",
                "https://256.1.1.1/cb",
                "https://[::1/cb",
                "https://[::1%25eth0]/cb",
                "https://[client.example]/cb",
            ],
        );
    }
}

#[test]
fn sec_065_an_address_is_written_in_its_canonical_form() {
    for application_type in ApplicationType::ALL {
        assert_refused(
            application_type,
            Refusal::AddressForm,
            &[
                "https://0x7f.1/cb",
                "https://0x7f000001/cb",
                "https://2130706433/cb",
                "https://017700000001/cb",
                "https://0177.0.0.1/cb",
                "https://127.1/cb",
                "https://127.0.1/cb",
                "https://127.0.0.01/cb",
                "https://127.0.0.1./cb",
                "https://127.0.0.0x1/cb",
                "https://%31%32%37.0.0.1/cb",
                "https://0/cb",
                "https://0.0.0.0/cb",
                "https://[::]/cb",
                "https://[::ffff:127.0.0.1]/cb",
                "https://[::ffff:7f00:1]/cb",
                "https://[::127.0.0.1]/cb",
                "https://[0:0:0:0:0:0:0:1]/cb",
                "https://[2001:DB8::1]/cb",
                "https://[2001:db8:0:0::1]/cb",
            ],
        );
    }
}

#[test]
fn a_port_is_a_number() {
    assert_refused(
        Web,
        Refusal::Port,
        &[
            "https://client.example:/cb",
            "https://client.example:0/cb",
            "https://client.example:0443/cb",
            "https://client.example:65536/cb",
            "https://client.example:https/cb",
            "https://client.example:80:80/cb",
            "https://client.example:%34/cb",
            "https://[::1]evil.example/cb",
        ],
    );
}

#[test]
fn sec_065_the_servers_own_origin_is_refused() {
    assert_refused(
        Web,
        Refusal::OwnOrigin,
        &[
            "https://server.example/cb",
            "https://server.example",
            "https://server.example:443/a/brand/authorize",
        ],
    );
    assert_refused(Native, Refusal::OwnOrigin, &["http://localhost:8080/cb"]);
    assert_accepted(
        Web,
        &["https://server.example:8443/cb", "https://sub.server.example/cb"],
    );
    assert_accepted(Native, &["http://localhost:8081/cb"]);
}

#[test]
fn an_apps_own_authority_must_be_one_that_a_browser_can_read() {
    assert_refused(
        Native,
        Refusal::Host,
        &["com.example.app://host:port/cb", "z2r.r://z:TT"],
    );
    assert_accepted(
        Native,
        &["com.example.app://host/cb", "com.example.app://host:8080/cb"],
    );
}
