//! From the answer that a browser brought back to who it is: code → tokens → ID token → UserInfo → profile.

use crossgate_core::provider::{
    EmailList, ProviderLogin, ProviderProfile, ProviderProtocol, ProviderSessionId, ProviderToken,
    TokenTarget, UserInfoUse,
};
use crossgate_core::secret::SecretText;
use crossgate_core::time::Timestamp;
use crossgate_oidc::ProviderMetadata;
use crossgate_oidc::authorization::{AuthorizationCode, AuthorizationResponse, judge_authorization_response};
use crossgate_oidc::client_authentication::Proof;
use crossgate_oidc::id_token::{IdTokenClaims, IdTokenError, IdTokenRules, judge_id_token};
use crossgate_oidc::token::{CodeGrant, TokenResponse, build_token_request, judge_token_response};
use crossgate_oidc::transaction::{Purpose, SignInTransaction};
use crossgate_oidc::user_info::{
    build_emails_request, build_user_info_request, judge_emails, judge_user_info,
};
use serde_json::{Map, Value};

use super::{Provider, ProviderFault};

/// What a browser brought back, and what we remembered when it left.
pub(crate) struct Returned {
    pub(crate) response: AuthorizationResponse,
    pub(crate) transaction: SignInTransaction,
    pub(crate) now: Timestamp,
}

/// Whom a provider vouched for, and what the session remembers of it.
#[derive(Debug)]
pub(crate) struct Vouched {
    pub(crate) profile: ProviderProfile,
    pub(crate) login: ProviderLogin,
}

/// Claims about a person, checked, and the session there.
struct Claims {
    claims: Map<String, Value>,
    session: Option<ProviderSessionId>,
    /// Where the provider lists addresses apart: the verified one, if there is one. It takes the place of whatever the
    /// profile shows.
    listed_email: Option<Option<String>>,
}

impl Provider {
    /// Judges what came back and asks the provider who it is.
    pub(crate) async fn redeem(&self, returned: Returned) -> Result<Vouched, ProviderFault> {
        let now = returned.now;
        let metadata = self.metadata(now).await?;
        let Returned { response, transaction, .. } = returned;
        let code = judge_authorization_response(response, &transaction, &self.settings.id, &metadata)?;
        let tokens = self.tokens_for(&code, &transaction, &metadata, now).await?;
        let claims = self.claims_of(&tokens, transaction.nonce.expose_secret(), &metadata, now).await?;
        let (id, issuer) = (&self.settings.id, self.settings.issuer());
        let mut profile = self.settings.profile.read(id, issuer, claims.claims)?;
        if let Some(email) = claims.listed_email {
            profile.email_verified = email.is_some();
            profile.email = email;
        }
        let mut login = self.login_of(tokens, &profile, claims.session, now);
        if transaction.purpose == Purpose::SignIn {
            self.add_further_tokens(&mut login, now).await;
        }
        Ok(Vouched { profile, login })
    }

    pub(super) fn proof(&self, now: Timestamp) -> Proof<'_> {
        Proof { now, entropy: &*self.entropy }
    }

    async fn tokens_for(
        &self,
        code: &AuthorizationCode,
        transaction: &SignInTransaction,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<TokenResponse, ProviderFault> {
        let grant = CodeGrant {
            code: code.expose_secret(),
            redirect_uri: &transaction.redirect_uri,
            code_verifier: transaction.verifier.expose_secret(),
        };
        let request = build_token_request(&self.settings, metadata, &grant, &self.proof(now))?;
        let answer = self.exchange("the token endpoint", request).await?;
        Ok(judge_token_response(&answer, now)?)
    }

    /// OpenID Connect vouches with an ID token; OAuth 2 alone only with what an endpoint says about the token.
    async fn claims_of(
        &self,
        tokens: &TokenResponse,
        nonce: &str,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<Claims, ProviderFault> {
        match &self.settings.protocol {
            ProviderProtocol::OAuth2(settings) => {
                let claims = self.user_info(metadata, &tokens.access_token, None).await?;
                let listed_email = match &settings.endpoints.emails {
                    Some(list) => Some(self.listed_email(list, &tokens.access_token).await?),
                    None => None,
                };
                Ok(Claims { claims, session: None, listed_email })
            }
            ProviderProtocol::OpenId(settings) => {
                let vouched = self.id_token_claims(tokens, nonce, metadata, now).await?;
                let session = vouched.session.clone();
                let use_of = settings.user_info;
                let claims = self.completed(vouched, use_of, &tokens.access_token, metadata).await?;
                Ok(Claims { claims, session, listed_email: None })
            }
        }
    }

    async fn listed_email(
        &self,
        list: &EmailList,
        access_token: &SecretText,
    ) -> Result<Option<String>, ProviderFault> {
        let request = build_emails_request(list, access_token)?;
        Ok(judge_emails(&self.exchange("the e-mail endpoint", request).await?)?)
    }

    /// The claims of the ID token, and those of UserInfo where they are wanted. What is signed counts more than what is
    /// not.
    async fn completed(
        &self,
        vouched: IdTokenClaims,
        use_of: UserInfoUse,
        access_token: &SecretText,
        metadata: &ProviderMetadata,
    ) -> Result<Map<String, Value>, ProviderFault> {
        let IdTokenClaims { subject, mut claims, .. } = vouched;
        let is_wanted = match use_of {
            UserInfoUse::Never => false,
            UserInfoUse::WhenNeeded => !has_email(&claims),
            UserInfoUse::Always => true,
        };
        if is_wanted && metadata.user_info_endpoint.is_some() {
            let further = self.user_info(metadata, access_token, Some(&subject)).await?;
            complete(&mut claims, further);
        }
        Ok(claims)
    }

    async fn id_token_claims(
        &self,
        tokens: &TokenResponse,
        nonce: &str,
        metadata: &ProviderMetadata,
        now: Timestamp,
    ) -> Result<IdTokenClaims, ProviderFault> {
        let token = tokens.id_token.as_ref().ok_or(ProviderFault::NoIdToken)?;
        let rules = IdTokenRules {
            issuer: &metadata.issuer,
            client_id: &self.settings.client.id,
            nonce,
            access_token: Some(&tokens.access_token),
            now,
        };
        let keys = self.keys(metadata, now).await?;
        match judge_id_token(token, &keys, &rules) {
            // The key may have been changed since we fetched the set.
            Err(IdTokenError::UnknownKey) => {
                let keys = self.keys_after_rotation(metadata, now).await?;
                Ok(judge_id_token(token, &keys, &rules)?)
            }
            judged => Ok(judged?),
        }
    }

    async fn user_info(
        &self,
        metadata: &ProviderMetadata,
        access_token: &SecretText,
        subject: Option<&crossgate_core::identity::Subject>,
    ) -> Result<Map<String, Value>, ProviderFault> {
        let request = build_user_info_request(metadata, access_token)?;
        let answer = self.exchange("the UserInfo endpoint", request).await?;
        Ok(judge_user_info(&answer, subject)?)
    }

    fn login_of(
        &self,
        tokens: TokenResponse,
        profile: &ProviderProfile,
        session: Option<ProviderSessionId>,
        now: Timestamp,
    ) -> ProviderLogin {
        let TokenResponse { access_token, expires_at, refresh_token, id_token, .. } = tokens;
        let target = self.settings.token_targets.first().cloned().unwrap_or(TokenTarget::Default);
        ProviderLogin {
            provider: self.settings.id.clone(),
            issuer: profile.issuer.clone(),
            subject: profile.subject.clone(),
            session,
            id_token: id_token.map(|token| token.text().clone()),
            tokens: vec![ProviderToken { target, access_token, expires_at, obtained_at: Some(now) }],
            refresh_token,
        }
    }

    /// A provider gives one access token at a time; those for further APIs come by way of the refresh token. One
    /// that does not come is missing at its API and keeps nobody from signing in.
    async fn add_further_tokens(&self, login: &mut ProviderLogin, now: Timestamp) {
        for target in self.settings.token_targets.iter().skip(1) {
            let Some(refresh_token) = login.refresh_token.clone() else { return };
            match self.renew(&refresh_token, target, now).await {
                Ok(tokens) => {
                    login.refresh_token = Some(tokens.refresh_token.unwrap_or(refresh_token));
                    let (access_token, expires_at) = (tokens.access_token, tokens.expires_at);
                    login.tokens.push(ProviderToken {
                        target: target.clone(),
                        access_token,
                        expires_at,
                        obtained_at: Some(now),
                    });
                }
                Err(fault) => {
                    tracing::warn!(target: "crossgate::sign_in", provider = %self.settings.id, audience = ?target, "no token for an API: {fault}");
                }
            }
        }
    }
}

fn has_email(claims: &Map<String, Value>) -> bool {
    claims.get("email").is_some_and(|email| !email.is_null())
}

/// Adds what is missing. An address and whether it is verified belong together: they come from one of the two, never
/// the address from one and its verification from the other.
fn complete(claims: &mut Map<String, Value>, further: Map<String, Value>) {
    let mut further = further;
    let incomplete = if has_email(claims) { &mut further } else { &mut *claims };
    ["email", "email_verified"].iter().for_each(|name| drop(incomplete.remove(*name)));
    further.into_iter().for_each(|(name, value)| {
        claims.entry(name).or_insert(value);
    });
}
