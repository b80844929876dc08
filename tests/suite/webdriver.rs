//! A few verbs of the W3C WebDriver protocol, spoken to a chromedriver of our own: enough to walk through a page as a
//! person would. Elements are named by a CSS selector and, where that is not enough, a part of their text.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a page may take to show what is waited for; generous, as tests share their machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);
const ENTER: &str = "\u{E007}";

/// A page's width, height and colour scheme.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

/// A browser with one window; it ends with the value.
pub(crate) struct Browser {
    http: reqwest::Client,
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts chromedriver and a headless Chromium; says why where that is not possible.
    pub(crate) async fn start(language: &str) -> Result<Self, String> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Failed to start `chromedriver`: {error}"))?;
        let port = port_of(&mut driver)?;
        let profile = tempfile::tempdir().map_err(|error| error.to_string())?;
        // Loopback must not go through a proxy that the environment names.
        let http = reqwest::Client::builder().no_proxy().build().map_err(|error| error.to_string())?;
        let mut browser = Self { http, driver, port, session: String::new(), _profile: profile };
        let opened = browser.send("POST", "session", browser.capabilities(language)).await?;
        browser.session = opened["sessionId"].as_str().ok_or("chromedriver opened no session")?.to_owned();
        Ok(browser)
    }

    fn capabilities(&self, language: &str) -> Value {
        let profile = format!("--user-data-dir={}", self._profile.path().display());
        let languages = [format!("--lang={language}"), format!("--accept-lang={language}")];
        let fixed = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage \
                     --disable-background-networking --disable-component-update --disable-sync --no-proxy-server";
        let args: Vec<&str> =
            fixed.split_whitespace().chain(languages.iter().map(String::as_str)).chain([profile.as_str()]).collect();
        json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } })
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let url = format!("http://127.0.0.1:{}/{path}", self.port);
        let request = match method {
            "GET" => self.http.get(url),
            _ => self.http.post(url).header("content-type", "application/json").body(body.to_string()),
        };
        let answer = request.send().await.map_err(|error| format!("`{path}`: {error}"))?;
        let text = answer.text().await.map_err(|error| format!("`{path}`: {error}"))?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| format!("`{path}`: {error}: {text}"))?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("`{path}`: {error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].take()),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.send("POST", &format!("session/{}/{path}", self.session), body).await.unwrap()
    }

    /// Opens an address.
    pub(crate) async fn open(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Takes on a size and a colour scheme.
    pub(crate) async fn become_screen(&self, screen: Screen) {
        let Screen { width, height, dark } = screen;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        for (command, parameters) in [("setDeviceMetricsOverride", size), ("setEmulatedMedia", media)] {
            self.post("goog/cdp/execute", json!({ "cmd": format!("Emulation.{command}"), "params": parameters })).await;
        }
    }

    /// Runs the body of a function in the page, with `arguments`; a promise is waited for.
    pub(crate) async fn run(&self, body: &str, arguments: Value) -> Value {
        self.post("execute/sync", json!({ "script": body, "args": arguments })).await
    }

    /// Waits until the body of a function gives something that is not false, and gives that back.
    pub(crate) async fn until(&self, what: &str, body: &str, arguments: Value) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.run(body, arguments.clone()).await;
            if !matches!(found, Value::Null | Value::Bool(false)) {
                return found;
            }
            if Instant::now() >= deadline {
                let shown = self.run("return document.body.innerText", json!([])).await;
                panic!("Waited in vain for {what}. The page shows:\n{}", shown.as_str().unwrap_or_default());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits for the last visible element of a selector that holds a text, and presses it.
    pub(crate) async fn press(&self, selector: &str, text: &str) {
        let element = self.find(selector, text).await;
        self.post(&format!("element/{element}/click"), json!({})).await;
    }

    /// Types into an element.
    pub(crate) async fn write(&self, selector: &str, words: &str) {
        let element = self.find(selector, "").await;
        self.post(&format!("element/{element}/value"), json!({ "text": words })).await;
    }

    /// Types into an element and presses Enter.
    pub(crate) async fn enter(&self, selector: &str, words: &str) {
        self.write(selector, &format!("{words}{ENTER}")).await;
    }

    async fn find(&self, selector: &str, text: &str) -> String {
        let body = "return [...document.querySelectorAll(arguments[0])].findLast(
            (node) => node.checkVisibility() && node.textContent.includes(arguments[1])) ?? null";
        let what = format!("`{selector}` with `{text}`");
        let found = self.until(&what, body, json!([selector, text])).await;
        let reference = found.as_object().and_then(|element| element.values().next()).and_then(Value::as_str);
        reference.unwrap_or_else(|| panic!("{what} is not an element: {found}")).to_owned()
    }

    /// What the page's scripts have complained about.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries.iter().filter(|entry| entry["level"] == "SEVERE").map(|entry| entry["message"].to_string()).collect()
    }

    /// Saves what the window shows.
    pub(crate) async fn save_screenshot(&self, path: &Path) {
        let shot = self.send("GET", &format!("session/{}/screenshot", self.session), Value::Null).await.unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, from_base64(shot.as_str().unwrap())).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ended by its driver, the browser takes its children along; without, they would outlive a failed test.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let request = format!(
                "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
                self.session, self.port
            );
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Reads the port that chromedriver has taken from what it prints.
fn port_of(driver: &mut Child) -> Result<u16, String> {
    let output = driver.stdout.take().ok_or("chromedriver has no output")?;
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("started successfully on port")).ok_or("chromedriver did not start")?;
    // What it prints later must find a reader, or it would end on a broken pipe.
    std::thread::spawn(move || lines.for_each(drop));
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| format!("chromedriver named no port: `{line}`"))
}

fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, Vec::with_capacity(text.len() * 3 / 4));
    for value in text.bytes().filter_map(|byte| ALPHABET.iter().position(|&letter| letter == byte)) {
        bits = bits << 6 | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    out
}
