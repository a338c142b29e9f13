//! Sign-in with the API's own login, declared and not coded: build the request, judge the answer. No socket here.

mod call;
mod conditions;
mod fields;
mod judge;
mod pending_step;
mod person;
mod prepare;
mod profile;
mod refresh;
mod second_step;
mod settings;
mod tokens;
mod values;

pub use call::{BasicTemplate, BodyTemplate, BuiltCall, CallError, CallTemplate};
pub use conditions::AnswerCondition;
pub use fields::{Field, login_name_of};
pub use judge::{Accepted, AnswerFault, ApiAnswer, LoginOutcome, LoginRefusal, RefusalKind, judge_login};
pub use pending_step::{PendingStep, PendingStepError, STEP_LIFETIME, StepPlace, StepStart};
pub use person::{PersonReading, SubjectReading, UserSource};
pub use prepare::{PrepareSettings, judge_prepare};
pub use profile::{ProfileOutcome, ProfileSettings, judge_profile};
pub use refresh::{RefreshFault, RefreshSettings, Renewal, judge_refresh};
pub use second_step::{Challenge, SecondStepSettings};
pub use settings::{CredentialsSettings, LoginReading, LoginSettings, RefusalReading};
pub use tokens::{TokenReading, time_of};
pub use values::{ReadValues, ValueSource, ValueSources};
