//! A server as a process of its own, on the core that is kept for it, and what the system says about it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::clock;

/// The core of the servers, for `taskset`.
pub(crate) const SERVER_CORE: &str = "0";
/// What both contestants answer with 200 as soon as they can be asked.
const READY: &str = "/health/ready";
/// A server that isn't ready by then never will be.
const PATIENCE: Duration = Duration::from_secs(30);
/// Linux tells processor time in hundredths of a second, on every architecture that Rust knows.
const TICK: Duration = Duration::from_millis(10);

/// How to start a server.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) folder: PathBuf,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
    /// Takes what it writes.
    pub(crate) log: PathBuf,
    pub(crate) port: u16,
}

/// A server that runs, until this value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// From the start of the process to the first good answer.
    pub(crate) ready_after: Duration,
}

/// Resident memory.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Memory {
    /// Now, in KiB.
    pub(crate) resident: u64,
    /// What of it lies in files: the program itself, and the libraries that it uses.
    pub(crate) file: u64,
    /// The most so far, in KiB.
    pub(crate) peak: u64,
}

impl Launch {
    /// Starts it on its core, and waits until it is ready.
    pub(crate) fn start(&self) -> Result<Server> {
        let log = File::create(&self.log)?;
        let begin = clock::now();
        let child = Command::new("taskset")
            .args(["-c", SERVER_CORE])
            .arg(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let mut server = Server {
            child,
            ready_after: Duration::ZERO,
        };
        while !is_ready(self.port) {
            if server.child.try_wait()?.is_some() {
                bail!("{} ended: {}", self.program.display(), self.last_words());
            }
            if clock::since(begin) > PATIENCE {
                bail!("{} isn't ready: {}", self.program.display(), self.last_words());
            }
            sleep(Duration::from_millis(1));
        }
        server.ready_after = clock::since(begin);
        Ok(server)
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let mut lines: Vec<&str> = log.lines().rev().take(8).collect();
        lines.reverse();
        lines.join("\n")
    }
}

impl Server {
    /// What `/proc` says of its memory.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = |name: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse().ok())
                .with_context(|| format!("no {name} in the process's status"))
        };
        Ok(Memory {
            resident: kib("VmRSS:")?,
            file: kib("RssFile:")?,
            peak: kib("VmHWM:")?,
        })
    }

    /// The process that `taskset` became; it is ours, and nothing of it is needed any more.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Processor time that it has used so far, of user and system.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        processor_time(&self.child.id().to_string())
    }
}

/// Processor time that a process has used so far, of user and system; `self` is this one.
pub(crate) fn processor_time(process: &str) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program, in parentheses, may contain anything; fields 14 and 15 count from before it.
    let (_, rest) = stat.rsplit_once(") ").context("an unknown form of stat")?;
    let ticks: u32 = rest
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    Ok(TICK * ticks)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(100))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(
            stream,
            "GET {READY} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n"
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
