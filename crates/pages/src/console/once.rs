//! Values that are shown this one time.

use super::Shell;
use crate::Link;

/// Values that nobody can see again once this page is left.
#[derive(Debug, Clone, Copy)]
pub struct Once<'a> {
    /// What stands around it.
    pub shell: Shell<'a>,
    /// What they are of.
    pub title: &'a str,
    /// What to do with them.
    pub text: &'a str,
    /// The values.
    pub values: &'a [OnceValue<'a>],
    /// Where to go on to.
    pub onward: &'a Link,
}

/// Such a value.
#[derive(Debug, Clone, Copy)]
pub struct OnceValue<'a> {
    /// What it is called.
    pub label: &'a str,
    /// The value.
    pub value: &'a str,
}

in_shell!(Once, "console/once.html");
