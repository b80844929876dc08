//! A steady stream of questions by polling: what each costs while there is little to do, which is nearly always. Another
//! build of the program can be measured beside this one, in turns, because a machine is not equally fast all day.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::process::Command;

use super::{Service, cpu, fixture, say, service, until};

/// How many questions are asked.
const QUESTIONS: usize = 1_000;
/// How many of each chat's are under way: a person asks now and then.
const CHATS: usize = 500;
/// How long the bot is left alone after its start, until what it does once is done.
const SETTLE: Duration = Duration::from_secs(2);

/// What is measured.
pub(super) struct Plan<'a> {
    /// How many questions a second.
    pub(super) rate: u32,
    /// Another build of the program, measured in turns with this one.
    pub(super) against: Option<&'a Path>,
    /// How often each is measured.
    pub(super) rounds: usize,
}

/// Measures and prints the processor time of the bot alone, a line a round, and the median of each program.
pub(super) async fn run(plan: Plan<'_>, asks: &[String], content: &Path) -> anyhow::Result<()> {
    let this = std::env::current_exe().context("failed to find this program")?;
    let mut programs = vec![(this, vec!["bench", "--bot"], Vec::new())];
    // An earlier build may not know how to be a bot that is measured.
    programs.extend(plan.against.map(|other| (other.to_owned(), vec!["serve"], Vec::new())));
    for _ in 0..plan.rounds {
        for (program, arguments, took) in &mut programs {
            let seconds = one(program, arguments, plan.rate, asks, content).await?;
            say(&format!("{}: {QUESTIONS} questions at {} a second: {seconds:.2} s", program.display(), plan.rate))?;
            took.push(seconds);
        }
    }
    let medians: Vec<f64> = programs.into_iter().map(|(.., took)| median(took)).collect();
    say(&format!("processor time of {QUESTIONS} questions at {} a second by polling: {:.2} s", plan.rate, medians[0]))?;
    if let Some(other) = medians.get(1) {
        say(&format!("the other program: {other:.2} s; this one takes {:.2} of it", medians[0] / other))?;
    }
    Ok(())
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_unstable_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or_default()
}

/// The processor time, in seconds, that a bot of its own takes for the stream, until the last answer.
async fn one(program: &PathBuf, arguments: &[&str], rate: u32, asks: &[String], content: &Path) -> anyhow::Result<f64> {
    let service = Service::start().await?;
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    let mut bot = Command::new(program)
        .args(arguments)
        .envs(fixture((&service.url, service::TOKEN), &folder, content))
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("failed to start `{}`", program.display()))?;
    let id = bot.id().context("the bot has ended")?;
    until("the first getUpdates", || service.talk().polls > 0).await?;
    tokio::time::sleep(SETTLE).await;
    let (before, begun) = (cpu(id)?, Instant::now());
    for n in 0..QUESTIONS {
        let due = begun + Duration::from_secs_f64(f64::from(u32::try_from(n)?) / f64::from(rate));
        tokio::time::sleep_until(due.into()).await;
        let number = n % asks.len();
        service.talk().ask(i64::try_from(n % CHATS)? + 1, number, &asks[number])?;
        service.wake();
    }
    until("all answers", || service.talk().answered >= QUESTIONS).await?;
    let took = cpu(id)? - before;
    bot.kill().await.context("failed to end the bot")?;
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_that_took_long() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).abs() < f64::EPSILON);
    }
}
