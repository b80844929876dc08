//! Who is in a chat, as the Bot API tells it.

use serde_json::{Value, json};

use super::World;
use super::answer::{Refusal, Verdict};
use super::chats::{Chat, ChatKind, Role};
use super::params::Params;
use super::sending::done;

impl World {
    pub(super) fn get_me(&self) -> Verdict {
        let mut me = self.bot.json();
        me["can_join_groups"] = json!(self.rules.joins_groups);
        me["can_read_all_group_messages"] = json!(!self.rules.privacy);
        me["supports_inline_queries"] = json!(self.rules.inline);
        me["can_connect_to_business"] = json!(false);
        me["has_main_web_app"] = json!(false);
        Ok(me)
    }

    pub(super) fn get_chat(&self, params: Params<'_>) -> Verdict {
        let chat = self.known_chat(params)?;
        let mut out = self.chat_json(chat);
        out["accent_color_id"] = json!(3);
        out["max_reaction_count"] = json!(11);
        out["accepted_gift_types"] = json!({
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        });
        if chat.kind != ChatKind::Private {
            out["permissions"] = json!({ "can_send_messages": true });
        }
        if let Some(pinned) = chat.pinned.last().and_then(|id| chat.messages.get(id)) {
            out["pinned_message"] = self.message_json(chat, pinned);
        }
        Ok(out)
    }

    /// A chat that may be looked at: a person's always, a group's while the bot is in it.
    fn known_chat(&self, params: Params<'_>) -> Result<&Chat, Refusal> {
        let chat = self.named_chat(params)?;
        if chat.kind == ChatKind::Private { Ok(chat) } else { self.open_chat(params) }
    }

    pub(super) fn get_chat_member(&self, params: Params<'_>) -> Verdict {
        let chat = self.known_chat(params)?;
        let user = params.integer("user_id").ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
        if user != self.bot.id && !self.people.contains_key(&user) {
            return Err(Refusal::bad("user not found"));
        }
        if chat.kind == ChatKind::Private {
            let present = user == chat.id || user == self.bot.id;
            return Ok(self.member_json(user, if present { Role::Member } else { Role::Left }));
        }
        Ok(self.member_json(user, chat.role(user).unwrap_or(Role::Left)))
    }

    pub(super) fn get_chat_administrators(&self, params: Params<'_>) -> Verdict {
        let chat = self.known_chat(params)?;
        if chat.kind == ChatKind::Private {
            return Err(Refusal::bad("there are no administrators in the private chat"));
        }
        let admins = chat.members.iter().filter(|(_, role)| role.is_admin());
        Ok(admins.map(|(&user, &role)| self.member_json(user, role)).collect())
    }

    pub(super) fn get_chat_member_count(&self, params: Params<'_>) -> Verdict {
        let chat = self.known_chat(params)?;
        let count = chat.members.values().filter(|role| role.is_present()).count();
        Ok(json!(if chat.kind == ChatKind::Private { 2 } else { count }))
    }

    pub(super) fn leave_chat(&mut self, params: Params<'_>, now_ms: i64) -> Verdict {
        let chat = self.open_chat(params)?;
        if chat.kind == ChatKind::Private {
            return Err(Refusal::bad("chat member status can't be changed in private chats"));
        }
        let (chat, bot) = (chat.id, self.bot.id);
        self.change_role(chat, bot, bot, Role::Left, now_ms);
        done()
    }

    /// Somebody's place in a group as the Bot API shows it.
    pub(super) fn member_json(&self, user: i64, role: Role) -> Value {
        let mut out = json!({ "user": self.user_json(user) });
        match role {
            Role::Creator { anonymous } => {
                out["status"] = json!("creator");
                out["is_anonymous"] = json!(anonymous);
            }
            Role::Administrator { anonymous } => {
                out["status"] = json!("administrator");
                out["is_anonymous"] = json!(anonymous);
                out["can_be_edited"] = json!(false);
                grant(&mut out, &ADMIN_RIGHTS, true);
                grant(&mut out, &["can_promote_members"], false);
            }
            Role::Member => out["status"] = json!("member"),
            Role::Restricted => {
                out["status"] = json!("restricted");
                out["is_member"] = json!(true);
                out["until_date"] = json!(0);
                grant(&mut out, &MEMBER_RIGHTS, false);
            }
            Role::Left => out["status"] = json!("left"),
            Role::Kicked => {
                out["status"] = json!("kicked");
                out["until_date"] = json!(0);
            }
        }
        out
    }
}

const ADMIN_RIGHTS: [&str; 12] = [
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_manage_topics",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_direct_messages",
];

const MEMBER_RIGHTS: [&str; 14] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

fn grant(member: &mut Value, rights: &[&str], granted: bool) {
    for right in rights {
        member[*right] = json!(granted);
    }
}
