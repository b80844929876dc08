//! The people and the group one meets in the sandbox.

use super::world::chats::Role;
use super::world::{Identity, Impossible, Person, World};

/// 林老师, who runs the study group.
pub const TEACHER: i64 = 10_001;
/// 小陈, a member who reads Chinese.
pub const STUDENT: i64 = 10_002;
/// Maya, a member whose app speaks English.
pub const MAYA: i64 = 10_003;
/// 周三读书会, the study group. The bot is not in it yet: adding it is the first thing to try.
pub const GROUP: i64 = -1_001_234_567_890;

/// 晨光读书社, a second group, with topics.
pub const FORUM: i64 = -1_001_234_567_800;

/// The page shows no more of a chat than this.
const KEPT_MESSAGES: usize = 300;

/// The bot as it is called in the sandbox.
pub fn wengu_bot() -> Identity {
    Identity {
        id: 7_000_000_001,
        username: "wengu_bot".to_owned(),
        first_name: "温故".to_owned(),
        token: "7000000001:sandbox-needs-no-secret".to_owned(),
    }
}

/// The bot, three people with a private chat each, and their group.
pub fn study_group() -> World {
    let mut world = World::new(wengu_bot());
    for (id, name, language) in [(TEACHER, "林老师", "zh-hans"), (STUDENT, "小陈", "zh-hans"), (MAYA, "Maya", "en")]
    {
        world.add_person(Person::new(id, name, language));
    }
    world.add_group(GROUP, "周三读书会", TEACHER);
    world.seat(GROUP, STUDENT, Role::Member);
    world.seat(GROUP, MAYA, Role::Member);
    world.keep_messages(KEPT_MESSAGES);
    world
}

/// Gives the same people a second group with topics; gives the number of the one for studying.
pub fn add_forum(world: &mut World, now_ms: i64) -> Result<i64, Impossible> {
    world.add_group(FORUM, "晨光读书社", TEACHER);
    world.make_forum(FORUM);
    world.seat(FORUM, STUDENT, Role::Member);
    world.seat(FORUM, MAYA, Role::Member);
    let study = world.create_topic(FORUM, TEACHER, "每周学习", now_ms)?;
    world.create_topic(FORUM, TEACHER, "闲聊", now_ms)?;
    Ok(study)
}

/// The bot and so many people who have started it, numbered from 1: for seeing how it does under load.
pub fn crowd(people: i64) -> World {
    let mut world = World::new(wengu_bot());
    world.keep_messages(KEPT_MESSAGES);
    for id in 1..=people {
        world.add_person(Person::new(id, &format!("读者{id}"), "zh-hans"));
        world.open(id);
    }
    world
}
