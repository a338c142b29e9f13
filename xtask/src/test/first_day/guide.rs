//! Commands and what they print, from a page of Markdown.
use anyhow::{Result, ensure};

/// The commands are in this section.
const SECTION: &str = "## The commands\n";
const SHELL: &str = "sh";
const OUTPUT: &str = "text";
/// Stands for what differs from run to run.
const CUT: char = '…';

/// A command, and lines that it prints.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) command: String,
    shown: Vec<String>,
}

impl Step {
    /// An error where the page shows what was not printed.
    pub(super) fn check(&self, printed: &str) -> Result<()> {
        let is_printed = |line: &str| printed.lines().any(|printed| matches(line, printed.trim()));
        for line in &self.shown {
            ensure!(
                is_printed(line),
                "`{}` does not print what the guide shows:\n\n    {line}\n\nbut:\n\n{printed}",
                self.command
            );
        }
        Ok(())
    }
}

/// Whether the pieces between the cuts stand in this order.
fn matches(shown: &str, printed: &str) -> bool {
    let mut rest = printed;
    shown.split(CUT).map(str::trim).all(|piece| match rest.split_once(piece) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// The commands of the page in their order, each with the output that is shown behind it.
pub(super) fn steps(page: &str) -> Vec<Step> {
    let section = page.split_once(SECTION).map_or("", |(_, section)| section);
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let mut steps: Vec<Step> = Vec::new();
    // Every second piece between fences is inside one.
    for block in section.split("```").skip(1).step_by(2) {
        let (kind, text) = block.split_once('\n').unwrap_or_default();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        match (kind, steps.last_mut()) {
            (SHELL, _) => steps.extend(lines.map(|command| Step { command, shown: Vec::new() })),
            (OUTPUT, Some(step)) => step.shown.extend(lines),
            _ => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Day\n```sh\nnot this\n```\n## The commands\n\n```sh\nfirst\nsecond\n```\nwords\n\
        ```text\n  added … packages\n…\n```\n```toml\na = 1\n```\n## Later\n```sh\nnor this\n```\n";

    #[test]
    fn commands_of_the_section_are_read_with_their_output() {
        let step = |command: &str, shown: &[&str]| Step {
            command: command.to_owned(),
            shown: shown.iter().map(|line| (*line).to_owned()).collect(),
        };
        assert_eq!(steps(PAGE), [step("first", &[]), step("second", &["added … packages", "…"])]);
        assert_eq!(steps("# A page without it\n```sh\nx\n```"), []);
    }

    #[test]
    fn what_is_shown_has_to_be_printed_but_for_the_cuts() {
        let [_, step] = <[Step; 2]>::try_from(steps(PAGE)).unwrap();
        step.check("noise\nadded 362 packages in 5s\n").unwrap();
        assert!(step.check("added\npackages\n").is_err());
        assert!(step.check("packages added 3\n").is_err());
        assert!(step.check("").is_err());
    }
}
