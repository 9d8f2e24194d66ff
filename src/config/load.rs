use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::node::{Node, Origin, Value};
use super::read::{Fault, read};
use super::{Error, Key, Problem, PublicUrl, Settings, environment, file, schema};

/// The file that is read where no other is named, and may be missing.
const DEFAULT_FILE: &str = "signet.toml";

/// Where settings come from, besides their defaults.
#[derive(Clone, Default)]
pub struct Sources {
    file: Option<PathBuf>,
    environment: Vec<(String, Zeroizing<String>)>,
    flags: Vec<(&'static str, &'static str, String)>,
}

/// Names alone: values may be secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(&self.file)
            .entries(self.environment.iter().map(|(name, _)| name))
            .entries(self.flags.iter().map(|(_, flag, _)| flag))
            .finish()
    }
}

impl Sources {
    /// Nothing but `file`, if there is one.
    pub fn file(file: Option<PathBuf>) -> Self {
        Self {
            file,
            ..Self::default()
        }
    }

    /// `--config FILE`, or `signet.toml` if it is there; and this process's environment.
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let file = file.or_else(|| {
            Path::new(DEFAULT_FILE)
                .exists()
                .then(|| PathBuf::from(DEFAULT_FILE))
        });
        Self::of_process_and_file(file)
    }

    /// `--config FILE` and this process's environment; a `signet.toml` that happens to lie here is left alone.
    pub fn of_process_and_file(file: Option<PathBuf>) -> Self {
        Self {
            environment: environment::of_process(),
            ..Self::file(file)
        }
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned().into()));
        self
    }

    /// Adds a flag that sets `key`. Never for a secret: a command line can be read by everybody (SEC-164).
    #[must_use]
    pub fn flag(mut self, key: &'static str, flag: &'static str, value: Option<String>) -> Self {
        self.flags.extend(value.map(|value| (key, flag, value)));
        self
    }
}

/// Settings, and where each comes from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    written: Node,
}

impl Loaded {
    /// Where the setting at a dotted key comes from.
    pub fn origin(&self, key: &str) -> Origin {
        self.written
            .get(key)
            .map_or(Origin::Default, |node| node.origin.clone())
    }
}

/// Reads all layers, and checks what they say.
pub fn load(sources: &Sources) -> Result<Loaded, Error> {
    let mut written = Node::empty();
    if let Some(path) = &sources.file {
        let missing = || Error::Read(path.clone(), std::io::ErrorKind::NotFound.into());
        written.overlay(from_files(file::read(path)?.ok_or_else(missing)?)?);
    }
    let (layer, mut problems) = environment::layer(&sources.environment);
    written.overlay(from_files(layer)?);
    for (key, flag, value) in &sources.flags {
        let origin = Origin::Flag((*flag).to_owned());
        written.set(
            key,
            Node {
                origin,
                value: Value::Bare(value.clone().into()),
            },
        );
    }

    let mut settings = read::<Settings>(&written).unwrap_or_else(|fault| {
        problems.extend(explain(&written, &fault));
        Settings::default()
    });
    if problems.is_empty() {
        follow_listen(&written, &mut settings);
        problems.extend(complaints(&written, &settings));
    }
    if problems.is_empty() {
        Ok(Loaded { settings, written })
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Puts what a `…_file` key names in the place of the key itself; both in one layer contradict each other.
fn from_files(mut layer: Node) -> Result<Node, Error> {
    for key in ["database.url", "mail.smtp"] {
        let named = format!("{key}_file");
        let Some(Node {
            origin,
            value: Value::Text(path) | Value::Bare(path),
        }) = layer.get(&named).cloned()
        else {
            continue;
        };
        if layer.get(key).is_some() {
            return Err(Error::Invalid(vec![Problem {
                key: named,
                origin,
                found: None,
                allowed: format!("either this or {key}, not both"),
                hint: None,
            }]));
        }
        let path = PathBuf::from(path.as_str());
        let text = std::fs::read_to_string(&path).map_err(|error| Error::Read(path.clone(), error))?;
        let text = Zeroizing::new(text);
        let origin = Origin::File(std::sync::Arc::new(path), 0);
        layer.set(
            key,
            Node {
                origin,
                value: Value::Text(text.trim().to_owned().into()),
            },
        );
    }
    Ok(layer)
}

/// What is wrong with what was written: the fault that stopped the reading, and all keys that nobody knows.
fn explain(written: &Node, fault: &Fault) -> Vec<Problem> {
    let keys = schema::keys();
    let mut problems = Vec::new();
    unknown(written, "", &keys, &mut problems);
    if let Some(allowed) = &fault.allowed {
        problems.push(problem(written, &fault.key(), allowed.clone(), &keys));
    }
    problems
}

fn unknown(node: &Node, prefix: &str, keys: &[Key], problems: &mut Vec<Problem>) {
    let Value::Table(table) = &node.value else {
        return;
    };
    for (name, node) in table {
        let name = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        let section = format!("{name}.");
        if keys.iter().any(|key| key.name.starts_with(&section)) {
            unknown(node, &name, keys, problems);
        } else if !keys.iter().any(|key| key.name == name) {
            problems.push(Problem {
                hint: schema::nearest(&name, keys),
                key: name,
                origin: node.origin.clone(),
                found: None,
                allowed: "no such key is known".to_owned(),
            });
        }
    }
}

/// The sections' complaints, each with where the value was set and what it is.
fn complaints(written: &Node, settings: &Settings) -> Vec<Problem> {
    let complaints = settings.complaints().0;
    if complaints.is_empty() {
        return Vec::new();
    }
    let keys = schema::keys();
    complaints
        .into_iter()
        .map(|(key, allowed)| problem(written, key, allowed, &keys))
        .collect()
}

fn problem(written: &Node, key: &str, allowed: String, keys: &[Key]) -> Problem {
    let node = written.get(key);
    let known = keys.iter().find(|known| known.name == key);
    let secret = known.is_some_and(|known| known.secret);
    let default = || {
        known
            .map(|known| known.default.to_string())
            .filter(|text| text != "null")
    };
    Problem {
        key: key.to_owned(),
        origin: node.map_or(Origin::Default, |node| node.origin.clone()),
        found: node.map(Node::found).or_else(default).filter(|_| !secret),
        allowed,
        hint: None,
    }
}

/// A public URL that nobody set is where a browser on this machine finds the server.
fn follow_listen(written: &Node, settings: &mut Settings) {
    let server = &mut settings.server;
    let port = server
        .listen
        .addresses()
        .first()
        .map_or(0, std::net::SocketAddr::port);
    if written.get("server.public_url").is_none() && port != 0 && server.tls.files().is_none() {
        server.public_url = PublicUrl::localhost(port);
    }
}
