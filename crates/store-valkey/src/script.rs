//! The scripts that run on the server, and how they are called.

use redis::Cmd;

/// A script: its text, and the hash that a server knows it by once it has seen the text.
#[derive(Debug)]
pub(crate) struct Script {
    hash: String,
    text: &'static str,
}

impl Script {
    fn new(text: &'static str) -> Self {
        Self { hash: redis::Script::new(text).get_hash().to_owned(), text }
    }
}

macro_rules! in_bucket {
    ($name:literal) => {
        Script::new(concat!(
            include_str!("scripts/bucket.lua"),
            include_str!(concat!("scripts/", $name, ".lua"))
        ))
    };
}

macro_rules! with_times {
    ($name:literal) => {
        Script::new(concat!(
            include_str!("scripts/time.lua"),
            include_str!(concat!("scripts/", $name, ".lua"))
        ))
    };
}

/// All scripts.
#[derive(Debug)]
pub(crate) struct Scripts {
    pub(crate) look: Script,
    pub(crate) claim: Script,
    pub(crate) create: Script,
    pub(crate) replace: Script,
    pub(crate) touch: Script,
    pub(crate) end: Script,
    pub(crate) end_unchanged: Script,
    pub(crate) end_person: Script,
    pub(crate) end_provider: Script,
    pub(crate) sweep: Script,
    pub(crate) count: Script,
    pub(crate) refund: Script,
    pub(crate) use_once: Script,
    pub(crate) take_lease: Script,
    pub(crate) renew_lease: Script,
    pub(crate) leave_lease: Script,
    pub(crate) add_key: Script,
    pub(crate) reseal_key: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            look: in_bucket!("look"),
            claim: Script::new(include_str!("scripts/claim.lua")),
            create: in_bucket!("create"),
            replace: in_bucket!("replace"),
            touch: in_bucket!("touch"),
            end: in_bucket!("end"),
            end_unchanged: in_bucket!("end_unchanged"),
            end_person: in_bucket!("end_person"),
            end_provider: in_bucket!("end_provider"),
            sweep: in_bucket!("sweep"),
            count: with_times!("count"),
            refund: with_times!("refund"),
            use_once: with_times!("use_once"),
            take_lease: with_times!("take_lease"),
            renew_lease: with_times!("renew_lease"),
            leave_lease: with_times!("leave_lease"),
            add_key: with_times!("add_key"),
            reseal_key: with_times!("reseal_key"),
        }
    }
}

/// A call of a script.
#[derive(Debug)]
pub(crate) struct ScriptCall<'a> {
    pub(crate) script: &'a Script,
    pub(crate) keys: Vec<Vec<u8>>,
    pub(crate) arguments: Vec<Vec<u8>>,
}

impl ScriptCall<'_> {
    /// The call by hash, which is short.
    pub(crate) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// The call with the text, for a server that has not seen it. It knows the hash afterwards.
    pub(crate) fn with_text(&self) -> Cmd {
        self.command("EVAL", self.script.text)
    }

    fn command(&self, verb: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(verb);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}
