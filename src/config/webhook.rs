//! How updates come in.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Count, Listen};
use crate::secret::{Secret, SecretUrl};

/// How updates come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// We ask Telegram for them: works behind any router.
    #[default]
    Polling,
    /// Telegram brings them to a public address.
    Webhook,
}

/// Where Telegram brings updates to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// The public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<SecretUrl>,
    /// Where the bot listens for the reverse proxy.
    pub listen: Listen,
    /// The path of requests that arrive here; that of the address unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Secret>,
    /// What Telegram has to know; made of the token unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
    /// The certificate of the reverse proxy, where nobody else vouches for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// How many updates Telegram may bring at a time.
    pub max_connections: Count,
    /// How many requests are taken a second.
    pub rate: Count,
}

impl Default for Webhook {
    fn default() -> Self {
        let listen = Listen(([127, 0, 0, 1], 8089).into());
        Self {
            url: None,
            listen,
            path: None,
            secret: None,
            certificate: None,
            max_connections: Count(40),
            rate: Count(500),
        }
    }
}
