//! What never reaches a browser.
use anyhow::{Result, ensure};

use super::observer::Observer;
use super::{People, Subject};

pub(super) fn observe(observer: &mut Observer, people: &People, subject: &Subject<'_>) -> Result<()> {
    let tokens = subject.tap.tokens();
    let answers: Vec<&String> = people.ada.received().iter().chain(people.grace.received()).collect();
    let what = format!("none of {} tokens of the API is in any of {} answers", tokens.len(), answers.len());
    observer.see(&what, || {
        ensure!(!tokens.is_empty(), "no token passed between the gateway and the API");
        let leaks =
            answers.iter().filter(|answer| tokens.iter().any(|token| answer.contains(token.as_str())));
        ensure!(leaks.count() == 0, "a token of the API was sent to the browser");
        let tokens_of_any_kind = answers.iter().filter(|answer| contains_jwt(answer));
        ensure!(tokens_of_any_kind.count() == 0, "a JSON Web Token was sent to the browser");
        Ok(())
    })
}

/// Whether something in this text has the form of a JSON Web Token.
fn contains_jwt(text: &str) -> bool {
    let candidates = text.match_indices("eyJ").filter_map(|(start, _)| text.get(start..));
    candidates.map(word).any(|word| word.split('.').filter(|part| part.len() > 10).count() >= 3)
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_web_token_is_recognised_anywhere() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOjF9.c2lnbmF0dXJlLW9mLWl0";
        assert!(contains_jwt(token));
        assert!(contains_jwt(&format!("{{\"token\":\"{token}\"}}")));
        assert!(!contains_jwt("eyJhbGciOiJIUzI1NiJ9 alone"));
        assert!(!contains_jwt("keyJar.read.write"));
    }
}
