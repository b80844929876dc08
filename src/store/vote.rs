//! What people think of answers: one vote a person.

use super::engine::sql::{self, numbers};
use super::engine::writer::Tx;
use super::noun::{Bound, Noun};
use super::prune::ANSWERS_LAST;
use super::question::Asked;
use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::message::{ChatId, MessageId, UserId};

/// Votes. What nobody dislikes is of no interest for long.
pub(super) const NOUN: Noun = Noun {
    table: "votes",
    key: &["chat_id", "message_id", "user_id"],
    people: &["user_id"],
    chats: &["chat_id"],
    others: &["bot_id", "message_id", "liked", "at"],
    all: "SELECT chat_id, message_id, user_id, liked, at FROM votes",
    check: |row| numbers(row, &["chat_id", "message_id", "user_id", "liked", "at"]),
    forget: &["DELETE FROM votes WHERE bot_id = $1 AND user_id = $2"],
    forget_chat: &["DELETE FROM votes WHERE bot_id = $1 AND chat_id = $2"],
    migrate: Err("it is about a message of the old number"),
    prune: &[(ANSWERS_LAST, "DELETE FROM votes WHERE bot_id = $1 AND at < $2 AND liked = 1 AND $3 = $3")],
    bounds: &[Bound::by_at("user_id", 500)],
};

/// What somebody thinks of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Where.
    pub chat: ChatId,
    /// The message that asked.
    pub question: MessageId,
    /// Who votes.
    pub user: UserId,
    /// Whether they like it.
    pub liked: bool,
    /// The section that the answer shows.
    pub section: Option<SectionRef>,
}

/// Counts a vote; a person's earlier one on the same answer gives way. A question that was not worth keeping is, once
/// its answer is not liked.
pub(super) async fn vote(tx: &mut Tx<'_>, vote: &Vote, now: Timestamp) -> Result<(), sqlx::Error> {
    if !vote.liked {
        let Vote { chat, question, user, ref section, .. } = *vote;
        let (words, text, section) = (Vec::new(), None, section.clone());
        let asked = Asked { chat, question, user: user.into(), words, text, section, refused: false };
        sql::run(
            tx.conn,
            "INSERT INTO questions (bot_id, chat_id, message_id, user_id, alike, words, text, section, refused, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (bot_id, chat_id, message_id) DO NOTHING",
            asked.cells(tx.bot, now),
        )
        .await?;
    }
    sql::run(
        tx.conn,
        "INSERT INTO votes (bot_id, chat_id, message_id, user_id, liked, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (bot_id, chat_id, message_id, user_id) DO UPDATE SET liked = excluded.liked, at = excluded.at",
        [
            tx.bot.into(),
            vote.chat.0.into(),
            i64::from(vote.question.0).into(),
            vote.user.0.into(),
            i64::from(vote.liked).into(),
            now.0.into(),
        ],
    )
    .await?;
    Ok(())
}
