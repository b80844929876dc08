//! What the bot that is measured counts itself.

use std::net::SocketAddr;

use anyhow::Context;

/// The bot's `/metrics` at one moment.
pub(super) struct Figures(String);

impl Figures {
    /// Asks the bot that listens there.
    pub(super) async fn of(address: SocketAddr) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer =
            client.get(format!("http://{address}/metrics")).send().await.context("the bot shows no figures")?;
        Ok(Self(answer.text().await?))
    }

    /// How much a histogram has counted.
    pub(super) fn count(&self, histogram: &str, label: &str) -> u64 {
        self.buckets(histogram, label).last().map_or(0, |(_, count)| count)
    }

    /// The bound in milliseconds, among those of a histogram, below which this share of what it counted stayed; infinite
    /// where that is beyond the last, and none where nothing was counted.
    pub(super) fn bound(&self, histogram: &str, label: &str, share: f64) -> Option<f64> {
        let all = self.count(histogram, label);
        // A count of what was measured is far below where these are inexact.
        #[expect(clippy::cast_precision_loss)]
        let enough = |count: u64| all > 0 && count as f64 >= share * all as f64;
        let found = self.buckets(histogram, label).find(|(_, count)| enough(*count));
        found.map(|(bound, _)| bound * 1_000.0)
    }

    /// The bounds of a histogram in seconds, each with how much stayed below.
    fn buckets<'a>(&'a self, histogram: &'a str, label: &'a str) -> impl Iterator<Item = (f64, u64)> + 'a {
        self.0.lines().filter_map(move |line| {
            let labels = line.strip_prefix(histogram)?.strip_prefix("_bucket{")?;
            let (labels, count) = labels.rsplit_once("} ")?;
            let (_, bound) = labels.split_once("le=\"")?;
            let bound = bound.split_once('"')?.0.parse().ok()?;
            labels.contains(label).then_some((bound, count.parse().ok()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_one_below_which_at_least_that_share_stayed() {
        let figures = Figures(
            "x_bucket{le=\"0.005\",class=\"reply\"} 50\nx_bucket{le=\"0.05\",class=\"reply\"} 98\n\
             x_bucket{le=\"+Inf\",class=\"reply\"} 100\nx_bucket{le=\"0.005\",class=\"reminder\"} 0\nx_sum 3\n\
             x_bucket{le=\"+Inf\",class=\"reminder\"} 0\nxy_bucket{le=\"+Inf\"} 7\n"
                .to_owned(),
        );
        let bound = |share| figures.bound("x", "class=\"reply\"", share);
        assert_eq!(figures.count("x", "class=\"reply\""), 100);
        assert_eq!([0.5, 0.51, 0.98, 0.99].map(bound), [Some(5.0), Some(50.0), Some(50.0), Some(f64::INFINITY)]);
        assert_eq!(figures.bound("x", "class=\"reminder\"", 0.5), None);
    }
}
