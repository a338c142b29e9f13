//! What may be used only once.

use crossgate_core::time::Timestamp;
use crossgate_store::{FirstUse, ReplayStore, StoreError, StoreFuture, UseName};

use crate::ValkeyStore;
use crate::keeper::Keeper;
use crate::link::Again;
use crate::values;

impl ReplayStore for ValkeyStore {
    fn use_once(&self, name: UseName, until: Timestamp, now: Timestamp) -> StoreFuture<'_, FirstUse> {
        self.ask(move |keeper| async move { keeper.use_once(name, until, now).await })
    }

    fn was_used(&self, name: UseName, now: Timestamp) -> StoreFuture<'_, bool> {
        self.ask(move |keeper| async move { keeper.was_used(name, now).await })
    }
}

impl Keeper {
    async fn use_once(
        &self,
        name: UseName,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<FirstUse, StoreError> {
        let arguments =
            vec![values::time(until).into(), values::time(now).into(), values::lifetime(until, now)];
        let keys = vec![self.names.alone("used", name.as_bytes())];
        let first = self.run(&self.scripts.use_once, keys, arguments, Again::Doubtful).await?;
        Ok(if values::number(&first)? == 1 { FirstUse::Yes } else { FirstUse::No })
    }

    async fn was_used(&self, name: UseName, now: Timestamp) -> Result<bool, StoreError> {
        let mut command = redis::cmd("GET");
        command.arg(self.names.alone("used", name.as_bytes()));
        let until = values::some_bytes(self.read(command).await?)?;
        Ok(until.map(|until| values::time_of(&until)).transpose()?.is_some_and(|until| until > now))
    }
}
