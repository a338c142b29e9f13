//! Sign-in with the API's own login, declared and not coded: build the request, judge the answer. No socket here.

mod call;
mod conditions;
mod judge;
mod person;
mod refresh;
mod settings;
mod tokens;

pub use call::{BodyTemplate, BuiltCall, CallError, CallTemplate};
pub use conditions::AnswerCondition;
pub use judge::{ApiAnswer, LoginFault, LoginOutcome, LoginRefusal, RefusalKind, SignedIn, judge_login};
pub use person::{PersonReading, SubjectReading, SubjectTemplate, SubjectTemplateError, UserSource};
pub use refresh::{RefreshFault, RefreshSettings, Renewal, judge_refresh};
pub use settings::{CredentialsSettings, Field, LoginReading, LoginSettings};
pub use tokens::TokenReading;
