//! Chats: who is in them, their topics, what was said in them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::messages::Message;

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// One person and the bot.
    Private,
    /// A basic group; it becomes a supergroup as soon as it is given anything special.
    Group,
    /// A group of any size.
    Supergroup,
}

impl ChatKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
        }
    }
}

/// What someone is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Made the group.
    Creator {
        /// Speaks in the name of the group.
        anonymous: bool,
    },
    /// Has rights that others do not have.
    Administrator {
        /// Speaks in the name of the group.
        anonymous: bool,
    },
    /// Is in it.
    Member,
    /// Is in it and may not write.
    Restricted,
    /// Was in it and left.
    Left,
    /// Was in it and was removed.
    Kicked,
}

impl Role {
    /// Made the group or helps to run it.
    pub fn is_admin(self) -> bool {
        matches!(self, Self::Creator { .. } | Self::Administrator { .. })
    }

    /// Is in the group now.
    pub fn is_present(self) -> bool {
        !matches!(self, Self::Left | Self::Kicked)
    }

    pub(super) fn is_anonymous(self) -> bool {
        matches!(self, Self::Creator { anonymous: true } | Self::Administrator { anonymous: true })
    }
}

/// A topic of a forum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is called.
    pub name: String,
    /// Nobody but admins may write in it.
    pub closed: bool,
}

/// A chat with all that is in it.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Its number.
    pub id: i64,
    /// What kind it is.
    pub kind: ChatKind,
    /// The group's name, or the person's.
    pub title: String,
    /// Has topics.
    pub forum: bool,
    /// Who is in it, the bot included.
    pub members: BTreeMap<i64, Role>,
    /// Its topics by the number of the message that opened them.
    pub topics: BTreeMap<i64, Topic>,
    /// What was said, by number.
    pub messages: BTreeMap<i64, Message>,
    /// The pinned messages, the latest last.
    pub pinned: Vec<i64>,
    /// The number that the group has now.
    pub migrated_to: Option<i64>,
    pub(super) last_id: i64,
}

impl Chat {
    pub(super) fn new(id: i64, kind: ChatKind, title: &str) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            forum: false,
            members: BTreeMap::new(),
            topics: BTreeMap::new(),
            messages: BTreeMap::new(),
            pinned: Vec::new(),
            migrated_to: None,
            last_id: 0,
        }
    }

    /// What someone is here; `None` for one who never was here.
    pub fn role(&self, user: i64) -> Option<Role> {
        self.members.get(&user).copied()
    }

    /// Whether someone is here and runs the group.
    pub fn is_admin(&self, user: i64) -> bool {
        self.role(user).is_some_and(Role::is_admin)
    }

    /// Whether someone is here.
    pub fn has(&self, user: i64) -> bool {
        self.role(user).is_some_and(Role::is_present)
    }

    /// The last message, if any is kept.
    pub fn last(&self) -> Option<&Message> {
        self.messages.values().next_back()
    }

    pub(super) fn group_json(&self) -> Value {
        let mut out = json!({ "id": self.id, "title": self.title, "type": self.kind.name() });
        if self.kind == ChatKind::Group {
            out["all_members_are_administrators"] = json!(false);
        }
        if self.forum {
            out["is_forum"] = json!(true);
        }
        out
    }
}
