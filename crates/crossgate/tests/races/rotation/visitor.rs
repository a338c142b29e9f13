//! Somebody who reads and writes all the time, at whichever gateway.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::balancer::{Balancer, Visit};
use crate::client::{Client, Heard};
use crate::people::{Person, TARGET};
use crate::tally::{Allowance, Tally};

/// Between two requests of one person.
const PAUSE: Duration = Duration::from_millis(20);

/// See the [module](self).
pub(super) struct Visitor {
    balancer: Arc<Balancer>,
    email: String,
    is_over: Arc<AtomicBool>,
    /// A connection to each gateway, and since when.
    clients: Vec<Option<(usize, Client)>>,
    /// As the last answer had it.
    csrf_token: String,
    tally: Tally,
}

impl Visitor {
    pub(super) fn new(balancer: Arc<Balancer>, email: String, is_over: Arc<AtomicBool>) -> Self {
        let clients = vec![None, None];
        Self { balancer, email, is_over, clients, csrf_token: String::new(), tally: Tally::default() }
    }

    /// Signs in after a while and goes on until all is over.
    pub(super) async fn visit(mut self, delay: Duration) -> Tally {
        tokio::time::sleep(delay).await;
        let balancer = Arc::clone(&self.balancer);
        let visit = balancer.send();
        let person = Person::sign_in(visit.door.clone(), &self.email).await;
        drop(visit);
        let mut number = 0_usize;
        while !self.is_over.load(Ordering::Relaxed) {
            let visit = balancer.send();
            let heard = self.ask(&visit, &person, number % 4 == 3).await;
            drop(visit);
            self.tally.judge(&person, &heard, Allowance::default());
            self.take_token(heard);
            number += 1;
            tokio::time::sleep(PAUSE).await;
        }
        if !person.is_signed_in(balancer.send().door.clone()).await {
            self.tally.sign_outs += 1;
            self.tally.violation(format!("{} was signed out", self.email));
        }
        self.tally
    }

    async fn ask(&mut self, visit: &Visit<'_>, person: &Person, changes: bool) -> Heard {
        let seat = &mut self.clients[visit.gateway];
        if seat.as_ref().is_none_or(|(epoch, _)| *epoch != visit.epoch) {
            *seat = Some((visit.epoch, Client::new(visit.door.clone())));
        }
        let client = &mut seat.as_mut().expect("it was just put there").1;
        match changes {
            true => client.change(TARGET, &person.cookie, &self.csrf_token).await,
            false => client.get(TARGET, &person.cookie).await,
        }
    }

    /// A page's script takes the token from whatever answer it got last.
    fn take_token(&mut self, heard: Heard) {
        if let Heard::Answer(answer) = heard
            && let Some(token) = answer.header("x-csrf-token")
        {
            self.csrf_token = token.to_owned();
        }
    }
}
