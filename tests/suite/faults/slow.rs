//! Telegram is slow to answer what the bot asks it for one chat.

use wengu::sandbox::scene::{GROUP, MAYA, STUDENT};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::OPEN_LIMIT;

use super::*;

#[tokio::test]
async fn a_chat_that_waits_for_telegram_silences_no_other() {
    let whole = Whole::in_group().await;
    whole.emulator.world().fail(FaultRule::new(Fault::Hold("rights".into())).method("getChatMember").always());
    // More than may be open at all.
    for _ in 0..OPEN_LIMIT + 100 {
        whole.say(GROUP, MAYA, "/settings");
    }
    for _ in 0..20 {
        whole.ask(STUDENT, STUDENT, "四风").await;
    }
    // The sandbox keeps no more messages of a chat than these: what was sent tells.
    let sent = |whole: &Whole| whole.emulator.world().call_count("sendMessage");
    assert_eq!(sent(&whole), 1 + 20, "the group still waits");
    whole.emulator.shared().open_gate("rights");
    // All of them are handled in the end, those that waited in the store too: the last is the teacher's.
    whole.say(GROUP, TEACHER, "/ask 一把手");
    whole
        .until("the last is answered", |world| {
            world
                .chat(GROUP)?
                .last()
                .is_some_and(|last| last.text().contains("一把手") && last.from == world.bot.id)
                .then_some(())
        })
        .await;
    assert!(whole.bot.store().waiting_updates().await.unwrap().is_empty());
    // Thirty were within the limit, and of the rest one was told that it is not.
    assert_eq!(sent(&whole), 1 + 20 + 30 + 1 + 1);
}
