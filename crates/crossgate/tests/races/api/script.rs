//! How the API behaves when it is asked for new tokens.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::support::random::Random;

/// What becomes of one refresh.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Course {
    /// How long the answer takes.
    pub(crate) delay: Duration,
    /// Whether it makes the new tokens at the end of that time, and only if somebody still waits.
    pub(crate) renews_late: bool,
    /// Whether it closes the connection in place of an answer.
    pub(crate) is_lost: bool,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Script {
    /// Seconds that access tokens are good after the sign-in, and after a refresh.
    pub(crate) first_life: RangeInclusive<u64>,
    pub(crate) life: RangeInclusive<u64>,
    /// What becomes of the next ones.
    pub(crate) courses: VecDeque<Course>,
    /// All others take up to this long.
    pub(crate) longest: Duration,
    pub(crate) random: Random,
}

impl Script {
    /// Tokens that end at once and then are good for long; answers without delay.
    pub(crate) fn new(random: Random) -> Self {
        Self { first_life: 1..=1, life: 600..=600, courses: VecDeque::new(), longest: Duration::ZERO, random }
    }

    pub(crate) fn next_course(&mut self) -> Course {
        if let Some(course) = self.courses.pop_front() {
            return course;
        }
        let (delay, renews_late) = (self.random.moment(self.longest), self.random.below(2) == 0);
        Course { delay, renews_late, is_lost: false }
    }

    pub(crate) fn first_life(&mut self) -> u64 {
        self.random.within(&self.first_life)
    }

    pub(crate) fn life(&mut self) -> u64 {
        self.random.within(&self.life)
    }
}
