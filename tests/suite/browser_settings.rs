//! The settings in a real browser: an admin moves a group's reminders by buttons, and the clock over a change of the
//! season.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use wengu::clock::Timestamp;
use wengu::sandbox::scene::FORUM;
use wengu::schedule::zone::Zone;

use crate::browser::{PHONE, Sandbox, WIDE, assert_fits, assert_readable, browser, save, title, wait_for_answer};
use crate::webdriver::{Browser, Screen};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const HOUR_MS: i64 = 3_600_000;

/// Noon of the day before the clocks change in Berlin for the next time, at least two weeks from now.
fn eve_of_the_change(berlin: Zone) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / DAY.as_secs();
    let noon = Timestamp(0).after(DAY * u32::try_from(now + 14).unwrap()).after(DAY / 2);
    let days = std::iter::successors(Some(noon), |day| Some(day.after(DAY)));
    days.take(400).find(|day| berlin.offset(*day) != berlin.offset(day.after(DAY))).expect("the clocks change")
}

/// Presses a button under the last message and waits until that message says something.
async fn tap(browser: &Browser, label: &str, says: &str) {
    browser.press("#log .row:last-child .key", label).await;
    wait_for_answer(browser, says).await;
}

async fn open_topic(browser: &Browser, name: &str) {
    browser.press(&format!("[data-chat='{FORUM}']"), "").await;
    browser.press("[data-topic]", name).await;
}

/// When the reminders in the group's topics were sent, in milliseconds.
async fn pushes(browser: &Browser) -> Vec<i64> {
    let body = "const state = await (await fetch('/sandbox/state')).json();
                return state.messages[arguments[0]].filter((m) => m.text.startsWith('📌') && m.topic).map((m) => m.date)";
    let dates = browser.run(body, json!([FORUM.to_string()])).await;
    dates.as_array().unwrap().iter().map(|date| date.as_i64().unwrap()).collect()
}

async fn to_the_next_reminder(browser: &Browser, section: &str) {
    let ready = "return document.getElementById('to-reminder').getAttribute('aria-disabled') === 'false'";
    browser.until("the reminder to be ahead", ready, json!([])).await;
    browser.press("#to-reminder", "").await;
    wait_for_answer(browser, &title(section)).await;
}

#[tokio::test]
async fn an_admin_moves_a_groups_reminders_by_buttons_and_sees_one_push_on_either_side_of_a_change_of_the_season() {
    let Some(browser) = browser().await else { return };
    let sandbox = Sandbox::start();
    let berlin = Zone::parse("柏林").unwrap();
    let eve = eve_of_the_change(berlin);
    browser.become_screen(WIDE).await;
    browser.open(&sandbox.url).await;
    subscribe_and_open_the_panel(&browser).await;
    set_day_zone_and_topic(&browser).await;
    move_the_clock(&browser, Timestamp(eve.0).before(7 * DAY)).await;
    tap(&browser, "星期", "哪一天").await;
    tap(&browser, "返回", "接下来三次").await;
    for at in [eve.before(6 * DAY), eve.after(DAY)] {
        wait_for_answer(&browser, &format!("（周日）09:00（UTC{:+}）", berlin.offset(at) / 60)).await;
    }
    look_at(&browser, "settings").await;

    open_topic(&browser, "每周学习").await;
    to_the_next_reminder(&browser, "measure-1").await;
    to_the_next_reminder(&browser, "measure-2").await;
    look_at(&browser, "topic").await;
    let pushed = pushes(&browser).await;
    assert_eq!(pushed.len(), 2, "one push on either side: {pushed:?}");
    for at in &pushed {
        let local = berlin.local(Timestamp(*at)).unwrap().to_string();
        assert!(local.contains(" 09:00:"), "nine o'clock in Berlin: {local}");
    }
    let apart = (pushed[1] - pushed[0] + HOUR_MS / 2) / HOUR_MS;
    assert!([7 * 24 - 1, 7 * 24, 7 * 24 + 1].contains(&apart) && apart != 7 * 24, "{apart} hours");
    press_studied(&browser).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn subscribe_and_open_the_panel(browser: &Browser) {
    browser.press(&format!("[data-chat='{FORUM}']"), "").await;
    browser.press("[data-add]", "").await;
    wait_for_answer(browser, "温故").await;
    browser.write("#text", "/subscribe").await;
    browser.press(".option", "/subscribe").await;
    wait_for_answer(browser, "每周一 09:00").await;
    open_topic(browser, "每周学习").await;
    browser.write("#text", "/settings").await;
    browser.press(".option", "/settings").await;
    wait_for_answer(browser, "在私聊里打开").await;
    browser.press("#log .row:last-child a.key", "打开设置").await;
    wait_for_answer(browser, "接下来三次").await;
}

async fn set_day_zone_and_topic(browser: &Browser) {
    tap(browser, "星期", "哪一天").await;
    tap(browser, "周日", "每周日 09:00（上海时间）").await;
    tap(browser, "时区", "按哪里").await;
    tap(browser, "柏林", "每周日 09:00（柏林时间）").await;
    tap(browser, "更多", "话题").await;
    tap(browser, "话题", "哪个话题").await;
    tap(browser, "每周学习", "发到话题：每周学习").await;
    open_topic(browser, "每周学习").await;
    wait_for_answer(browser, "每周日 09:00（柏林时间）").await;
    browser.press("[data-chat]:not([data-chat^='-'])", "").await;
}

/// The way of a visitor: backstage, a date, and there.
async fn move_the_clock(browser: &Browser, to: Timestamp) {
    browser.press("#backstage-toggle", "").await;
    let write = "const at = new Date(arguments[0]);
                 const local = new Date(at.getTime() - at.getTimezoneOffset() * 60000);
                 document.getElementById('the-date').value = local.toISOString().slice(0, 16)";
    browser.run(write, json!([to.0])).await;
    browser.press("#to-date button", "").await;
    let there = "const state = await (await fetch('/sandbox/state')).json(); return state.now >= arguments[0]";
    browser.until("the clock to be there", there, json!([to.0 - 60_000])).await;
    browser.press("#backstage-close", "").await;
}

async fn press_studied(browser: &Browser) {
    let of_reminder = "#log .row:last-child .key";
    browser.press(of_reminder, "✓ 读过").await;
    let counted =
        "return [...document.querySelectorAll(arguments[0])].some((key) => key.textContent.includes('读过 1'))";
    browser.until("the press to be counted", counted, json!([of_reminder])).await;
}

async fn look_at(browser: &Browser, name: &str) {
    for dark in [false, true] {
        browser.become_screen(Screen { dark, ..WIDE }).await;
        assert_readable(browser, name).await;
        save(browser, &format!("{name}-{}", if dark { "dark" } else { "light" })).await;
    }
    browser.become_screen(PHONE).await;
    assert_fits(browser, name).await;
    save(browser, &format!("{name}-phone")).await;
    browser.become_screen(WIDE).await;
}
