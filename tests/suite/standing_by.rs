//! The chat side of two instances on one PostgreSQL: what the one that stands by stores, and what the one that comes back
//! late must not send.

use std::time::Duration;

use wengu::message::ChatId;
use wengu::sandbox::scene::{MAYA, study_group};
use wengu::sandbox::world::faults::{Fault, FaultRule};
use wengu::store::{BotId, Contender, LEASE, NewUpdate, Store, UpdateId};

use crate::harness::{Chats, Parrot};
use crate::home::Home;

/// An instance that works, and beside it the store of another that stands by.
async fn two(what: &str, parrot: Parrot) -> Option<(Chats, Store, Contender)> {
    let home = Home::on_postgres(what)?;
    let chats = Chats::start_at(home, study_group(), parrot).await;
    assert!(chats.store.contend("first").step().await.unwrap());
    let bot = BotId(chats.emulator.world().bot.id);
    let store = Store::open(&chats.url(), bot, chats.clock.clone()).await.unwrap();
    let mut contender = store.contend("second");
    assert!(!contender.step().await.unwrap());
    Some((chats, store, contender))
}

#[tokio::test]
async fn what_the_one_that_stands_by_has_stored_is_handled_in_its_turn() {
    let parrot = Parrot::new();
    let gate = parrot.gate.clone();
    let Some((chats, other, _contender)) = two("an update by way of another instance", parrot).await else { return };
    chats.say(MAYA, MAYA, "wait");
    let first = chats.until_stored("the first", || async { chats.store.waiting_updates().await.unwrap().pop() }).await;
    let raw = first.raw.replace("wait", "from afar");
    let new = NewUpdate { id: UpdateId(first.id.0 + 1_000), chat: ChatId(MAYA), raw };
    assert_eq!(other.receive(vec![new.clone()]).await.unwrap(), [new.id]);
    assert!(other.receive(vec![new]).await.unwrap().is_empty(), "once");
    gate.notify_one();
    assert_eq!(chats.replies(MAYA, 2).await, ["<wait>", "<from afar>"]);
}

#[tokio::test]
async fn a_reply_that_waited_while_another_took_over_is_not_sent() {
    let Some((chats, _other, mut second)) = two("a reply that waited too long", Parrot::new()).await else { return };
    chats.emulator.world().fail(FaultRule::new(Fault::Hold("first".into())).method("sendMessage").chat(MAYA));
    chats.say(MAYA, MAYA, "one");
    chats.say(MAYA, MAYA, "two");
    chats
        .until_stored("both are handled", || async {
            (chats.store.open_rows().await.unwrap().len() == 2).then_some(())
        })
        .await;
    assert!(!second.step().await.unwrap());
    chats.clock.let_pass(LEASE);
    assert!(second.step().await.unwrap());
    chats.emulator.shared().open_gate("first");
    assert_eq!(chats.replies(MAYA, 1).await, ["<one>"]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(chats.said(MAYA), ["<one>"], "the second was begun by nobody");
}
