//! A program that prints the sealing key: from a token, a key management service, or whatever else keeps one.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::SealingKeyError;
use super::sealing_source::LONGEST;

/// How long it may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How much is read of what it says on standard error.
const TOLD: u64 = 500;

/// How a program ended.
struct Ended {
    status: ExitStatus,
    out: Zeroizing<Vec<u8>>,
    err: Vec<u8>,
}

/// Runs a program, without a shell, and returns what it prints. That is never shown; what it says on standard error is,
/// where it fails.
pub(super) async fn run(parts: &[String], patience: Duration) -> Result<Zeroizing<String>, SealingKeyError> {
    let (program, arguments) = parts.split_first().ok_or_else(|| failed("", "there is none"))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A group of its own, so that what it started ends with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command
        .spawn()
        .map_err(|error| failed(program, &format!("can't be started: {error}")))?;

    let group = child.id();
    let (answer, answered) = oneshot::channel();
    // Not the runtime's: whoever ends meanwhile need not wait for the program.
    std::thread::spawn(move || answer.send(gather(child)));
    let ended = match tokio::time::timeout(patience, answered).await {
        Ok(Ok(Ok(ended))) => ended,
        Ok(Ok(Err(error))) => return Err(failed(program, &error.to_string())),
        Ok(Err(_)) => return Err(failed(program, "can't be read")),
        Err(_) => {
            end(group);
            let seconds = patience.as_secs();
            return Err(failed(program, &format!("gave no answer within {seconds} s")));
        }
    };
    if ended.out.len() > LONGEST {
        return Err(failed(program, &format!("printed more than {LONGEST} bytes")));
    }
    if !ended.status.success() {
        let status = ended.status;
        return Err(failed(program, &format!("{status}{}", told(&ended.err))));
    }
    match std::str::from_utf8(&ended.out) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(failed(program, "printed what isn't text")),
    }
}

/// Reads what a program prints, and waits for its end.
fn gather(mut child: Child) -> io::Result<Ended> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let err = std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut err) = err {
            (&mut err).take(TOLD).read_to_end(&mut kept)?;
            io::copy(&mut err, &mut io::sink())?;
        }
        io::Result::Ok(kept)
    });
    // As large as it can become, so that no copy is left behind.
    let mut kept = Zeroizing::new(Vec::with_capacity(2 * LONGEST));
    if let Some(out) = out {
        out.take(LONGEST as u64 + 1).read_to_end(&mut kept)?;
    }
    Ok(Ended {
        status: child.wait()?,
        out: kept,
        err: err.join().unwrap_or_else(|_| Ok(Vec::new()))?,
    })
}

/// Ends a program and what it started.
fn end(group: u32) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(group).ok().and_then(rustix::process::Pid::from_raw) {
        // It may have ended just now.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

/// What it said, on one line.
fn told(err: &[u8]) -> String {
    let text = String::from_utf8_lossy(err);
    let words: Vec<&str> = text
        .split(|char: char| char.is_whitespace() || char.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(": {}", words.join(" "))
    }
}

fn failed(program: &str, what: &str) -> SealingKeyError {
    SealingKeyError::Command(format!("{program}: {what}"))
}

#[cfg(test)]
#[path = "sealing_command_tests.rs"]
mod tests;
