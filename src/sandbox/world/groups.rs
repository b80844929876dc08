//! What happens to a group: people and the bot come and go, rights change, topics open and close, it gets a new number.

use serde_json::json;

use super::chats::{Chat, ChatKind, Role, Topic};
use super::messages::{Content, Message, Service};
use super::{Impossible, World};

impl World {
    /// A group with its creator; a negative number, `-100…` for a supergroup. The bot is not in it.
    pub fn add_group(&mut self, id: i64, title: &str, creator: i64) -> i64 {
        let kind = if id <= -1_000_000_000_000 { ChatKind::Supergroup } else { ChatKind::Group };
        let mut chat = Chat::new(id, kind, title);
        chat.members.insert(creator, Role::Creator { anonymous: false });
        self.chats.insert(id, chat);
        self.touch();
        id
    }

    /// Gives a group topics.
    pub fn make_forum(&mut self, chat: i64) {
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.forum = true;
        }
        self.touch();
    }

    /// Puts someone into a group, with what they are there; no line is written and no bot told.
    pub fn seat(&mut self, chat: i64, user: i64, role: Role) {
        if let Some(chat) = self.chats.get_mut(&chat) {
            chat.members.insert(user, role);
        }
        self.touch();
    }

    /// Somebody of the group adds the bot to it.
    pub fn add_bot(&mut self, chat: i64, by: i64, now_ms: i64) -> Result<(), Impossible> {
        if self.present_person(chat, by)?.kind == ChatKind::Private {
            return Err(Impossible("The bot cannot be added to a private chat".to_owned()));
        }
        let bot = self.bot.id;
        if self.chats[&chat].has(bot) {
            return Err(Impossible(format!("The bot is in the group `{chat}` already")));
        }
        self.change_role(chat, by, bot, Role::Member, now_ms);
        self.write_line(chat, by, None, Service::Joined(bot), now_ms);
        Ok(())
    }

    /// An admin removes the bot from a group.
    pub fn remove_bot(&mut self, chat: i64, by: i64, now_ms: i64) -> Result<(), Impossible> {
        let bot = self.bot.id;
        self.run_by(chat, by)?;
        if !self.chats[&chat].has(bot) {
            return Err(Impossible(format!("The bot is not in the group `{chat}`")));
        }
        self.write_line(chat, by, None, Service::Left(bot), now_ms);
        self.change_role(chat, by, bot, Role::Kicked, now_ms);
        Ok(())
    }

    /// An admin makes someone, or the bot, something else in a group: an admin, a member, one who may not write.
    pub fn appoint(&mut self, chat: i64, by: i64, user: i64, role: Role, now_ms: i64) -> Result<(), Impossible> {
        self.run_by(chat, by)?;
        if !self.chats[&chat].has(user) {
            return Err(Impossible(format!("`{user}` is not in the group `{chat}`")));
        }
        self.change_role(chat, by, user, role, now_ms);
        Ok(())
    }

    /// Changes what someone is in a group and tells the bot as Telegram would.
    pub(super) fn change_role(&mut self, chat: i64, by: i64, user: i64, new: Role, now_ms: i64) {
        let Some(place) = self.chats.get_mut(&chat) else { return };
        let old = place.members.insert(user, new).unwrap_or(Role::Left);
        let place = &self.chats[&chat];
        let bot = self.bot.id;
        if old != new && (user == bot || place.is_admin(bot)) {
            let change = json!({
                "chat": self.chat_json(place),
                "from": self.user_json(by),
                "date": now_ms.div_euclid(1000),
                "old_chat_member": self.member_json(user, old),
                "new_chat_member": self.member_json(user, new),
            });
            self.queue(if user == bot { "my_chat_member" } else { "chat_member" }, change, now_ms);
        }
        self.touch();
    }

    /// Somebody comes into a group.
    pub fn join(&mut self, chat: i64, user: i64, now_ms: i64) -> Result<(), Impossible> {
        self.person(user)?;
        self.group(chat)?;
        self.change_role(chat, user, user, Role::Member, now_ms);
        self.write_line(chat, user, None, Service::Joined(user), now_ms);
        Ok(())
    }

    /// An admin opens a topic; gives its number.
    pub fn create_topic(&mut self, chat: i64, by: i64, name: &str, now_ms: i64) -> Result<i64, Impossible> {
        if !self.run_by(chat, by)?.forum {
            return Err(Impossible(format!("The group `{chat}` has no topics")));
        }
        let id = self.next_message_id(chat);
        if let Some(place) = self.chats.get_mut(&chat) {
            place.topics.insert(id, Topic { name: name.to_owned(), closed: false });
        }
        let line = self.line(id, by, Some(id), Service::TopicCreated(name.to_owned()), now_ms);
        Ok(self.utter(chat, line, now_ms))
    }

    /// An admin closes a topic, or opens it again.
    pub fn close_topic(&mut self, chat: i64, by: i64, topic: i64, closed: bool, now_ms: i64) -> Result<(), Impossible> {
        self.run_by(chat, by)?;
        let place = self.chats.get_mut(&chat).and_then(|place| place.topics.get_mut(&topic));
        let Some(place) = place else { return Err(Impossible(format!("There is no topic `{topic}`"))) };
        place.closed = closed;
        let line = if closed { Service::TopicClosed } else { Service::TopicReopened };
        self.write_line(chat, by, Some(topic), line, now_ms);
        Ok(())
    }

    /// An admin deletes a topic with all that is in it; no bot is told of that.
    pub fn delete_topic(&mut self, chat: i64, by: i64, topic: i64) -> Result<(), Impossible> {
        self.run_by(chat, by)?;
        if let Some(place) = self.chats.get_mut(&chat) {
            place.topics.remove(&topic);
            place.messages.retain(|_, message| message.topic != Some(topic));
        }
        self.touch();
        Ok(())
    }

    /// A basic group becomes a supergroup: it goes on under the new number that this gives.
    pub fn migrate(&mut self, chat: i64, now_ms: i64) -> Result<i64, Impossible> {
        let old = self.group(chat)?;
        if old.kind != ChatKind::Group || old.migrated_to.is_some() {
            return Err(Impossible(format!("`{chat}` is no basic group")));
        }
        let to = chat - 1_000_000_000_000;
        let mut new = Chat::new(to, ChatKind::Supergroup, &old.title);
        new.members = old.members.clone();
        let creator =
            new.members.iter().find(|(_, role)| matches!(role, Role::Creator { .. })).map_or(0, |(id, _)| *id);
        self.chats.insert(to, new);
        self.write_line(chat, creator, None, Service::MigratedTo(to), now_ms);
        if let Some(old) = self.chats.get_mut(&chat) {
            old.migrated_to = Some(to);
        }
        self.write_line(to, creator, None, Service::MigratedFrom(chat), now_ms);
        Ok(to)
    }

    fn group(&self, chat: i64) -> Result<&Chat, Impossible> {
        self.chats
            .get(&chat)
            .filter(|place| place.kind != ChatKind::Private)
            .ok_or_else(|| Impossible(format!("There is no group `{chat}`")))
    }

    fn run_by(&self, chat: i64, user: i64) -> Result<&Chat, Impossible> {
        let place = self.group(chat)?;
        if place.is_admin(user) {
            Ok(place)
        } else {
            Err(Impossible(format!("`{user}` does not run the group `{chat}`")))
        }
    }

    fn line(&self, id: i64, from: i64, topic: Option<i64>, service: Service, now_ms: i64) -> Message {
        Message {
            id,
            from,
            anonymous: false,
            at: now_ms,
            edited: None,
            topic,
            reply_to: None,
            content: Content::Service(service),
            keyboard: Vec::new(),
            via_bot: false,
        }
    }

    fn write_line(&mut self, chat: i64, from: i64, topic: Option<i64>, service: Service, now_ms: i64) {
        let id = self.next_message_id(chat);
        let line = self.line(id, from, topic, service, now_ms);
        self.utter(chat, line, now_ms);
    }
}
