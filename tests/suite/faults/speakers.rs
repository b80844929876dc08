//! People who speak in the name of a chat: Telegram gives the anonymous admins of all groups one account.

use wengu::sandbox::world::chats::Role;
use wengu::store::Class;

use super::*;

/// Two groups with the bot in them, and an anonymous creator in each.
async fn anonymous(variables: Vec<(&'static str, String)>) -> Whole {
    let mut world = world_of_groups(2);
    for n in 0..2 {
        world.seat(group(n), TEACHER, Role::Creator { anonymous: true });
    }
    let whole = Whole::start_with(world, Home::new(), variables).await;
    for n in 0..2 {
        whole.heard(group(n), 1).await;
    }
    whole
}

#[tokio::test]
async fn anonymous_admins_have_a_limit_and_a_memory_for_each_group() {
    let whole = anonymous(vec![("WENGU_TELEGRAM__LIMITS__PERSON", "3".to_owned())]).await;
    for _ in 0..2 {
        whole.ask(group(0), TEACHER, "/ask 一把手").await;
    }
    // Nothing was shown in the other group that this could be about.
    let card = whole.ask(group(0), TEACHER, "/ask 原因呢").await;
    let told = whole.ask(group(0), TEACHER, "/ask 四风").await;
    assert!(told.text().contains("60 秒后"), "{}", told.text());
    let other = whole.ask(group(1), TEACHER, "/ask 原因呢").await;
    assert_ne!(card.text(), other.text(), "the other group follows nothing up");
    let other = whole.ask(group(1), TEACHER, "/ask 四风").await;
    assert!(other.text().contains("四风"), "{}", other.text());
}

#[tokio::test]
async fn a_forget_by_an_anonymous_admin_leaves_the_group_alone() {
    let whole = anonymous(Vec::new()).await;
    whole.ask(group(0), TEACHER, "/subscribe").await;
    whole.ask(group(0), TEACHER, "/ask 王五是谁").await;
    let asked = whole.ask(group(0), TEACHER, "/forget").await;
    assert!(asked.keyboard.is_empty(), "there is nobody to be forgotten: {:?}", asked.keyboard);
    // Whatever is pressed and by whom, made up or kept from elsewhere.
    for number in ["0", &group(0).to_string(), &TEACHER.to_string()] {
        let now = whole.clock.now().0;
        let press = whole.emulator.world().press(group(0), TEACHER, asked.id, &format!("m{number}"), now).unwrap();
        whole.notice(&press).await;
    }
    let kept = whole.bot.store().subscriptions(ChatId(group(0))).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].by, UserId::NOBODY, "nobody is written to in private about it");
    whole.to_next_reminder().await;
    reminded(&whole, group(0), 1).await;
    let rows = whole.bot.store().open_rows().await.unwrap();
    assert!(rows.iter().all(|row| row.class() != Class::Reply || row.outgoing.place.kind == ChatKind::Group));
}
