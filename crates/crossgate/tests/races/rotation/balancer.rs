//! A load balancer, as far as it matters: who asks is sent to one gateway after the other, and to none that is about to
//! be restarted.

use std::sync::Mutex;
use std::time::Duration;

use crate::client::Door;

/// See the [module](self).
pub(crate) struct Balancer(Mutex<Vec<Seat>>);

struct Seat {
    door: Door,
    is_in: bool,
    /// How often it was taken out: older connections are of no use.
    epoch: usize,
    visits: usize,
    /// How often somebody was sent there.
    sent: usize,
}

/// One request that is under way.
pub(crate) struct Visit<'a> {
    balancer: &'a Balancer,
    pub(crate) gateway: usize,
    pub(crate) epoch: usize,
    pub(crate) door: Door,
}

impl Balancer {
    pub(crate) fn new(doors: Vec<Door>) -> Self {
        let seat = |door| Seat { door, is_in: true, epoch: 0, visits: 0, sent: 0 };
        Self(Mutex::new(doors.into_iter().map(seat).collect()))
    }

    /// Sends somebody to the gateway that has had the fewest visits.
    pub(crate) fn send(&self) -> Visit<'_> {
        let mut seats = self.0.lock().unwrap();
        let open = seats.iter_mut().enumerate().filter(|(_, seat)| seat.is_in);
        let (gateway, seat) = open.min_by_key(|(_, seat)| seat.sent).expect("a gateway is there");
        seat.visits += 1;
        seat.sent += 1;
        Visit { balancer: self, gateway, epoch: seat.epoch, door: seat.door.clone() }
    }

    /// Nobody is sent there any more; resolves when nobody is there either.
    pub(crate) async fn take_out(&self, gateway: usize) {
        self.0.lock().unwrap()[gateway].is_in = false;
        while self.0.lock().unwrap()[gateway].visits > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub(crate) fn put_back(&self, gateway: usize) {
        let mut seats = self.0.lock().unwrap();
        let fewest = seats.iter().map(|seat| seat.sent).max().unwrap_or_default();
        let seat = &mut seats[gateway];
        seat.is_in = true;
        seat.epoch += 1;
        seat.sent = fewest;
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.balancer.0.lock().unwrap()[self.gateway].visits -= 1;
    }
}
