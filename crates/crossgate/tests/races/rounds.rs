//! Tokens that live for a second or two, and people who ask at about the moment when they end. Some sign out meanwhile.

use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::api::{Api, Rotation, Script};
use crate::client::{Client, Door, Heard};
use crate::people::{Person, TARGET};
use crate::stage::Stage;
use crate::support::random::Random;
use crate::tally::{Allowance, Tally};
use crate::world::{World, wait_until};

/// Requests are spread over this long before a token's end, and after it.
const BEFORE: Duration = Duration::from_millis(450);
const AROUND: Duration = Duration::from_millis(700);
/// How long the rest of a sign-out may take: others hear of it, and the API is told.
const SETTLED: Duration = Duration::from_secs(1);

pub(crate) async fn scenario(stage: &mut Stage) {
    let script = Script {
        first_life: 1..=2,
        life: 1..=2,
        longest: Duration::from_millis(300),
        ..Script::new(stage.random.fork())
    };
    let world = Rc::new(World::new(Api::start(3, Rotation::Detecting, script)));
    let (people, rounds) = stage.size.of((12, 2), (40, 27));
    let local = tokio::task::LocalSet::new();
    let mut living = JoinSet::new();
    for number in 0..people {
        let mut life = Life {
            world: Rc::clone(&world),
            number,
            random: stage.random.fork(),
            leaving: stage.size.of(3, 12),
            tally: Tally::default(),
        };
        living.spawn_local_on(
            async move {
                life.live(rounds).await;
                life.tally
            },
            &local,
        );
    }
    local
        .run_until(async {
            while let Some(tally) = living.join_next().await {
                stage.tally.add(tally.unwrap());
            }
        })
        .await;
    stage.tally.settle(&world.api);
}

/// One person after the other, each for as long as they stay signed in.
struct Life {
    world: Rc<World>,
    number: u64,
    random: Random,
    /// One in so many rounds ends with a sign-out.
    leaving: u64,
    tally: Tally,
}

impl Life {
    async fn live(&mut self, rounds: usize) {
        // Not all at the same time.
        tokio::time::sleep(self.random.moment(Duration::from_secs(2))).await;
        let mut clients: Vec<Client> =
            self.world.doors().into_iter().cycle().take(9).map(Client::new).collect();
        let mut person = self.newcomer(0).await;
        for round in 1..=rounds {
            // Of one moment: a refresh that is still under way changes both.
            let (before, end) = self.world.api.book().newest_of(&person.email);
            wait_until(end.checked_sub(BEFORE).unwrap_or(end)).await;
            if self.random.below(self.leaving) == 0 {
                self.leave(&mut clients, &person).await;
                person = self.newcomer(round).await;
            } else {
                self.stay(&mut clients, &person, (before, end)).await;
            }
        }
    }

    async fn newcomer(&mut self, round: usize) -> Person {
        let door = self.some_door();
        Person::sign_in(door, &format!("{}.{round}.rounds@shop.example", self.number)).await
    }

    fn some_door(&mut self) -> Door {
        self.world.door(usize::try_from(self.random.below(3)).unwrap())
    }

    /// Some requests around the end of a token, and one after it: there is a new generation then.
    async fn stay(&mut self, clients: &mut [Client], person: &Person, (before, end): (usize, Instant)) {
        self.ask(clients, person, Allowance::default()).await;
        wait_until(end).await;
        let heard = clients[0].get(TARGET, &person.cookie).await;
        self.tally.judge(person, &heard, Allowance::default());
        if self.world.api.book().generation_of(&person.email) == before {
            self.tally.violation(format!("{} has no new tokens after {before}", person.email));
        }
    }

    /// Three to nine requests at random moments.
    async fn ask(&mut self, clients: &mut [Client], person: &Person, allowance: Allowance) {
        let count = usize::try_from(self.random.within(&(3..=9))).unwrap();
        let asking = clients.iter_mut().take(count).map(|client| {
            let moment = self.random.moment(AROUND);
            async move {
                tokio::time::sleep(moment).await;
                client.get(TARGET, &person.cookie).await
            }
        });
        for heard in join_all(asking).await {
            self.tally.judge(person, &heard, allowance);
        }
    }

    async fn leave(&mut self, clients: &mut [Client], person: &Person) {
        let (door, moment) = (self.some_door(), self.random.moment(AROUND));
        let allowance = Allowance { ended: Some("signed_out"), refused_by_api: true, ..Allowance::default() };
        let leaving = async {
            tokio::time::sleep(moment).await;
            person.sign_out(door).await.expect("a sign-out")
        };
        tokio::join!(self.ask(clients, person, allowance), leaving);
        tokio::time::sleep(SETTLED).await;
        self.tally.sign_outs += 1;
        for client in clients.iter_mut().take(3) {
            let heard = client.get(TARGET, &person.cookie).await;
            if !matches!(&heard, Heard::Answer(answer) if answer.status == 401) {
                self.tally.violation(format!("{} is still served: {heard:?}", person.email));
            }
        }
        if !self.world.api.book().is_revoked(&person.email) {
            self.tally.violation(format!("{}: the API still takes the newest refresh token", person.email));
        }
    }
}

/// All of them, side by side.
pub(crate) async fn join_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
