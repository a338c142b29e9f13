//! OpenID Providers. Everything but the issuer comes from their discovery documents; `hosts` are those that the
//! documents name.

use crossgate_core::provider::{CodeChallengeUse, ResponseMode, UserInfoUse};

use super::{
    IssuerSource, Placeholder, PlaceholderForm, Preset, PresetAuthentication, PresetProtocol,
    USUAL_PARAMETERS, USUAL_SCOPES,
};

/// What most of them have in common.
const USUAL: Preset = Preset {
    id: "",
    name: "",
    protocol: PresetProtocol::OpenId { issuer: IssuerSource::Fixed(""), user_info: UserInfoUse::WhenNeeded },
    hosts: &[],
    host_of_operator: None,
    scopes: USUAL_SCOPES,
    parameters: &[],
    allowed_parameters: USUAL_PARAMETERS,
    client_authentication: PresetAuthentication::Basic,
    response_mode: ResponseMode::Query,
    code_challenge: CodeChallengeUse::S256,
    profile: None,
    sign_out_there: false,
    source: "",
};

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "google",
        name: "Google",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Fixed("https://accounts.google.com"),
            user_info: UserInfoUse::WhenNeeded,
        },
        // Token and revocation endpoint; key set; UserInfo endpoint.
        hosts: &["oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"],
        // `hd` only narrows the choice of accounts; who needs it enforced checks the claim of the same name.
        allowed_parameters: &["login_hint", "prompt", "ui_locales", "hd"],
        source: "https://developers.google.com/identity/openid-connect/reference",
        ..USUAL
    },
    Preset {
        id: "auth0",
        name: "Auth0",
        protocol: PresetProtocol::OpenId {
            // The issuer ends in a slash, and is compared with it.
            issuer: IssuerSource::Made {
                key: Placeholder { key: "domain", form: PlaceholderForm::Host, example: "shop.eu.auth0.com" },
                pattern: "https://{}/",
                optional: None,
            },
            user_info: UserInfoUse::WhenNeeded,
        },
        sign_out_there: true,
        source: "https://auth0.com/docs/get-started/applications/configure-applications-with-oidc-discovery",
        ..USUAL
    },
    Preset {
        id: "entra",
        name: "Microsoft",
        protocol: PresetProtocol::OpenId {
            // The documents of `common`, `organizations` and `consumers` do not name the issuer that tokens have.
            issuer: IssuerSource::Made {
                key: Placeholder {
                    key: "tenant",
                    form: PlaceholderForm::Tenant,
                    example: "8eaef023-2b34-4da1-9baa-8bc8c9d6a490",
                },
                pattern: "https://login.microsoftonline.com/{}/v2.0",
                optional: None,
            },
            // The ID token says more than the UserInfo endpoint. No address is called verified: an administrator
            // of a tenant can write any address into a profile.
            user_info: UserInfoUse::WhenNeeded,
        },
        // UserInfo endpoint.
        hosts: &["graph.microsoft.com"],
        client_authentication: PresetAuthentication::Post,
        allowed_parameters: &["login_hint", "prompt", "ui_locales", "domain_hint"],
        source: "https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc",
        ..USUAL
    },
    Preset {
        id: "apple",
        name: "Apple",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Fixed("https://appleid.apple.com"),
            // There is no such endpoint. `email_verified` comes as true or as "true". The name stands in no claim:
            // Apple posts it beside the first answer only.
            user_info: UserInfoUse::Never,
        },
        scopes: &["openid", "email", "name"],
        allowed_parameters: &[],
        client_authentication: PresetAuthentication::SignedSecret("https://appleid.apple.com"),
        // Required as soon as a scope is asked for.
        response_mode: ResponseMode::FormPost,
        source: "https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-sign-in-with-apple-server.",
        ..USUAL
    },
    Preset {
        id: "gitlab",
        name: "GitLab",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Usual("https://gitlab.com"),
            user_info: UserInfoUse::WhenNeeded,
        },
        allowed_parameters: &[],
        source: "https://docs.gitlab.com/integration/openid_connect_provider/",
        ..USUAL
    },
    Preset {
        id: "slack",
        name: "Slack",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Fixed("https://slack.com"),
            user_info: UserInfoUse::WhenNeeded,
        },
        // From a client with a secret it takes no `code_verifier`; the nonce binds its answer to us.
        code_challenge: CodeChallengeUse::RefusedThere,
        allowed_parameters: &["team"],
        client_authentication: PresetAuthentication::Post,
        source: "https://docs.slack.dev/authentication/sign-in-with-slack/",
        ..USUAL
    },
    Preset {
        id: "okta",
        name: "Okta",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Made {
                key: Placeholder { key: "domain", form: PlaceholderForm::Host, example: "shop.okta.com" },
                pattern: "https://{}",
                optional: Some((
                    Placeholder {
                        key: "authorization_server",
                        form: PlaceholderForm::Segment,
                        example: "default",
                    },
                    "/oauth2/{}",
                )),
            },
            user_info: UserInfoUse::WhenNeeded,
        },
        sign_out_there: true,
        source: "https://developer.okta.com/docs/concepts/auth-servers/",
        ..USUAL
    },
    Preset {
        id: "keycloak",
        name: "Keycloak",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Written("https://id.example.com/realms/shop"),
            user_info: UserInfoUse::WhenNeeded,
        },
        sign_out_there: true,
        source: "https://www.keycloak.org/securing-apps/oidc-layers",
        ..USUAL
    },
    Preset {
        id: "cognito",
        name: "Amazon Cognito",
        protocol: PresetProtocol::OpenId {
            issuer: IssuerSource::Written(
                "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
            ),
            // `email_verified` comes as a text.
            user_info: UserInfoUse::WhenNeeded,
        },
        // All endpoints but the key set are on the domain of the user pool.
        host_of_operator: Some("shop.auth.eu-central-1.amazoncognito.com"),
        allowed_parameters: &["login_hint", "prompt", "lang", "identity_provider"],
        // Its /logout wants `logout_uri` and knows no `post_logout_redirect_uri`: browsers would end at an error.
        sign_out_there: false,
        source: "https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html",
        ..USUAL
    },
];
