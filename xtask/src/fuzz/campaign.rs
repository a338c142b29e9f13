//! Running targets until their time is up.
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::output::{Round, is_progress};
use super::report::Finding;
use super::{BUILDS, FOLDER, tools};
use crate::workspace::Workspace;

/// Larger inputs are slower and find nothing more.
const LARGEST_INPUT: &str = "-max_len=4096";
/// An input that takes longer, in seconds, is a finding.
const LONGEST_INPUT: &str = "-timeout=10";
/// Runs a program, and says at the end how much processor time it used.
const TIMED: &str = "\"$@\" 2>&1; status=$?; times; exit $status";
/// Processor time that is not worth another round, which begins with all that was found before.
const LEAST: Duration = Duration::from_secs(1);

/// Built targets.
pub(super) struct Campaign<'a> {
    workspace: &'a Workspace,
    programs: PathBuf,
    /// Processor time of each target.
    duration: Duration,
}

impl<'a> Campaign<'a> {
    /// Builds all targets, which is as quick as building one.
    pub(super) fn prepare(workspace: &'a Workspace, duration: Duration) -> Result<Self> {
        let builds = workspace.path(BUILDS);
        let mut command = workspace.shell.command("cargo");
        command.current_dir(workspace.path("")).env("CARGO_TARGET_DIR", &builds);
        command.args(["+nightly", "fuzz", "build", "--features", "libfuzzer"]);
        workspace.shell.run(&mut command, "the fuzz targets do not build")?;
        let programs = builds.join(tools::host()?).join("release");
        Ok(Self { workspace, programs, duration })
    }

    /// So many at a time, in the order in which they are given.
    pub(super) fn run(&self, targets: &[String], jobs: usize) -> Result<Vec<Finding>> {
        let waiting = Mutex::new(targets.iter());
        let work = || -> Result<Vec<Finding>> {
            let next = || waiting.lock().ok()?.next();
            std::iter::from_fn(next).map(|name| self.run_one(name)).collect()
        };
        let found: Result<Vec<Vec<Finding>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            let ended = threads.into_iter().map(|thread| thread.join());
            ended.map(|found| found.map_err(|_| anyhow!("a thread broke"))?).collect()
        });
        let mut found: Vec<Finding> = found?.into_iter().flatten().collect();
        found.sort_by(|one, other| one.target.cmp(&other.target));
        Ok(found)
    }

    /// The fuzzer counts the time of the wall, so it goes on until the processor has worked for as long.
    fn run_one(&self, target: &str) -> Result<Finding> {
        println!("\n── {target}");
        let mut finding = Finding::new(target, self.programs.join(target));
        while finding.is_well() && self.duration.saturating_sub(finding.spent) >= LEAST {
            let left = self.duration.saturating_sub(finding.spent);
            let round = self.round(target, left)?;
            if round.spent < LEAST && round.is_well() {
                break;
            }
            finding.add(round);
        }
        Ok(finding)
    }

    fn round(&self, target: &str, duration: Duration) -> Result<Round> {
        let folder = |kind: &str| self.workspace.path(FOLDER).join(kind).join(target);
        let [corpus, artefacts] = ["corpus", "artifacts"].map(folder);
        std::fs::create_dir_all(&corpus)?;
        std::fs::create_dir_all(&artefacts)?;
        let mut command: Command = self.workspace.shell.command("sh");
        command.args(["-c", TIMED, "fuzz"]).arg(self.programs.join(target));
        command.arg(format!("-max_total_time={}", duration.as_secs().max(1)));
        command.args([LARGEST_INPUT, LONGEST_INPUT, "-print_final_stats=1"]);
        command.arg(format!("-artifact_prefix={}/", artefacts.display()));
        command.arg(corpus).arg(folder("seeds"));
        // As cargo-fuzz sets it: the standard library is there twice.
        command.env("ASAN_OPTIONS", "detect_odr_violation=0");
        let (is_success, lines) = self.workspace.shell.run_and_sift(&mut command, is_progress)?;
        Ok(Round::read(is_success, &lines))
    }
}
