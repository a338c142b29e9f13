//! Where a development server says that it listens.

/// The port in a line such as `- Local:        http://localhost:3001`, as Next.js, Vite and others print it.
pub(super) fn local_port(line: &str) -> Option<u16> {
    let line = without_colours(line);
    let (_, after) = line.split_once("Local:")?;
    let (_, address) = after.split_once("://")?;
    let authority = address.split(['/', ' ']).next()?;
    authority.rsplit_once(':')?.1.parse().ok()
}

/// Without the sequences that begin with ESC `[` and end with a letter.
fn without_colours(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once(|letter: char| letter.is_ascii_alphabetic()));
    rest.fold(first, |text, piece| text + piece.map_or("", |(_, after)| after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_development_servers_are_understood() {
        for (line, port) in [
            ("  - Local:        http://localhost:3001", Some(3001)),
            ("   - Local:         \u{1b}[4mhttp://localhost:3000\u{1b}[24m", Some(3000)),
            ("  \u{1b}[32m➜\u{1b}[39m  \u{1b}[1mLocal\u{1b}[22m:   http://localhost:5173/", Some(5173)),
            ("- Local: http://[::1]:3002", Some(3002)),
            ("- Local: https://localhost", None),
            ("- Network: http://192.168.1.2:3000", None),
            ("Local: nothing", None),
            ("", None),
        ] {
            assert_eq!(local_port(line), port, "{line:?}");
        }
    }
}
