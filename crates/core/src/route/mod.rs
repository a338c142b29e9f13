//! Who may ask for what: rules, the table they form, and the decision it makes.

mod decision;
mod question;
mod requirements;
mod rule;
mod survey;
mod table;

pub use decision::{Endpoint, Forward, PageBefore, RouteDecision, RouteRefusal, RouteTarget};
pub use question::RouteQuestion;
pub use rule::{Access, ClaimRequirement, MethodSet, RouteRule};
pub use survey::{Named, Possible, Ruling};
pub use table::{ActionPolicy, ApiRoutes, OursAlone, PageDefault, PageRoutes, RouteTable};
