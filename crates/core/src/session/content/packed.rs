//! The content of a session as it waits in memory: one piece of a few hundred bytes, where the open form is a tree of
//! thousands.

use std::fmt;

use lz4_flex::block::{compress_into_with_dict, decompress_into_with_dict, get_maximum_output_size};
use zeroize::Zeroizing;

use super::stored::StoredContent;
use super::{ContentError, SessionContent, dense};
use crate::secret::{SecretText, secret_json};

/// What most contents have in common, so that only the rest takes memory. Nothing of it is ever stored, so it may change.
const USUAL: &[u8] = concat!(
    r#"{"alg":"RS256","typ":"JWT","kid":"{"alg":"HS256","typ":"JWT"}{"iat":17,"exp":17,"sub":"","iss":"https://","#,
    r#""image":"https://lh3.googleusercontent.com/a/","picture":"https://avatars.githubusercontent.com/u/","#,
    r#""firstName":"","lastName":"","username":"","emailVerified":true,"createdAt":"2026-01-01T00:00:00.000Z","#,
    r#""updatedAt":"2026-","permissions":[],"roles":["admin","user"],"@gmail.com","#,
    r#""provider":{"provider":"google","issuer":"https://accounts.google.com","subject":"","session":null,"#,
    r#""id_token":"","tokens":[{"target":"Own","access_token":"","expires_at":17"#,
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/",
    "18.0 Mobile/15E148 Safari/604.1Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/",
    r#"537.36 Edg/140.0.0.0"}{"identity":{"subject":"","name":"","email":"","image":null,"user":{"#,
    r#""email":"","id":"","name":"","role":"user"}},"sign_in":"credentials","access_token":"","#,
    r#""refresh_token":null,"expires_at":null,"sign_in":"credentials","access_token":"","refresh_token":"","#,
    r#""expires_at":17,"obtained_at":17,"user_agent":"Mozilla/5.0 ("#,
)
.as_bytes();

/// What becomes of the API's access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessToken {
    /// It is at hand: requests are sent with it.
    AtHand,
    /// It is packed like everything else.
    Packed,
}

/// The content of one session, packed. To open it is to decompress and read about a kilobyte, so it is not for every
/// request. All of it is wiped when dropped.
pub struct PackedContent {
    /// The access token, if it is at hand, then everything else.
    bytes: Zeroizing<Box<[u8]>>,
    token_length: u32,
    plain_length: u32,
}

impl PackedContent {
    /// The access token of the API, if it is at hand; empty otherwise. Named so that each use is noticed in review.
    #[must_use]
    pub fn expose_access_token(&self) -> &[u8] {
        self.parts().0
    }

    /// How many bytes it takes, but for the few that every one takes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        self.bytes.split_at_checked(self.token_length as usize).unwrap_or_default()
    }
}

impl fmt::Debug for PackedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PackedContent(…)")
    }
}

impl SessionContent {
    /// Packs it.
    ///
    /// # Errors
    /// When it is larger than 4 GiB.
    pub fn pack(&self, access_token: AccessToken) -> Result<PackedContent, ContentError> {
        let mut stored = StoredContent::from(self);
        let at_hand = stored.access_token().filter(|_| access_token == AccessToken::AtHand).map(take);
        let at_hand = at_hand.as_ref().map_or(&[][..], |token| token.expose_secret().as_bytes());
        let plain = write(stored)?;
        let mut room = Zeroizing::new(vec![0; get_maximum_output_size(plain.len())]);
        let length = compress_into_with_dict(&plain, &mut room, USUAL).map_err(|_| ContentError::Packing)?;
        let packed = room.get(..length).ok_or(ContentError::Packing)?;
        Ok(PackedContent {
            bytes: Zeroizing::new([at_hand, packed].concat().into_boxed_slice()),
            token_length: u32::try_from(at_hand.len()).map_err(|_| ContentError::Packing)?,
            plain_length: u32::try_from(plain.len()).map_err(|_| ContentError::Packing)?,
        })
    }

    /// Opens what [`pack`](Self::pack) made.
    ///
    /// # Errors
    /// Never, of what this very program packed.
    pub fn unpack(packed: &PackedContent) -> Result<Self, ContentError> {
        let (at_hand, rest) = packed.parts();
        let mut plain = Zeroizing::new(vec![0; packed.plain_length as usize]);
        let length = decompress_into_with_dict(rest, &mut plain, USUAL).map_err(|_| ContentError::Packing)?;
        let mut stored = read(plain.get(..length).ok_or(ContentError::Packing)?)?;
        if let Some(token) = stored.access_token().filter(|_| !at_hand.is_empty()) {
            *token = SecretText::new(std::str::from_utf8(at_hand).map_err(|_| ContentError::Packing)?);
        }
        Ok(stored.into())
    }
}

/// How many tokens there are, the tokens, then the form without them.
fn write(stored: StoredContent) -> Result<Zeroizing<Vec<u8>>, ContentError> {
    let mut stored = stored;
    let tokens: Vec<_> = stored.tokens().map(take).collect();
    let form = secret_json(&stored)?;
    // All its room from the beginning: what a vector leaves behind where it grows is wiped by nobody.
    let room = size_of::<u16>() + tokens.iter().map(dense::room).sum::<usize>() + form.len();
    let mut plain = Zeroizing::new(Vec::with_capacity(room));
    let count = u16::try_from(tokens.len()).map_err(|_| ContentError::Packing)?;
    plain.extend_from_slice(&count.to_le_bytes());
    for token in &tokens {
        dense::write(token, &mut plain).ok_or(ContentError::Packing)?;
    }
    plain.extend_from_slice(&form);
    Ok(plain)
}

fn read(plain: &[u8]) -> Result<StoredContent, ContentError> {
    let (count, mut rest) = plain.split_first_chunk().ok_or(ContentError::Packing)?;
    let tokens = (0..u16::from_le_bytes(*count)).map(|_| dense::read(&mut rest));
    let tokens: Vec<_> = tokens.collect::<Option<_>>().ok_or(ContentError::Packing)?;
    let mut stored: StoredContent = serde_json::from_slice(rest)?;
    stored.tokens().zip(tokens).for_each(|(place, token)| *place = token);
    Ok(stored)
}

/// Leaves an empty one in its place.
fn take(token: &mut SecretText) -> SecretText {
    std::mem::replace(token, SecretText::new(""))
}
