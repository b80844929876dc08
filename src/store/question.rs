//! Questions that are open: refused, or answered and not to somebody's liking; and what people think of answers.
//!
//! Kept are the words that no section knows and the section that was shown, and the text only where the operator wants
//! it. A question is told from others by its text, else by those words and that section.

use sqlx::any::AnyRow;

use super::engine::sql::{self, Cell, numbers};
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::prune::ANSWERS_LAST;
use super::{Store, StoreError, outbox};
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, Speaker};

/// Questions: refused ones until somebody closes them, others as long as somebody dislikes the answer, or for a week.
pub(super) const NOUN: Noun = Noun {
    table: "questions",
    key: &["chat_id", "message_id"],
    people: &["user_id"],
    chats: &["chat_id"],
    others: &["bot_id", "message_id", "alike", "words", "text", "section", "refused", "at"],
    all: "SELECT chat_id, message_id, user_id, section, refused, at FROM questions",
    check: |row| {
        sql::parsed_optional(row, "section", |at| SectionRef::parse(at).ok())?;
        numbers(row, &["chat_id", "message_id", "user_id", "refused", "at"])
    },
    forget: &["DELETE FROM questions WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM questions WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Err("it is about a message of the old number"),
    prune: &[(
        ANSWERS_LAST,
        "DELETE FROM questions WHERE bot_id = $1 AND at < $2 AND refused = 0 AND $3 = $3 AND NOT EXISTS (
             SELECT 1 FROM votes v WHERE v.bot_id = questions.bot_id AND v.chat_id = questions.chat_id
               AND v.message_id = questions.message_id AND v.liked = 0)",
    )],
    bounds: &[Bound::by_at("user_id", 200)],
};

/// A question as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where.
    pub chat: ChatId,
    /// The message that asked.
    pub question: MessageId,
    /// Who asked.
    pub user: Speaker,
    /// The words that no section knows.
    pub words: Vec<String>,
    /// What was asked; `None` where it is not to be kept.
    pub text: Option<String>,
    /// The section that was shown, or came near.
    pub section: Option<SectionRef>,
    /// Whether it was refused.
    pub refused: bool,
}

impl Asked {
    /// The same for questions that are the same: eight hexadecimal digits.
    fn alike(&self) -> String {
        let section = self.section.as_ref().map(SectionRef::to_string).unwrap_or_default();
        let told = match &self.text {
            Some(text) => text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(),
            None => format!("{} {section}", self.words.join(" ")),
        };
        // FNV-1a: stays the same across programs and machines.
        let hash = told.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        format!("{hash:08x}")
    }

    pub(super) fn cells(&self, bot: i64, now: Timestamp) -> [Cell<'_>; 10] {
        [
            bot.into(),
            self.chat.0.into(),
            i64::from(self.question.0).into(),
            self.user.number().into(),
            self.alike().into(),
            self.words.join(" ").into(),
            self.text.clone().into(),
            self.section.as_ref().map(SectionRef::to_string).into(),
            i64::from(self.refused).into(),
            now.0.into(),
        ]
    }
}

impl Store {
    /// The message that a message of ours answers, and the section that it shows; `None` for one that answers none, or
    /// is not known (any more).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answered_by(
        &self,
        chat: ChatId,
        message: MessageId,
    ) -> Result<Option<(MessageId, Option<SectionRef>)>, StoreError> {
        let query = sqlx::query(
            "SELECT question_id, sections FROM outbox
             WHERE bot_id = $1 AND chat_id = $2 AND message_id = $3 AND question_id IS NOT NULL
             ORDER BY id DESC LIMIT 1",
        );
        let query = query.bind(self.bot()).bind(chat.0).bind(i64::from(message.0));
        let read = |row: &AnyRow| {
            let question = outbox::message_id(row, "question_id")?;
            let sections = sql::parsed_optional(row, "sections", outbox::read_sections)?.unwrap_or_default();
            Ok(question.map(|question| (question, sections.into_iter().next())))
        };
        Ok(self
            .read(&outbox::NOUN, "read which question a message answers", query, read)
            .await?
            .into_iter()
            .flatten()
            .next())
    }
}

/// Keeps questions; one that was edited is another one.
pub(super) async fn keep<'q>(
    tx: &mut Tx<'_>,
    asked: impl Iterator<Item = (&'q Asked, Timestamp)>,
) -> Result<(), sqlx::Error> {
    // An upsert of several rows must not meet one row twice: the last of a message stays.
    let mut latest = std::collections::BTreeMap::new();
    for (asked, now) in asked {
        latest.insert((asked.chat, asked.question), asked.cells(tx.bot, now));
    }
    sql::run_rows(
        tx.conn,
        "INSERT INTO questions (bot_id, chat_id, message_id, user_id, alike, words, text, section, refused, at) VALUES",
        "ON CONFLICT (bot_id, chat_id, message_id) DO UPDATE SET alike = excluded.alike, words = excluded.words,
             text = excluded.text, section = excluded.section, refused = excluded.refused, at = excluded.at",
        latest.into_values().collect(),
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::UserId;

    fn asked(text: Option<&str>, words: &[&str], section: &str) -> String {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        let (text, section) = (text.map(str::to_owned), SectionRef::parse(section).ok());
        let (chat, question, user) = (ChatId(1), MessageId(2), UserId(3));
        Asked { chat, question, user: user.into(), words, text, section, refused: true }.alike()
    }

    #[test]
    fn questions_are_the_same_by_their_text_else_by_unknown_words_and_section() {
        assert_eq!(asked(Some("王五是谁？"), &["王五"], "a/b"), asked(Some("王五是谁"), &[], "a/c"));
        assert_ne!(asked(Some("王五是谁"), &["王五"], "a/b"), asked(Some("王五在哪"), &["王五"], "a/b"));
        assert_eq!(asked(None, &["王五"], "a/b"), asked(None, &["王五"], "a/b"));
        assert_ne!(asked(None, &["王五"], "a/b"), asked(None, &["王五"], "a/c"));
    }
}
