//! Where in an answer the tokens and the person are.

use crate::init::program::{Shape, pointer};

/// Pointers into the answer of a login or of a refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TokenPlaces {
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_in: Option<String>,
    pub(crate) expires_at: Option<String>,
}

/// Names of an access token, the likeliest first, in small letters and without `_`.
const ACCESS_NAMES: [&str; 12] = [
    "accesstoken",
    "token",
    "jwt",
    "jwttoken",
    "authtoken",
    "authorizationtoken",
    "bearertoken",
    "apitoken",
    "usertoken",
    "sessiontoken",
    "bearer",
    "idtoken",
];
const USER_NAMES: [&str; 10] = [
    "user",
    "userinfo",
    "userdata",
    "account",
    "profile",
    "member",
    "customer",
    "me",
    "currentuser",
    "person",
];

fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '-'], "")
}

impl TokenPlaces {
    pub(crate) fn read(shape: &Shape) -> Self {
        let all = shape.all();
        let find = |rank: fn(&[String]) -> Option<usize>| {
            let ranked = all.iter().filter(|(_, shape)| !matches!(shape, Shape::Object(_) | Shape::List(_)));
            let ranked = ranked.filter_map(|(path, _)| Some((rank(path)?, path)));
            ranked.min_by_key(|(rank, path)| (*rank, path.len())).map(|(_, path)| pointer(path))
        };
        Self {
            access_token: find(access_rank),
            refresh_token: find(refresh_rank),
            expires_in: find(|path| {
                is_about_access(path, &["expiresin", "accessexpiresin", "tokenexpiresin"])
            }),
            expires_at: find(|path| {
                is_about_access(path, &["expiresat", "accessexpiresat", "expires", "expiry"])
            }),
        }
    }
}

fn last_two(path: &[String]) -> (String, String) {
    let mut parts = path.iter().rev().map(|part| plain(part));
    let last = parts.next().unwrap_or_default();
    (last, parts.next().unwrap_or_default())
}

fn access_rank(path: &[String]) -> Option<usize> {
    let (last, parent) = last_two(path);
    if parent.starts_with("refresh") {
        return None;
    }
    ACCESS_NAMES.iter().position(|name| *name == last)
}

fn refresh_rank(path: &[String]) -> Option<usize> {
    let (last, parent) = last_two(path);
    let is_nested = parent.starts_with("refresh") && ["token", "value", "jwt"].contains(&last.as_str());
    (last == "refreshtoken" || last == "refresh" || is_nested).then_some(0)
}

fn is_about_access(path: &[String], names: &[&str]) -> Option<usize> {
    let (last, parent) = last_two(path);
    (!parent.starts_with("refresh")).then(|| names.iter().position(|name| *name == last))?
}

/// Where the person is in the answer, and what is known about them.
pub(crate) fn user_place(shape: &Shape) -> Option<(String, Shape)> {
    let all = shape.all();
    let named = all.iter().find(|(path, shape)| {
        let is_named = path.last().is_some_and(|last| USER_NAMES.contains(&plain(last).as_str()));
        is_named && !matches!(shape, Shape::Text | Shape::Boolean(_) | Shape::List(_) | Shape::Token(_))
    });
    let flat = || all.iter().find(|(_, shape)| looks_like_person(shape));
    named.or_else(flat).map(|(path, shape)| (pointer(path), (*shape).clone()))
}

/// Whether an object has what only people have.
fn looks_like_person(shape: &Shape) -> bool {
    const KEYS: [&str; 7] = ["id", "userid", "email", "username", "uuid", "uid", "fullname"];
    shape.keys().any(|key| KEYS.contains(&plain(key.trim_start_matches('_')).as_str()))
}

/// Where inside the person something is, where it is not where it is looked for anyway: `None` then.
pub(crate) fn member_place(user: &Shape, usual: &[&str], others: &[&str]) -> Option<String> {
    if !matches!(user, Shape::Object(_)) || user.keys().any(|key| usual.contains(&key)) {
        return None;
    }
    let all = user.all();
    let find = |name: &&str| {
        let is_it = |path: &&Vec<String>| path.last().is_some_and(|last| plain(last) == **name);
        all.iter().map(|(path, _)| path).find(is_it)
    };
    others.iter().find_map(find).map(|path| pointer(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(members: &[(&str, Shape)]) -> Shape {
        Shape::Object(members.iter().map(|(key, shape)| ((*key).to_owned(), shape.clone())).collect())
    }

    fn leaves(keys: &[&str]) -> Shape {
        object(&keys.iter().map(|key| (*key, Shape::Unknown)).collect::<Vec<_>>())
    }

    #[test]
    fn tokens_are_found_by_name_and_by_what_is_around_them() {
        let nested = object(&[
            ("user", leaves(&["id"])),
            (
                "tokens",
                object(&[
                    ("access", leaves(&["token", "expires"])),
                    ("refresh", leaves(&["token", "expires"])),
                ]),
            ),
        ]);
        for (shape, access, refresh) in [
            (leaves(&["token"]), Some("/token"), None),
            (leaves(&["id", "accessToken", "refreshToken"]), Some("/accessToken"), Some("/refreshToken")),
            (nested, Some("/tokens/access/token"), Some("/tokens/refresh/token")),
            (object(&[("user", leaves(&["email", "token"]))]), Some("/user/token"), None),
            (leaves(&["message"]), None, None),
            (
                leaves(&["refresh_token", "access_token", "id_token"]),
                Some("/access_token"),
                Some("/refresh_token"),
            ),
        ] {
            let places = TokenPlaces::read(&shape);
            assert_eq!(
                (places.access_token.as_deref(), places.refresh_token.as_deref()),
                (access, refresh),
                "{shape:?}"
            );
        }
    }

    #[test]
    fn the_person_is_an_object_of_that_name_or_the_object_that_has_an_id() {
        for (shape, expected) in [
            (object(&[("token", Shape::Unknown), ("user", Shape::Unknown)]), Some("/user")),
            (object(&[("data", object(&[("user", leaves(&["id"]))]))]), Some("/data/user")),
            (leaves(&["id", "username", "accessToken"]), Some("")),
            (object(&[("data", leaves(&["_id", "token"]))]), Some("/data")),
            (leaves(&["token"]), None),
        ] {
            assert_eq!(user_place(&shape).map(|(place, _)| place).as_deref(), expected, "{shape:?}");
        }
    }
}
