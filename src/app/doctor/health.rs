//! Whether the bot on this machine is alive: what containers ask every half a minute.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::config::Listen;

/// Longer than this, and it is not alive.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the bot that listens there; says what it is like.
///
/// # Errors
/// Why it is not alive.
pub async fn alive(listen: Listen) -> Result<String, String> {
    let address = from_here(listen.0);
    // The way to this machine leads through no proxy.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().map_err(|error| error.to_string())?;
    let asked = client.get(format!("http://{address}/healthz")).send().await;
    let answer = asked.map_err(|error| format!("nobody answers at `{address}`: {}", error.without_url()))?;
    match answer.status() {
        status if status.is_success() => Ok(format!("alive at `{address}`")),
        status => Err(format!("`{address}` answers `{status}`")),
    }
}

/// Who listens everywhere is found on this machine.
fn from_here(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_on_this_machine() {
        let asked = |text: &str| from_here(text.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:9464"), "127.0.0.1:9464");
        assert_eq!(asked("[::]:9464"), "[::1]:9464");
        assert_eq!(asked("10.0.0.7:9464"), "10.0.0.7:9464");
    }
}
