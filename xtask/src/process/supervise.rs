//! The process between this tool and a program that it starts.
//!
//! It holds the reading end of a pipe to its starter. The pipe closes when the starter lets go of it and
//! also when the starter dies in whatever way, so the program and all it started always end with it.
use std::ffi::OsString;
use std::io::{ErrorKind, Read, stdin};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, test_kill_process_group, waitpgid};

/// How long a program may take to end in good order.
const GRACE: Duration = Duration::from_secs(8);
const PAUSE: Duration = Duration::from_millis(20);
/// What a shell answers for a program that does not exist.
const NOT_FOUND: u8 = 127;

/// Runs a command in a process group of its own until it ends or standard input does.
pub(crate) fn supervise(command: &[OsString]) -> Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else { return Ok(ExitCode::from(NOT_FOUND)) };
    adopt_orphans();
    let started = Command::new(program).args(arguments).stdin(Stdio::null()).process_group(0).spawn();
    match started {
        Ok(child) => Ok(exit_code(watch(child)?)),
        Err(error) => Ok(explain(program, &error)),
    }
}

fn explain(program: &OsString, error: &std::io::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::NotFound => eprintln!("{} is not installed", program.display()),
        _ => eprintln!("{} cannot be started: {error}", program.display()),
    }
    ExitCode::from(NOT_FOUND)
}

/// Processes of the group whose parent has ended become ours, so that we notice their end.
fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).unwrap_or_default();
}

fn watch(mut child: Child) -> Result<ExitStatus> {
    let group = Pid::from_child(&child);
    thread::spawn(move || {
        wait_for_end_of_input();
        signal(group, Signal::TERM);
        thread::sleep(GRACE);
        signal(group, Signal::KILL);
    });
    let status = child.wait()?;
    end_rest(group);
    Ok(status)
}

fn wait_for_end_of_input() {
    // An error means the same as the end: nobody is there any more.
    std::io::copy(&mut stdin().by_ref(), &mut std::io::sink()).unwrap_or_default();
}

/// Ends what a program has left behind in its group.
fn end_rest(group: Pid) {
    signal(group, Signal::TERM);
    let deadline = Instant::now() + GRACE;
    while !is_gone(group) {
        if Instant::now() > deadline {
            return signal(group, Signal::KILL);
        }
        thread::sleep(PAUSE);
    }
}

fn is_gone(group: Pid) -> bool {
    while let Ok(Some(_)) = waitpgid(group, WaitOptions::NOHANG) {}
    test_kill_process_group(group).is_err()
}

/// A group that is gone already is what we want.
fn signal(group: Pid, signal: Signal) {
    kill_process_group(group, signal).unwrap_or_default();
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
