//! The faults that the bot has to live with, each with the test that is named here: whoever looks for a fault finds the
//! test that holds what is promised about it, and a test that is renamed or lost is missed.

mod broadcast;
mod buttons;
mod clock;
mod exits;
mod file;
mod foreign;
mod groups;
mod instances;
mod manners;
mod odd_updates;
mod often;
mod pace;
mod panics;
mod process;
mod progress;
mod refusals;
mod rows;
mod sending;
mod server;
mod slow;
mod speakers;
mod store;
mod token;

use std::fs;
use std::path::Path;
use std::time::Duration;

use wengu::clock::Timestamp;
use wengu::content::model::DocumentId;
use wengu::message::{ChatId, ChatKind, Lang, Place, TopicId, UserId};
use wengu::sandbox::scene::{TEACHER, study_group};
use wengu::sandbox::world::World;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::messages::Content;
use wengu::store::{Change, Goal, NewSubscription, Store};

use crate::home::Home;
use crate::whole::{NOW, Whole};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// A fault, the file below `tests/suite` that holds its test, and the test.
const FAULTS: &[(&str, &str, &str)] = &[
    ("kill before the request", "faults/process.rs", "kill_before_the_request_is_taken_in"),
    (
        "kill after Telegram accepted, before it is recorded",
        "kill.rs",
        "a_reminder_recorded_but_not_answered_is_neither_lost_nor_repeated_more_than_once",
    ),
    ("kill between receiving and handling", "chats.rs", "what_waits_is_answered_once_after_a_crash"),
    ("SIGTERM in the middle of a broadcast", "faults/process.rs", "sigterm_in_the_middle_of_a_broadcast"),
    ("an answer later than the time-out", "faults/broadcast.rs", "an_answer_later_than_the_time_out"),
    ("429 for one group", "faults/broadcast.rs", "a_429_for_one_group_outlives_a_restart"),
    ("429 for everything with 43,838 s", "faults/broadcast.rs", "a_429_for_everything_with_43838_s_outlives_a_restart"),
    ("502 with an HTML body", "faults/broadcast.rs", "a_502_with_an_html_body"),
    ("reset before acceptance", "faults/broadcast.rs", "a_reset_before_acceptance"),
    ("reset after acceptance", "faults/broadcast.rs", "a_reset_after_acceptance"),
    ("API down at start", "faults/process.rs", "the_api_is_down_at_the_start"),
    ("API down for ten minutes", "faults/broadcast.rs", "the_api_is_down_for_ten_minutes"),
    ("409, a second poller", "faults/token.rs", "a_409_from_a_second_poller"),
    ("a webhook set by someone else", "faults/token.rs", "a_webhook_set_by_someone_else"),
    ("an update repeated", "faults/token.rs", "an_update_that_is_repeated"),
    ("ids restarting", "faults/token.rs", "update_ids_that_restart"),
    ("an update that cannot be parsed", "faults/token.rs", "an_update_that_cannot_be_parsed"),
    (
        "a message with a part that cannot be read",
        "faults/odd_updates.rs",
        "a_message_with_parts_that_cannot_be_read_is_answered",
    ),
    (
        "an update whose reading panics in a library",
        "faults/odd_updates.rs",
        "an_update_that_no_library_reads_is_passed_over",
    ),
    ("an update id beyond 32 bits, alone", "faults/odd_updates.rs", "an_update_id_beyond_32_bits_alone_in_the_queue"),
    (
        "an update that cannot be confirmed",
        "faults/odd_updates.rs",
        "an_update_that_cannot_be_confirmed_is_asked_for_ever_more_rarely",
    ),
    (
        "anonymous admins of all groups are one account",
        "faults/speakers.rs",
        "anonymous_admins_have_a_limit_and_a_memory_for_each_group",
    ),
    ("/forget by an anonymous admin", "faults/speakers.rs", "a_forget_by_an_anonymous_admin_leaves_the_group_alone"),
    ("a full disk, with the default limits", "faults/store.rs", "what_cannot_be_stored_for_a_while_is_counted_once"),
    ("a slow getChatMember", "faults/slow.rs", "a_chat_that_waits_for_telegram_silences_no_other"),
    ("typing that is counted nowhere", "inline.rs", "typing_is_counted_like_questions"),
    ("typing that searches 85 times a key", "inline.rs", "one_text_is_searched_for_at_most_eight_times"),
    ("typing that nobody waits for", "inline.rs", "of_what_somebody_types_on_only_the_last_is_searched_for"),
    ("webhook bodies that are half sent", "webhook.rs", "who_sends_half_a_request_gives_the_place_back"),
    ("heads that are half sent", "webhook.rs", "who_begins_the_head_of_a_request_and_ends_it_never_is_cut_off"),
    ("a token in the place of its file", "secrets.rs", "a_token_in_the_place_of_its_file_is_repeated_by_nobody"),
    (
        "a question that names another document",
        "several_documents.rs",
        "a_question_that_names_its_document_is_answered_from_that_one",
    ),
    (
        "two updates of a chat that swap by webhook",
        "webhook.rs",
        "two_updates_of_a_chat_that_swap_on_their_way_are_answered_in_order",
    ),
    (
        "a handler that panics, one that hangs",
        "chats.rs",
        "a_handler_that_panics_or_fails_holds_up_nobody_and_the_third_time_is_the_last",
    ),
    ("one chat flooding", "faults/token.rs", "one_chat_flooding"),
    ("a 500 in Telegram's words", "faults/sending.rs", "a_500_in_telegrams_own_words_is_no_lost_answer"),
    ("sending hangs, the rest answers", "faults/sending.rs", "sending_that_hangs_while_the_rest_answers"),
    ("answers lost for a while", "faults/sending.rs", "answers_that_are_lost_for_a_while_bring_one_repeat_each"),
    (
        "one lost answer, nothing else to send",
        "faults/sending.rs",
        "the_one_repeat_waits_a_minute_and_until_others_get_through",
    ),
    (
        "a reply that cannot be brought",
        "faults/sending.rs",
        "a_reply_that_is_refused_for_ten_minutes_stands_in_the_list",
    ),
    (
        "reminders due faster than their share",
        "faults/pace.rs",
        "reminders_due_faster_than_their_share_are_late_and_none_is_skipped",
    ),
    ("token revoked, readiness", "operators.rs", "a_bot_whose_token_is_refused_is_not_ready_any_more"),
    (
        "kill while replies wait for their place",
        "faults/sending.rs",
        "what_waits_for_its_place_is_no_attempt_after_a_kill",
    ),
    ("reminders due while many ask", "faults/pace.rs", "reminders_that_are_due_while_many_ask"),
    ("a group that asks too much", "faults/pace.rs", "one_group_that_asks_more_than_twenty_times_a_minute"),
    ("migration in the middle of a broadcast", "faults/broadcast.rs", "a_migration_in_the_middle_of_a_broadcast"),
    ("kicked and re-added", "faults/groups.rs", "kicked_and_added_again"),
    ("blocked and unblocked", "faults/groups.rs", "blocked_and_started_again"),
    ("deactivated", "faults/groups.rs", "a_person_who_deactivated_the_account"),
    ("topic deleted", "faults/groups.rs", "a_topic_that_was_deleted"),
    ("topic closed", "faults/groups.rs", "a_topic_that_was_closed"),
    ("no right to write", "faults/groups.rs", "no_right_to_write"),
    (
        "a refusal that passes, of many chats at once",
        "faults/refusals.rs",
        "a_refusal_of_many_chats_that_passes_heals_by_itself_at_the_next_due_time",
    ),
    ("a refusal that lasts", "faults/refusals.rs", "a_refusal_that_lasts_is_tried_once_at_each_due_time_and_told_once"),
    (
        "a refusal, and the chat speaks to us",
        "faults/refusals.rs",
        "a_chat_that_speaks_to_us_is_not_suspended_and_status_tells_the_state_as_it_is",
    ),
    ("the main topic closed", "faults/refusals.rs", "a_main_topic_that_is_closed_is_tried_each_time_and_told_once"),
    (
        "a topic and the main one closed",
        "faults/refusals.rs",
        "a_topic_and_the_main_one_that_are_both_closed_are_tried_each_time_and_told_once",
    ),
    (
        "a refusal, and whoever subscribed cannot be told",
        "faults/refusals.rs",
        "where_nobody_subscribed_any_more_or_hears_us_an_admin_of_the_bot_is_told",
    ),
    (
        "a stranger subscribes every second",
        "faults/often.rs",
        "a_schedule_that_would_come_too_often_is_refused_to_a_stranger_with_the_number",
    ),
    (
        "a stored schedule above the limit",
        "faults/often.rs",
        "a_stored_schedule_above_the_limit_comes_as_often_as_it_may_and_its_owner_is_told_once",
    ),
    (
        "a clock that was ahead, and what comes next",
        "faults/clock.rs",
        "after_a_clock_that_was_ahead_what_comes_next_follows_the_order_of_sending",
    ),
    (
        "sending now, twice",
        "faults/groups.rs",
        "a_second_deliberate_press_to_send_now_sends_the_next_one_and_the_panel_says_what_happened",
    ),
    (
        "a refusal, and the chat's members talk",
        "faults/refusals.rs",
        "a_chat_whose_members_talk_among_themselves_is_not_suspended_and_nothing_is_sent_to_it",
    ),
    (
        "a typed offset or abbreviation of a zone",
        "schedule_freeform.rs",
        "a_distance_from_utc_or_an_abbreviation_is_a_zone_and_never_a_time",
    ),
    ("gap", "faults/clock.rs", "a_gap_in_the_clocks_of_the_zone"),
    ("overlap", "faults/clock.rs", "an_overlap_with_a_restart_between_its_two_hours"),
    ("clock jump", "faults/clock.rs", "a_clock_that_jumps_ahead_and_comes_back"),
    ("downtime past the window", "faults/clock.rs", "downtime_past_the_window"),
    ("two instances on one file", "faults/store.rs", "two_instances_on_one_file"),
    ("two instances started at once", "faults/instances.rs", "two_instances_started_at_once"),
    (
        "two instances, the one that works killed",
        "faults/instances.rs",
        "the_holder_is_killed_in_the_middle_of_a_broadcast",
    ),
    (
        "two instances, the one that works frozen",
        "faults/instances.rs",
        "a_holder_that_was_frozen_sends_nothing_when_it_comes_back",
    ),
    ("two instances, a rolling restart", "faults/instances.rs", "a_rolling_restart"),
    (
        "the writer's connection to PostgreSQL falls silent",
        "faults/server.rs",
        "the_writers_connection_falls_silent_again_and_again",
    ),
    (
        "an instance that can read and cannot write",
        "faults/server.rs",
        "an_instance_that_cannot_write_any_more_gives_way_to_another",
    ),
    ("a COMMIT whose answer is lost", "faults/server.rs", "a_commit_whose_answer_is_lost"),
    (
        "the database away for longer than a lease",
        "faults/server.rs",
        "what_was_sent_while_the_database_was_away_is_not_sent_again",
    ),
    ("silent connections for reading", "faults/server.rs", "connections_for_reading_fall_silent_and_others_break"),
    ("database locked", "faults/store.rs", "a_database_that_is_locked"),
    ("full disk", "faults/store.rs", "a_full_disk"),
    ("read-only database", "faults/store.rs", "a_read_only_database"),
    (
        "SQLite's file copied alone after SIGTERM",
        "faults/file.rs",
        "the_file_alone_is_the_whole_store_after_an_orderly_end",
    ),
    ("the store deleted or emptied", "faults/file.rs", "a_store_that_is_gone_is_not_begun_anew_by_itself"),
    ("a first store made unawares", "faults/file.rs", "a_new_store_is_made_by_the_first_serve_alone_and_said_at_warn"),
    (
        "the file deleted, replaced or cut under the running bot",
        "faults/file.rs",
        "a_file_that_is_taken_from_under_the_bot_is_noticed_and_nothing_is_lost",
    ),
    ("a damaged page", "faults/file.rs", "a_page_in_the_middle_of_the_file_is_garbage"),
    ("a damaged page that nobody has read yet", "faults/file.rs", "doctor_reads_every_page"),
    ("torn write-ahead log", "faults/store.rs", "a_torn_write_ahead_log"),
    ("rows with made-up values", "faults/rows.rs", "a_made_up_value_in_any_column_stops_nobody"),
    (
        "a reminder on its way that cannot be read",
        "faults/rows.rs",
        "a_reminder_whose_message_cannot_be_read_is_made_anew",
    ),
    ("a reminder of which nothing is left to be sent", "faults/rows.rs", "a_delivery_that_was_stranded_is_made_anew"),
    ("a store that a newer program has used", "faults/rows.rs", "a_store_of_a_newer_build_and_back_loses_no_reminder"),
    ("a listed group that has another number", "faults/rows.rs", "a_listed_group_is_served_under_its_new_number"),
    ("bad markup", "chats.rs", "refused_markup_goes_out_plain_and_a_refused_part_takes_the_rest_with_it"),
    ("text too long, resumed at the part that failed", "chats.rs", "a_long_answer_goes_on_at_the_part_that_failed"),
    ("double press", "faults/groups.rs", "a_double_press"),
    ("stale button", "chats.rs", "a_press_is_answered_and_made_up_data_is_harmless"),
    ("demoted admin", "faults/groups.rs", "an_admin_who_was_demoted"),
    (
        "schedule edited while due",
        "schedule_plan.rs",
        "a_schedule_that_was_changed_while_due_gives_the_new_occurrence_alone",
    ),
    ("token revoked", "faults/token.rs", "a_token_that_is_revoked"),
    ("token refused at the start", "faults/exits.rs", "what_does_not_mend_itself_ends_with_2_and_what_may_with_1"),
    (
        "a part of the bot that gets nowhere",
        "faults/progress.rs",
        "a_planner_that_cannot_read_its_table_is_named_and_its_failures_are_counted",
    ),
    ("a panic that repeats what was typed", "faults/panics.rs", "a_panic_is_told_by_its_place_and_never_by_its_words"),
    (
        "a document that cannot be read for a while",
        "reload.rs",
        "a_document_that_could_not_be_read_is_read_as_soon_as_it_can_be",
    ),
    (
        "somebody else confirms /forget in a group",
        "forgetting.rs",
        "a_groups_confirmation_is_for_whoever_said_forget_and_for_nobody_else",
    ),
    ("/forget by somebody who is not served", "forgetting.rs", "whoever_is_not_served_can_still_be_forgotten"),
    ("3,300 characters of junk", "faults/manners.rs", "what_is_repeated_of_a_persons_words_is_short"),
    (
        "a group, a topic and a time of junk",
        "faults/manners.rs",
        "names_and_what_is_typed_into_the_panel_are_repeated_shortly_too",
    ),
    ("a list of 150 articles", "faults/manners.rs", "a_list_of_150_turns_its_pages_in_private_and_in_a_group"),
    ("five taps on 下一节", "faults/manners.rs", "five_taps_to_read_on_turn_one_message"),
    (
        "a press of what was never offered: each action, in a group and in private, by a member and by an admin",
        "faults/buttons.rs",
        "what_was_never_offered_under_a_message_does_nothing_for_anybody",
    ),
    (
        "a press under a message that Telegram does not show",
        "faults/buttons.rs",
        "a_message_that_telegram_does_not_show_lets_pass_what_changes_nothing",
    ),
    (
        "a press under an inline message",
        "faults/buttons.rs",
        "a_press_under_a_message_sent_through_us_elsewhere_is_answered",
    ),
    ("five taps that open something", "faults/buttons.rs", "five_taps_that_open_something_open_it_once"),
    (
        "a .docx of 400,000 nested elements",
        "faults/foreign.rs",
        "a_word_document_of_400_000_nested_elements_is_refused",
    ),
    (
        "a .docx that unpacks to more than a book",
        "faults/foreign.rs",
        "a_word_document_that_unpacks_to_more_than_a_book_is_refused",
    ),
    (
        "Markdown and TOML nested a hundred thousand times",
        "faults/foreign.rs",
        "text_and_metadata_nested_as_deep_as_a_file_holds_end_no_program",
    ),
    ("an album of three files", "faults/manners.rs", "an_album_of_files_gets_one_answer_that_names_each"),
];

#[test]
fn every_fault_has_its_test() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    for (fault, file, test) in FAULTS {
        let text = fs::read_to_string(suite.join(file)).unwrap_or_default();
        let there = ["#[tokio::test]", "#[test]"].iter().any(|mark| {
            text.contains(&format!("{mark}\nasync fn {test}()")) || text.contains(&format!("{mark}\nfn {test}()"))
        });
        assert!(there, "`{fault}`: there is no test `{test}` in `{file}`");
    }
}

#[test]
fn every_guard_of_the_table_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("tests/GUARDS.md")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| guard"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 10, "{}", rows.len());
    for row in rows {
        let [_, guard, place, test, ..] = row.as_slice() else { panic!("{row:?}") };
        let place = root.join(place.split('`').nth(1).unwrap());
        assert!(place.exists(), "`{guard}`: there is no {}", place.display());
        let (file, name) = test.trim_matches('`').rsplit_once("::").unwrap();
        let (folder, file) = file.strip_prefix("wengu::").map_or(("tests/suite", file), |file| ("src", file));
        let file = root.join(folder).join(file.replace("::", "/")).with_extension("rs");
        let text = fs::read_to_string(&file).unwrap_or_default();
        assert!(text.contains(&format!("fn {name}(")), "`{guard}`: there is no `{name}` in {}", file.display());
    }
}

/// The number of a study group.
fn group(n: usize) -> i64 {
    -1_001_000_000_000 - i64::try_from(n).unwrap()
}

/// The people of the sandbox, and so many groups with the bot in them.
fn world_of_groups(groups: usize) -> World {
    let mut world = study_group();
    for n in 0..groups {
        world.add_group(group(n), &format!("第{n}组"), TEACHER);
        world.add_bot(group(n), TEACHER, NOW.0).unwrap();
    }
    world
}

/// A subscription to the bundled measures.
fn subscription(chat: i64, cron: &str, zone: &str, next_due: Timestamp) -> NewSubscription {
    let kind = if chat < 0 { ChatKind::Group } else { ChatKind::Private };
    NewSubscription {
        goal: Goal::default(),
        place: Place { chat: ChatId(chat), topic: TopicId::MAIN, kind },
        document: DocumentId::parse("reflection").unwrap(),
        series: "measure".into(),
        cron: cron.into(),
        zone: zone.into(),
        lang: Lang::Zh,
        by: UserId(TEACHER),
        next_due: Some(next_due),
    }
}

async fn subscribe(store: &Store, chat: i64, next_due: Timestamp) {
    let new = subscription(chat, "0 9 * * 1", "Asia/Shanghai", next_due);
    store.change(vec![Change::Subscribe(new)]).await.unwrap();
}

/// So many groups that were introduced to the bot and are due in a minute.
async fn groups(count: usize) -> Whole {
    groups_at(Home::new(), count).await
}

async fn groups_at(home: Home, count: usize) -> Whole {
    let whole = Whole::start_at(home, world_of_groups(count)).await;
    for n in 0..count {
        whole.heard(group(n), 1).await;
        subscribe(whole.bot.store(), group(n), NOW.after(MINUTE)).await;
    }
    whole
}

/// The reminders in a chat.
fn reminders(world: &World, chat: i64) -> Vec<String> {
    let Some(place) = world.chat(chat) else { return Vec::new() };
    let ours = place.messages.values().filter(|message| message.from == world.bot.id);
    let texts = ours.filter(|m| matches!(m.content, Content::Text { .. })).map(|m| m.text().to_owned());
    texts.filter(|text| text.starts_with("📌") && text.contains("举措 · ")).collect()
}

/// Waits until a chat has so many reminders, while time passes second by second: what is to be tried again is.
async fn reminded_in_time(whole: &Whole, chat: i64, count: usize) {
    let passing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            whole.clock.advance(Duration::from_secs(1));
        }
    };
    tokio::select! {
        () = reminded(whole, chat, count) => {}
        () = passing => unreachable!("time does not end"),
    }
}

/// Waits until a chat has so many reminders.
async fn reminded(whole: &Whole, chat: i64, count: usize) {
    let look = |world: &World| (reminders(world, chat).len() >= count).then_some(());
    whole.until(&format!("{count} reminders in {chat}"), look).await;
}
