//! How many times a day a schedule may run: `telegram.limits.runs`.
//!
//! The limit counts the runs of a calendar day in the schedule's own zone. Lines of the config and schedules of whoever
//! runs the bot are free. A schedule that asks for more, because it was stored before the limit was, comes as often as
//! the limit allows: of the runs of each day so many, spread evenly over them.

use super::freeform::{NotUnderstood, Why};
use super::rule::Rule;
use super::when::When;
use crate::message::UserId;
use crate::store::Subscription;

/// The limit, and who is free of it. The default limits nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunLimit {
    /// The most runs a day; 0 for no limit.
    pub most: u32,
    /// Who runs the bot.
    pub admins: Vec<UserId>,
    /// The lines of the config.
    pub free: Vec<Rule>,
}

impl RunLimit {
    /// The limit that a rule goes beyond which this person sets; `None` where it may come as it says.
    pub fn broken_by(&self, rule: &Rule, by: UserId) -> Option<u32> {
        let too_many = self.most > 0 && rule.runs_a_day() > self.most;
        (too_many && !self.admins.contains(&by) && !self.free.contains(rule)).then_some(self.most)
    }

    /// Whether a person may set a schedule to a text's times. What it was before stays allowed.
    ///
    /// # Errors
    /// When it comes too often.
    pub fn allow(&self, when: When, before: Option<&When>, text: &str, by: UserId) -> Result<When, NotUnderstood> {
        let new = before.is_none_or(|before| before.rule != when.rule);
        match self.broken_by(&when.rule, by).filter(|_| new) {
            None => Ok(when),
            Some(most) => {
                let why = Why::TooOften { runs: when.rule.runs_a_day(), most };
                Err(NotUnderstood::of(text, why))
            }
        }
    }

    /// The limit that a stored schedule goes beyond.
    pub fn broken_in(&self, subscription: &Subscription) -> Option<u32> {
        self.broken_by(&Rule::parse(&subscription.cron).ok()?, subscription.by)
    }

    /// Whether a stored schedule goes beyond the limit for anybody who does not run the bot.
    pub fn broken_by_anybody(&self, subscription: &Subscription) -> bool {
        Rule::parse(&subscription.cron).is_ok_and(|rule| self.broken_by(&rule, UserId(0)).is_some())
    }

    /// When a stored schedule comes, within the limit; `None` where its rule or zone does not read.
    pub fn when(&self, subscription: &Subscription) -> Option<When> {
        let When { rule, zone } = When::stored(&subscription.cron, &subscription.zone)?;
        let rule = match self.broken_by(&rule, subscription.by) {
            Some(most) => rule.at_most(most),
            None => rule,
        };
        Some(When { rule, zone })
    }
}
