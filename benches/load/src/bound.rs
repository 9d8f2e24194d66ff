//! What bounds every flow that signs: RS256 signatures of one core, with the engine and the code that Signet signs with.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jose::{Algorithm, PrivateKey, RsaBits, Signer, Typ};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock;
use crate::load::as_f64;
use crate::process::{SERVER_CORE, processor_time};

/// How fast one core signs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Bound {
    /// Signatures a second.
    pub(crate) per_second: f64,
    /// Processor time of each, in microseconds: what it takes on a machine that has more to do, too.
    pub(crate) processor_us: f64,
}

/// Signs for so long, on whatever core this process may use.
pub(crate) fn sign_for(span: Duration) -> Result<Bound> {
    let signer = Signer::new(PrivateKey::generate(Algorithm::RS256, RsaBits::Rsa2048)?);
    let claims = json!({
        "iss": "http://localhost:8080", "sub": "f81d4fae7dec11d0a76500a0c91e6bf6", "aud": "platform",
        "iat": 1_800_000_000, "exp": 1_800_003_600, "auth_time": 1_800_000_000, "nonce": "n-0S6_WzA2Mj",
        "name": "Ana Ejemplo", "email": "ana@example.test", "email_verified": true,
        "lp_sdes": [{"type": "ctmrinfo", "info": {"customerId": "c-7f3a9d", "ctype": "gold", "balance": 12.5}}],
    })
    .to_string();
    // The first ones make tables and warm the caches.
    for _ in 0..64 {
        signer.sign(Typ::Jwt, claims.as_bytes())?;
    }
    let (begin, used) = (clock::now(), processor_time("self")?);
    let mut count = 0;
    loop {
        for _ in 0..16 {
            std::hint::black_box(signer.sign(Typ::Jwt, std::hint::black_box(claims.as_bytes()))?);
        }
        count += 16;
        let elapsed = clock::since(begin);
        if elapsed >= span {
            let used = processor_time("self")?.saturating_sub(used);
            return Ok(Bound {
                per_second: as_f64(count) / elapsed.as_secs_f64(),
                processor_us: used.as_secs_f64() * 1e6 / as_f64(count),
            });
        }
    }
}

/// How fast the server's core signs: while the other core rests, and while it signs too.
pub(crate) fn measure(program: &Path, span: Duration) -> Result<(Bound, Bound)> {
    let rested = finish(start(program, SERVER_CORE, span)?)?;
    let loaded = start(program, SERVER_CORE, span)?;
    sign_for(span)?;
    Ok((rested, finish(loaded)?))
}

fn start(program: &Path, core: &str, span: Duration) -> Result<Child> {
    Command::new("taskset")
        .args(["-c", core])
        .arg(program)
        .args(["--only-bound", "--seconds"])
        .arg(span.as_secs_f64().to_string())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start taskset (package util-linux)")
}

fn finish(child: Child) -> Result<Bound> {
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "measuring the bound failed");
    serde_json::from_slice(&output.stdout).context("measuring the bound printed no JSON")
}
