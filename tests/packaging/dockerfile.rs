//! Reads a Dockerfile as far as these tests need it.

/// `COPY --from=build a b /c` → name `COPY`, arguments `["--from=build", "a", "b", "/c"]`.
#[derive(Debug)]
pub(crate) struct Instruction {
    pub(crate) name: String,
    /// Its text after the name, on one line.
    pub(crate) text: String,
}

impl Instruction {
    /// Its words, options apart; those of the exec form `["a", "b"]` without its signs.
    pub(crate) fn words(&self) -> Vec<String> {
        if let Some(exec) = self.exec() {
            return exec;
        }
        self.text
            .split_whitespace()
            .filter(|word| !word.starts_with("--"))
            .map(str::to_owned)
            .collect()
    }

    /// The value of `--name=value`.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.text
            .split_whitespace()
            .find_map(|word| word.strip_prefix("--")?.strip_prefix(name)?.strip_prefix('='))
    }

    /// The JSON list of the exec form, which no shell sees, wherever it begins.
    pub(crate) fn exec(&self) -> Option<Vec<String>> {
        let begin = self.text.find('[')?;
        serde_json::from_str(self.text.get(begin..)?).ok()
    }
}

/// A stage: what it stands on, its name, and its instructions.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) base: String,
    pub(crate) name: Option<String>,
    pub(crate) instructions: Vec<Instruction>,
}

impl Stage {
    /// The instructions of one name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Instruction> {
        self.instructions
            .iter()
            .filter(move |instruction| instruction.name == name)
    }

    /// The last instruction of that name, which is the one that counts.
    pub(crate) fn last(&self, name: &str) -> &Instruction {
        self.instructions
            .iter()
            .rfind(|instruction| instruction.name == name)
            .unwrap_or_else(|| panic!("the stage on {} has {name}", self.base))
    }
}

/// The stages of a Dockerfile.
pub(crate) fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    for line in lines.join("\n").replace("\\\n", " ").lines() {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, text) = (name.to_uppercase(), rest.trim().to_owned());
        if name == "FROM" {
            let words: Vec<&str> = text.split_whitespace().collect();
            let named = words.iter().position(|word| word.eq_ignore_ascii_case("as"));
            stages.push(Stage {
                base: words.first().expect("FROM names an image").to_string(),
                name: named.and_then(|at| words.get(at + 1)).map(ToString::to_string),
                instructions: Vec::new(),
            });
        } else {
            let stage = stages.last_mut().expect("FROM comes first");
            stage.instructions.push(Instruction { name, text });
        }
    }
    stages
}

#[test]
fn stages_options_and_continued_lines_are_read() {
    let stages = stages(
        "# a\nFROM rust:1 AS build\nRUN a \\\n  # said between\n  && b\nfrom scratch\nCOPY --from=build x y /z\nCMD [\"s\", \"t\"]\n",
    );
    assert_eq!(
        (stages[0].base.as_str(), stages[0].name.as_deref()),
        ("rust:1", Some("build"))
    );
    assert_eq!(
        stages[0].last("RUN").text.split_whitespace().collect::<Vec<_>>(),
        ["a", "&&", "b"]
    );
    assert_eq!(stages[1].last("COPY").option("from"), Some("build"));
    assert_eq!(stages[1].last("COPY").words(), ["x", "y", "/z"]);
    assert_eq!(stages[1].last("CMD").exec().expect("the exec form"), ["s", "t"]);
}
