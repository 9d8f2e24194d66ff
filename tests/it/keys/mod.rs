//! The sealing key: from where it comes, what stops a start, how it is changed.

mod change;
mod process;
mod servers;
mod start;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signet::base::Entropy;
use signet::base::id::{AccountId, ConnectorId};
use signet::config::{Keys, SealSources, Settings};
use signet::context::Services;
use signet::directory::connector::{self, Draft};
use signet::directory::sealing_key::{self, Change, Changed, Wish};
use signet::directory::{self, By};
use signet::keys::{Place, Sealer, SealingKeyError, open_sealer};
use signet::model::connector::ConnectorKind;
use signet::model::{Sealed, SealingKeyId};
use signet::store::sealed::{SEALED, SealedRow};
use signet::store::{self, Db, sealing_checks};

use crate::support::seed::noon;

/// A folder of keys.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a server is told whose keys lie here.
    fn keys(&self) -> Keys {
        Keys {
            dir: self.0.path().to_path_buf(),
            ..Keys::default()
        }
    }

    fn sources(&self) -> SealSources {
        self.keys().seal_sources()
    }

    /// A key in a file, readable by its owner alone.
    fn write(&self, name: &str, key: [u8; 32]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, format!("{}\n", STANDARD.encode(key))).unwrap();
        mode(&path, 0o600);
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of what lies here.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

async fn open(sources: SealSources, db: &Db) -> Result<Sealer, SealingKeyError> {
    open_sealer(sources, db, &noon(), &Entropy::default()).await
}

/// What a command opens whose settings say this of the keys.
async fn services(db: &Db, keys: Keys) -> Services {
    let settings = Settings {
        keys,
        ..Settings::default()
    };
    let sealer = open(settings.keys.seal_sources(), db).await.unwrap();
    Services::new(db.clone(), noon(), Entropy::default(), settings, sealer)
}

/// Changes the sealing key, and returns how it ended with every step that was taken.
async fn change(services: &Services) -> directory::Result<Changed> {
    sealing_key::change(services, &By::command(), Wish::default(), |_| {}).await
}

/// A change that is killed as soon as it has told of its `last` step; tells whether it came so far.
async fn killed_after(db: &Db, keys: Keys, last: usize) -> bool {
    let services = services(db, keys).await;
    let killed = tokio::spawn(async move {
        let mut steps = 0;
        let tell = |_: Change| {
            steps += 1;
            assert!(steps < last, "killed");
        };
        sealing_key::change(&services, &By::command(), Wish::default(), tell)
            .await
            .unwrap();
    });
    killed.await.is_err()
}

/// Every sealed value, with the key that it is under.
async fn values(db: &Db) -> Vec<(String, SealedRow)> {
    let mut all = Vec::new();
    for column in SEALED {
        // Nothing is under a key that nobody has.
        let nobody = SealingKeyId::from_bytes(&[0; 4]).unwrap();
        let mut last = None;
        loop {
            let rows = column.list(db, nobody, last.as_ref()).await.unwrap();
            let Some(end) = rows.last() else { break };
            last = Some(end.clone());
            all.extend(rows.into_iter().map(|row| (column.name(), row)));
        }
    }
    all
}

/// Everything is under this key, and opens.
async fn all_under(db: &Db, sealer: &Sealer) {
    let all = values(db).await;
    assert!(all.len() > 1);
    for (name, row) in &all {
        let (table, column) = name.split_once('.').unwrap();
        let place = Place {
            table,
            column,
            row: &row.row,
            account: row.account.as_ref(),
        };
        assert_eq!(row.sealed.key_id(), Some(sealer.id()), "{name} {}", row.row);
        assert!(sealer.open(&place, &row.sealed).is_ok(), "{name} {}", row.row);
    }
    let known = sealing_checks::list(db).await.unwrap();
    assert_eq!(
        known.iter().map(|check| check.key_id).collect::<Vec<_>>(),
        [sealer.id()]
    );
}

/// So many more values, where no account is needed.
async fn many_values(db: &Db, sealer: &Sealer, number: usize) {
    let sealed: Vec<(String, Sealed)> = (0..number)
        .map(|one| {
            let name = format!("s{one:04}");
            let place = Place {
                table: "server_secrets",
                column: "secret",
                row: &name,
                account: None,
            };
            let sealed = sealer.seal(&place, name.as_bytes()).unwrap();
            (name, sealed)
        })
        .collect();
    db.transaction(move |tx| {
        Box::pin(async move {
            for (name, sealed) in sealed {
                store::server_secrets::insert(tx, &name, sealed, noon().now()).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

/// A connector with a sealed secret.
async fn connector(services: &Services, account: &AccountId, id: &str) -> directory::Result<()> {
    let configuration = serde_json::json!({
        "issuer": "https://idp.brand.example",
        "tokenEndpoint": "https://idp.brand.example/token",
        "clientId": "lp-messaging",
        "jwtValidationType": "JWKS_ENDPOINT",
        "jwksEndpoint": "https://idp.brand.example/jwks",
    });
    let draft = Draft {
        name: "brand-idp".to_owned(),
        kind: ConnectorKind::Code,
        enabled: true,
        configuration: serde_json::from_value(configuration).unwrap(),
        client_secret: Some(format!("secret of {id}").into()),
        ..Draft::default()
    };
    let id = ConnectorId::parse(id).unwrap();
    connector::create(services, &By::command(), account, Some(id), draft)
        .await
        .map(|_| ())
}

/// The secret of a connector, as the gateway has it.
async fn connector_secret(services: &Services, account: &AccountId, id: &str) -> Option<String> {
    let found = connector::find(services, account, &ConnectorId::parse(id).unwrap())
        .await
        .unwrap();
    let secret = connector::client_secret(services, &found).await?;
    Some(String::from_utf8(secret.to_vec()).unwrap())
}
