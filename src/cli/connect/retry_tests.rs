use std::cell::RefCell;
use std::time::Duration;

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::caller::retry_after;
use super::retry::{Ended, Kind, pause, until_final};

fn answered(status: u16) -> Ended {
    Ended::Answered {
        status: StatusCode::from_u16(status).unwrap_or_default(),
        is_final: false,
        retry_after: None,
    }
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_fault_of_theirs_is_tried_after_5_10_and_15_seconds_and_then_after_2_4_and_8_minutes() {
    let pauses: Vec<_> = (1..=7)
        .map(|made| pause(Kind::Repeatable, answered(503), made))
        .collect();
    let slow = [120, 240, 480].map(|it| Some(seconds(it)));
    let quick = [5, 10, 15].map(|it| Some(seconds(it)));
    assert_eq!(pauses, [&quick[..], &slow[..], &[None]].concat());
    // Where nobody answers at all, the address may be wrong.
    let nowhere: Vec<_> = (1..=4)
        .map(|made| pause(Kind::Repeatable, Ended::Nowhere, made))
        .collect();
    assert_eq!(nowhere, [&quick[..], &[None]].concat());
}

#[tokio::test]
async fn a_call_ends_with_the_first_answer_that_is_final() {
    for (answers, waited, last) in [
        (vec![200], vec![], 200),
        (vec![503, 500, 404], vec![5, 10], 404),
        (vec![503, 503, 503, 503, 503, 200], vec![5, 10, 15, 120, 240], 200),
        (vec![503; 8], vec![5, 10, 15, 120, 240, 480], 503),
    ] {
        let (left, waits) = (RefCell::new(answers.into_iter()), RefCell::new(Vec::new()));
        let call = async || {
            let status = left.borrow_mut().next().unwrap();
            (answered(status), status)
        };
        let wait = async |_, pause: Duration| waits.borrow_mut().push(pause.as_secs());
        assert_eq!(until_final(Kind::Repeatable, call, wait).await, last);
        assert_eq!(waits.into_inner(), waited);
    }
}

#[test]
fn a_fault_of_ours_is_not_tried_again() {
    for status in [400, 401, 403, 404, 409, 451] {
        for kind in [Kind::Repeatable, Kind::Login, Kind::Once] {
            assert_eq!(pause(kind, answered(status), 1), None, "{status} {kind:?}");
        }
    }
}

#[test]
fn f_33_a_login_waits_at_least_five_seconds() {
    assert_eq!(pause(Kind::Login, answered(429), 1), Some(seconds(5)));
    assert_eq!(pause(Kind::Repeatable, answered(429), 1), Some(seconds(1)));
    let asked = Ended::Answered {
        status: StatusCode::TOO_MANY_REQUESTS,
        is_final: false,
        retry_after: Some(Duration::from_secs(30)),
    };
    assert_eq!(pause(Kind::Login, asked, 1), Some(seconds(30)));
}

#[test]
fn what_makes_something_or_uses_a_code_up_is_sent_once() {
    for ended in [answered(500), answered(503), Ended::Nowhere] {
        assert_eq!(pause(Kind::Once, ended, 1), None);
        assert_eq!(pause(Kind::Login, ended, 1), None);
    }
    assert_eq!(pause(Kind::Once, answered(429), 1), Some(seconds(1)));
}

#[test]
fn a_body_with_an_internal_error_code_is_final() {
    for status in [
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::TOO_MANY_REQUESTS,
    ] {
        let ended = Ended::Answered {
            status,
            is_final: true,
            retry_after: Some(seconds(1)),
        };
        for kind in [Kind::Repeatable, Kind::Login, Kind::Once] {
            assert_eq!(pause(kind, ended, 1), None, "{status} {kind:?}");
        }
    }
}

#[test]
fn how_long_a_platform_asks_to_be_left_alone_is_seconds_or_a_time() {
    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (asked, now, waits) in [
        ("7", None, Some(7)),
        (" 7 ", Some(NOW), Some(7)),
        ("Sun, 06 Nov 1994 08:51:37 GMT", Some(NOW), Some(120)),
        // What is over asks for nothing.
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(NOW), Some(0)),
        ("Sun, 06 Nov 1994 08:51:37 GMT", None, None),
        ("-7", Some(NOW), None),
        ("soon", Some(NOW), None),
        ("", Some(NOW), None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(asked));
        headers.extend(now.map(|now| (DATE, HeaderValue::from_static(now))));
        assert_eq!(retry_after(&headers), waits.map(seconds), "{asked}");
    }
    assert_eq!(retry_after(&HeaderMap::new()), None);
}
