//! The process between `dev` and a command that it runs.
//!
//! It holds the reading end of a pipe to its starter. The pipe closes when the starter lets go of it, and also when the
//! starter dies in whatever way, so the command and all that it started always end with it.

use std::ffi::OsString;
use std::io::{ErrorKind, Read as _, stdin};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use super::arguments::SuperviseArguments;
use group::Group;

/// How long a command may take to end in good order.
const GRACE: Duration = Duration::from_secs(5);
/// Between two looks at whether everything is gone.
const PAUSE: Duration = Duration::from_millis(20);
/// What a shell answers for a program that does not exist.
const NOT_FOUND: u8 = 127;

/// Runs a command in a group of its own until it ends, or standard input does. Its status becomes ours.
pub(crate) fn supervise(arguments: &SuperviseArguments) -> ExitCode {
    let Some((program, rest)) = arguments.command.split_first() else { return ExitCode::from(NOT_FOUND) };
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null());
    match Group::start(&mut command) {
        Ok(group) => ExitCode::from(watch(group)),
        Err(error) => explain(program, &error),
    }
}

fn explain(program: &OsString, error: &std::io::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::NotFound => eprintln!("{} is not installed", program.display()),
        _ => eprintln!("{} cannot be started: {error}", program.display()),
    }
    ExitCode::from(NOT_FOUND)
}

fn watch(mut group: Group) -> u8 {
    let ending = group.ending();
    thread::spawn(move || {
        wait_for_end_of_input();
        ending.ask();
        thread::sleep(GRACE);
        ending.kill();
    });
    let status = group.wait();
    end_rest(&group);
    status
}

fn wait_for_end_of_input() {
    // An error means the same as the end: nobody is there any more.
    std::io::copy(&mut stdin().by_ref(), &mut std::io::sink()).unwrap_or_default();
}

/// Ends what a command has left behind.
fn end_rest(group: &Group) {
    let ending = group.ending();
    ending.ask();
    let mut waited = Duration::ZERO;
    while !group.is_gone() {
        if waited >= GRACE {
            return ending.kill();
        }
        thread::sleep(PAUSE);
        waited += PAUSE;
    }
}

#[cfg(unix)]
mod group {
    //! A process group: a command and everything that it starts.

    use std::io;
    use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
    use std::process::{Child, Command, ExitStatus};

    use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, test_kill_process_group, waitpgid};

    pub(super) struct Group(Child, Pid);

    #[derive(Clone, Copy)]
    pub(super) struct Ending(Pid);

    impl Group {
        pub(super) fn start(command: &mut Command) -> io::Result<Self> {
            adopt_orphans();
            let child = command.process_group(0).spawn()?;
            let id = Pid::from_child(&child);
            Ok(Self(child, id))
        }

        pub(super) fn wait(&mut self) -> u8 {
            self.0.wait().map_or(1, status_code)
        }

        pub(super) const fn ending(&self) -> Ending {
            Ending(self.1)
        }

        pub(super) fn is_gone(&self) -> bool {
            while let Ok(Some(_)) = waitpgid(self.1, WaitOptions::NOHANG) {}
            test_kill_process_group(self.1).is_err()
        }
    }

    /// A group that is gone already is what we want.
    impl Ending {
        pub(super) fn ask(self) {
            kill_process_group(self.0, Signal::TERM).unwrap_or_default();
        }

        pub(super) fn kill(self) {
            kill_process_group(self.0, Signal::KILL).unwrap_or_default();
        }
    }

    /// Processes of the group whose parent has ended become ours, so that we notice their end.
    fn adopt_orphans() {
        #[cfg(target_os = "linux")]
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).unwrap_or_default();
    }

    /// As a shell counts.
    fn status_code(status: ExitStatus) -> u8 {
        let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
    }
}

#[cfg(not(unix))]
mod group {
    //! Where there are no process groups, the command alone.

    use std::io;
    use std::process::Command;
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::Duration;

    const PAUSE: Duration = Duration::from_millis(50);

    pub(super) struct Group(Arc<Mutex<std::process::Child>>);

    #[derive(Clone)]
    pub(super) struct Ending(Arc<Mutex<std::process::Child>>);

    impl Group {
        pub(super) fn start(command: &mut Command) -> io::Result<Self> {
            command.spawn().map(|child| Self(Arc::new(Mutex::new(child))))
        }

        pub(super) fn wait(&mut self) -> u8 {
            loop {
                let ended = self.0.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
                match ended {
                    Ok(None) => std::thread::sleep(PAUSE),
                    Ok(Some(status)) => {
                        return status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
                    }
                    Err(_) => return 1,
                }
            }
        }

        pub(super) fn ending(&self) -> Ending {
            Ending(Arc::clone(&self.0))
        }

        pub(super) fn is_gone(&self) -> bool {
            true
        }
    }

    impl Ending {
        pub(super) fn ask(&self) {
            self.kill();
        }

        pub(super) fn kill(&self) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).kill().unwrap_or_default();
        }
    }
}
