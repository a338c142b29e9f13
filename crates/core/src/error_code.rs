//! The closed list of error codes that people and programs see. Documented in `docs/reference/error-codes.md`.

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $message:literal;)+) => {
        /// A stable code. What it means to HTTP is decided at the edge.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $doc])+ $variant,)+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it is written in answers and logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// A sentence for the person that gives nothing away.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }
        }
    };
}

error_codes! {
    /// The request's framing is ambiguous or malformed.
    BadFraming = "bad_framing", "The request could not be understood.";
    /// The request target is ambiguous or malformed.
    BadTarget = "bad_target", "The address of the request could not be understood.";
    /// The request is for a host we are not.
    WrongHost = "wrong_host", "This address is not served here.";
    /// Header lines are too long or too many.
    HeadTooLarge = "head_too_large", "The request's headers are too large.";
    /// The body is larger than the route allows.
    BodyTooLarge = "body_too_large", "The request's body is too large.";
    /// Nothing of the body came for too long.
    BodyTooSlow = "body_too_slow", "The request's body did not arrive in time.";
    /// The body is not of the form its content type promises.
    MalformedBody = "malformed_body", "The request's body could not be understood.";
    /// The body's content type is not accepted here.
    UnsupportedMediaType = "unsupported_media_type", "The request's content type is not accepted here.";
    /// The method is not allowed here.
    MethodNotAllowed = "method_not_allowed", "The method is not allowed here.";
    /// There is nothing here.
    NotFound = "not_found", "There is nothing at this address.";
    /// A way to ask for a protected page that is not known.
    UnknownTransport = "unknown_transport", "There is nothing at this address.";
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", "Please sign in.";
    /// The session has passed a time limit or was ended.
    SessionEnded = "session_ended", "Your session has ended. Please sign in again.";
    /// The API's token has ended and cannot be renewed.
    TokenExpired = "token_expired", "Your session with the service has ended. Please sign in again.";
    /// The API's token has ended, and whoever renews it does not answer.
    TokenUnavailable = "token_unavailable", "The service is not available at the moment. Please try again shortly.";
    /// The person lacks a claim that the route asks for.
    Forbidden = "forbidden", "You do not have access to this.";
    /// A state-changing request without a CSRF token.
    CsrfMissing = "csrf_missing", "The request could not be verified. Please reload the page and try again.";
    /// A state-changing request with a CSRF token of another browser or session.
    CsrfInvalid = "csrf_invalid", "The request could not be verified. Please reload the page and try again.";
    /// A state-changing request from another site.
    CsrfOrigin = "csrf_origin", "The request did not come from this site.";
    /// Wrong credentials.
    InvalidCredentials = "invalid_credentials", "Sign-in failed. Check what you entered and try again.";
    /// The account may not sign in.
    AccountLocked = "account_locked", "This account cannot sign in now.";
    /// Too many failed attempts.
    TooManyAttempts = "too_many_attempts", "Too many attempts. Please wait a little and try again.";
    /// A field of the sign-in form is missing.
    MissingField = "missing_field", "Please fill in every field.";
    /// The API asks for one more step.
    SecondStep = "second_step", "One more step is needed to sign in.";
    /// A second step without a first one of this browser, or too late.
    SecondStepExpired = "second_step_expired", "This sign-in took too long, or was started elsewhere. Please start again.";
    /// The API's login cannot be reached or fails.
    SignInUnavailable = "sign_in_unavailable", "Sign-in is not available at the moment. Please try again shortly.";
    /// The API's login answers something that the configuration does not cover.
    SignInMisconfigured = "sign_in_misconfigured", "Sign-in does not work at the moment. The operator has been told why.";
    /// The answer of a provider belongs to no sign-in that this browser began.
    SignInNotBegunHere = "sign_in_not_begun_here", "This sign-in was not started in this browser, or was finished already. Please start again.";
    /// The person took too long at the provider.
    SignInExpired = "sign_in_expired", "This sign-in took too long. Please start again.";
    /// The person, or the provider, declined.
    ProviderDenied = "provider_denied", "The sign-in was cancelled.";
    /// The provider answered with an error.
    ProviderRefused = "provider_refused", "The sign-in provider could not complete the sign-in. Please try again.";
    /// The provider cannot be reached or fails.
    ProviderUnavailable = "provider_unavailable", "The sign-in provider does not answer at the moment. Please try again shortly, or choose another way to sign in.";
    /// The provider's answer failed a check.
    ProviderInvalid = "provider_invalid", "The sign-in provider's answer could not be trusted. Nobody was signed in.";
    /// The provider and the configuration do not fit together.
    ProviderMisconfigured = "provider_misconfigured", "Sign-in with this provider does not work at the moment. The operator has been told why.";
    /// The API does not let this person in.
    AccountRefused = "account_refused", "This account cannot be used here.";
    /// The account cannot be linked.
    LinkRefused = "link_refused", "The account could not be linked.";
    /// A provider's logout token failed a check.
    LogoutTokenInvalid = "logout_token_invalid", "The logout token is not valid.";
    /// An API that asks about a token did not prove who it is (RFC 6749 §5.2).
    InvalidClient = "invalid_client", "The client could not be verified.";
    /// The API that says which claims the app's token has does not.
    ClaimsUnavailable = "claims_unavailable", "This cannot be changed at the moment. Please try again shortly.";
    /// The session store does not answer.
    StoreUnavailable = "store_unavailable", "The service is busy. Please try again shortly.";
    /// The app or API cannot be reached.
    UpstreamUnreachable = "upstream_unreachable", "The service cannot be reached at the moment.";
    /// The app or API took too long.
    UpstreamTimeout = "upstream_timeout", "The service took too long to answer.";
    /// The app or API answered something that is not HTTP as we accept it.
    UpstreamInvalid = "upstream_invalid", "The service gave an answer that could not be used.";
    /// Too many connections.
    Busy = "busy", "The service is busy. Please try again shortly.";
    /// A fault of ours.
    Internal = "internal", "Something went wrong on our side.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }
}
