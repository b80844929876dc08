//! What the emulator answers: a result, or a refusal in Telegram's own words.

use serde_json::{Value, json};

/// An HTTP status and a JSON body.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status; the same number stands in the body of a refusal.
    pub status: u16,
    /// `{"ok":true,"result":…}` or `{"ok":false,"error_code":…,"description":…}`.
    pub body: Value,
}

impl Answer {
    /// The result of a request that was granted.
    pub fn result(&self) -> Option<&Value> {
        self.body.get("result")
    }

    /// Telegram's words for a request that was refused; empty for one that was granted.
    pub fn description(&self) -> &str {
        self.body.get("description").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What a method comes to.
pub(super) type Verdict = Result<Value, Refusal>;

/// A request that Telegram refuses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    code: u16,
    description: String,
    parameters: Option<Value>,
}

impl Refusal {
    /// A refusal with its full description, prefix included.
    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: None }
    }

    /// The request is not one that makes sense now.
    pub(super) fn bad(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", reason.as_ref()))
    }

    /// The bot may not.
    pub(super) fn forbidden(reason: impl AsRef<str>) -> Self {
        Self::new(403, format!("Forbidden: {}", reason.as_ref()))
    }

    /// Too fast.
    pub(super) fn too_many(retry_after: i64) -> Self {
        Self {
            code: 429,
            description: format!("Too Many Requests: retry after {retry_after}"),
            parameters: Some(json!({ "retry_after": retry_after })),
        }
    }

    /// The group lives on under another number.
    pub(super) fn migrated(to: i64) -> Self {
        Self {
            parameters: Some(json!({ "migrate_to_chat_id": to })),
            ..Self::bad("group chat was upgraded to a supergroup chat")
        }
    }

    /// Another program reads the bot's updates.
    pub(super) fn other_poller() -> Self {
        Self::new(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        )
    }
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(result) => {
                let mut body = json!({ "ok": true });
                // Not in the line above: the macro would copy it, and a result can be a hundred updates.
                body["result"] = result;
                Self { status: 200, body }
            }
            Err(refusal) => {
                let mut body = json!({ "ok": false, "error_code": refusal.code, "description": refusal.description });
                if let Some(parameters) = refusal.parameters {
                    body["parameters"] = parameters;
                }
                Self { status: refusal.code, body }
            }
        }
    }
}
