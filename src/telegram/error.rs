//! What can go wrong with a call, and which [`Failure`] it means for a delivery.
//!
//! Telegram tells most refusals apart by their description alone, so the wordings stand here in one table. They are
//! those of Telegram's own server, and of the layer beneath it where it passes that one's codes (`TOPIC_CLOSED`) on.

use std::time::Duration;

use crate::message::{ChatId, Failure};

/// A call to Telegram failed. None of its texts holds the token or the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Telegram answered and refused.
    #[error("Telegram refused: {} ({})", .0.description, .0.code)]
    Refused(Refusal),
    /// The request never reached Telegram.
    #[error("failed to reach Telegram: {0}")]
    NotSent(String),
    /// The request may have had its effect: the answer was lost, late, unreadable, or that of a gateway on the way.
    #[error("Telegram's answer was lost: {0}")]
    Lost(String),
}

/// Telegram's own words for why it does not do something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Its error code, of the HTTP family.
    pub code: u16,
    /// Its sentence.
    pub description: String,
    /// How long to wait, for 429.
    pub retry_after: Option<Duration>,
    /// The chat's new number.
    pub migrate_to: Option<ChatId>,
}

/// How long to wait after a 429 that does not say.
const UNSAID_WAIT: Duration = Duration::from_secs(5);

/// What a refusal is about, by words of its description in lower case. The first line that matches counts.
const WORDINGS: &[(About, &[&str])] = &[
    (About::SameAsBefore, &["message is not modified"]),
    (About::NoEdit, &["message to edit not found", "message can't be edited", "message_id_invalid"]),
    (About::Reply, &["message to be replied not found", "replied message not found", "reply message not found"]),
    (
        About::Topic,
        &[
            "message thread not found",
            "topic_closed",
            "topic_deleted",
            "topic_id_invalid",
            "topic closed",
            "topic deleted",
        ],
    ),
    (About::Buttons, &["button_", "inline keyboard", "reply markup", "reply_markup", "keyboard button"]),
    (About::Markup, &["can't parse entities", "can't parse message text", "entity_", "entities_too_long"]),
    (
        About::Right,
        &[
            "not enough rights",
            "have no rights",
            "no write access",
            "need administrator rights",
            "chat_write_forbidden",
            "chat_restricted",
            "chat_send_",
            "user_banned_in_channel",
            "chat_admin_required",
        ],
    ),
    (
        About::Chat,
        &[
            "chat not found",
            "chat was deleted",
            "chat was deactivated",
            "user not found",
            "peer_id_invalid",
            "user_is_blocked",
            "user_deactivated",
            "channel_private",
            "chat_id_invalid",
        ],
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    SameAsBefore,
    NoEdit,
    Reply,
    Topic,
    Buttons,
    Markup,
    Right,
    Chat,
}

impl Refusal {
    fn about(&self) -> Option<About> {
        let words = self.description.to_lowercase();
        let line = WORDINGS.iter().find(|(_, wordings)| wordings.iter().any(|wording| words.contains(wording)));
        line.map(|(about, _)| *about)
    }

    fn failure(&self) -> Failure {
        let said = self.description.clone();
        if let Some(to) = self.migrate_to {
            return Failure::Migrated(to);
        }
        if let Some(retry_after) = self.wait() {
            return Failure::Flood { retry_after, everywhere: false };
        }
        match self.code {
            401 | 404 => Failure::Unauthorized(said),
            500.. => Failure::Troubled(said),
            code => self.failure_by_words(code, said),
        }
    }

    fn failure_by_words(&self, code: u16, said: String) -> Failure {
        match self.about() {
            Some(About::SameAsBefore) => Failure::NotModified,
            Some(About::NoEdit) => Failure::CannotEdit(said),
            Some(About::Topic) => Failure::TopicGone(said),
            Some(About::Markup | About::Buttons) => Failure::BadMarkup(said),
            Some(About::Right) => Failure::NoRight(said),
            Some(About::Chat) => Failure::Gone(said),
            // All other sentences with 403 say that we were thrown out, blocked, or never let in.
            _ if code == 403 => Failure::Gone(said),
            Some(About::Reply) | None => Failure::Refused(said),
        }
    }

    /// Telegram has trouble of its own.
    pub(super) fn is_trouble(&self) -> bool {
        self.code >= 500
    }

    /// How long to wait, where there were too many requests.
    pub(super) fn wait(&self) -> Option<Duration> {
        let spoken = || {
            let (_, seconds) = self.description.rsplit_once("retry after ")?;
            Some(Duration::from_secs(seconds.trim().parse().ok()?))
        };
        matches!(self.code, 429 | 420).then(|| self.retry_after.or_else(spoken).unwrap_or(UNSAID_WAIT))
    }
}

impl CallError {
    /// What the error means for the message that was to be delivered.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Refused(refusal) => refusal.failure(),
            Self::NotSent(why) => Failure::Unsent(why.clone()),
            Self::Lost(why) => Failure::Ambiguous(why.clone()),
        }
    }

    /// The message to reply to is gone: the answer can still be said without the reply.
    pub fn is_reply_gone(&self) -> bool {
        self.is_about(About::Reply)
    }

    /// The buttons were refused, not the text.
    pub fn is_bad_buttons(&self) -> bool {
        self.is_about(About::Buttons)
    }

    /// The token is not accepted.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.failure(), Failure::Unauthorized(_))
    }

    /// It does not show that Telegram works and knows us: no answer came, it speaks of trouble of its own, or it does not
    /// accept the token.
    pub fn leaves_open_whether_it_works(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.is_trouble() || self.is_unauthorized(),
            Self::NotSent(_) | Self::Lost(_) => true,
        }
    }

    fn is_about(&self, about: About) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.about() == Some(about))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, description: &str) -> CallError {
        CallError::Refused(Refusal { code, description: description.into(), ..Refusal::default() })
    }

    /// The variant's name alone.
    fn class(error: &CallError) -> String {
        let debug = format!("{:?}", error.failure());
        debug.split(['(', ' ']).next().unwrap_or_default().to_owned()
    }

    #[test]
    fn every_wording_of_telegram_is_classed() {
        let table = [
            (403, "Forbidden: bot was blocked by the user", "Gone"),
            (403, "Forbidden: bot was kicked from the group chat", "Gone"),
            (403, "Forbidden: bot was kicked from the supergroup chat", "Gone"),
            (403, "Forbidden: bot is not a member of the supergroup chat", "Gone"),
            (403, "Forbidden: bot can't initiate conversation with a user", "Gone"),
            (403, "Forbidden: user is deactivated", "Gone"),
            (403, "Forbidden: the group chat was deleted", "Gone"),
            (400, "Bad Request: chat not found", "Gone"),
            (400, "Bad Request: PEER_ID_INVALID", "Gone"),
            (400, "Bad Request: INPUT_USER_DEACTIVATED", "Gone"),
            (400, "Bad Request: message thread not found", "TopicGone"),
            (400, "Bad Request: TOPIC_CLOSED", "TopicGone"),
            (400, "Bad Request: TOPIC_DELETED", "TopicGone"),
            (400, "Bad Request: not enough rights to send text messages to the chat", "NoRight"),
            (400, "Bad Request: have no rights to send a message", "NoRight"),
            (400, "Bad Request: have no write access to the chat", "NoRight"),
            (400, "Bad Request: need administrator rights in the channel chat", "NoRight"),
            (403, "Forbidden: CHAT_WRITE_FORBIDDEN", "NoRight"),
            (400, "Bad Request: CHAT_RESTRICTED", "NoRight"),
            (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", "NoRight"),
            (400, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0", "BadMarkup"),
            (400, "Bad Request: ENTITY_BOUNDS_INVALID", "BadMarkup"),
            (400, "Bad Request: BUTTON_DATA_INVALID", "BadMarkup"),
            (400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed", "BadMarkup"),
            (
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the \
                 same as a current content and reply markup of the message",
                "NotModified",
            ),
            (400, "Bad Request: message to edit not found", "CannotEdit"),
            (400, "Bad Request: message can't be edited", "CannotEdit"),
            (400, "Bad Request: MESSAGE_ID_INVALID", "CannotEdit"),
            (400, "Bad Request: message to be replied not found", "Refused"),
            (400, "Bad Request: message text is empty", "Refused"),
            (400, "Bad Request: message is too long", "Refused"),
            (413, "Request Entity Too Large", "Refused"),
            (500, "Internal Server Error", "Troubled"),
            (502, "Bad Gateway", "Troubled"),
            (401, "Unauthorized", "Unauthorized"),
            (404, "Not Found", "Unauthorized"),
        ];
        for (code, description, expected) in table {
            assert_eq!(class(&refused(code, description)), expected, "{code} {description}");
        }
    }

    #[test]
    fn a_migration_counts_before_its_wording() {
        let error = CallError::Refused(Refusal {
            code: 400,
            description: "Bad Request: group chat was upgraded to a supergroup chat".into(),
            migrate_to: Some(ChatId(-100_123)),
            ..Refusal::default()
        });
        assert_eq!(error.failure(), Failure::Migrated(ChatId(-100_123)));
    }

    #[test]
    fn a_flood_waits_as_long_as_it_says_in_either_place() {
        let flood = |seconds| Failure::Flood { retry_after: Duration::from_secs(seconds), everywhere: false };
        let spoken = refused(429, "Too Many Requests: retry after 43838");
        assert_eq!(spoken.failure(), flood(43_838));
        let parameter = CallError::Refused(Refusal {
            code: 429,
            description: "Too Many Requests: retry after 3".into(),
            retry_after: Some(Duration::from_secs(7)),
            migrate_to: None,
        });
        assert_eq!(parameter.failure(), flood(7));
        assert_eq!(refused(429, "Too Many Requests").failure(), flood(5));
    }

    #[test]
    fn a_lost_answer_is_ambiguous_and_an_unmade_connection_is_not() {
        assert_eq!(CallError::Lost("502".into()).failure(), Failure::Ambiguous("502".into()));
        assert_eq!(CallError::NotSent("refused".into()).failure(), Failure::Unsent("refused".into()));
    }

    #[test]
    fn what_is_wrong_beside_the_text_is_told_apart() {
        assert!(refused(400, "Bad Request: message to be replied not found").is_reply_gone());
        assert!(refused(400, "Bad Request: BUTTON_URL_INVALID").is_bad_buttons());
        assert!(!refused(400, "Bad Request: can't parse entities: …").is_bad_buttons());
    }
}
