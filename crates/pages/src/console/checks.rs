/// Boxes that belong together, any of which may be ticked.
#[derive(Debug, Clone, Copy)]
pub struct CheckGroup<'a> {
    /// The name of the group, unique on the page.
    pub key: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// What is allowed, in a few words.
    pub hint: &'a str,
    /// What is wrong with it; empty where nothing is.
    pub problem: &'a str,
    /// The boxes.
    pub checks: &'a [Check<'a>],
}

/// A box.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// Its name in the form, whose value is `1` where it is ticked.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// Whether it is ticked.
    pub on: bool,
}

impl CheckGroup<'_> {
    /// What is said under its name.
    pub(crate) fn note(&self) -> &str {
        if self.problem.is_empty() {
            self.hint
        } else {
            self.problem
        }
    }

    /// Whether a box has no form for reading alone, in a group of such pairs.
    pub(crate) fn stands_alone(&self, check: &Check<'_>) -> bool {
        let is_pair =
            |all: &Check<'_>, read: &Check<'_>| read.label.strip_suffix(" (Read)") == Some(all.label);
        let mut others = self.checks.iter();
        let has_pairs = self
            .checks
            .iter()
            .any(|all| self.checks.iter().any(|read| is_pair(all, read)));
        has_pairs && !others.any(|other| is_pair(check, other) || is_pair(other, check))
    }
}
