use super::{Measurement, middle, percentile};

fn round(per_second: f64, errors: u64) -> Measurement {
    Measurement {
        per_second,
        p50_ms: 1.0,
        p99_ms: 2.0,
        errors,
        first_error: (errors > 0).then(|| "no".to_owned()),
        server_us: 3.0,
        server_busy: 1.0,
    }
}

#[test]
fn percentiles_are_values_that_occurred() {
    let sorted: Vec<u32> = (1..=200).map(|n| n * 1000).collect();
    assert!((percentile(&sorted, 50) - 100.0).abs() < 1e-9);
    assert!((percentile(&sorted, 99) - 198.0).abs() < 1e-9);
    assert!((percentile(&[7000], 99) - 7.0).abs() < 1e-9);
}

#[test]
fn the_middle_round_keeps_the_errors_of_all() {
    let middle = middle(vec![round(300.0, 0), round(100.0, 2), round(200.0, 1)]).expect("three rounds");
    assert!((middle.per_second - 200.0).abs() < 1e-9);
    assert_eq!((middle.errors, middle.first_error.as_deref()), (3, Some("no")));
}
