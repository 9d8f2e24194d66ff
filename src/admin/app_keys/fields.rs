//! The fields of an API key's form.

use oauth::Parameters;
use pages::console::{Check, CheckGroup, FieldKind, FormField};

use crate::directory::Assignment;
use crate::directory::app_key::Draft;
use crate::model::app_key::{Category, Permission, Privilege};

/// A key, what it is called, a hint, and its kind.
type Row = (&'static str, &'static str, &'static str, FieldKind<'static>);

const ROWS: &[Row] = &[
    (
        "application_name",
        "Application name",
        "What uses the key.",
        FieldKind::Line,
    ),
    (
        "developer_name",
        "Developer name",
        "Who wrote that.",
        FieldKind::Line,
    ),
    ("description", "Description", "May be left out.", FieldKind::Line),
    (
        "ip",
        "IP ranges",
        "From where it may be used: addresses (192.0.2.7), networks (2001:db8::/48) or ranges (192.0.2.10-192.0.2.19), one a line. Empty for anywhere.",
        FieldKind::Long,
    ),
];

/// What a form holds.
pub(super) struct Values {
    texts: Vec<String>,
    ticked: Vec<Permission>,
}

impl From<&Draft> for Values {
    fn from(draft: &Draft) -> Self {
        let settings = &draft.settings;
        let rules: Vec<String> = settings.ip.iter().map(ToString::to_string).collect();
        Self {
            texts: vec![
                settings.application_name.clone(),
                settings.developer_name.clone(),
                settings.description.clone(),
                rules.join("\n"),
            ],
            ticked: settings.privileges.clone(),
        }
    }
}

impl Values {
    /// What was sent.
    pub(super) fn sent(form: &Parameters) -> Self {
        let ticked = Category::ALL.iter().flat_map(|category| permissions(*category));
        Self {
            texts: ROWS
                .iter()
                .map(|(key, ..)| form.get(key).unwrap_or_default().trim().to_owned())
                .collect(),
            ticked: ticked
                .filter(|permission| form.get(&name(*permission)).is_some())
                .collect(),
        }
    }

    /// The same as assignments.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        let texts = ROWS.iter().zip(&self.texts).map(|((key, ..), text)| match *key {
            "ip" => {
                let rules = text.split(['\n', '\r', ',']).map(str::trim);
                Assignment::list("ip", rules.filter(|rule| !rule.is_empty()))
            }
            key => Assignment::text(key, text.as_str()),
        });
        let privileges = self.ticked.iter().map(ToString::to_string);
        texts
            .chain([Assignment::list("privileges", privileges)])
            .collect()
    }
}

/// What stands under a category, each whole and, where it has that form, for reading alone.
fn permissions(category: Category) -> impl Iterator<Item = Permission> {
    let of = move |privilege: &&Privilege| privilege.category() == category;
    Privilege::ALL.iter().filter(of).flat_map(|privilege| {
        let read = privilege.has_read_form().then(|| Permission::read(*privilege));
        std::iter::once(Permission::all(*privilege)).chain(read)
    })
}

fn name(permission: Permission) -> String {
    format!("may.{permission}")
}

/// The form's fields and groups with what they hold and what is wrong with them, given to `show`.
pub(super) fn shown<T>(
    values: &Values,
    problems: &[(String, String)],
    show: impl FnOnce(&[FormField<'_>], &[CheckGroup<'_>]) -> T,
) -> T {
    let problem = |key: &str| {
        let found = problems.iter().find(|(wrong, _)| wrong == key);
        found.map_or("", |(_, text)| text.as_str())
    };
    let fields: Vec<FormField<'_>> = ROWS
        .iter()
        .zip(&values.texts)
        .map(|((key, label, hint, kind), value)| FormField {
            key,
            label,
            hint,
            value,
            kind: *kind,
            problem: problem(key),
        })
        .collect();
    let boxes: Vec<Vec<(String, String, bool)>> = Category::ALL
        .iter()
        .map(|category| {
            let each = permissions(*category).map(|it| {
                let read = if it.read_only { " (Read)" } else { "" };
                let label = format!("{}{read}", it.privilege);
                (name(it), label, values.ticked.contains(&it))
            });
            each.collect()
        })
        .collect();
    let checks: Vec<Vec<Check<'_>>> = boxes
        .iter()
        .map(|boxes| {
            let each = boxes
                .iter()
                .map(|(name, label, on)| Check { name, label, on: *on });
            each.collect()
        })
        .collect();
    let keys: Vec<String> = (1..=checks.len()).map(|at| format!("privileges-{at}")).collect();
    let groups: Vec<CheckGroup<'_>> = Category::ALL
        .iter()
        .zip(&checks)
        .zip(&keys)
        .map(|((category, checks), key)| CheckGroup {
            key,
            label: category.as_str(),
            hint: "",
            problem: problem("privileges"),
            checks,
        })
        .collect();
    show(&fields, &groups)
}
