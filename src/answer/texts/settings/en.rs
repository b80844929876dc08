//! The sentences of the settings in English.

use super::super::en::En;
use super::SettingsTexts;
use crate::answer::texts::{Echo, PaceTexts as _};
use crate::message::{Body, Lang, Trouble};

impl SettingsTexts for En {
    fn panel_heading(&self, group: Option<&Echo>, which: Option<(usize, usize)>) -> String {
        let whose = match group {
            Some(group) => format!("Reminders of “{group}”"),
            None => "My reminders".to_owned(),
        };
        match which {
            Some((number, total)) => format!("{whose} · {number}/{total}"),
            None => whose,
        }
    }
    fn some_group(&self) -> &'static str {
        "the group"
    }
    fn panel_series(&self, document: &str, series: &str, each: u32) -> String {
        format!("“{series}” of “{document}”, {}", self.each(each))
    }
    fn panel_when(&self, when: &str, zone: &str) -> String {
        format!("{when} ({zone})")
    }
    fn panel_next(&self) -> &'static str {
        "The next three:"
    }
    fn panel_no_next(&self) -> &'static str {
        "There is no such date to come. Please choose another time."
    }
    fn moment_with_offset(&self, moment: &str, minutes: i32) -> String {
        format!("{moment} (UTC{})", offset(minutes))
    }
    fn panel_paused(&self, until: &str) -> String {
        format!("Paused until {until}")
    }
    fn panel_topic(&self, name: Option<&Echo>) -> String {
        match name {
            Some(name) => format!("Posted in the topic: {name}"),
            None => "Posted in the main topic".to_owned(),
        }
    }
    fn some_topic(&self, number: i32) -> String {
        format!("topic {number}")
    }
    fn panel_lang(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => "Language: Chinese".to_owned(),
            Lang::En => "Language: English".to_owned(),
        }
    }
    fn panel_arrival(&self, silent: bool, pin: bool) -> String {
        let sound = if silent { "without a sound" } else { "with a sound" };
        let pinned = if pin { "pinned in place of the last one" } else { "not pinned" };
        format!("Arrives {sound}, {pinned}")
    }
    fn panel_quiet(&self, hours: Option<(&str, &str)>) -> String {
        match hours {
            Some((from, until)) => format!("Quiet hours: {from}–{until}; what falls into them comes afterwards"),
            None => "Quiet hours: none".to_owned(),
        }
    }
    fn panel_late(&self, hours: u64) -> String {
        match hours {
            0 => "A missed one is not sent late".to_owned(),
            1 => "A missed one is still sent up to an hour late".to_owned(),
            hours => format!("A missed one is still sent up to {hours} hours late"),
        }
    }
    fn panel_empty(&self) -> &'static str {
        "There are no reminders here yet."
    }
    fn panel_choose(&self) -> &'static str {
        "There are several reminders. Which one?"
    }
    fn nothing_to_preview(&self) -> &'static str {
        "There is nothing to preview: the document no longer has this series."
    }
    fn preview_heading(&self) -> &'static str {
        "Preview: this is what comes next"
    }
    fn ask_day(&self) -> &'static str {
        "Which day? Tap one, or write it to me: mondays 8:30, the 1st of each month at 9:00, 0 9 * * 1."
    }
    fn ask_time(&self) -> &'static str {
        "At what time? Tap one, or write it to me: 8:30, 9pm."
    }
    fn ask_zone(&self) -> &'static str {
        "By whose clock? Tap one, or write me a city: Berlin, New York."
    }
    fn ask_which_zone(&self, typed: &Echo) -> String {
        format!("I did not find “{typed}”. Is it one of these? Or write it again.")
    }
    fn ask_series(&self) -> &'static str {
        "Which series?"
    }
    fn ask_topic(&self) -> &'static str {
        "In which topic? If it is not listed, say /settings once in that topic."
    }
    fn ask_quiet(&self) -> &'static str {
        "When should it be quiet? Tap one, or write it to me: 22:30-7:00."
    }
    fn ask_late(&self) -> &'static str {
        "When a reminder was missed because the bot was down, how late may it still come?"
    }
    fn ask_pause(&self) -> &'static str {
        "Pause until when? Tap one, or write me a date: 1 December, 2027-03-01."
    }
    fn ask_remove(&self) -> &'static str {
        "Remove this reminder?"
    }
    fn readers(&self) -> &'static str {
        "How many have studied the latest ones:"
    }
    fn no_readers(&self) -> &'static str {
        "Nothing has been sent yet."
    }
    fn readers_line(&self, when: &str, section: &str, people: u32) -> String {
        format!("{when}  {section}: {people}")
    }
    fn bad_date(&self, typed: &Echo) -> String {
        format!("I could not read the date “{typed}”, or it is over. Try: 1 December, 2027-03-01.")
    }
    fn bad_hours(&self, typed: &Echo) -> String {
        format!("I could not read the hours “{typed}”. Try: 22:30-7:00.")
    }
    fn button_settings(&self) -> &'static str {
        "Open the settings"
    }
    fn button_day(&self) -> &'static str {
        "Day"
    }
    fn button_time(&self) -> &'static str {
        "Time"
    }
    fn button_zone(&self) -> &'static str {
        "Zone"
    }
    fn key_with_value(&self, name: &str, value: &str) -> String {
        format!("{name} · {value} ›")
    }
    fn chosen(&self, label: &str) -> String {
        format!("✓ {label}")
    }
    fn button_more(&self) -> &'static str {
        "More ›"
    }
    fn button_done(&self) -> &'static str {
        "Done"
    }
    fn button_series(&self) -> &'static str {
        "Series"
    }
    fn button_series_of(&self, document: &str, series: &str) -> String {
        format!("{document}: {series}")
    }
    fn button_topic(&self) -> &'static str {
        "Topic"
    }
    fn button_main_topic(&self) -> &'static str {
        "Main topic"
    }
    fn button_lang(&self, to: Lang) -> &'static str {
        match to {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }
    fn button_pin(&self, on: bool) -> &'static str {
        if on { "✓ Pin" } else { "Pin" }
    }
    fn button_silent(&self, on: bool) -> &'static str {
        if on { "✓ Silent" } else { "Silent" }
    }
    fn button_quiet(&self) -> &'static str {
        "Quiet hours"
    }
    fn button_never_quiet(&self) -> &'static str {
        "None"
    }
    fn button_late(&self) -> &'static str {
        "Missed ones"
    }
    fn button_hours_late(&self, hours: u16) -> String {
        match hours {
            0 => "Not at all".to_owned(),
            24 => "A day".to_owned(),
            1 => "An hour".to_owned(),
            hours if hours % 24 == 0 => format!("{} days", hours / 24),
            hours => format!("{hours} hours"),
        }
    }
    fn button_pause(&self) -> &'static str {
        "Pause"
    }
    fn button_pause_days(&self, days: u16) -> String {
        match days {
            7 => "A week".to_owned(),
            days if days % 7 == 0 => format!("{} weeks", days / 7),
            days => format!("{days} days"),
        }
    }
    fn button_resume(&self) -> &'static str {
        "Resume"
    }
    fn button_preview(&self) -> &'static str {
        "Preview"
    }
    fn button_send_next(&self) -> &'static str {
        "Send now"
    }
    fn button_readers(&self) -> &'static str {
        "Who studied"
    }
    fn button_add_schedule(&self) -> &'static str {
        "＋ One more"
    }
    fn button_schedules(&self) -> &'static str {
        "All reminders"
    }
    fn button_remove(&self) -> &'static str {
        "Remove"
    }
    fn button_remove_now(&self) -> &'static str {
        "Yes, remove it"
    }
    fn button_back(&self) -> &'static str {
        "‹ Back"
    }
    fn button_days(&self, days: &[u32]) -> String {
        super::super::en::days(days)
    }
    fn settings_in_private(&self) -> &'static str {
        "The settings open in private; what they come to is written here."
    }
    fn settings_changed(&self, what: &str, from: Option<&str>) -> String {
        let from = from.map(|from| format!(". Before: {from}")).unwrap_or_default();
        format!("The reminders were changed: {what}{from}")
    }
    fn changed_from_to(&self, from: &str, to: &str) -> String {
        format!("Changed from {from} to {to}; the sections go on in order.")
    }
    fn schedule_removed(&self, what: &str) -> String {
        format!("A reminder was removed: {what}")
    }
    fn schedule_gone(&self) -> &'static str {
        "This reminder is no more. Please say /settings again."
    }
    fn refused(&self, trouble: Trouble, since: &str) -> String {
        let (what, way_out) = match trouble {
            Trouble::Kicked => ("Telegram says that I am not in the group", "Please have an admin add me again."),
            Trouble::Blocked => ("Telegram does not let me write to you", "If you stopped me, please start me again."),
            Trouble::Muted => ("I may not write in the group", "Please have an admin let me send messages."),
            Trouble::Closed => (
                "the main topic (General) is closed",
                "Please have an admin reopen it, or say /subscribe in the topic where reminders should go.",
            ),
        };
        format!("⚠️ No reminder has arrived since {since}: {what}. I try again when the next one is due. {way_out}")
    }
    fn ask_which_place(&self, typed: &Echo, zones: &[(&str, Option<&str>)]) -> String {
        let place = |id: &str| id.rsplit('/').next().unwrap_or(id).replace('_', " ");
        let places: Vec<String> = zones.iter().map(|(id, _)| place(id)).collect();
        let example = places.first().cloned().unwrap_or_default();
        format!(
            "“{typed}” may be the time of {}. Which one? Please write the city, such as: wed 20:00 {example}.",
            places.join(", ")
        )
    }
    fn press_again(&self, last: Option<&str>) -> String {
        let last = last.map_or_else(String::new, |last| format!("The last one was sent on {last}. "));
        format!("{last}To send another one, press again.")
    }
    fn too_many_runs(&self, runs: u32, most: u32) -> String {
        format!(
            "That would be {runs} reminders a day; a schedule may have {most} at most. Please choose fewer times, such as: \
             mon 9:00."
        )
    }
    fn runs_limited(&self, group: Option<&Echo>, runs: u32, most: u32) -> String {
        let whose = group.map_or_else(|| "Your reminders".to_owned(), |group| format!("The reminders of “{group}”"));
        format!(
            "{whose} are set to {runs} times a day, which is over the limit: {most} a day are sent now, spread evenly. To \
             choose the times yourself, say /settings."
        )
    }
    fn panel_limited(&self, most: u32) -> String {
        format!("Over the limit: {most} a day are sent")
    }
    fn too_many_schedules(&self) -> &'static str {
        "There are as many reminders as there can be. Please remove one first."
    }
    fn cannot_pin(&self) -> &'static str {
        "Set, but I may not pin messages here yet: please make me an admin who may."
    }
    fn set(&self) -> &'static str {
        "Done."
    }
    fn series_ended(&self, document: &str, series: &str) -> Body {
        Body::plain(format!(
            "That was the last of “{series}” in “{document}”. Admins, please choose: again, another series, or stop? \
             Without a choice it begins again next time."
        ))
    }
    fn button_again(&self) -> &'static str {
        "Again"
    }
    fn button_other_series(&self) -> &'static str {
        "Another series"
    }
    fn button_stop(&self) -> &'static str {
        "Stop"
    }
    fn which_series(&self) -> &'static str {
        "Which series comes next?"
    }
    fn no_other_series(&self) -> &'static str {
        "There is no other series."
    }
    fn begins_again(&self, series: &str) -> String {
        format!("“{series}” begins again next time.")
    }
    fn goes_on_with(&self, document: &str, series: &str) -> String {
        format!("Next comes “{series}” of “{document}”.")
    }
    fn series_stopped(&self) -> &'static str {
        "The reminders have ended. /subscribe brings them back at any time."
    }
    fn button_studied(&self, people: u32) -> String {
        match people {
            0 => "✓ Studied".to_owned(),
            people => format!("✓ Studied {people}"),
        }
    }
    fn studied(&self, people: u32) -> String {
        match people {
            1 => "Counted: you are the first.".to_owned(),
            people => format!("Counted: {people} have studied it."),
        }
    }
    fn studied_before(&self) -> &'static str {
        "You were counted before."
    }
}

/// Hours, and minutes where there are some, east of Greenwich.
fn offset(minutes: i32) -> String {
    match minutes % 60 {
        0 => format!("{:+}", minutes / 60),
        rest => format!("{:+}:{:02}", minutes / 60, rest.abs()),
    }
}
