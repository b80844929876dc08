//! What a person does in a chat: speak, change what was said, send a sticker, follow a link to the bot, block it.

use serde_json::json;

use super::chats::{Chat, ChatKind, Role};
use super::entities::{Kind, detect, utf16_len};
use super::inline::Sendable;
use super::markup::Keyboard;
use super::messages::{Content, Message};
use super::{Impossible, Person, Standing, World};

/// The longest text that an app sends in one message, in UTF-16 units.
const LONGEST_TEXT: usize = 4096;

/// Something that a person says.
#[derive(Clone, Debug)]
pub struct Saying {
    chat: i64,
    user: i64,
    content: Content,
    reply_to: Option<i64>,
    topic: Option<i64>,
    keyboard: Keyboard,
    via_bot: bool,
}

impl Saying {
    /// Words in a chat.
    pub fn new(chat: i64, user: i64, text: impl Into<String>) -> Self {
        let text = text.into();
        let entities = detect(&text, &[]);
        Self {
            chat,
            user,
            content: Content::Text { text, entities },
            reply_to: None,
            topic: None,
            keyboard: Vec::new(),
            via_bot: false,
        }
    }

    /// A sticker in a chat.
    pub fn sticker(chat: i64, user: i64, emoji: &str) -> Self {
        Self { content: Content::Sticker(emoji.to_owned()), ..Self::new(chat, user, "") }
    }

    /// What the bot offered, in the person's name.
    pub(super) fn chosen(self, offered: Sendable) -> Self {
        let Sendable { text, entities, keyboard } = offered;
        Self { content: Content::Text { text, entities }, keyboard, via_bot: true, ..self }
    }

    /// As a reply.
    #[must_use]
    pub fn reply_to(mut self, message: i64) -> Self {
        self.reply_to = Some(message);
        self
    }

    /// In a topic.
    #[must_use]
    pub fn topic(mut self, topic: i64) -> Self {
        self.topic = Some(topic);
        self
    }
}

impl World {
    pub(super) fn person(&self, user: i64) -> Result<&Person, Impossible> {
        match self.people.get(&user) {
            Some((_, Standing::Deactivated)) => Err(Impossible(format!("`{user}` has no account any more"))),
            Some((person, _)) => Ok(person),
            None => Err(Impossible(format!("Nobody has the number `{user}`"))),
        }
    }

    pub(super) fn present_person(&self, chat: i64, user: i64) -> Result<&Chat, Impossible> {
        self.person(user)?;
        let place = self.chats.get(&chat).ok_or_else(|| Impossible(format!("There is no chat `{chat}`")))?;
        let inside = if place.kind == ChatKind::Private { chat == user } else { place.has(user) };
        if inside { Ok(place) } else { Err(Impossible(format!("`{user}` is not in the chat `{chat}`"))) }
    }

    /// Somebody says something; gives the message's number.
    pub fn say(&mut self, saying: Saying, now_ms: i64) -> Result<i64, Impossible> {
        let place = self.present_person(saying.chat, saying.user)?;
        if place.migrated_to.is_some() {
            return Err(Impossible(format!("The group `{}` has another number now", saying.chat)));
        }
        if place.kind == ChatKind::Private && self.standing(saying.user) == Some(Standing::Blocked) {
            return Err(Impossible(format!("`{}` has blocked the bot and must start it again", saying.user)));
        }
        let role = place.role(saying.user);
        if role == Some(Role::Restricted) {
            return Err(Impossible(format!("`{}` may not write in `{}`", saying.user, saying.chat)));
        }
        let topic = topic_for(place, &saying)?;
        if let Content::Text { text, .. } = &saying.content {
            speakable(text)?;
        }
        let message = Message {
            id: self.next_message_id(saying.chat),
            from: saying.user,
            anonymous: role.is_some_and(Role::is_anonymous),
            at: now_ms,
            edited: None,
            topic,
            reply_to: saying.reply_to,
            content: saying.content,
            keyboard: saying.keyboard,
            via_bot: saying.via_bot,
        };
        if saying.chat == saying.user {
            self.set_standing(saying.user, Standing::Open);
        }
        Ok(self.utter(saying.chat, message, now_ms))
    }

    /// Keeps a message and tells the bot of it, if it is one that the bot hears.
    pub(super) fn utter(&mut self, chat: i64, message: Message, now_ms: i64) -> i64 {
        let id = message.id;
        self.tell("message", chat, &message, now_ms);
        self.keep(chat, message);
        id
    }

    fn tell(&mut self, kind: &str, chat: i64, message: &Message, now_ms: i64) {
        let place = &self.chats[&chat];
        if self.hears(place, message) {
            let shown = self.message_json(place, message);
            self.queue(kind, shown, now_ms);
        }
    }

    /// Privacy: in a group a bot that is no admin hears commands for it, replies to it and service lines.
    fn hears(&self, chat: &Chat, message: &Message) -> bool {
        if chat.kind == ChatKind::Private {
            return true;
        }
        if !chat.has(self.bot.id) {
            return false;
        }
        if !self.rules.privacy || chat.is_admin(self.bot.id) || matches!(message.content, Content::Service(_)) {
            return true;
        }
        if message.via_bot {
            return true;
        }
        let replied = message.reply_to.and_then(|id| chat.messages.get(&id)).is_some_and(|m| m.from == self.bot.id);
        replied || self.addresses(message)
    }

    fn addresses(&self, message: &Message) -> bool {
        let ours = |name: &str| name.eq_ignore_ascii_case(&self.bot.username);
        message.entities().iter().any(|entity| {
            let run = entity.of(message.text());
            match entity.kind {
                // The only bot around hears commands that name none.
                Kind::BotCommand => run.split_once('@').is_none_or(|(_, name)| ours(name)),
                Kind::Mention => self.rules.hear_mentions && ours(run.trim_start_matches('@')),
                _ => false,
            }
        })
    }

    /// Somebody changes what they said.
    pub fn edit(&mut self, chat: i64, user: i64, message: i64, text: &str, now_ms: i64) -> Result<(), Impossible> {
        self.present_person(chat, user)?;
        speakable(text)?;
        let place = self.chats.get_mut(&chat).and_then(|place| place.messages.get_mut(&message));
        let Some(kept) = place.filter(|kept| kept.from == user) else {
            return Err(Impossible(format!("`{user}` has no message `{message}` in the chat `{chat}`")));
        };
        kept.content = Content::Text { text: text.to_owned(), entities: detect(text, &[]) };
        kept.edited = Some(now_ms);
        let changed = kept.clone();
        self.tell("edited_message", chat, &changed, now_ms);
        self.touch();
        Ok(())
    }

    /// Somebody deletes a message; no bot is told of that.
    pub fn delete(&mut self, chat: i64, message: i64) -> Result<(), Impossible> {
        if self.remove_message(chat, message) {
            return Ok(());
        }
        Err(Impossible(format!("There is no message `{message}` in the chat `{chat}`")))
    }

    /// Somebody opens the bot's chat and presses START, or follows a link with a parameter. It ends a block.
    pub fn start(&mut self, user: i64, parameter: &str, now_ms: i64) -> Result<i64, Impossible> {
        self.person(user)?;
        let plain = parameter.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !plain || parameter.len() > 64 {
            return Err(Impossible(format!("`{parameter}` is no start parameter: at most 64 of A-Z a-z 0-9 _ -")));
        }
        if self.standing(user) == Some(Standing::Blocked) {
            self.set_standing(user, Standing::Open);
            self.tell_block(user, Role::Kicked, Role::Member, now_ms);
        }
        let text = if parameter.is_empty() { "/start".to_owned() } else { format!("/start {parameter}") };
        self.say(Saying::new(user, user, text), now_ms)
    }

    /// Somebody blocks the bot.
    pub fn block(&mut self, user: i64, now_ms: i64) -> Result<(), Impossible> {
        self.person(user)?;
        if self.standing(user) != Some(Standing::Blocked) {
            self.set_standing(user, Standing::Blocked);
            self.tell_block(user, Role::Member, Role::Kicked, now_ms);
        }
        Ok(())
    }

    /// Lets the bot write to somebody, as if they had started it long ago; no update is made.
    pub fn open(&mut self, user: i64) {
        self.set_standing(user, Standing::Open);
    }

    /// Somebody's account is gone; no bot is told of that.
    pub fn deactivate(&mut self, user: i64) {
        self.set_standing(user, Standing::Deactivated);
    }

    fn set_standing(&mut self, user: i64, new: Standing) {
        if let Some((_, standing)) = self.people.get_mut(&user) {
            *standing = new;
        }
        self.touch();
    }

    fn tell_block(&mut self, user: i64, old: Role, new: Role, now_ms: i64) {
        let Some(chat) = self.chats.get(&user) else { return };
        let change = json!({
            "chat": self.chat_json(chat),
            "from": self.user_json(user),
            "date": now_ms.div_euclid(1000),
            "old_chat_member": self.member_json(self.bot.id, old),
            "new_chat_member": self.member_json(self.bot.id, new),
        });
        self.queue("my_chat_member", change, now_ms);
    }
}

/// The topic that a person writes in: the one chosen, else that of the message replied to.
fn topic_for(place: &Chat, saying: &Saying) -> Result<Option<i64>, Impossible> {
    if let Some(target) = saying.reply_to
        && !place.messages.contains_key(&target)
    {
        return Err(Impossible(format!("There is no message `{target}` in the chat `{}`", place.id)));
    }
    let inherited = saying.reply_to.and_then(|id| place.messages.get(&id)).and_then(|m| m.topic);
    let Some(id) = saying.topic.filter(|&id| id != 0).or(inherited) else { return Ok(None) };
    match place.topics.get(&id) {
        None => Err(Impossible(format!("There is no topic `{id}` in the chat `{}`", place.id))),
        Some(topic) if topic.closed && !place.is_admin(saying.user) => {
            Err(Impossible(format!("The topic `{}` is closed", topic.name)))
        }
        Some(_) => Ok(Some(id)),
    }
}

fn speakable(text: &str) -> Result<(), Impossible> {
    if text.trim().is_empty() {
        return Err(Impossible("There is nothing to say".to_owned()));
    }
    if utf16_len(text) > LONGEST_TEXT {
        return Err(Impossible(format!("A message holds at most {LONGEST_TEXT} characters")));
    }
    Ok(())
}
