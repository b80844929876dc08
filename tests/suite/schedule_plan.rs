//! The story of a reminder, step by step, on a real store: what is due is planned once, whatever the clock did.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::Connection as _;
use tokio_util::sync::CancellationToken;
use wengu::clock::{Clock, Timestamp};
use wengu::content::load;
use wengu::content::model::{DocumentId, Library, SectionId};
use wengu::message::{ChatId, ChatKind, Departure, Lang, MessageId, Outgoing, Place, TopicId, UserId};
use wengu::schedule::limit::RunLimit;
use wengu::schedule::plan::{NotNow, Planner, Step, ahead, next_section};
use wengu::schedule::when::When;
use wengu::store::{BotId, Change, DeliveryState, Goal, NewSubscription, Row, Settled, Store, Subscription};

use crate::home::Home;

const GROUP: ChatId = ChatId(-100);
/// Monday, 2026-11-23, nine o'clock in Shanghai.
const MONDAY: Timestamp = Timestamp(1_795_395_600_000);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

const DOCUMENT: &str = "+++\ntitle = \"反思\"\n\n[series.measure]\nlabel = \"本周举措\"\n+++\n\
# 甲 {#one .measure}\n\n一。\n\n# 间 {#between}\n\n无。\n\n# 乙 {#two .measure}\n\n二。\n\n# 丙 {#three .measure}\n\n三。\n";

fn library(text: &str) -> Arc<Library> {
    Arc::new(Library::new([load::parse("reflection.md", text).unwrap()]))
}

/// A planner over a store of its own, minutes before the first reminder.
struct Bench {
    planner: Planner,
    clock: Clock,
    library: Arc<Mutex<Arc<Library>>>,
    home: Home,
}

impl Bench {
    async fn new() -> Self {
        let home = Home::new();
        let clock = Clock::fixed(MONDAY.before(2 * MINUTE));
        let library = Arc::new(Mutex::new(library(DOCUMENT)));
        let planner = planner(&home.url(), &clock, &library).await;
        Self { planner, clock, library, home }
    }

    async fn subscribed(cron: &str) -> Self {
        let bench = Self::new().await;
        bench.subscribe(GROUP, cron).await;
        bench
    }

    /// The next process on the same store.
    async fn restart(self) -> Self {
        self.planner.store.close().await;
        let planner = planner(&self.home.url(), &self.clock, &self.library).await;
        Self { planner, ..self }
    }

    async fn subscribe(&self, chat: ChatId, cron: &str) {
        let when = When::stored(cron, "Asia/Shanghai").unwrap();
        let new = NewSubscription {
            goal: Goal::default(),
            place: Place { chat, topic: TopicId::MAIN, kind: ChatKind::Group },
            document: DocumentId::parse("reflection").unwrap(),
            series: "measure".into(),
            cron: cron.into(),
            zone: "Asia/Shanghai".into(),
            lang: Lang::Zh,
            by: UserId(5),
            next_due: when.next_after(self.clock.now()),
        };
        self.change(Change::Subscribe(new)).await;
    }

    async fn change(&self, change: Change) {
        self.planner.store.change(vec![change]).await.unwrap();
    }

    async fn subscription(&self) -> Subscription {
        self.planner.store.subscriptions(GROUP).await.unwrap().pop().unwrap()
    }

    /// One step: what it did, and what it handed over.
    async fn step(&self) -> (Step, Vec<Row>) {
        let rows = Mutex::new(Vec::new());
        let step = self.planner.step(&|new: Vec<Row>| rows.lock().unwrap().extend(new)).await.unwrap();
        (step, rows.into_inner().unwrap())
    }

    /// One step whose messages reach their chats; the headings of the sections.
    async fn step_and_send(&self) -> Vec<String> {
        let (_, rows) = self.step().await;
        for row in &rows {
            self.planner.store.settle(row, Settled::Sent { message: MessageId(9) }).await.unwrap();
        }
        rows.iter().map(|row| row.outgoing.body().unwrap().0[1].spans[0].text.clone()).collect()
    }

    /// State and reason of every occurrence, oldest due first.
    async fn deliveries(&self) -> Vec<(i64, DeliveryState, String)> {
        let mut all = self.planner.store.deliveries(1_000).await.unwrap();
        all.sort_by_key(|delivery| delivery.occurrence.due);
        let minutes = |due: Timestamp| (due.0 - MONDAY.0) / 60_000;
        all.into_iter().map(|d| (minutes(d.occurrence.due), d.state, d.reason.unwrap_or_default())).collect()
    }
}

async fn planner(url: &str, clock: &Clock, library: &Arc<Mutex<Arc<Library>>>) -> Planner {
    let library = Arc::clone(library);
    Planner {
        store: Store::open(url, BotId(77), clock.clone()).await.unwrap(),
        clock: clock.clone(),
        library: Box::new(move || Arc::clone(&library.lock().unwrap())),
        late: 12 * HOUR,
        limit: Arc::default(),
        serves: Box::new(|_| true),
        heartbeat: wengu::heartbeat::Heartbeat::default(),
        flows: Box::new(|| true),
        split: |message: Outgoing| vec![message],
    }
}

#[tokio::test]
async fn each_week_brings_the_next_section_and_after_the_last_the_first() {
    let bench = Bench::subscribed("0 9 * * 1").await;
    assert_eq!(bench.step().await, (Step { next: Some(MONDAY), ..Step::default() }, Vec::new()));
    bench.clock.advance(2 * MINUTE);
    let mut titles = Vec::new();
    for _ in 0..4 {
        titles.extend(bench.step_and_send().await);
        assert_eq!(bench.step().await.0.planned, 0, "planned once");
        bench.clock.advance(WEEK);
    }
    assert_eq!(titles, ["甲", "乙", "丙", "甲"]);
}

#[tokio::test]
async fn what_was_not_sent_comes_again() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.clock.advance(2 * MINUTE);
    let (_, rows) = bench.step().await;
    bench.planner.store.settle(&rows[0], Settled::Failed { reason: "no".into(), ambiguous: false }).await.unwrap();
    bench.clock.advance(DAY);
    assert_eq!(bench.step_and_send().await, ["甲"]);
}

#[tokio::test]
async fn a_restart_after_planning_plans_nothing_twice() {
    let bench = Bench::subscribed("0 9 * * 1").await;
    bench.clock.advance(2 * MINUTE);
    assert_eq!(bench.step().await.0.planned, 1);
    let bench = bench.restart().await;
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (0, 0, 0));
    assert_eq!(step.next, Some(MONDAY.after(WEEK)));
}

#[tokio::test]
async fn after_downtime_the_latest_is_caught_up_and_the_others_are_listed_as_skipped() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.clock.advance(3 * DAY + HOUR);
    let bench = bench.restart().await;
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (1, 3, 1));
    assert_eq!(step.next, Some(MONDAY.after(4 * DAY)));
    let days: Vec<_> = bench.deliveries().await.into_iter().map(|(due, state, _)| (due / 1_440, state)).collect();
    let skipped = |day| (day, DeliveryState::Skipped);
    assert_eq!(days, [skipped(0), (3, DeliveryState::Planned)]);
    let listed = bench.planner.store.deliveries(9).await.unwrap().pop().unwrap();
    assert_eq!((listed.repeats, listed.last_due), (3, Some(MONDAY.after(2 * DAY))), "one row for those in a row");
}

#[tokio::test]
async fn beyond_the_window_there_is_a_skip_that_says_so() {
    let bench = Bench::subscribed("0 9 * * 1").await;
    bench.clock.advance(12 * HOUR + 3 * MINUTE);
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (0, 1, 0));
    let reason = "721 min late, beyond the window of 720 min".to_owned();
    assert_eq!(bench.deliveries().await, [(0, DeliveryState::Skipped, reason)]);
    bench.clock.advance(WEEK);
    assert_eq!(bench.step_and_send().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_year_of_missed_minutes_leaves_one_reminder_and_few_rows() {
    let bench = Bench::subscribed("* * * * *").await;
    bench.clock.advance(365 * DAY);
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (1, 20, 1));
    assert_eq!(step.next, Some(bench.clock.now().after(MINUTE)));
    let listed = bench.planner.store.deliveries(9).await.unwrap();
    let counts: Vec<_> = listed.iter().rev().map(|delivery| delivery.repeats).collect();
    assert_eq!(counts, [19, 1, 1]);
    assert!(bench.deliveries().await[1].2.starts_with("missed, as were all"));
}

#[tokio::test]
async fn many_missed_instants_are_stood_for_by_one_that_is_recorded_now() {
    let bench = Bench::subscribed("* * * * *").await;
    bench.clock.advance(MINUTE);
    bench.step_and_send().await;
    // Back so far that what was sent becomes the twentieth of those that are missed next.
    for behind in 18..=20 {
        bench.clock.set_back(behind * MINUTE);
        bench.step().await;
        bench.clock.advance(behind * MINUTE + HOUR);
        while bench.step_and_send().await.is_empty() {}
    }
    let listed = bench.deliveries().await;
    let gaps: Vec<i64> = listed.iter().filter(|d| d.2.starts_with("missed, as were all")).map(|d| d.0).collect();
    let minute = |at: Timestamp| (at.0 - MONDAY.0) / 60_000;
    let stored = bench.planner.store.deliveries(1_000).await.unwrap();
    let ranges: Vec<_> =
        stored.iter().map(|d| (minute(d.occurrence.due), minute(d.last_due.unwrap_or(d.occurrence.due)))).collect();
    for due in listed[0].0..listed[listed.len() - 1].0 {
        let known = ranges.iter().any(|(from, to)| (*from..=*to).contains(&due))
            || gaps.iter().any(|from| (*from..*from + 60).contains(&due));
        assert!(known, "minute {due} is lost: {listed:?}");
    }
}

#[tokio::test]
async fn what_is_due_and_cannot_be_read_hides_nothing_and_is_not_waited_for() {
    let bench = Bench::subscribed("0 9 * * *").await;
    let url = format!("{}?mode=rw", bench.home.url());
    let Some(_) = url.strip_prefix("sqlite:") else { return };
    let mut conn = sqlx::AnyConnection::connect(&url).await.unwrap();
    // More than are read at once, all of them due before the good one.
    let copies = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
        INSERT INTO subscriptions (id, bot_id, chat_id, chat_kind, document, series, cron, zone, lang, by_user, next_due, created_at)
        SELECT 'bad-' || i, s.bot_id, s.chat_id, s.chat_kind, s.document, s.series, s.cron, s.zone, 'tlh', s.by_user, 1, 1
        FROM n, subscriptions s";
    sqlx::query(copies).execute(&mut conn).await.unwrap();
    bench.clock.advance(2 * MINUTE);
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (1, 0, 1));
    assert_eq!(step.next, Some(MONDAY.after(DAY)), "the planner sleeps until then");
    assert_eq!(bench.planner.store.unreadable()["subscriptions"], 1500);
}

#[tokio::test]
async fn while_one_is_to_be_tried_again_the_next_is_skipped() {
    let bench = Bench::subscribed("* * * * *").await;
    bench.clock.advance(2 * MINUTE);
    let (_, rows) = bench.step().await;
    let at = bench.clock.now().after(5 * MINUTE);
    let again = Settled::Retry { at, ambiguous: false, reason: "no".into() };
    bench.planner.store.settle(&rows[0], again).await.unwrap();
    bench.clock.advance(MINUTE);
    let (step, more) = bench.step().await;
    assert_eq!((step.planned, step.skipped, more.len()), (0, 1, 0));
    bench.planner.store.settle(&rows[0], Settled::Sent { message: MessageId(9) }).await.unwrap();
    bench.clock.advance(MINUTE);
    assert_eq!(bench.step_and_send().await, ["乙"]);
}

#[tokio::test]
async fn while_nothing_goes_out_the_next_is_skipped() {
    let mut bench = Bench::subscribed("* * * * *").await;
    bench.planner.flows = Box::new(|| false);
    bench.clock.advance(2 * MINUTE);
    bench.step().await;
    bench.clock.advance(MINUTE);
    let (step, more) = bench.step().await;
    assert_eq!((step.planned, step.skipped, more.len()), (0, 1, 0));
}

#[tokio::test]
async fn while_one_waits_for_its_place_the_next_is_planned_behind_it_with_the_next_section() {
    let bench = Bench::subscribed("* * * * *").await;
    bench.clock.advance(2 * MINUTE);
    let (_, first) = bench.step().await;
    for (minutes, title) in [(1, "乙"), (2, "丙"), (3, "甲")] {
        bench.clock.advance(MINUTE);
        let (step, rows) = bench.step().await;
        assert_eq!((step.planned, step.skipped), (1, 0), "{minutes} min");
        assert!(rows[0].outgoing.body().unwrap().to_plain().contains(title));
    }
    bench.planner.store.settle(&first[0], Settled::Sent { message: MessageId(9) }).await.unwrap();
    for _ in 0..250 {
        bench.clock.advance(MINUTE);
        bench.step().await;
    }
    let all = bench.planner.store.deliveries(1_000).await.unwrap();
    let open = all.iter().filter(|one| one.state == DeliveryState::Planned).count();
    assert_eq!(open, 200, "one that never gets a place does not fill the store");
    assert!(all[0].reason.as_ref().unwrap().contains("wait for their place"));
}

#[tokio::test]
async fn a_clock_that_was_set_back_repeats_nothing() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.clock.advance(2 * MINUTE);
    assert_eq!(bench.step_and_send().await, ["甲"]);
    let before = Clock::fixed(MONDAY.before(HOUR));
    let Bench { planner, .. } = &bench;
    planner.store.close().await;
    let bench =
        Bench { planner: self::planner(&bench.home.url(), &before, &bench.library).await, clock: before, ..bench };
    bench.clock.advance(HOUR);
    assert_eq!(bench.step().await.0, Step { next: Some(MONDAY.after(DAY)), ..Step::default() });
}

#[tokio::test]
async fn a_schedule_that_was_changed_while_due_gives_the_new_occurrence_alone() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.clock.advance(3 * MINUTE);
    bench.subscribe(GROUP, "5 9 * * *").await;
    assert_eq!(bench.step().await.0.planned, 0);
    bench.clock.advance(4 * MINUTE);
    assert_eq!(bench.step_and_send().await, ["甲"]);
    assert_eq!(bench.deliveries().await.len(), 1);
}

#[tokio::test]
async fn what_a_suspended_chat_has_missed_is_recorded_with_the_reason_and_the_latest_is_tried() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.change(Change::Suspend { chat: GROUP, why: Departure::Kicked }).await;
    bench.clock.advance(2 * DAY + HOUR);
    let (step, rows) = bench.step().await;
    assert_eq!((step.planned, step.skipped, rows.len()), (1, 2, 1), "one try, however much was missed");
    let reasons: Vec<String> = bench.deliveries().await.into_iter().map(|(_, _, reason)| reason).collect();
    assert_eq!(reasons, ["we are not in the group", ""]);
    assert_eq!(bench.planner.store.deliveries(9).await.unwrap()[1].repeats, 2);
    let refused = Settled::Failed { reason: "Forbidden: bot was kicked".into(), ambiguous: false };
    bench.planner.store.settle(&rows[0], refused).await.unwrap();
    assert_eq!(bench.step().await.0.planned, 0, "nothing more before the next due time");
    bench.clock.advance(DAY);
    assert_eq!(bench.step_and_send().await, ["甲"]);
}

#[tokio::test]
async fn a_stored_schedule_above_the_limit_makes_so_many_rows_a_day_and_no_more() {
    for (cron, gap) in [("* * * * * *", HOUR), ("* * * * *", HOUR), ("0-29 9 * * *", DAY)] {
        let mut bench = Bench::subscribed(cron).await;
        bench.planner.limit = Arc::new(RunLimit { most: 24, ..RunLimit::default() });
        let mut dues = Vec::new();
        for _ in 0..50 {
            let next = bench.planner.store.next_due().await.unwrap().unwrap();
            bench.clock.advance(next.since(bench.clock.now()));
            for row in bench.step().await.1 {
                bench.planner.store.settle(&row, Settled::Sent { message: MessageId(9) }).await.unwrap();
            }
            dues.push(next);
        }
        // The first was planned before the limit was.
        let longest = dues[1..].windows(25).map(|dues| dues[24].since(dues[0])).min().unwrap();
        assert!(longest >= DAY, "{cron}: 25 within {longest:?}");
        assert!(dues[1..].windows(2).all(|pair| pair[1].since(pair[0]) <= gap), "{cron}: no longer apart than need be");
        assert_eq!(bench.deliveries().await.len(), 50);
        assert_eq!(bench.subscription().await.told_runs, Some(24));
    }
}

#[tokio::test]
async fn a_clock_that_jumped_ahead_and_came_back_leaves_no_silence_and_repeats_nothing() {
    let bench = Bench::subscribed("0 9 * * *").await;
    assert_eq!(bench.step().await.0.next, Some(MONDAY));
    bench.clock.advance(30 * DAY + 2 * MINUTE);
    assert_eq!(bench.step_and_send().await, ["甲"], "one is caught up");
    bench.clock.set_back(30 * DAY + MINUTE);
    assert_eq!(bench.step().await.0, Step { next: Some(MONDAY), ..Step::default() });
    bench.clock.advance(MINUTE);
    assert_eq!(bench.step_and_send().await, ["乙"], "Monday, whose skip was none");
    assert_eq!(bench.step().await.0, Step { next: Some(MONDAY.after(DAY)), ..Step::default() });
    let days: Vec<_> = bench.deliveries().await.into_iter().map(|(due, state, _)| (due / 1_440, state)).collect();
    assert_eq!(days, [(0, DeliveryState::Sent), (30, DeliveryState::Sent)]);
    bench.clock.advance(30 * DAY);
    bench.step().await;
    let copies = bench.deliveries().await.iter().filter(|(due, ..)| due / 1_440 == 30).count();
    assert_eq!(copies, 1, "what was sent too early is not sent again");
}

#[tokio::test]
async fn a_clock_that_is_corrected_by_seconds_is_not_taken_for_one_that_was_set_back() {
    let bench = Bench::subscribed("0 9 * * *").await;
    bench.clock.advance(2 * MINUTE);
    assert_eq!(bench.step_and_send().await, ["甲"]);
    bench.clock.set_back(Duration::from_secs(30));
    assert_eq!(bench.step().await.0, Step { next: Some(MONDAY.after(DAY)), ..Step::default() });
}

#[tokio::test]
async fn without_its_document_or_series_an_occurrence_is_skipped_with_the_reason() {
    let bench = Bench::subscribed("0 9 * * *").await;
    *bench.library.lock().unwrap() = library("+++\ntitle = \"反思\"\n+++\n# 甲 {#one}\n\n一。\n");
    bench.clock.advance(2 * MINUTE);
    bench.step().await;
    *bench.library.lock().unwrap() = Arc::default();
    bench.clock.advance(DAY);
    bench.step().await;
    let reasons: Vec<String> = bench.deliveries().await.into_iter().map(|(_, _, reason)| reason).collect();
    let no_series = "the document `reflection` has no section in the series `measure`";
    assert_eq!(reasons, [no_series, "the document `reflection` is not there"]);
    *bench.library.lock().unwrap() = library(DOCUMENT);
    bench.clock.advance(DAY);
    assert_eq!(bench.step_and_send().await, ["甲"]);
}

#[tokio::test]
async fn many_chats_that_are_due_together_are_each_planned_once() {
    let bench = Bench::new().await;
    for chat in 1..=600 {
        bench.subscribe(ChatId(-chat), "0 9 * * *").await;
    }
    bench.clock.advance(2 * MINUTE);
    let (step, rows) = bench.step().await;
    let mut chats: Vec<i64> = rows.iter().map(|row| row.outgoing.place.chat.0).collect();
    chats.sort_unstable();
    chats.dedup();
    assert_eq!((step.planned, rows.len(), chats.len()), (600, 600, 600));
}

#[tokio::test]
async fn a_section_that_is_gone_or_no_member_any_more_is_followed_sensibly() {
    let library = library(DOCUMENT);
    let document = library.iter().next().unwrap();
    let after = |last: Option<&str>| {
        let last = last.map(|id| SectionId::parse(id).unwrap());
        next_section(document, &document.series[0], last.as_ref()).unwrap().id.to_string()
    };
    let table =
        [(None, "one"), (Some("one"), "two"), (Some("between"), "two"), (Some("three"), "one"), (Some("x"), "one")];
    for (last, next) in table {
        assert_eq!(after(last), next, "after {last:?}");
    }
}

#[tokio::test]
async fn the_next_one_can_be_sent_ahead_but_not_while_one_is_on_its_way() {
    let bench = Bench::subscribed("0 9 * * *").await;
    let library = Arc::clone(&bench.library.lock().unwrap());
    let reminder = ahead(&bench.subscription().await, &library, &RunLimit::default(), bench.clock.now()).unwrap();
    assert_eq!(reminder.occurrence.sections[0].to_string(), "reflection/one");
    bench.clock.advance(2 * MINUTE);
    let (_, rows) = bench.step().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        ahead(&bench.subscription().await, &library, &RunLimit::default(), bench.clock.now()).unwrap_err(),
        NotNow::OnItsWay
    );
}

#[tokio::test]
async fn the_loop_wakes_when_something_is_due_and_when_the_schedule_changes() {
    let Bench { planner, clock, library: _, home: _home } = Bench::new().await;
    let store = planner.store.clone();
    let (handed, mut rows) = tokio::sync::mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let task = tokio::spawn(planner.run(move |new| handed.send(new).unwrap(), stop.clone()));
    let new = NewSubscription {
        goal: Goal::default(),
        place: Place { chat: GROUP, topic: TopicId::MAIN, kind: ChatKind::Group },
        document: DocumentId::parse("reflection").unwrap(),
        series: "measure".into(),
        cron: "0 9 * * *".into(),
        zone: "Asia/Shanghai".into(),
        lang: Lang::Zh,
        by: UserId(5),
        next_due: Some(MONDAY),
    };
    store.change(vec![Change::Subscribe(new)]).await.unwrap();
    clock.advance(2 * MINUTE);
    assert_eq!(rows.recv().await.unwrap().len(), 1);
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn a_reminder_arrives_as_the_chat_wants_it() {
    let bench = Bench::subscribed("0 9 * * 1").await;
    let mut to = bench.subscription().await;
    (to.manner.silent, to.manner.pin) = (true, true);
    bench.change(Change::Configure { to: Box::new(to), retimed: false }).await;
    bench.clock.advance(2 * MINUTE);
    let (_, rows) = bench.step().await;
    assert!(rows[0].outgoing.silent && rows[0].outgoing.pin);
}

#[tokio::test]
async fn a_chat_that_wants_nothing_late_gets_what_is_on_time_and_no_more() {
    let bench = Bench::subscribed("0 9 * * *").await;
    let mut to = bench.subscription().await;
    to.manner.late = Some(Duration::ZERO);
    bench.change(Change::Configure { to: Box::new(to), retimed: false }).await;
    bench.clock.advance(2 * MINUTE + Duration::from_secs(5));
    assert_eq!(bench.step_and_send().await, ["甲"]);
    bench.clock.advance(DAY + 2 * MINUTE);
    assert_eq!(bench.step().await.0.skipped, 1);
    let (_, state, reason) = bench.deliveries().await.pop().unwrap();
    assert_eq!((state, reason.as_str()), (DeliveryState::Skipped, "2 min late, beyond the window of 0 min"));
}
