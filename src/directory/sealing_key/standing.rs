use crate::context::Services;
use crate::directory::Result;
use crate::model::{SealingKeyId, SealingKeyState};
use crate::store::sealed::{SEALED, SealedColumn};
use crate::store::sealing_checks;

/// The sealing keys that the database knows, and what is sealed under which.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The keys, the oldest first.
    pub keys: Vec<(SealingKeyId, SealingKeyState)>,
    /// The values.
    pub values: Vec<Values>,
}

/// Values of one kind under one key.
#[derive(Clone, Copy, Debug)]
pub struct Values {
    /// Their column.
    pub column: &'static SealedColumn,
    /// The key; none for what isn't of the form of sealed values.
    pub key: Option<SealingKeyId>,
    /// How many they are.
    pub number: i64,
}

/// Looks at all of it, and changes nothing.
pub async fn standing(services: &Services) -> Result<Standing> {
    let checks = sealing_checks::list(&services.db).await?;
    let mut values = Vec::new();
    for column in SEALED {
        let counts = column.count(&services.db).await?;
        values.extend(counts.into_iter().map(|count| Values {
            column,
            key: count.key,
            number: count.number,
        }));
    }
    Ok(Standing {
        keys: checks
            .into_iter()
            .map(|check| (check.key_id, check.state))
            .collect(),
        values,
    })
}
