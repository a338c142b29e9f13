//! The end of a log.
use std::path::Path;

const LINES: usize = 30;

/// The last lines of a log file, to be shown to a person.
pub(super) fn last_lines(log: &Path) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    if text.trim().is_empty() {
        return "    (it wrote nothing)".to_owned();
    }
    indent(text.trim_end())
}

fn indent(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(LINES);
    let shown = lines.iter().skip(first);
    shown.map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_shown() {
        let text: String = (0..100).map(|number| format!("line {number}\n")).collect();
        let shown = indent(text.trim_end());
        assert!(shown.starts_with("    line 70\n"));
        assert!(shown.ends_with("    line 99"));
    }

    #[test]
    fn a_missing_log_is_said_to_be_empty() {
        assert_eq!(last_lines(Path::new("/nowhere/at/all.log")), "    (it wrote nothing)");
    }
}
