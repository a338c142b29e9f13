//! Sessions of next-auth as browsers still hold them.

use crossgate_core::cookie::texts;
use crossgate_core::next_auth::{FormerCookie, MoveInSettings};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_nextauth::cookie::{CookieCipher, Joined, is_part_of, join, judge_former_claims};
use http::HeaderMap;

use super::person::content;
use super::{Former, FormerSessions};

/// See the [module](self).
pub(crate) struct NextAuthCookies {
    settings: MoveInSettings,
    /// One per cookie that is looked for.
    ciphers: Vec<CookieCipher>,
    /// Which way of signing in the sessions are said to come from.
    sign_in: &'static str,
}

impl NextAuthCookies {
    pub(crate) fn new(settings: &MoveInSettings, sign_in: &'static str) -> Self {
        let cipher =
            |cookie: &FormerCookie| CookieCipher::new(cookie.dialect, &cookie.name, &settings.secrets);
        Self { ciphers: settings.cookies.iter().map(cipher).collect(), settings: settings.clone(), sign_in }
    }

    /// A token that opens and is that of somebody's session. One with `sid` is not from before: Crossgate sealed it for
    /// the app, and a browser that has it did not get it from us.
    fn judge(
        &self,
        token: &str,
        cipher: &CookieCipher,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Option<Former> {
        let claims = judge_former_claims(cipher.open(token).ok()?, &self.settings.subject, now).ok()?;
        if claims.session.is_some() {
            return None;
        }
        let content = content(claims.claims, &self.settings, self.sign_in, (headers, now))?;
        Some(Former { proof: SecretText::new(token.to_owned()), worthless_at: claims.expires_at, content })
    }
}

impl FormerSessions for NextAuthCookies {
    fn cookies(&self, headers: &HeaderMap) -> Vec<String> {
        let is_former =
            |cookie: &&str| self.settings.cookies.iter().any(|former| is_part_of(cookie, &former.name));
        let mut names: Vec<String> =
            texts(headers).map(|(name, _)| name).filter(is_former).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn read(&self, headers: &HeaderMap, now: Timestamp) -> Option<Former> {
        self.settings.cookies.iter().zip(&self.ciphers).find_map(|(cookie, cipher)| {
            match join(texts(headers), &cookie.name) {
                Joined::Whole(token) => self.judge(&token, cipher, headers, now),
                Joined::Absent | Joined::Broken => None,
            }
        })
    }
}
