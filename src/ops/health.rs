//! Whether the program can do its work: one check for each thing that it needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks whether something works.
#[async_trait]
pub trait Check: Send + Sync {
    /// What there is to say about it, or why it does not work.
    async fn check(&self) -> Result<String, String>;
}

/// The checks. Clones share them.
#[derive(Clone)]
pub struct Health {
    checks: Arc<Mutex<Checks>>,
}

/// What is looked at; `None` where the program has not begun with it.
type Checks = BTreeMap<&'static str, Option<Arc<dyn Check>>>;

/// What the checks have found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether everything works.
    pub ready: bool,
    /// What was found, by what was looked at.
    pub checks: BTreeMap<&'static str, Finding>,
}

/// What one check has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it works.
    pub ok: bool,
    /// In words.
    pub says: String,
}

impl Health {
    /// Nothing works yet of what is awaited.
    pub fn awaiting(names: impl IntoIterator<Item = &'static str>) -> Self {
        let checks = names.into_iter().map(|name| (name, None)).collect();
        Self { checks: Arc::new(Mutex::new(checks)) }
    }

    /// From now on this is looked at.
    pub fn set(&self, name: &'static str, check: impl Check + 'static) {
        self.lock().insert(name, Some(Arc::new(check)));
    }

    /// From now on this does not work: the program has not begun with it, or is about to end.
    pub fn withdraw(&self, name: &'static str) {
        self.lock().insert(name, None);
    }

    /// Looks at everything.
    pub async fn report(&self) -> Report {
        let checks = self.lock().clone();
        let found = checks.into_iter().map(|(name, check)| async move { (name, look(check).await) });
        let checks: BTreeMap<_, _> = futures_util::future::join_all(found).await.into_iter().collect();
        Report { ready: checks.values().all(|finding| finding.ok), checks }
    }

    fn lock(&self) -> MutexGuard<'_, Checks> {
        // A poisoned lock only means that another thread panicked beside a plain assignment.
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look(check: Option<Arc<dyn Check>>) -> Finding {
    let Some(check) = check else { return Finding { ok: false, says: "not ready".into() } };
    match tokio::time::timeout(PATIENCE, check.check()).await {
        Ok(Ok(says)) => Finding { ok: true, says },
        Ok(Err(says)) => Finding { ok: false, says },
        Err(_) => Finding { ok: false, says: format!("no answer within {} s", PATIENCE.as_secs()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hangs;

    #[async_trait]
    impl Check for Hangs {
        async fn check(&self) -> Result<String, String> {
            std::future::pending().await
        }
    }

    struct Says(Result<&'static str, &'static str>);

    #[async_trait]
    impl Check for Says {
        async fn check(&self) -> Result<String, String> {
            self.0.map(str::to_owned).map_err(str::to_owned)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_there_works_and_answers_counts_as_ready() {
        let health = Health::awaiting(["store"]);
        assert!(!health.report().await.ready);
        health.set("store", Says(Ok("writable")));
        assert!(health.report().await.ready);
        for trouble in [Says(Err("full")).into_check(), Hangs.into_check()] {
            health.lock().insert("other", Some(trouble));
            let report = health.report().await;
            assert!(!report.ready && report.checks["store"].ok && !report.checks["other"].ok, "{report:?}");
        }
        health.set("other", Says(Ok("works again")));
        assert!(health.report().await.ready);
        health.withdraw("store");
        assert!(!health.report().await.ready);
    }

    trait IntoCheck: Check + Sized + 'static {
        fn into_check(self) -> Arc<dyn Check> {
            Arc::new(self)
        }
    }
    impl<T: Check + 'static> IntoCheck for T {}
}
