//! The settings as a group's admins use them: the panel in private, buttons and typed words, the line in the group.
//! The whole bot, the bundled document, a clock that the test moves.

use std::time::Duration;

use wengu::message::{ChatId, TopicId};
use wengu::sandbox::scene::{GROUP, MAYA, STUDENT, TEACHER};
use wengu::sandbox::world::Saying;
use wengu::sandbox::world::chats::Role;
use wengu::sandbox::world::markup::Press;
use wengu::sandbox::world::messages::Message;
use wengu::store::Subscription;

use crate::whole::{Whole, button};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The group subscribed, and its panel open in the teacher's private chat.
async fn with_panel() -> (Whole, Message) {
    let whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let panel = open_panel(&whole, TEACHER).await;
    (whole, panel)
}

/// `/settings` in the group, and its link followed.
async fn open_panel(whole: &Whole, admin: i64) -> Message {
    let line = whole.ask(GROUP, admin, "/settings").await;
    follow(whole, admin, &line).await
}

async fn follow(whole: &Whole, who: i64, line: &Message) -> Message {
    let Press::Url(url) = button(line, "") else { panic!("the button is a link") };
    let (_, parameter) = url.split_once("?start=").unwrap();
    let before = whole.count(who);
    whole.emulator.world().start(who, parameter, whole.clock.now().0).unwrap();
    whole.heard(who, before + 1).await.pop().unwrap()
}

/// Presses a button of the panel, or of its page of the rest, and waits until the panel says something.
async fn tap(whole: &Whole, admin: i64, panel: &Message, label: &str, says: &str) -> Message {
    let has = panel.keyboard.iter().flatten().any(|button| button.text.contains(label));
    let panel = if has { panel.clone() } else { more(whole, admin, panel).await };
    whole.press(admin, admin, &panel, label);
    panel_says(whole, admin, &panel, says).await
}

/// The panel turned to what is changed less often.
async fn more(whole: &Whole, admin: i64, panel: &Message) -> Message {
    let label =
        if panel.keyboard.iter().flatten().any(|button| button.text == "更多 ›") { "更多" } else { "More" };
    whole.press(admin, admin, panel, label);
    let remove = if label == "更多" { "删除" } else { "Remove" };
    panel_says(whole, admin, panel, remove).await
}

async fn panel_says(whole: &Whole, admin: i64, panel: &Message, says: &str) -> Message {
    let look = |message: &Message| {
        let labels: Vec<&str> = message.keyboard.iter().flatten().map(|button| button.text.as_str()).collect();
        message.text().contains(says) || labels.iter().any(|label| label.contains(says))
    };
    whole
        .until(&format!("the panel says {says}"), |world| {
            world.chat(admin)?.messages.get(&panel.id).filter(|message| look(message)).cloned()
        })
        .await
}

async fn schedule(whole: &Whole) -> Subscription {
    whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap().remove(0)
}

#[tokio::test]
async fn an_admin_changes_day_hour_and_zone_by_buttons_and_the_group_has_the_result_in_one_line() {
    let whole = Whole::in_group().await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let line = whole.ask(GROUP, TEACHER, "/settings").await;
    let panel = follow(&whole, TEACHER, &line).await;
    for part in ["周三读书会", "每周一 09:00（上海时间）", "接下来三次", "2026 年 6 月 1 日（周一）09:00", "6 月 15 日"]
    {
        assert!(panel.text().contains(part), "lacks {part}: {}", panel.text());
    }
    let said = whole.count(GROUP);

    let page = tap(&whole, TEACHER, &panel, "星期", "哪一天").await;
    let home = tap(&whole, TEACHER, &page, "周三", "每周三 09:00").await;
    let page = tap(&whole, TEACHER, &home, "时间", "几点").await;
    let home = tap(&whole, TEACHER, &page, "20:00", "每周三 20:00").await;
    let changed = "已从 每周三 09:00（上海时间）改成 每周三 20:00（上海时间），按顺序接着发。";
    assert!(home.text().contains(changed), "{}", home.text());
    let page = tap(&whole, TEACHER, &home, "时区", "按哪里").await;
    let home = tap(&whole, TEACHER, &page, "柏林", "每周三 20:00（柏林时间）").await;
    assert!(home.text().contains("2026 年 5 月 27 日（周三）20:00"), "{}", home.text());

    let now = schedule(&whole).await;
    assert_eq!((now.cron.as_str(), now.zone.as_str()), ("0 20 * * 3", "Europe/Berlin"));
    let result =
        |message: &Message| message.text().contains("每周三 20:00（柏林时间）。原来是 每周三 20:00（上海时间）");
    whole
        .until("the line in the group", |world| {
            world.chat(GROUP)?.messages.get(&line.id).filter(|m| result(m)).map(drop)
        })
        .await;
    assert_eq!(whole.count(GROUP), said, "one line, and no more than that");
    assert_eq!(whole.count(TEACHER), 1, "one panel, which edits itself");

    whole.to_next_reminder().await;
    whole.heard(GROUP, said + 1).await;
    assert_eq!(whole.clock.now().0, 1_779_904_800_000, "20:00 in Berlin");
}

#[tokio::test]
async fn the_panel_shows_its_values_on_six_keys_and_marks_what_is_chosen() {
    let (whole, panel) = with_panel().await;
    let labels = |message: &Message| -> Vec<String> {
        message
            .keyboard
            .iter()
            .map(|row| row.iter().map(|key| key.text.as_str()).collect::<Vec<_>>().join("|"))
            .collect()
    };
    let keys = ["星期 · 周一 ›", "时间 · 09:00 ›", "时区 · 上海 ›", "内容 · 举措 ›", "更多 ›", "完成"];
    assert_eq!(labels(&panel), keys);
    let page = tap(&whole, TEACHER, &panel, "星期", "哪一天").await;
    assert!(labels(&page)[0].contains("✓ 每周一"), "{:?}", labels(&page));
    whole.say(TEACHER, TEACHER, "每两周 周三");
    let home = panel_says(&whole, TEACHER, &panel, "每两周 周三 09:00").await;
    assert_eq!(labels(&home)[0], "星期 · 每两周 周三 ›");
    let page = tap(&whole, TEACHER, &home, "时间", "几点").await;
    assert!(labels(&page)[0].contains("✓ 09:00"), "{:?}", labels(&page));
    let home = tap(&whole, TEACHER, &page, "20:00", "每两周 周三 20:00").await;
    let rest = more(&whole, TEACHER, &home).await;
    assert!(!labels(&rest).concat().contains("话题"), "a group without topics has none to choose: {:?}", labels(&rest));
    let home = tap(&whole, TEACHER, &rest, "返回", "接下来三次").await;
    let closed = tap(&whole, TEACHER, &home, "完成", "每两周 周三 20:00").await;
    let closed = whole
        .until("the panel is closed", |world| {
            world.chat(TEACHER)?.messages.get(&closed.id).filter(|message| message.keyboard.is_empty()).cloned()
        })
        .await;
    assert!(closed.text().contains("每两周 周三 20:00（上海时间）"), "{}", closed.text());
}

#[tokio::test]
async fn what_is_typed_while_the_panel_asks_is_a_time_a_city_hours_or_a_date_and_a_question_stays_a_question() {
    let (whole, panel) = with_panel().await;
    let page = tap(&whole, TEACHER, &panel, "星期", "哪一天").await;
    whole.say(TEACHER, TEACHER, "每周二 8:30");
    let home = panel_says(&whole, TEACHER, &panel, "每周二 08:30（上海时间）").await;
    let _ = page;
    tap(&whole, TEACHER, &home, "时间", "几点").await;
    whole.say(TEACHER, TEACHER, "weekdays 9pm");
    let home = panel_says(&whole, TEACHER, &panel, "工作日 21:00").await;
    tap(&whole, TEACHER, &home, "星期", "哪一天").await;
    whole.say(TEACHER, TEACHER, "30 7 * * 1,4");
    let home = panel_says(&whole, TEACHER, &panel, "每周一、周四 07:30").await;
    let page = tap(&whole, TEACHER, &home, "时区", "按哪里").await;
    whole.say(TEACHER, TEACHER, "慕尼黑");
    let home = panel_says(&whole, TEACHER, &page, "（柏林时间）").await;
    tap(&whole, TEACHER, &home, "时区", "按哪里").await;
    whole.say(TEACHER, TEACHER, "Berlim");
    let near = panel_says(&whole, TEACHER, &panel, "是不是下面").await;
    let home = tap(&whole, TEACHER, &near, "柏林", "接下来三次").await;
    tap(&whole, TEACHER, &home, "免打扰", "不打扰").await;
    whole.say(TEACHER, TEACHER, "22:30-8:00");
    let home = panel_says(&whole, TEACHER, &panel, "免打扰：22:30–08:00").await;
    assert!(home.text().contains("（周四）08:00"), "what falls into quiet hours comes after them: {}", home.text());
    tap(&whole, TEACHER, &home, "暂停", "到什么时候").await;
    whole.say(TEACHER, TEACHER, "昨天");
    panel_says(&whole, TEACHER, &panel, "没看懂日期“昨天”").await;
    whole.say(TEACHER, TEACHER, "8月3日");
    let home = panel_says(&whole, TEACHER, &panel, "已暂停，到 2026 年 8 月 3 日").await;
    assert!(home.text().contains("2026 年 8 月 3 日（周一）08:00"), "{}", home.text());
    assert_eq!(whole.count(TEACHER), 1, "one panel, which edits itself");

    tap(&whole, TEACHER, &home, "恢复", "接下来三次").await;
    tap(&whole, TEACHER, &home, "星期", "哪一天").await;
    let answer = whole.ask(TEACHER, TEACHER, "监督机制有什么漏洞").await;
    assert!(answer.text().contains("监督"), "{}", answer.text());
}

#[tokio::test]
async fn only_admins_see_a_groups_panel_and_one_who_is_none_any_more_is_refused_at_the_next_press() {
    let (whole, panel) = with_panel().await;
    let refused = whole.ask(GROUP, STUDENT, "/settings").await;
    assert!(refused.text().contains("只有管理员") && refused.keyboard.is_empty(), "{}", refused.text());
    let parameter = format!("g_{GROUP}_1");
    whole.emulator.world().start(STUDENT, &parameter, whole.clock.now().0).unwrap();
    let refused = whole.heard(STUDENT, 1).await.pop().unwrap();
    assert!(refused.text().contains("只有管理员") && refused.keyboard.is_empty(), "{}", refused.text());

    let page = tap(&whole, TEACHER, &panel, "星期", "哪一天").await;
    let before = schedule(&whole).await;
    whole.emulator.world().seat(GROUP, TEACHER, Role::Member);
    let press = whole.press(TEACHER, TEACHER, &page, "周三");
    assert!(whole.notice(&press).await.unwrap().contains("只有管理员"));
    let refused = whole.ask(TEACHER, TEACHER, "每周五 7:00").await;
    assert!(refused.text().contains("只有管理员"), "{}", refused.text());
    let press = whole.press(TEACHER, TEACHER, &page, "返回");
    assert!(whole.notice(&press).await.unwrap().contains("只有管理员"));
    assert_eq!(schedule(&whole).await, before);
}

#[tokio::test]
async fn a_button_of_a_schedule_that_is_no_more_is_stale_and_changes_nothing() {
    let (whole, panel) = with_panel().await;
    let panel = more(&whole, TEACHER, &panel).await;
    whole.ask(GROUP, TEACHER, "/unsubscribe").await;
    for label in ["静音", "现在就发", "预览", "返回"] {
        let press = whole.press(TEACHER, TEACHER, &panel, label);
        assert!(whole.notice(&press).await.unwrap().contains("已经不在了"), "{label}");
    }
    assert!(whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_admins_who_press_at_once_both_have_their_way_and_a_second_press_changes_nothing() {
    let (whole, panel) = with_panel().await;
    whole.emulator.world().seat(GROUP, MAYA, Role::Administrator { anonymous: false });
    let other = open_panel(&whole, MAYA).await;
    let (panel, other) = (more(&whole, TEACHER, &panel).await, more(&whole, MAYA, &other).await);
    for _ in 0..2 {
        whole.press(TEACHER, TEACHER, &panel, "静音");
        whole.press(MAYA, MAYA, &other, "Pin");
    }
    panel_says(&whole, TEACHER, &panel, "✓ 静音").await;
    panel_says(&whole, MAYA, &other, "✓ Pin").await;
    whole.say(TEACHER, TEACHER, "/topics");
    whole.heard(TEACHER, 2).await;
    let now = schedule(&whole).await;
    assert!(now.manner.silent && now.manner.pin, "{:?}", now.manner);
    assert_eq!(now.revision, 2, "each of the two was changed once");
    assert!(whole.bot.store().set_aside().await.unwrap().is_empty());
}

#[tokio::test]
async fn reminders_arrive_as_they_were_set_silent_pinned_in_the_topic_and_in_the_language() {
    let whole = Whole::start().await;
    whole.emulator.world().make_forum(GROUP);
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    let bot = whole.emulator.world().bot.id;
    whole.emulator.world().seat(GROUP, bot, Role::Administrator { anonymous: false });
    let topic = whole.emulator.world().create_topic(GROUP, TEACHER, "每周学习", whole.clock.now().0).unwrap();
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let panel = open_panel(&whole, TEACHER).await;
    let page = tap(&whole, TEACHER, &panel, "话题", "哪个话题").await;
    let home = tap(&whole, TEACHER, &page, "每周学习", "发到话题：每周学习").await;
    let home = tap(&whole, TEACHER, &home, "English", "语言：英文").await;
    let home = tap(&whole, TEACHER, &home, "静音", "✓ 静音").await;
    let press = whole.press(TEACHER, TEACHER, &home, "置顶");
    assert_eq!(whole.notice(&press).await.unwrap(), "好了。");
    panel_says(&whole, TEACHER, &home, "✓ 置顶").await;

    for (week, title) in ["强化理论武装", "完善制度体系"].into_iter().enumerate() {
        whole.to_next_reminder().await;
        whole.settled(week + 1).await;
        let pushed = whole
            .until("the push", |world| {
                let messages = &world.chat(GROUP)?.messages;
                messages.values().find(|message| message.text().contains(title)).cloned()
            })
            .await;
        assert_eq!(pushed.topic, Some(topic));
        assert!(pushed.text().contains("To think about"), "{}", pushed.text());
        whole
            .until("it is pinned in place of the one before", |world| {
                (world.chat(GROUP)?.pinned == [pushed.id]).then_some(())
            })
            .await;
    }
    assert_eq!(schedule(&whole).await.place.topic, TopicId(i32::try_from(topic).unwrap()));
}

#[tokio::test]
async fn who_wants_reminders_pinned_is_told_where_that_is_not_allowed_and_they_come_all_the_same() {
    let (whole, panel) = with_panel().await;
    let panel = more(&whole, TEACHER, &panel).await;
    let press = whole.press(TEACHER, TEACHER, &panel, "置顶");
    assert!(whole.notice(&press).await.unwrap().contains("没有置顶消息的权限"));
    panel_says(&whole, TEACHER, &panel, "✓ 置顶").await;
    let before = whole.count(GROUP);
    whole.to_next_reminder().await;
    whole.heard(GROUP, before + 1).await;
    whole.settled(1).await;
    assert!(whole.emulator.world().chat(GROUP).unwrap().pinned.is_empty());
}

/// A message as one reads it: its text, then its buttons, a line each row.
fn as_read(message: &Message) -> String {
    let row = |row: &Vec<wengu::sandbox::world::markup::Button>| {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.text)).collect();
        labels.join(" ")
    };
    let rows: Vec<String> = message.keyboard.iter().map(row).collect();
    format!("{}\n\n{}", message.text(), rows.join("\n"))
}

#[tokio::test]
async fn the_panel_and_its_pages_read_well_in_both_languages() {
    let (whole, panel) = with_panel().await;
    insta::assert_snapshot!("panel_zh", as_read(&panel));
    whole.emulator.world().seat(GROUP, MAYA, Role::Administrator { anonymous: false });
    let english = open_panel(&whole, MAYA).await;
    insta::assert_snapshot!("panel_en", as_read(&english));
    let mut pages = String::new();
    for (label, says) in [
        ("星期", "哪一天"),
        ("时间", "几点"),
        ("时区", "按哪里"),
        ("内容", "哪个系列"),
        ("免打扰", "不打扰"),
        ("补发", "多久"),
        ("暂停", "到什么时候"),
        ("读过的人数", "还没有"),
        ("删除", "真的要"),
    ] {
        let page = tap(&whole, TEACHER, &panel, label, says).await;
        pages += &format!("{}\n----\n", as_read(&page));
        tap(&whole, TEACHER, &page, "返回", "接下来三次").await;
    }
    insta::assert_snapshot!("panel_pages_zh", pages);
}

#[tokio::test]
async fn a_topic_is_learned_where_settings_is_said_in_it() {
    let whole = Whole::start().await;
    whole.emulator.world().make_forum(GROUP);
    let topic = whole.emulator.world().create_topic(GROUP, TEACHER, "早年的话题", whole.clock.now().0).unwrap();
    whole.emulator.world().add_bot(GROUP, TEACHER, whole.clock.now().0).unwrap();
    whole.heard(GROUP, 1).await;
    whole.ask(GROUP, TEACHER, "/subscribe").await;
    let before = whole.count(GROUP);
    let say = Saying::new(GROUP, TEACHER, "/settings").topic(topic);
    whole.emulator.world().say(say, whole.clock.now().0).unwrap();
    let line = whole.heard(GROUP, before + 1).await.pop().unwrap();
    let panel = follow(&whole, TEACHER, &line).await;
    let page = tap(&whole, TEACHER, &panel, "话题", "哪个话题").await;
    tap(&whole, TEACHER, &page, "早年的话题", "发到话题：早年的话题").await;
}

#[tokio::test]
async fn a_pause_holds_everything_back_and_ends_by_itself() {
    let (whole, panel) = with_panel().await;
    let page = tap(&whole, TEACHER, &panel, "暂停", "到什么时候").await;
    tap(&whole, TEACHER, &page, "2 周", "已暂停").await;
    let before = whole.count(GROUP);
    whole.clock.advance(13 * DAY);
    whole.to_next_reminder().await;
    whole.heard(GROUP, before + 1).await;
    assert_eq!(whole.clock.now().0, 1_781_485_200_000, "Monday, 2026-06-15, 09:00: the first one after the pause");
    assert_eq!(whole.bot.store().deliveries(9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_missed_reminder_waits_for_the_end_of_quiet_hours_or_is_skipped_as_the_chat_wants_it() {
    let (mut whole, panel) = with_panel().await;
    let page = tap(&whole, TEACHER, &panel, "免打扰", "不打扰").await;
    let home = tap(&whole, TEACHER, &page, "22:00–08:00", "免打扰：22:00–08:00").await;
    let page = tap(&whole, TEACHER, &home, "补发", "多久").await;
    tap(&whole, TEACHER, &page, "1 天内", "24 小时内补发").await;
    let before = whole.count(GROUP);
    let due = whole.bot.store().next_due().await.unwrap().unwrap();
    let to_23 = due.since(whole.clock.now()) + Duration::from_secs(14 * 3_600);
    whole = whole.restart_after(to_23).await;
    whole.clock.advance(Duration::from_secs(9 * 3_600 - 1));
    whole.ask(TEACHER, TEACHER, "/topics").await;
    assert_eq!(whole.count(GROUP), before, "nothing in quiet hours");
    whole.clock.advance(Duration::from_secs(1));
    whole.heard(GROUP, before + 1).await;
    whole.settled(1).await;
    assert_eq!(whole.bot.store().deliveries(9).await.unwrap().len(), 1, "one, and on record once");
}

#[tokio::test]
async fn a_chat_has_several_schedules_each_with_its_own_place_in_its_series() {
    let (whole, panel) = with_panel().await;
    let said = whole.count(GROUP);
    let panel = more(&whole, TEACHER, &panel).await;
    let added = tap(&whole, TEACHER, &panel, "再加一个", "好了").await;
    whole
        .until("the group has read of it", |world| {
            let messages = &world.chat(GROUP)?.messages;
            messages.values().find(|m| m.text().contains("提醒设置已更新：举措 · 每周一 09:00")).map(drop)
        })
        .await;
    assert_eq!(whole.count(GROUP), said, "in the one line");
    // The panel as it was is stale by now: a second press adds nothing.
    whole.press(TEACHER, TEACHER, &panel, "再加一个");
    let list = tap(&whole, TEACHER, &added, "全部提醒", "要改哪一个").await;
    assert_eq!(list.keyboard.len(), 3, "two schedules and one more: {:?}", list.keyboard);
    let second = &list.keyboard[1][0];
    let Press::Data(data) = &second.press else { panic!("a button of the panel") };
    whole.emulator.world().press(TEACHER, TEACHER, list.id, data, whole.clock.now().0).unwrap();
    let home = panel_says(&whole, TEACHER, &panel, "2/2").await;
    let page = tap(&whole, TEACHER, &home, "星期", "哪一天").await;
    let home = tap(&whole, TEACHER, &page, "周四", "每周四 09:00").await;
    let all = whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap();
    assert_eq!(all.iter().map(|s| s.cron.as_str()).collect::<Vec<_>>(), ["0 9 * * 1", "0 9 * * 4"]);

    let page = tap(&whole, TEACHER, &home, "删除", "真的要删除").await;
    tap(&whole, TEACHER, &page, "确认删除", "要改哪一个").await;
    let all = whole.bot.store().subscriptions(ChatId(GROUP)).await.unwrap();
    assert_eq!(all.iter().map(|s| s.cron.as_str()).collect::<Vec<_>>(), ["0 9 * * 1"]);
}

#[tokio::test]
async fn in_private_one_sets_ones_own_reminders_from_nothing() {
    let whole = Whole::start().await;
    let panel = whole.ask(MAYA, MAYA, "/settings").await;
    assert!(panel.text().contains("My reminders"), "{}", panel.text());
    let added = tap(&whole, MAYA, &panel, "Subscribe", "Done").await;
    let home = tap(&whole, MAYA, &added, "All reminders", "The next three").await;
    let home = more(&whole, MAYA, &home).await;
    assert!(!home.keyboard.iter().flatten().any(|key| key.text.contains("Topic")), "no topics in private");
    let before = whole.count(MAYA);
    whole.press(MAYA, MAYA, &home, "Preview");
    let preview = whole.heard(MAYA, before + 1).await.pop().unwrap();
    assert!(preview.text().contains("Preview") && preview.text().contains("强化理论武装"), "{}", preview.text());
    let first = whole.press(MAYA, MAYA, &home, "Send now");
    whole.heard(MAYA, before + 2).await;
    whole.settled(1).await;
    whole.clock.advance(Duration::from_secs(2));
    let second = whole.press(MAYA, MAYA, &home, "Send now");
    assert_eq!(whole.notice(&first).await.unwrap(), "Sent.");
    let told = whole.notice(&second).await.unwrap();
    assert!(told.contains("no longer works"), "it saw the panel as it was: {told}");
    whole.ask(MAYA, MAYA, "/topics").await;
    assert_eq!(whole.bot.store().deliveries(9).await.unwrap().len(), 1, "who presses twice meant once");
}
