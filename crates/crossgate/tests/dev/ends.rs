//! Everything begins and ends together.

use crate::house::{Ground, Watcher, provider_tokens};

fn watchers(ground: &Ground) -> [Watcher; 2] {
    // The API is a process that the app started, not `dev`.
    [Watcher::of(ground.app_port), Watcher::of(ground.api_port)]
}

#[test]
fn ctrl_c_ends_the_commands_and_what_they_started() {
    let ground = Ground::new(&provider_tokens());
    for signal in ["-INT", "-TERM"] {
        let mut dev = ground.open(&[]);
        let watchers = watchers(&ground);
        dev.signal(signal);
        assert!(dev.wait().success(), "{signal}: {}", dev.said);
        for watcher in watchers {
            assert!(watcher.sees_the_end(), "{signal}");
        }
    }
}

#[test]
fn nothing_outlives_a_dev_that_is_killed() {
    let ground = Ground::new(&provider_tokens());
    let dev = ground.open(&[]);
    let watchers = watchers(&ground);
    dev.signal("-KILL");
    for watcher in watchers {
        assert!(watcher.sees_the_end());
    }
}

#[test]
fn a_command_that_ends_by_itself_ends_everything_with_its_status() {
    let ground = Ground::new(&provider_tokens());
    let made = std::process::Command::new("mkfifo").arg(ground.path("gate")).status();
    assert!(made.unwrap().success());
    let mut dev = ground.open(&["--run", "helper=read go < gate; echo out; echo err >&2; exit 7"]);
    let watchers = watchers(&ground);
    std::fs::write(ground.path("gate"), "go\n").unwrap();
    assert_eq!(dev.wait().code(), Some(7), "{}", dev.said);
    for line in
        ["helper    | out", "helper    | err", "helper has ended with status 7, and so everything ends"]
    {
        assert!(dev.said.contains(line), "{line:?} in\n{}", dev.said);
    }
    for watcher in watchers {
        assert!(watcher.sees_the_end());
    }
}

#[test]
fn a_command_that_does_not_exist_is_said() {
    let ground = Ground::new(&provider_tokens());
    let output = ground.ends(&["--", "no-such-program-anywhere"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(127), "{said}");
    assert!(said.contains("app       | no-such-program-anywhere is not installed"), "{said}");
}

#[test]
fn an_app_that_says_another_port_is_told_how_to_go_on() {
    let ground = Ground::new(&provider_tokens()).with("SAID_PORT", "3999");
    let mut dev = ground.launch(&[]);
    dev.wait_for("write url = \"http://localhost:3999\" in [app]");
    let wanted = format!("listens on port 3999, but [app] says http://127.0.0.1:{}", ground.app_port);
    assert!(dev.said.contains(&wanted), "{}", dev.said);
}

#[test]
fn an_app_from_before_is_noticed() {
    let ground = Ground::new(&provider_tokens());
    let _before = std::net::TcpListener::bind(("127.0.0.1", ground.app_port)).unwrap();
    let mut dev = ground.launch(&[]);
    dev.wait_for("answers at http://127.0.0.1:");
    dev.wait_for("if it is an app from before, stop it");
}
