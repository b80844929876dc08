//! The store: whether it can be used, whose it is, and how much room it has.

use std::path::Path;

use super::{Finding, files};
use crate::app::other_bots;
use crate::message::UserId;
use crate::schedule::zone::Zone;
use crate::store::{BotId, StoreError, Survey, Tables, admin};

/// Less free space than this is soon none: the write-ahead log alone may take some tens of megabytes.
const LITTLE_SPACE: u64 = 200 << 20;
/// With less than this the bot may stop at any moment.
const NO_SPACE: u64 = 20 << 20;

/// The most rows that are named one by one.
const MOST_SHOWN: usize = 5;

/// Looks at the store, and at what it says about other parts: whose it is, and the zones that its schedules follow.
pub(super) async fn look(url: &str, bot: Option<UserId>) -> Vec<Finding> {
    let survey = match Survey::of(url).await {
        Ok(survey) => survey,
        Err(error) => return vec![refused(&error)],
    };
    let mut findings = vec![tables(&survey)];
    findings.extend(unreadable(url, survey.tables).await);
    if let Some(file) = &survey.file {
        findings.extend(space(file));
        findings.extend(files::private(file, "the store"));
    }
    let other = bot.and_then(|bot| other_bots(&survey.bots, BotId(bot.0)));
    if let Some(line) = other {
        let (message, help) = line.split_once("; ").unwrap_or((&line, ""));
        findings.push(Finding::warning("token", message, help));
    }
    findings.push(zones(&survey));
    findings
}

fn refused(error: &StoreError) -> Finding {
    let text = error.to_string();
    let (message, help) = text.split_once("; ").or_else(|| text.split_once(": ")).unwrap_or((&text, ""));
    Finding::error("store", message, help)
}

fn tables(survey: &Survey) -> Finding {
    let name = &survey.name;
    match survey.tables {
        Tables::None => Finding::ok("store", format!("`{name}` holds nothing yet: `wengu serve` makes its tables")),
        Tables::Older => {
            Finding::ok("store", format!("`{name}` is an earlier program's: `wengu serve` brings it up to date"))
        }
        Tables::Current => {
            let subscriptions: u64 = survey.bots.iter().map(|(_, subscriptions)| subscriptions).sum();
            Finding::ok("store", format!("`{name}` can be read and written, and holds {subscriptions} subscription(s)"))
        }
        Tables::Extended => Finding::warning(
            "store",
            format!("`{name}` was extended by a newer wengu; this one works without what was added"),
            "run the newest wengu that has used it",
        ),
        Tables::Newer => Finding::error(
            "store",
            format!("`{name}` was changed by a newer wengu"),
            "run the newest wengu that has used it, or restore a backup of before with `wengu restore`",
        ),
    }
}

/// The rows that this program cannot read: they are set aside, and everything else goes on.
async fn unreadable(url: &str, tables: Tables) -> Option<Finding> {
    if !tables.fit() {
        return None;
    }
    let rows = match admin::unreadable(url).await {
        Ok(rows) => rows,
        Err(error) => return Some(refused(&error)),
    };
    let shown: Vec<_> =
        rows.iter().take(MOST_SHOWN).map(|row| format!("`{}` {} ({})", row.table, row.key, row.why)).collect();
    let more = if rows.len() > shown.len() { ", …" } else { "" };
    let message = format!("{} row(s) cannot be read and are left aside: {}{more}", rows.len(), shown.join(", "));
    let help = "a newer wengu may know them; else mend them by hand, or restore a backup with `wengu restore`";
    (!rows.is_empty()).then(|| Finding::warning("rows", message, help))
}

/// How much room there is where the file lies, or will lie.
fn space(file: &Path) -> Option<Finding> {
    let place = file.ancestors().find(|place| place.is_dir())?;
    let space = match rustix::fs::statvfs(place) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            let message = format!("the disk of `{}` cannot be looked at: {error}", place.display());
            return Some(Finding::error("space", message, "check that the place exists and may be read"));
        }
    };
    let message = format!("{} MB are free where the store lies", space >> 20);
    let help = "free some space, or move the store to another disk (`store.url`)";
    Some(match space {
        NO_SPACE.. if space >= LITTLE_SPACE => Finding::ok("space", message),
        NO_SPACE.. => Finding::warning("space", message, help),
        _ => Finding::error("space", message, help),
    })
}

/// Zone data comes with the program: what has to be known are the zones that are in use.
fn zones(survey: &Survey) -> Finding {
    let unknown: Vec<&str> =
        survey.zones.iter().map(String::as_str).filter(|zone| Zone::parse(zone).is_err()).collect();
    if unknown.is_empty() {
        let data = chrono_tz::IANA_TZDB_VERSION;
        return Finding::ok("zones", format!("zone data {data} is built in and knows every zone that is in use"));
    }
    let message = format!("schedules follow zones that this program does not know: `{}`", unknown.join("`, `"));
    Finding::error("zones", message, "their chats choose another with /settings; a newer wengu may know them")
}
