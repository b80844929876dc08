//! The way to Telegram, what it says of the bot, and whether our clocks agree.

use std::time::Duration;

use reqwest::Url;

use super::Finding;
use crate::clock::Clock;
use crate::config::{Mode, Telegram};
use crate::telegram::api::Api;
use crate::telegram::checkup::{Checkup, WebhookState};
use crate::telegram::error::CallError;
use crate::telegram::token::Token;
use crate::telegram::transport::Transport;

/// A clock that is off by more is worth a word: Telegram's own date has no parts of a second, and answers take time.
const CLOCK_OFF: Duration = Duration::from_secs(5);
/// By more than this, reminders come visibly early or late.
const CLOCK_WRONG: Duration = Duration::from_secs(60);
/// More updates than this waiting is a sign that nobody takes them.
const MANY_WAIT: u64 = 100;

/// Asks Telegram about the bot.
pub(super) async fn look(config: &Telegram, token: &Token, clock: &Clock) -> Vec<Finding> {
    let way = way(config);
    let api = match Transport::new(&config.api_url, token, config.proxy.as_ref()) {
        Ok(transport) => Api::new(transport),
        Err(error) => {
            let help = "`telegram.api_url` is like `https://api.telegram.org`, `telegram.proxy` like `socks5://127.0.0.1:1080`";
            return vec![Finding::error("api", error.to_string(), help)];
        }
    };
    let checkup = match api.checkup().await {
        Ok(checkup) => checkup,
        Err(error) => return vec![unreached(&error, &way, config.proxy.is_some())],
    };
    let mut findings = vec![
        Finding::ok("api", format!("Telegram answers at {way}")),
        Finding::ok("token", format!("it is @{}'s, bot {}", checkup.username, token.bot().0)),
    ];
    findings.extend(clocks(&checkup, clock));
    findings.extend(switches(&checkup));
    match api.webhook_state().await {
        Ok(state) => findings.push(webhook(config, &state)),
        Err(error) => findings.push(unreached(&error, &way, config.proxy.is_some())),
    }
    findings
}

/// Where requests go; neither address shows a password.
fn way(config: &Telegram) -> String {
    let api = &config.api_url;
    match &config.proxy {
        None => format!("`{api}`"),
        Some(proxy) => format!("`{api}` through the proxy `{proxy}`"),
    }
}

fn unreached(error: &CallError, way: &str, proxied: bool) -> Finding {
    if error.is_unauthorized() {
        let help = "ask @BotFather for it with /token (or for a new bot with /newbot), and set it anew";
        return Finding::error("token", format!("Telegram does not know it: {error}"), help);
    }
    let help = if proxied {
        "check that the proxy runs and lets you through: `telegram.proxy`, such as `socks5://127.0.0.1:1080`"
    } else {
        "check the network and `telegram.api_url`; where Telegram is blocked, set `telegram.proxy`"
    };
    Finding::error("api", format!("{error} (asked at {way})"), help)
}

fn clocks(checkup: &Checkup, clock: &Clock) -> Option<Finding> {
    let (theirs, ours) = (checkup.now?, clock.now());
    let off = ours.since(theirs).max(theirs.since(ours));
    let message =
        format!("the clock is {} s {} Telegram's", off.as_secs(), if ours > theirs { "ahead of" } else { "behind" });
    let help = "let the system set it: `timedatectl set-ntp true`; schedules follow this clock";
    Some(match off {
        off if off > CLOCK_WRONG => Finding::error("clock", message, help),
        off if off > CLOCK_OFF => Finding::warning("clock", message, help),
        _ => Finding::ok("clock", "it shows what Telegram's shows"),
    })
}

fn switches(checkup: &Checkup) -> Vec<Finding> {
    let groups = match checkup.can_join_groups {
        true => Finding::ok("groups", "it can be added to groups"),
        false => Finding::warning(
            "groups",
            "it cannot be added to groups",
            "to have it in groups, send /setjoingroups to @BotFather and choose Enable",
        ),
    };
    let privacy = match checkup.can_read_all_group_messages {
        false => Finding::ok("privacy", "in groups it gets only what is meant for it"),
        true => Finding::warning(
            "privacy",
            "in groups it gets everything that is said; what is not meant for it is dropped, but need not come at all",
            "send /setprivacy to @BotFather, choose Enable, and add the bot to its groups anew",
        ),
    };
    let inline = match checkup.supports_inline_queries {
        true => "people can type its name in any chat",
        false => "people cannot type its name in other chats; /setinline at @BotFather lets them, if you want it",
    };
    vec![groups, privacy, Finding::ok("inline", inline)]
}

fn webhook(config: &Telegram, state: &WebhookState) -> Finding {
    let error = state.last_error_message.as_ref().map_or_else(String::new, |error| format!(" (last error: {error})"));
    let wanted = wanted(config);
    let has_to_end =
        "`wengu serve` ends it when it starts; where another program set it, give that one a bot of its own";
    let has_to_be_reached = "see that Telegram reaches the address from outside, with a certificate that it trusts";
    match &wanted {
        None if !state.url.is_empty() => {
            Finding::warning("webhook", format!("updates go to `{}`{error}", host(&state.url)), has_to_end)
        }
        Some(wanted) if state.url != *wanted => {
            let message = format!("updates do not go to `{}`{error}", host(wanted));
            Finding::warning("webhook", message, "`wengu serve` sets the webhook when it starts")
        }
        Some(wanted) if !error.is_empty() => {
            Finding::warning("webhook", format!("updates go to `{}`{error}", host(wanted)), has_to_be_reached)
        }
        _ if state.pending_update_count > MANY_WAIT => {
            let message = format!("{} updates wait: nobody takes them", state.pending_update_count);
            Finding::warning("webhook", message, "start `wengu serve`; Telegram drops them after a day")
        }
        Some(_) => Finding::ok("webhook", "updates go where the config says"),
        None => Finding::ok("webhook", "none is left over from another program"),
    }
}

/// The address that the config wants, spelled as Telegram is told it; none where updates are asked for.
fn wanted(config: &Telegram) -> Option<String> {
    let url = config.webhook.url.as_ref().filter(|_| config.mode == Mode::Webhook)?.expose();
    Some(Url::parse(url).map_or_else(|_| url.to_owned(), String::from))
}

/// Many put their token or another secret into the path: of an address only the host is told.
fn host(url: &str) -> String {
    let url = Url::parse(url).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or("…").to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;
    use crate::secret::SecretUrl;

    #[test]
    fn a_webhook_is_right_where_the_config_wants_it_and_brings_updates() {
        let mut config = Telegram { mode: Mode::Webhook, ..Telegram::default() };
        config.webhook.url = Some(SecretUrl::new("https://wengu.example/hook"));
        let state = |url: &str, waiting, error: Option<&str>| WebhookState {
            url: url.into(),
            pending_update_count: waiting,
            last_error_message: error.map(str::to_owned),
        };
        let right = "https://wengu.example/hook";
        assert_eq!(webhook(&config, &state(right, 0, None)).state, State::Ok);
        for wrong in [state("", 0, None), state("https://other.example", 0, None), state(right, 0, Some("404"))] {
            assert_eq!(webhook(&config, &wrong).state, State::Warning);
        }
        assert!(webhook(&config, &state(right, 1_000, None)).message.contains("1000 updates wait"));
        config.webhook.url = Some(SecretUrl::new("https://WENGU.example"));
        assert_eq!(webhook(&config, &state("https://wengu.example/", 0, None)).state, State::Ok);
    }

    #[test]
    fn whoever_polls_is_told_of_a_webhook_that_is_left_over_without_its_path() {
        let left = |url: &str, waiting| {
            let state = WebhookState { url: url.into(), pending_update_count: waiting, last_error_message: None };
            webhook(&Telegram::default(), &state)
        };
        let found = left("https://other.example/42:token", 1_000);
        assert_eq!((found.state, found.message.as_str()), (State::Warning, "updates go to `other.example`"));
        assert!(left("", 1_000).message.contains("nobody takes them"));
        assert_eq!(left("", MANY_WAIT).state, State::Ok);
    }

    #[test]
    fn the_way_is_named_without_the_password_of_the_proxy() {
        let through = |proxy: &str| way(&Telegram { proxy: Some(SecretUrl::new(proxy)), ..Telegram::default() });
        assert_eq!(
            through("socks5://anna:secret@[::1]:1080"),
            "`https://api.telegram.org` through the proxy `socks5://[::1]:1080`"
        );
        assert!(through("http://proxy.example:3128").ends_with("`http://proxy.example:3128`"));
    }
}
