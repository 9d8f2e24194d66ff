//! What is asked of whoever runs the command, where they sit at a terminal.

use std::io::{self, IsTerminal as _, Write};

use anyhow::{Context as _, bail, ensure};

/// Questions, and the lines that are typed.
pub(super) struct Questions<L, W> {
    line: L,
    output: W,
}

/// Those of a terminal.
pub(super) type Terminal = Questions<fn() -> io::Result<String>, io::Stderr>;

impl Terminal {
    /// None where standard input or standard error is no terminal: nobody is there to answer.
    pub(super) fn find() -> Option<Self> {
        (io::stdin().is_terminal() && io::stderr().is_terminal()).then(|| {
            let line: fn() -> io::Result<String> = || {
                let mut line = String::new();
                io::stdin().read_line(&mut line).map(|_| line)
            };
            Self::new(line, io::stderr())
        })
    }
}

impl<L: FnMut() -> io::Result<String>, W: Write> Questions<L, W> {
    pub(super) const fn new(line: L, output: W) -> Self {
        Self { line, output }
    }

    /// Says something.
    pub(super) fn tell(&mut self, text: &str) -> anyhow::Result<()> {
        writeln!(self.output, "{text}").context("the terminal")
    }

    /// A text, or nothing: then it is as if the question had not been.
    pub(super) fn optional(&mut self, question: &str) -> anyhow::Result<Option<String>> {
        write!(self.output, "{question}: ").context("the terminal")?;
        self.output.flush().context("the terminal")?;
        let line = (self.line)().context("the terminal")?;
        ensure!(line.ends_with('\n'), "nothing was typed, and nothing was done");
        let text = line.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// A text. It is asked for until there is one.
    pub(super) fn text(&mut self, question: &str) -> anyhow::Result<String> {
        loop {
            if let Some(text) = self.optional(question)? {
                return Ok(text);
            }
        }
    }

    /// Whether it is so. Nothing typed is no.
    pub(super) fn yes(&mut self, question: &str) -> anyhow::Result<bool> {
        let answer = self.optional(&format!("{question} [y/N]"))?;
        Ok(answer.is_some_and(|it| it.eq_ignore_ascii_case("y") || it.eq_ignore_ascii_case("yes")))
    }

    /// One of several, by its number or as it is written; its place among them.
    pub(super) fn one_of(&mut self, question: &str, choices: &[String]) -> anyhow::Result<usize> {
        for (number, choice) in (1..).zip(choices) {
            self.tell(&format!("  {number}  {choice}"))?;
        }
        loop {
            let answer = self.text(question)?;
            let by_name = choices.iter().position(|choice| *choice == answer);
            let by_number = || answer.parse::<usize>().ok()?.checked_sub(1);
            let chosen = by_name.or_else(by_number).filter(|at| *at < choices.len());
            if let Some(at) = chosen {
                return Ok(at);
            }
        }
    }
}

/// What a flag says; else what is typed; else an error that names the flag.
pub(super) fn flag_or_asked<L, W>(
    given: Option<&String>,
    (flag, question): (&str, &str),
    terminal: Option<&mut Questions<L, W>>,
) -> anyhow::Result<String>
where
    L: FnMut() -> io::Result<String>,
    W: Write,
{
    match (given, terminal) {
        (Some(given), _) => Ok(given.clone()),
        (None, Some(terminal)) => terminal.text(question),
        (None, None) => bail!("{flag} is missing, and there is nobody to ask: no terminal, or --yes"),
    }
}
