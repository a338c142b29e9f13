//! What may go from a source into the file. Sources may say anything; the file says what is plain.

/// A name: letters, digits, `_` and `-`, beginning with a letter.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|char| char == '-' || is_word(char))
}

/// A name in the environment.
pub(crate) fn is_environment_name(text: &str) -> bool {
    let fits = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    !text.is_empty() && text.chars().all(fits) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// One part of a path.
pub(crate) fn is_path_part(text: &str) -> bool {
    let is_dots = text == "." || text == "..";
    !text.is_empty() && !is_dots && text.chars().all(|char| is_word(char) || matches!(char, '-' | '.' | '~'))
}

/// A path with at least one part.
pub(crate) fn is_path(text: &str) -> bool {
    text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_path_part))
}

/// A path in which parts may be parameters of Express: `/t/:tenant/login`.
pub(crate) fn is_path_with_parameters(text: &str) -> bool {
    let fits = |part: &str| part.strip_prefix(':').map_or_else(|| is_path_part(part), is_name);
    text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(fits))
}

/// A text without control characters, and without `${`, which has a meaning in the file.
pub(crate) fn is_text(text: &str) -> bool {
    !text.contains("${") && !text.chars().any(char::is_control)
}

const fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}
