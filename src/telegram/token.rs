//! The bot's token: the one secret of this room.

use std::fmt;

use crate::message::UserId;

/// A bot's token, `123456789:AAF…`. Cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    bot: UserId,
}

/// A string that is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the token does not look like one of Telegram's (`123456789:AAF…`): ask @BotFather for one with /newbot, or /token"
)]
pub struct TokenError;

impl Token {
    /// Reads a token; blanks around it do not matter.
    ///
    /// # Errors
    /// When it is not a number, a colon, and letters, digits, `-` or `_`.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        let (bot, secret) = text.split_once(':').ok_or(TokenError)?;
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if secret.is_empty() || !secret.chars().all(sound) || !bot.chars().all(|c| c.is_ascii_digit()) {
            return Err(TokenError);
        }
        Ok(Self { text: text.to_owned(), bot: UserId(bot.parse().map_err(|_| TokenError)?) })
    }

    /// The bot's number, which the token begins with and which is no secret.
    pub fn bot(&self) -> UserId {
        self.bot
    }

    /// The token itself, for the address of a request.
    pub(super) fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}:…)", self.bot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_blanks_around_it_and_is_never_printed() {
        let token = Token::parse(" 123456:AAF-secret_part\n").unwrap();
        assert_eq!(token.bot(), UserId(123_456));
        assert_eq!(token.expose(), "123456:AAF-secret_part");
        assert_eq!(format!("{token:?}"), "Token(123456:…)");
    }

    #[test]
    fn what_could_bend_the_address_is_no_token() {
        for text in ["", "123456", ":abc", "123456:", "123456:a/b", "123456:a?b", "12a:abc", "99999999999999999999:abc"]
        {
            assert_eq!(Token::parse(text), Err(TokenError), "{text}");
        }
    }
}
