//! The layer of environment variables, and the only place that reads them.

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::node::{Node, Origin, Value};
use super::{Problem, schema};

const PREFIX: &str = "SIGNET_";

/// All variables of this process whose name begins with `SIGNET_`; a value that isn't UTF-8 becomes unreadable
/// text, which no setting takes.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub(super) fn of_process() -> Vec<(String, Zeroizing<String>)> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            name.starts_with(PREFIX)
                .then(|| (name, Zeroizing::new(value.to_string_lossy().into_owned())))
        })
        .collect()
}

/// One variable that a setting names, as a secret.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub(super) fn variable(name: &str) -> Option<SecretString> {
    std::env::var(name).ok().map(SecretString::from)
}

/// The name of the variable that sets `key`.
pub(super) fn name(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// The layer that the variables make, and what is wrong with their names.
///
/// A name without `__` is no setting's. It is a mistake if it is one's with an underscore lost, and somebody else's
/// otherwise: Kubernetes sets `SIGNET_SERVICE_HOST` beside a service called signet.
pub(super) fn layer(variables: &[(String, Zeroizing<String>)]) -> (Node, Vec<Problem>) {
    let (mut layer, mut problems) = (Node::empty(), Vec::new());
    for (variable, text) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        let origin = Origin::Environment(variable.clone());
        if rest.contains("__") {
            let key = rest.to_ascii_lowercase().replace("__", ".");
            if let Some(other) = layer.contradicted(&key) {
                problems.push(Problem {
                    key,
                    origin,
                    found: None,
                    allowed: format!("either this or {}, not both", other.origin),
                    hint: None,
                });
                continue;
            }
            layer.set(
                &key,
                Node {
                    origin,
                    value: Value::Bare(text.clone()),
                },
            );
        } else if let Some(key) = schema::keys()
            .into_iter()
            .find(|key| key.name.contains('.') && key.name.replace('.', "_").eq_ignore_ascii_case(rest))
        {
            problems.push(Problem {
                allowed: format!("two underscores between section and key: {}", name(&key.name)),
                key: key.name,
                origin,
                found: None,
                hint: None,
            });
        }
    }
    (layer, problems)
}
