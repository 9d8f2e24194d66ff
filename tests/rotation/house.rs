//! A folder with settings and a sealing key, a database, and any number of nodes on it.

use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

/// Where a consumer is sent back to.
pub(crate) const CALLBACK: &str = "https://shop.example/callback";

pub(crate) struct House {
    folder: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
    /// Where each node listens.
    pub(crate) addresses: Vec<SocketAddr>,
}

/// One process, which ends with its test.
pub(crate) struct Node {
    address: SocketAddr,
    child: Mutex<Option<Child>>,
}

impl House {
    /// A house with `nodes` nodes, which share an address that browsers see.
    pub(crate) fn new(database: &str, nodes: usize, settings: &[(&'static str, &str)]) -> Self {
        // All are bound before the first is let go: no port comes twice.
        let ports: Vec<TcpListener> = (0..nodes)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let addresses: Vec<SocketAddr> = ports.iter().map(|port| port.local_addr().unwrap()).collect();
        let mut environment = vec![
            ("SIGNET_DATABASE__URL", database.to_owned()),
            (
                "SIGNET_SERVER__PUBLIC_URL",
                format!("http://localhost:{}", addresses[0].port()),
            ),
            ("SIGNET_LIMITS__PER_MINUTE__AUTHORIZE", "0".to_owned()),
            ("SIGNET_LOG__FORMAT", "json".to_owned()),
        ];
        environment.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment,
            addresses,
        }
    }

    /// The account, a shop that asks for id_tokens and codes, and a consumer, whose password is returned.
    pub(crate) fn furnish(&self) -> String {
        self.text(&["account", "create", "--name", "Acme Shop"]);
        let shop = "client create --public --id shop --first-party --response-type code --response-type id_token --redirect-uri";
        let words: Vec<&str> = shop.split(' ').chain([CALLBACK]).collect();
        self.text(&words);
        let ana = self.text(&[
            "consumer",
            "create",
            "--username",
            "ana",
            "--generate-password",
            "--json",
        ]);
        document(&ana)["password"].as_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signet"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(std::process::Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What is printed for people.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Begins a command, whose end is waited for later.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let piped = std::process::Stdio::piped;
        self.command(arguments)
            .stdout(piped())
            .stderr(piped())
            .spawn()
            .unwrap()
    }

    /// Starts a node, and returns when it is ready.
    pub(crate) fn start(&self, index: usize) -> Node {
        let node = Node {
            address: self.addresses[index],
            child: Mutex::new(None),
        };
        self.start_again(&node);
        node
    }

    /// The same again.
    pub(crate) fn start_again(&self, node: &Node) {
        let mut options = OpenOptions::new();
        let log: File = options.create(true).append(true).open(self.log_file()).unwrap();
        let listen = node.address.to_string();
        let mut command = self.command(&["serve", "--listen", &listen]);
        *node.child.lock().unwrap() = Some(command.stderr(log).spawn().unwrap());
        for _ in 0..600 {
            let asked = self
                .command(&["health"])
                .env("SIGNET_SERVER__LISTEN", &listen)
                .output()
                .unwrap();
            if asked.status.success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("not ready within thirty seconds: {}", self.log());
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn log_file(&self) -> PathBuf {
        self.path().join("log")
    }

    /// What all nodes have logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap()
    }

    /// The address that browsers see, as a `Host` field has it.
    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.addresses[0].port())
    }
}

impl Node {
    /// Kills it as a power cut does, and waits until it is gone.
    pub(crate) fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a command that was begun has printed, and its status.
pub(crate) fn ended(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// A document that a command printed.
pub(crate) fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

impl House {
    /// The database's URL, as it is reached from elsewhere than the folder.
    pub(crate) fn database(&self, url: &str) -> String {
        match url.strip_prefix("sqlite://") {
            Some(path) => format!("sqlite://{}", self.path().join(path).display()),
            None => url.to_owned(),
        }
    }
}

/// Calls by plain HTTP, and follows nothing.
pub(crate) fn client(name: &str) -> reqwest::Client {
    // Fails where another test was first.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy().user_agent(name);
    builder
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}
