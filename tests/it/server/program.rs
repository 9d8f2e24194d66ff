//! The program as tests start it.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output};
use std::time::Duration;

/// The program in a folder of its own, with an address that is free.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    pub(crate) address: SocketAddr,
    environment: Vec<(&'static str, String)>,
}

/// A server that ends with its test.
pub(crate) struct Serving(pub(super) Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    pub(crate) fn new() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            address,
            environment: Vec::new(),
        }
    }

    /// Sets an environment variable.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.environment.push((name, value));
        self
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("SIGNET_SERVER__LISTEN", self.address.to_string())
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Serves, and returns when it is ready.
    pub(crate) fn serve(&self) -> Serving {
        let log = std::fs::File::create(self.path().join("log")).unwrap();
        let child = self.command(&["serve"]).stderr(log).spawn().unwrap();
        let serving = Serving(child);
        for _ in 0..200 {
            if self.run(&["health"]).status.success() {
                return serving;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("not ready within ten seconds");
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What the server has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.path().join("log")).unwrap()
    }
}

impl Serving {
    pub(crate) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}
