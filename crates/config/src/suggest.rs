//! "Did you mean …?"

/// The known word that is nearest to what was written, if it is near enough to be meant.
pub(crate) fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let simple = |word: &str| word.to_ascii_lowercase().replace('-', "_");
    let written = simple(written);
    let near = |word: &&str| strsim::damerau_levenshtein(&written, &simple(word));
    let best = known.into_iter().min_by_key(near)?;
    // One slip in three characters is a typing mistake; more is another word.
    (near(&best) <= (written.chars().count() / 3).max(1)).then_some(best)
}

/// `"a"`, `"b"` or `"c"`.
pub(crate) fn quoted_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["url", "timeout", "connect_timeout", "hidden_headers"];
        for (written, suggested) in [
            ("ulr", Some("url")),
            ("time_out", Some("timeout")),
            ("connectTimeout", Some("connect_timeout")),
            ("connect-timeout", Some("connect_timeout")),
            ("hide_headers", Some("hidden_headers")),
            ("colour", None),
        ] {
            assert_eq!(nearest(written, known), suggested, "{written}");
        }
    }
}
