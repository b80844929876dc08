//! Buttons that were never offered, that hang under messages which Telegram does not show, or are pressed again.

use wengu::content::model::SectionRef;
use wengu::message::{Action, AtEnd, ChatId, KindMark, Listing, Page, Panel, Set, UserId};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::markup::Press;
use wengu::sandbox::world::messages::Message;
use wengu::telegram::callback;

use super::MINUTE;
use crate::whole::{Whole, button};

const STALE: &str = "这个按钮已经失效了";

/// An action of each tag and kind, as somebody may make them up: about what is there, and in the name of a person.
fn every_action(whole: &Whole, schedule: wengu::message::ScheduleKey, person: i64) -> Vec<Action> {
    let at = SectionRef::parse("reflection/problem-2").unwrap();
    let document = at.document.clone();
    let due = whole.clock.now();
    vec![
        Action::Open(at.clone()),
        Action::Page(at.clone(), 0),
        Action::Read(at.clone()),
        Action::Contents(document.clone()),
        Action::ContentsPage(document.clone(), 1),
        Action::ListPage(Listing::Kind(document.clone(), KindMark::of("measure")), 0),
        Action::ListPage(Listing::Below(SectionRef::parse("reflection/problems").unwrap()), 0),
        Action::Subscribe,
        Action::Unsubscribe,
        Action::SendNow,
        Action::ForgetMe(UserId(person)),
        Action::Vote(true),
        Action::Vote(false),
        Action::Ask(at, 0),
        Action::Panel(schedule, Panel::Show(Page::Home)),
        Action::Panel(schedule, Panel::Set(Set::Time(60))),
        Action::Panel(schedule, Panel::SendNow),
        Action::Panel(schedule, Panel::Preview),
        Action::Panel(schedule, Panel::Remove),
        Action::Schedules(ChatId(GROUP)),
        Action::AddSchedule(ChatId(GROUP), 1),
        Action::AtEnd(schedule, AtEnd::Again),
        Action::AtEnd(schedule, AtEnd::Others),
        Action::AtEnd(schedule, AtEnd::Take(document, 0)),
        Action::AtEnd(schedule, AtEnd::Stop),
        Action::Studied(schedule, due),
    ]
}

/// What stands in the chats, and what is stored about group and people.
async fn state(whole: &Whole) -> (Vec<String>, String) {
    let chats = {
        let world = whole.emulator.world();
        let of = |chat: i64| {
            let messages = world.chat(chat).map(|place| place.messages.values().cloned().collect::<Vec<_>>());
            messages.unwrap_or_default().into_iter().map(move |message| format!("{chat}: {message:?}"))
        };
        [GROUP, STUDENT, TEACHER].into_iter().flat_map(of).collect()
    };
    let store = whole.bot.store();
    let subscriptions = store.subscriptions(ChatId(GROUP)).await.unwrap();
    let mut readings = Vec::new();
    for person in [STUDENT, TEACHER] {
        readings.push(store.reading(ChatId(person), UserId(person)).await.unwrap());
    }
    (chats, format!("{subscriptions:?} {readings:?} {:?}", store.deliveries(50).await.unwrap()))
}

/// A group with a subscription, where a person was answered, and their private chats with something read.
async fn in_use() -> (Whole, Message, [Message; 2], wengu::message::ScheduleKey) {
    let whole = Whole::start_with_config(vec![
        ("WENGU_TELEGRAM__LIMITS__PERSON", "0".into()),
        ("WENGU_TELEGRAM__LIMITS__CHAT", "0".into()),
    ])
    .await;
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    whole.ask(GROUP, TEACHER, "/subscribe 周三 20:00").await;
    let answer = whole.ask(GROUP, STUDENT, "/ask 张三").await;
    let mut help = Vec::new();
    for person in [STUDENT, TEACHER] {
        whole.ask(person, person, "/read").await;
        help.push(whole.ask(person, person, "/status").await);
    }
    let schedule = whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap()[0].id.key();
    let [student, teacher] = <[Message; 2]>::try_from(help).unwrap();
    (whole, answer, [student, teacher], schedule)
}

#[tokio::test]
async fn what_was_never_offered_under_a_message_does_nothing_for_anybody() {
    let (whole, answer, [student, teacher], schedule) = in_use().await;
    let offered = |message: &Message, data: &str| {
        let data = Press::Data(data.to_owned());
        message.keyboard.iter().flatten().any(|button| button.press == data)
    };
    for (chat, person, message) in [
        (GROUP, STUDENT, &answer),
        (GROUP, TEACHER, &answer),
        (STUDENT, STUDENT, &student),
        (TEACHER, TEACHER, &teacher),
    ] {
        let before = state(&whole).await;
        let actions = every_action(&whole, schedule, person).into_iter().map(|action| callback::encode(&action));
        for data in actions.chain(["1f".to_owned(), "1z".to_owned(), "2s".to_owned(), String::new()]) {
            if offered(message, &data) {
                continue;
            }
            let press = whole.emulator.world().press(chat, person, message.id, &data, whole.clock.now().0).unwrap();
            let told = whole.notice(&press).await.unwrap_or_default();
            assert!(told.starts_with(STALE), "`{data}` by {person} in {chat}: {told:?}");
        }
        assert_eq!(state(&whole).await, before, "{person} in {chat}");
    }
}

#[tokio::test]
async fn a_message_that_telegram_does_not_show_lets_pass_what_changes_nothing() {
    let (whole, _, [_, _], schedule) = in_use().await;
    const GONE: i64 = 9_999;
    for (chat, person) in [(GROUP, TEACHER), (TEACHER, TEACHER)] {
        let before = state(&whole).await;
        for action in every_action(&whole, schedule, person) {
            let data = callback::encode(&action);
            let shows = matches!(
                action,
                Action::Open(_) | Action::Contents(_) | Action::Ask(..) | Action::Panel(_, Panel::Preview)
            );
            if chat == TEACHER && shows {
                continue;
            }
            let press = whole.emulator.world().press(chat, person, GONE, &data, whole.clock.now().0).unwrap();
            let told = whole.notice(&press).await.unwrap_or_default();
            assert!(told.starts_with(STALE), "`{data}`: {told:?}");
        }
        assert_eq!(state(&whole).await, before);
    }
    let count = whole.count(TEACHER);
    let open = callback::encode(&Action::Open(SectionRef::parse("reflection/problem-2").unwrap()));
    whole.emulator.world().press(TEACHER, TEACHER, GONE, &open, whole.clock.now().0).unwrap();
    whole.heard(TEACHER, count + 1).await;
}

#[tokio::test]
async fn a_press_under_a_message_sent_through_us_elsewhere_is_answered() {
    let whole = Whole::start().await;
    for data in ["1s", "1oreflection/problem-1", "nonsense"] {
        let press = whole.emulator.world().press_inline(STUDENT, "AgAAAH", data, whole.clock.now().0).unwrap();
        let told = whole.notice(&press).await.unwrap_or_default();
        assert!(told.starts_with(STALE), "{told:?}");
    }
    assert_eq!(whole.count(STUDENT), 0);
}

#[tokio::test]
async fn five_taps_that_open_something_open_it_once() {
    let whole = Whole::start().await;
    let count = |chat| whole.count(chat);
    let answer = whole.ask(STUDENT, STUDENT, "张三").await;
    let welcome = whole.ask(STUDENT, STUDENT, "/start").await;
    let contents = button(&welcome, "目录");
    let question = welcome.keyboard[0][0].text.as_str();
    for (message, label) in [(&answer, "下一节"), (&welcome, "目录"), (&welcome, "从头读起"), (&welcome, question)]
    {
        let before = count(STUDENT);
        let presses: Vec<String> = (0..5).map(|_| whole.press(STUDENT, STUDENT, message, label)).collect();
        for press in &presses {
            whole.notice(press).await;
        }
        whole.heard(STUDENT, before + 1).await;
        whole.recorded(STUDENT).await;
        assert_eq!(count(STUDENT), before + 1, "{label}");
    }
    // Later it is meant anew.
    let before = count(STUDENT);
    whole.clock.advance(MINUTE);
    let Press::Data(data) = contents else { panic!("{contents:?}") };
    whole.emulator.world().press(STUDENT, STUDENT, welcome.id, &data, whole.clock.now().0).unwrap();
    whole.heard(STUDENT, before + 1).await;
    // Somebody else's tap is not the same.
    let other = whole.ask(MAYA, MAYA, "/start").await;
    whole.press(MAYA, MAYA, &other, "Contents");
    whole.heard(MAYA, 2).await;
}
