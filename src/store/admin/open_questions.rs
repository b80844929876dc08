//! The open questions for whoever runs the bot: read and closed beside the running bot, which keeps the store's lock.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Connection as _, Row as _};

use crate::clock::Timestamp;
use crate::content::model::SectionRef;
use crate::store::StoreError;
use crate::store::engine::database::Database;
use crate::store::engine::sql;

/// Questions that are the same, refused or disliked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// What it is called here.
    pub id: String,
    /// What was asked, where it was kept.
    pub text: Option<String>,
    /// The words that no section knows.
    pub words: Vec<String>,
    /// The section that was shown or came near.
    pub section: Option<SectionRef>,
    /// How often it was refused.
    pub refused: u32,
    /// How many people disliked its answer.
    pub disliked: u32,
    /// When the last of this happened.
    pub last: Timestamp,
}

/// The open questions of a store, whatever bots it serves.
#[derive(Debug)]
pub struct OpenQuestions {
    conn: AnyConnection,
}

impl OpenQuestions {
    /// Opens the store at an address; its bot may run meanwhile.
    ///
    /// # Errors
    /// When there is no store, or it cannot be opened.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let database = Database::parse(url)?;
        database.expect()?;
        let mut conn = database.open().await?;
        database.check(&mut conn).await?;
        Ok(Self { conn })
    }

    /// All of them, the most frequent first, of equally frequent ones the latest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&mut self) -> Result<Vec<OpenQuestion>, StoreError> {
        const DOING: &str = "read the open questions";
        let query = sqlx::query(
            "SELECT q.alike, MAX(q.text) AS text, MAX(q.words) AS words, MAX(q.section) AS section,
                    CAST(SUM(q.refused) AS BIGINT) AS refused,
                    CAST(SUM(COALESCE(v.disliked, 0)) AS BIGINT) AS disliked,
                    MAX(CASE WHEN v.at > q.at THEN v.at ELSE q.at END) AS last
             FROM questions q LEFT JOIN (
                 SELECT bot_id, chat_id, message_id, COUNT(*) AS disliked, MAX(at) AS at
                 FROM votes WHERE liked = 0 GROUP BY bot_id, chat_id, message_id
             ) v ON v.bot_id = q.bot_id AND v.chat_id = q.chat_id AND v.message_id = q.message_id
             WHERE q.refused = 1 OR v.disliked > 0
             GROUP BY q.alike
             ORDER BY SUM(q.refused) + SUM(COALESCE(v.disliked, 0)) DESC, last DESC",
        );
        let rows = query.fetch_all(&mut self.conn).await.map_err(|error| StoreError::sort(DOING, &error))?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| StoreError::sort(DOING, &error))
    }

    /// Closes one by its id; says whether it was there. Asked again, it is open again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn close_one(&mut self, id: &str) -> Result<bool, StoreError> {
        self.remove(id).await.map_err(|error| StoreError::sort("close a question", &error))
    }

    async fn remove(&mut self, id: &str) -> Result<bool, sqlx::Error> {
        let mut tx = self.conn.begin().await?;
        sql::run(
            &mut tx,
            "DELETE FROM votes WHERE EXISTS (
                 SELECT 1 FROM questions q WHERE q.alike = $1 AND q.bot_id = votes.bot_id
                   AND q.chat_id = votes.chat_id AND q.message_id = votes.message_id)",
            [id.into()],
        )
        .await?;
        let removed = sql::run(&mut tx, "DELETE FROM questions WHERE alike = $1", [id.into()]).await?;
        tx.commit().await?;
        Ok(removed > 0)
    }
}

fn read(row: &AnyRow) -> Result<OpenQuestion, sqlx::Error> {
    let words: String = row.try_get("words")?;
    Ok(OpenQuestion {
        id: row.try_get("alike")?,
        text: row.try_get("text")?,
        words: words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        section: sql::parsed_optional(row, "section", |at| SectionRef::parse(at).ok())?,
        refused: sql::number(row, "refused")?,
        disliked: sql::number(row, "disliked")?,
        last: Timestamp(row.try_get("last")?),
    })
}
