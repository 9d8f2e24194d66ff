//! Clients and their secrets.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::id::{AccountId, ClientId, KeyId};
use crate::base::{Digest, Timestamp};
use crate::model::Client;
use crate::model::client::StoredSecret;

/// A secret's form in the database.
#[derive(Serialize, Deserialize)]
struct SecretColumn {
    sha256: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

/// Of a client's settings, the origins alone.
#[derive(Deserialize)]
struct Origins {
    allowed_origins: Vec<String>,
}

impl FromRow for Client {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let secrets: Vec<SecretColumn> = row.json("secrets")?;
        Ok(Self {
            account_id: row.parse("account_id")?,
            client_id: row.parse("client_id")?,
            enabled: row.get("enabled")?,
            platform: row.get("platform")?,
            settings: row.json("settings")?,
            secrets: secrets.iter().map(from_column).collect::<Result<_>>()?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

fn from_column(column: &SecretColumn) -> Result<StoredSecret> {
    use base64::Engine as _;
    let digest = base64::engine::general_purpose::STANDARD
        .decode(&column.sha256)
        .ok()
        .and_then(|bytes| Digest::from_stored(&bytes))
        .ok_or_else(|| Error::Corrupt("secrets: not a digest".to_owned()))?;
    Ok(StoredSecret {
        digest,
        created_at: column.created_at,
        expires_at: column.expires_at,
    })
}

fn to_column(secrets: &[StoredSecret]) -> Result<String> {
    use base64::Engine as _;
    let columns: Vec<SecretColumn> = secrets
        .iter()
        .map(|secret| SecretColumn {
            sha256: base64::engine::general_purpose::STANDARD.encode(secret.digest.as_bytes()),
            created_at: secret.created_at,
            expires_at: secret.expires_at,
        })
        .collect();
    super::to_json(&columns)
}

/// The client of that id in that account.
pub async fn find(db: &Db, account: &AccountId, client: &ClientId) -> Result<Option<Client>> {
    sql(
        "SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND client_id = $2",
    )
    .bind(account)
    .bind(client)
    .fetch_optional(db)
    .await
}

/// The messaging platform's enabled clients of an account, for requests that name none.
pub async fn list_platform(db: &Db, account: &AccountId) -> Result<Vec<Client>> {
    sql(
        "SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND platform AND enabled ORDER BY client_id LIMIT 100",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// The brand's own enabled clients at which others may begin a login (OpenID Connect Core §4); a hundred at the most.
/// Settings are stored by us, so that their text is known.
pub async fn list_first_party_begun(db: &Db, account: &AccountId) -> Result<Vec<Client>> {
    sql(
        r#"SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND enabled
           AND settings LIKE '%"first_party":true%' AND settings LIKE '%"initiate_login_uri":"%'
         ORDER BY client_id LIMIT 100"#,
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// The origins that enabled clients of an account registered. Settings are stored by us, so that their text is known.
pub async fn list_allowed_origins(db: &Db, account: &AccountId) -> Result<Vec<String>> {
    let settings: Vec<String> = sql(r#"SELECT settings FROM clients
         WHERE account_id = $1 AND enabled AND settings LIKE '%"allowed_origins":["%' ORDER BY client_id LIMIT 1000"#)
    .bind(account)
    .fetch_all(db)
    .await?;
    let mut origins = Vec::with_capacity(settings.len());
    for text in settings {
        let registered: Origins =
            serde_json::from_str(&text).map_err(|error| Error::Corrupt(format!("settings: {error}")))?;
        origins.extend(registered.allowed_origins);
    }
    Ok(origins)
}

/// A client that registered where or how it reads the JWK set.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// The client.
    pub client_id: ClientId,
    /// Where it reads from; anywhere where none is named.
    pub addresses: Vec<IpNet>,
    /// How what it calls itself begins; anything where none is named.
    pub user_agents: Vec<String>,
}

/// The enabled clients of an account that registered where or how they read the JWK set.
pub async fn list_jwks_readers(db: &Db, account: &AccountId) -> Result<Vec<Verifier>> {
    let clients: Vec<Client> = sql(
        r#"SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND enabled
           AND (settings LIKE '%"jwks_reader_addresses":["%' OR settings LIKE '%"jwks_reader_user_agents":["%')
         ORDER BY client_id LIMIT 1000"#,
    )
    .bind(account)
    .fetch_all(db)
    .await?;
    Ok(clients
        .into_iter()
        .map(|client| Verifier {
            client_id: client.client_id,
            addresses: client.settings.jwks_reader_addresses,
            user_agents: client.settings.jwks_reader_user_agents,
        })
        .collect())
}

/// The clients that hold on to a key.
pub async fn list_holding(db: &Db, account: &AccountId, kid: &KeyId) -> Result<Vec<Client>> {
    sql(
        r#"SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND settings LIKE '%"pasted_key":"' || $2 || '"%'
         ORDER BY client_id LIMIT 1000"#,
    )
    .bind(account)
    .bind(kid)
    .fetch_all(db)
    .await
}

/// A page of clients after `after`.
pub async fn list(db: &Db, account: &AccountId, after: Option<&ClientId>, limit: i64) -> Result<Vec<Client>> {
    sql(
        "SELECT account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at
         FROM clients WHERE account_id = $1 AND client_id > $2 ORDER BY client_id LIMIT $3",
    )
    .bind(account)
    .bind(after.map_or("", ClientId::as_str))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A new client. [`Error::Taken`] where the account has one of that id.
pub async fn insert(tx: &mut Tx<'_>, client: &Client) -> Result<()> {
    sql("INSERT INTO clients (account_id, client_id, enabled, platform, settings, secrets, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(&client.account_id)
        .bind(&client.client_id)
        .bind(client.enabled)
        .bind(client.platform)
        .bind(super::to_json(&client.settings)?)
        .bind(to_column(&client.secrets)?)
        .bind(client.created_at)
        .bind(client.updated_at)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Writes all but the id, unless somebody changed the client since `former`, its last change when it was read; how
/// many clients it met.
pub async fn update(tx: &mut Tx<'_>, client: &Client, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE clients SET enabled = $3, platform = $4, settings = $5, secrets = $6, updated_at = $7
         WHERE account_id = $1 AND client_id = $2 AND updated_at = $8",
    )
    .bind(&client.account_id)
    .bind(&client.client_id)
    .bind(client.enabled)
    .bind(client.platform)
    .bind(super::to_json(&client.settings)?)
    .bind(to_column(&client.secrets)?)
    .bind(client.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Holds a row as it was read until the transaction ends: nobody changes it meanwhile. None where its last change is another
/// one; how many it met.
pub async fn hold(tx: &mut Tx<'_>, account: &AccountId, client: &ClientId, read: Timestamp) -> Result<u64> {
    sql("UPDATE clients SET updated_at = updated_at WHERE account_id = $1 AND client_id = $2 AND updated_at = $3")
        .bind(account)
        .bind(client)
        .bind(read)
        .execute_in(tx)
        .await
}

/// Removes a client and takes back its tokens and grants; how many clients it met.
pub async fn delete(tx: &mut Tx<'_>, account: &AccountId, client: &ClientId, now: Timestamp) -> Result<u64> {
    sql("UPDATE tokens SET revoked_at = $3 WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL")
        .bind(account)
        .bind(client)
        .bind(now)
        .execute_in(tx)
        .await?;
    sql("UPDATE grants SET revoked_at = $3 WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL")
        .bind(account)
        .bind(client)
        .bind(now)
        .execute_in(tx)
        .await?;
    sql("DELETE FROM client_hmac_secrets WHERE account_id = $1 AND client_id = $2")
        .bind(account)
        .bind(client)
        .execute_in(tx)
        .await?;
    sql("DELETE FROM clients WHERE account_id = $1 AND client_id = $2")
        .bind(account)
        .bind(client)
        .execute_in(tx)
        .await
}
