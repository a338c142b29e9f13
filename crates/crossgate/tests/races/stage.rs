//! What a scenario is played with, and how it ends.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::support::random::{self, Random};
use crate::tally::Tally;

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Enough to see that nothing is broken.
    Quick,
    /// What a release needs.
    Full,
}

impl Size {
    /// The one or the other.
    pub(crate) const fn of<T: Copy>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// What is asked for from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) size: Size,
    pub(crate) seed: usize,
    only: Option<&'static str>,
}

impl Setting {
    pub(crate) fn from_environment() -> Self {
        let variable = |name| std::env::var(name).ok();
        let is_full = variable("CROSSGATE_RACES").is_some_and(|size| size == "full");
        let seed = variable("CROSSGATE_RACES_SEED").map(|seed| seed.parse().expect("it is a number"));
        let only = variable("CROSSGATE_RACES_ONLY").map(|name| &*name.leak());
        let size = if is_full { Size::Full } else { Size::Quick };
        Self { size, seed: seed.unwrap_or_else(random::seed), only }
    }

    pub(crate) fn is_chosen(&self, name: &str) -> bool {
        self.only.is_none_or(|only| only == name)
    }
}

/// See the [module](self).
pub(crate) struct Stage {
    pub(crate) size: Size,
    pub(crate) random: Random,
    pub(crate) tally: Tally,
}

/// Plays a scenario from its beginning to its end.
pub(crate) fn play(setting: Setting, scenario: impl AsyncFnOnce(&mut Stage)) -> Tally {
    raise_descriptor_limit();
    let random = Random::new(setting.seed as u64);
    let mut stage = Stage { size: setting.size, random, tally: Tally::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(scenario(&mut stage));
    stage.tally
}

/// A thousand connections on both sides of the API and of the gateways are more than many systems allow at first.
fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}
