//! What is wrong with the store until somebody mends it by hand: its file is gone from under the bot, or damaged. Whoever
//! asks whether the bot is ready is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::{Error, Trouble};

/// How often the file under the running bot is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What became of the file under the running bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Loss {
    /// There is none by its name any more.
    Deleted,
    /// Another lies there.
    Replaced,
    /// It is shorter than it was.
    Cut,
}

impl Loss {
    /// What happened, for people.
    pub(in crate::store) fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "was deleted",
            Self::Replaced => "was replaced by another",
            Self::Cut => "was cut short",
        }
    }
}

/// What is known to be wrong; all that use the database share it.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Condition(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    loss: Option<Loss>,
    /// What the database said.
    damage: Option<Arc<str>>,
}

impl Condition {
    /// What became of the file, if it is gone: what would be written into it is lost.
    pub(in crate::store) fn loss(&self) -> Option<Loss> {
        self.state().loss
    }

    /// What the database said when it met a damaged page; it is not forgotten before the next start.
    pub(in crate::store) fn damage(&self) -> Option<Arc<str>> {
        self.state().damage.clone()
    }

    /// Takes note of an error that tells of damage.
    pub(in crate::store) fn note<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Database(error)) = &result
            && Trouble::of(error) == Trouble::Damaged
        {
            let mut state = self.state();
            if state.damage.is_none() {
                tracing::error!(
                    "the store is damaged: {error}; stop the bot, and restore a backup with `wengu restore`"
                );
                state.damage = Some(error.to_string().into());
            }
        }
        result
    }

    fn set_loss(&self, loss: Option<Loss>, path: &Path) {
        let before = std::mem::replace(&mut self.state().loss, loss);
        if before == loss {
            return;
        }
        let path = path.display();
        match loss {
            Some(loss) => tracing::error!(
                "the file of the store `{path}` {} while the bot runs: nothing more is written, so that nothing is lost; \
                 put the file back, or stop the bot and restore a backup with `wengu restore`",
                loss.as_str()
            ),
            None => tracing::warn!("the file of the store `{path}` is back"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks now and then whether the file is still the one that was opened.
pub(in crate::store) async fn watch(path: PathBuf, condition: Condition) {
    let mut seen = None;
    loop {
        condition.set_loss(compare(&mut seen, look(&path).await), &path);
        tokio::time::sleep(LOOK).await;
    }
}

/// What tells a file from another, and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    identity: (u64, u64),
    length: u64,
}

async fn look(path: &Path) -> Option<Look> {
    use std::os::unix::fs::MetadataExt as _;
    let data = tokio::fs::metadata(path).await.ok()?;
    Some(Look { identity: (data.dev(), data.ino()), length: data.len() })
}

/// What became of the file since it was first seen. The store's file never shrinks by itself.
fn compare(seen: &mut Option<Look>, now: Option<Look>) -> Option<Loss> {
    let Some(before) = *seen else {
        *seen = now;
        return None;
    };
    match now {
        None => Some(Loss::Deleted),
        Some(now) if now.identity != before.identity => Some(Loss::Replaced),
        Some(now) if now.length < before.length => Some(Loss::Cut),
        now => {
            *seen = now;
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_is_the_same_and_one_that_is_gone_another_or_shorter_is_not() {
        let look = |inode, length| Some(Look { identity: (1, inode), length });
        let mut seen = None;
        assert_eq!(compare(&mut seen, look(7, 4_096)), None);
        assert_eq!(compare(&mut seen, look(7, 8_192)), None);
        assert_eq!(compare(&mut seen, None), Some(Loss::Deleted));
        assert_eq!(compare(&mut seen, look(8, 8_192)), Some(Loss::Replaced));
        assert_eq!(compare(&mut seen, look(7, 4_096)), Some(Loss::Cut));
        assert_eq!(compare(&mut seen, look(7, 0)), Some(Loss::Cut));
        assert_eq!(compare(&mut seen, look(7, 8_192)), None, "it was put back");
    }
}
