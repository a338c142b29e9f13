//! What is started below a supervisor ends with its starter.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, test_kill_process};

fn supervise(command: &[&str]) -> Command {
    let mut supervisor = Command::new(env!("CARGO_BIN_EXE_xtask"));
    supervisor.args(["supervise", "--"]).args(command);
    supervisor.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    supervisor
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// Waits for the end while the pipe stays open.
fn exit_code(child: &mut Child) -> Option<i32> {
    let _pipe = child.stdin.take();
    child.wait().unwrap().code()
}

fn is_alive(pid: &str) -> bool {
    test_kill_process(Pid::from_raw(pid.parse().unwrap()).unwrap()).is_ok()
}

#[test]
fn a_program_and_its_children_end_when_the_starter_lets_go() {
    let mut supervisor = supervise(&["sh", "-c", "sleep 1000 & echo $!; wait"]).spawn().unwrap();
    let grandchild = first_line(&mut supervisor);
    assert!(is_alive(&grandchild));
    drop(supervisor.stdin.take());
    assert_eq!(supervisor.wait().unwrap().code(), Some(128 + 15));
    assert!(!is_alive(&grandchild));
}

#[test]
fn what_a_program_leaves_behind_ends_with_it() {
    let mut supervisor = supervise(&["sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!"]).spawn().unwrap();
    let orphan = first_line(&mut supervisor);
    assert_eq!(exit_code(&mut supervisor), Some(0));
    assert!(!is_alive(&orphan));
}

/// Holds the only writing end of a pipe whose reading end is the supervisor's standard input.
const STARTER: &str = r#"
    mkfifo "$PIPE"
    exec 4<>"$PIPE" 3<"$PIPE"
    "$XTASK" supervise -- sh -c 'echo $$; exec sleep 1000' <&3 4>&- &
    wait
"#;

#[test]
fn everything_ends_when_the_starter_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut starter = Command::new("sh");
    starter
        .args(["-c", STARTER])
        .env("PIPE", folder.path().join("pipe"))
        .env("XTASK", env!("CARGO_BIN_EXE_xtask"));
    let mut starter = starter.stdout(Stdio::piped()).spawn().unwrap();
    let program = first_line(&mut starter);
    assert!(is_alive(&program));
    starter.kill().unwrap();
    starter.wait().unwrap();
    // The supervisor's copy of our pipe closes when it has ended.
    std::io::copy(starter.stdout.as_mut().unwrap(), &mut std::io::sink()).unwrap();
    assert!(!is_alive(&program));
}

#[test]
fn the_exit_code_is_the_programs() {
    assert_eq!(exit_code(&mut supervise(&["sh", "-c", "exit 7"]).spawn().unwrap()), Some(7));
}

#[test]
fn a_missing_program_is_said_to_be_missing() {
    let output = supervise(&["no-such-program-anywhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "no-such-program-anywhere is not installed\n");
}
