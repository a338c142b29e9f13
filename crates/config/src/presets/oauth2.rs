//! Providers without OpenID Connect, or with one that cannot be checked as it should be. Nothing is discovered: all
//! endpoints stand here.

use crossgate_core::provider::{CodeChallengeUse, ResponseMode};

use super::{Pointers, Preset, PresetAuthentication, PresetEndpoints, PresetProtocol};

/// What most of them have in common.
const USUAL: Preset = Preset {
    id: "",
    name: "",
    protocol: PresetProtocol::OAuth2(PresetEndpoints {
        issuer: "",
        authorization: "",
        token: "",
        user_info: "",
        emails: None,
        revocation: None,
        answers_with_issuer: None,
    }),
    hosts: &[],
    host_of_operator: None,
    scopes: &[],
    parameters: &[],
    allowed_parameters: &[],
    client_authentication: PresetAuthentication::Post,
    response_mode: ResponseMode::Query,
    code_challenge: CodeChallengeUse::S256,
    profile: None,
    sign_out_there: false,
    source: "",
};

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "github",
        name: "GitHub",
        protocol: PresetProtocol::OAuth2(PresetEndpoints {
            issuer: "https://github.com/login/oauth",
            authorization: "https://github.com/login/oauth/authorize",
            token: "https://github.com/login/oauth/access_token",
            user_info: "https://api.github.com/user",
            // The profile has the public address only, and does not say whether it is verified. The list does.
            emails: Some("https://api.github.com/user/emails"),
            // GitHub revokes in a way of its own.
            revocation: None,
            // Since 2026, as its metadata announces.
            answers_with_issuer: Some("https://github.com/login/oauth"),
        }),
        scopes: &["read:user", "user:email"],
        allowed_parameters: &["login", "allow_signup", "prompt"],
        profile: Some(Pointers {
            subject: &["/id"],
            name: &["/name", "/login"],
            email: &["/email"],
            email_verified: &[],
            image: &["/avatar_url"],
        }),
        source: "https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
        ..USUAL
    },
    Preset {
        id: "discord",
        name: "Discord",
        protocol: PresetProtocol::OAuth2(PresetEndpoints {
            issuer: "https://discord.com",
            authorization: "https://discord.com/api/oauth2/authorize",
            token: "https://discord.com/api/oauth2/token",
            user_info: "https://discord.com/api/users/@me",
            emails: None,
            revocation: Some("https://discord.com/api/oauth2/token/revoke"),
            answers_with_issuer: Some("https://discord.com"),
        }),
        scopes: &["identify", "email"],
        allowed_parameters: &["prompt"],
        profile: Some(Pointers {
            subject: &["/id"],
            name: &["/global_name", "/username"],
            email: &["/email"],
            email_verified: &["/verified"],
            // Its `avatar` is the hash of a picture, not an address.
            image: &[],
        }),
        source: "https://docs.discord.com/developers/topics/oauth2",
        ..USUAL
    },
    Preset {
        id: "facebook",
        name: "Facebook",
        protocol: PresetProtocol::OAuth2(PresetEndpoints {
            issuer: "https://www.facebook.com",
            // Without a version in the path, the one that is set for the app holds.
            authorization: "https://www.facebook.com/dialog/oauth",
            token: "https://graph.facebook.com/oauth/access_token",
            user_info: "https://graph.facebook.com/me?fields=id,name,email,picture.type(large)",
            emails: None,
            revocation: None,
            answers_with_issuer: None,
        }),
        scopes: &["email", "public_profile"],
        profile: Some(Pointers {
            subject: &["/id"],
            name: &["/name"],
            email: &["/email"],
            // It does not say.
            email_verified: &[],
            image: &["/picture/data/url"],
        }),
        source: "https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow",
        ..USUAL
    },
    // LinkedIn has a discovery document, but its ID tokens carry no nonce: the UserInfo endpoint answers instead. It
    // refuses a `code_verifier` from clients with a secret, unless it has enabled PKCE for the client.
    Preset {
        id: "linkedin",
        name: "LinkedIn",
        protocol: PresetProtocol::OAuth2(PresetEndpoints {
            issuer: "https://www.linkedin.com/oauth",
            authorization: "https://www.linkedin.com/oauth/v2/authorization",
            token: "https://www.linkedin.com/oauth/v2/accessToken",
            user_info: "https://api.linkedin.com/v2/userinfo",
            emails: None,
            revocation: None,
            answers_with_issuer: None,
        }),
        scopes: &["openid", "profile", "email"],
        // From a client with a secret it takes no `code_verifier`, and its ID token has no nonce.
        code_challenge: CodeChallengeUse::RefusedThere,
        profile: Some(Pointers {
            subject: &["/sub"],
            name: &["/name"],
            email: &["/email"],
            email_verified: &["/email_verified"],
            image: &["/picture"],
        }),
        source: "https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2",
        ..USUAL
    },
    Preset {
        id: "x",
        name: "X",
        protocol: PresetProtocol::OAuth2(PresetEndpoints {
            issuer: "https://x.com",
            authorization: "https://x.com/i/oauth2/authorize",
            token: "https://api.x.com/2/oauth2/token",
            user_info: "https://api.x.com/2/users/me?user.fields=id,name,username,profile_image_url",
            emails: None,
            revocation: Some("https://api.x.com/2/oauth2/revoke"),
            answers_with_issuer: None,
        }),
        // Asking who somebody is needs both.
        scopes: &["users.read", "tweet.read"],
        client_authentication: PresetAuthentication::Basic,
        profile: Some(Pointers {
            subject: &["/data/id"],
            name: &["/data/name", "/data/username"],
            // There is none without a further scope, which X grants to some apps.
            email: &[],
            email_verified: &[],
            image: &["/data/profile_image_url"],
        }),
        source: "https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token",
        ..USUAL
    },
];
