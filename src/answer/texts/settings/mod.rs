//! The sentences of the settings, of the end of a series, and of "studied".

mod en;
mod zh;

use crate::answer::texts::Echo;
use crate::message::{Body, Lang, Trouble};

/// What people read about the settings, in one language.
pub trait SettingsTexts: Send + Sync {
    // The panel at a glance.

    /// Heads the panel: the group's name (`None` for one's own reminders), and which of several schedules it is.
    fn panel_heading(&self, group: Option<&Echo>, which: Option<(usize, usize)>) -> String;
    /// A group whose name is not known.
    fn some_group(&self) -> &'static str;
    /// What is sent, and how many sections of it at a time.
    fn panel_series(&self, document: &str, series: &str, each: u32) -> String;
    /// Day, hour and zone.
    fn panel_when(&self, when: &str, zone: &str) -> String;
    /// Above the next runs.
    fn panel_next(&self) -> &'static str;
    /// The schedule has no further run.
    fn panel_no_next(&self) -> &'static str;
    /// An instant with how far the clock there is from UTC, in minutes: said where that changes.
    fn moment_with_offset(&self, moment: &str, minutes: i32) -> String;
    /// Nothing is sent before a date.
    fn panel_paused(&self, until: &str) -> String;
    /// The topic; `None` is the main one.
    fn panel_topic(&self, name: Option<&Echo>) -> String;
    /// A topic whose name is not known.
    fn some_topic(&self, number: i32) -> String;
    /// The language around the sections.
    fn panel_lang(&self, lang: Lang) -> String;
    /// With or without a sound, pinned or not.
    fn panel_arrival(&self, silent: bool, pin: bool) -> String;
    /// From when to when nothing is sent.
    fn panel_quiet(&self, hours: Option<(&str, &str)>) -> String;
    /// How many hours late a missed one is still sent; 0 is not at all.
    fn panel_late(&self, hours: u64) -> String;
    /// The chat has no schedule yet.
    fn panel_empty(&self) -> &'static str;
    /// Above the list of a chat's schedules.
    fn panel_choose(&self) -> &'static str;
    /// The series is at its end, or the document has gone: nothing to show.
    fn nothing_to_preview(&self) -> &'static str;
    /// Above a preview.
    fn preview_heading(&self) -> &'static str;

    // Its pages: what they ask.

    /// On which day.
    fn ask_day(&self) -> &'static str;
    /// At which time.
    fn ask_time(&self) -> &'static str;
    /// By whose clock.
    fn ask_zone(&self) -> &'static str;
    /// Zones that a name may mean.
    fn ask_which_zone(&self, typed: &Echo) -> String;
    /// Which series.
    fn ask_series(&self) -> &'static str;
    /// In which topic.
    fn ask_topic(&self) -> &'static str;
    /// The hours without reminders.
    fn ask_quiet(&self) -> &'static str;
    /// How late.
    fn ask_late(&self) -> &'static str;
    /// Until when.
    fn ask_pause(&self) -> &'static str;
    /// Whether to remove it.
    fn ask_remove(&self) -> &'static str;
    /// Above who studied what.
    fn readers(&self) -> &'static str;
    /// Nothing has been sent yet.
    fn no_readers(&self) -> &'static str;
    /// One reminder and how many people have studied it.
    fn readers_line(&self, when: &str, section: &str, people: u32) -> String;
    /// A date that we could not read.
    fn bad_date(&self, typed: &Echo) -> String;
    /// Hours that we could not read.
    fn bad_hours(&self, typed: &Echo) -> String;

    // Its buttons.

    /// Opens the panel from the group.
    fn button_settings(&self) -> &'static str;
    /// To the days.
    fn button_day(&self) -> &'static str;
    /// To the times.
    fn button_time(&self) -> &'static str;
    /// To the zones.
    fn button_zone(&self) -> &'static str;
    /// To the series.
    fn button_series(&self) -> &'static str;
    /// A key that shows what is set, and leads to the page that changes it.
    fn key_with_value(&self, name: &str, value: &str) -> String;
    /// The choice that is set already.
    fn chosen(&self, label: &str) -> String;
    /// To what is changed less often.
    fn button_more(&self) -> &'static str;
    /// Closes the panel.
    fn button_done(&self) -> &'static str;
    /// A series of a document.
    fn button_series_of(&self, document: &str, series: &str) -> String;
    /// To the topics.
    fn button_topic(&self) -> &'static str;
    /// The main topic.
    fn button_main_topic(&self) -> &'static str;
    /// Changes to a language; said in that language.
    fn button_lang(&self, to: Lang) -> &'static str;
    /// Turns pinning on or off; is it on?
    fn button_pin(&self, on: bool) -> &'static str;
    /// Turns the sound off or on; is it off?
    fn button_silent(&self, on: bool) -> &'static str;
    /// To the quiet hours.
    fn button_quiet(&self) -> &'static str;
    /// No quiet hours.
    fn button_never_quiet(&self) -> &'static str;
    /// To how late.
    fn button_late(&self) -> &'static str;
    /// So many hours late; 0 is not at all.
    fn button_hours_late(&self, hours: u16) -> String;
    /// To the pause.
    fn button_pause(&self) -> &'static str;
    /// A pause of so many days.
    fn button_pause_days(&self, days: u16) -> String;
    /// Ends the pause.
    fn button_resume(&self) -> &'static str;
    /// Shows the next section to the admin alone.
    fn button_preview(&self) -> &'static str;
    /// Sends the next section now.
    fn button_send_next(&self) -> &'static str;
    /// To who studied what.
    fn button_readers(&self) -> &'static str;
    /// One more schedule.
    fn button_add_schedule(&self) -> &'static str;
    /// To the list of schedules.
    fn button_schedules(&self) -> &'static str;
    /// To the question whether to remove it.
    fn button_remove(&self) -> &'static str;
    /// Removes it.
    fn button_remove_now(&self) -> &'static str;
    /// Back to everything at a glance.
    fn button_back(&self) -> &'static str;
    /// Weekdays, Monday is 1; never empty.
    fn button_days(&self, days: &[u32]) -> String;

    // What the group and the presser are told.

    /// `/settings` in a group: the panel opens in private.
    fn settings_in_private(&self) -> &'static str;
    /// The line in the group: the settings have become this, and when reminders came before.
    fn settings_changed(&self, what: &str, from: Option<&str>) -> String;
    /// A schedule comes at other times than before; the order of its sections goes on.
    fn changed_from_to(&self, from: &str, to: &str) -> String;
    /// The line in the group: a schedule was removed.
    fn schedule_removed(&self, what: &str) -> String;
    /// The schedule of a button is no more.
    fn schedule_gone(&self) -> &'static str;
    /// `/status` and the panel: what has been refused since an instant, what happens next, and the way out.
    fn refused(&self, trouble: Trouble, since: &str) -> String;
    /// A zone that may be one of several, as typed, with the ids of all and their places in Chinese: which is meant?
    fn ask_which_place(&self, typed: &Echo, zones: &[(&str, Option<&str>)]) -> String;
    /// A press to send the next section now that saw an older state: when the last one was sent, if one was.
    fn press_again(&self, last: Option<&str>) -> String;
    /// A schedule with more runs a day than a schedule may have.
    fn too_many_runs(&self, runs: u32, most: u32) -> String;
    /// Told in private: a group's schedule, or one's own, asks for more runs a day than may be, and gets so many.
    fn runs_limited(&self, group: Option<&Echo>, runs: u32, most: u32) -> String;
    /// The panel: of the runs of a day only so many come.
    fn panel_limited(&self, most: u32) -> String;
    /// A chat has as many schedules as it can have.
    fn too_many_schedules(&self) -> &'static str;
    /// Pinning is set, but we are not allowed to.
    fn cannot_pin(&self) -> &'static str;
    /// It is set.
    fn set(&self) -> &'static str;

    // The end of a series.

    /// The series has come to its end: what now? Without an answer it begins again.
    fn series_ended(&self, document: &str, series: &str) -> Body;
    /// From the beginning.
    fn button_again(&self) -> &'static str;
    /// Another series.
    fn button_other_series(&self) -> &'static str;
    /// No more.
    fn button_stop(&self) -> &'static str;
    /// Above the other series.
    fn which_series(&self) -> &'static str;
    /// There is no other series.
    fn no_other_series(&self) -> &'static str;
    /// It begins again.
    fn begins_again(&self, series: &str) -> String;
    /// It goes on with another series.
    fn goes_on_with(&self, document: &str, series: &str) -> String;
    /// It has ended.
    fn series_stopped(&self) -> &'static str;

    // Studied.

    /// One has studied this; so many have.
    fn button_studied(&self, people: u32) -> String;
    /// It is counted; the presser is the n-th.
    fn studied(&self, people: u32) -> String;
    /// The presser was counted before.
    fn studied_before(&self) -> &'static str;
}
