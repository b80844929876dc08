//! A wire between the program and PostgreSQL, on which a test lets connections fall silent, breaks them, slows them down,
//! or loses what a `COMMIT` was answered.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// With this statement a transaction of the holder begins.
const HOLDERS: &str = "UPDATE leases SET beat";

/// With this one it stores what is to be sent.
const STORES_MESSAGES: &str = "INSERT INTO outbox";

/// What becomes of the next `COMMIT` by which the holder stores what is to be sent; its connection breaks in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The server commits; nobody is told.
    Answer,
    /// It never comes to the server.
    Commit,
    /// It comes to the server after so long, when the program has long been told that the connection is gone.
    CommitForNow(Duration),
    /// The server commits; the connection does not break but falls silent.
    AnswerSilently,
}

/// The wire; connections on it last as long as the test's runtime.
pub(crate) struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    connections: Mutex<Vec<Arc<Connection>>>,
    /// Whether connections that are made from now on say nothing.
    silent: AtomicBool,
    /// How long each piece is held back, in milliseconds.
    delay: AtomicU64,
    lost: Mutex<Option<Lost>>,
}

#[derive(Default)]
struct Connection {
    silent: AtomicBool,
    /// Whether the latest transaction of a holder was on this connection.
    holders: AtomicBool,
    broken: Notify,
}

impl Wire {
    /// A wire to the server of an address.
    pub(crate) async fn to(url: &str) -> Self {
        let server: SocketAddr = authority(url).parse().expect("the tests' PostgreSQL is named by its number and port");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self { address: listener.local_addr().unwrap(), shared: Arc::default() };
        let shared = Arc::clone(&wire.shared);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = TcpStream::connect(server).await else { continue };
                let connection = Arc::new(Connection::default());
                connection.silent.store(shared.silent.load(Ordering::SeqCst), Ordering::SeqCst);
                shared.connections.lock().unwrap().push(Arc::clone(&connection));
                tokio::spawn(carry(near, far, connection, Arc::clone(&shared)));
            }
        });
        wire
    }

    /// An address of the same store by way of this wire.
    pub(crate) fn url(&self, direct: &str) -> String {
        direct.replacen(authority(direct), &self.address.to_string(), 1)
    }

    /// The connection on which the holder writes falls silent: it stays open, and nothing comes through any more.
    pub(crate) fn silence_the_writer(&self) {
        self.each(|connection| connection.holders.load(Ordering::SeqCst), Connection::fall_silent);
    }

    /// Whether the latest transaction of a holder on this wire was on a connection that still speaks.
    pub(crate) fn is_the_holders(&self) -> bool {
        let connections = self.shared.connections.lock().unwrap();
        connections.iter().any(|c| c.holders.load(Ordering::SeqCst) && !c.silent.load(Ordering::SeqCst))
    }

    /// All others fall silent.
    pub(crate) fn silence_the_readers(&self) {
        self.each(|connection| !connection.holders.load(Ordering::SeqCst), Connection::fall_silent);
    }

    /// Connections that are made from now on say nothing, or do again.
    pub(crate) fn silence_new_ones(&self, silent: bool) {
        self.shared.silent.store(silent, Ordering::SeqCst);
    }

    /// Every connection breaks.
    pub(crate) fn break_all(&self) {
        self.each(|_| true, |connection| connection.broken.notify_one());
    }

    /// Each piece is held back for so long.
    pub(crate) fn delay(&self, by: Duration) {
        self.shared.delay.store(u64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// What becomes of the next `COMMIT` by which messages are stored.
    pub(crate) fn lose(&self, lost: Lost) {
        *self.shared.lost.lock().unwrap() = Some(lost);
    }

    /// Whether that has happened.
    pub(crate) fn has_lost(&self) -> bool {
        self.shared.lost.lock().unwrap().is_none()
    }

    fn each(&self, which: impl Fn(&Connection) -> bool, act: impl Fn(&Connection)) {
        self.shared.connections.lock().unwrap().iter().filter(|c| which(c)).for_each(|c| act(c));
    }
}

impl Connection {
    fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }
}

/// The place of the server within an address.
fn authority(url: &str) -> &str {
    let place = url.split_once("://").unwrap().1;
    let place = place.split(['/', '?']).next().unwrap();
    place.rsplit('@').next().unwrap()
}

async fn carry(near: TcpStream, far: TcpStream, connection: Arc<Connection>, shared: Arc<Shared>) {
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let there = there(from_near, to_far, &connection, &shared);
    let back = back(from_far, to_near, &connection, &shared);
    tokio::select! {
        () = async { tokio::join!(there, back); } => {}
        () = connection.broken.notified() => {}
    }
}

/// What the server says.
async fn back(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, connection: &Connection, shared: &Shared) {
    let mut bytes = vec![0; 65_536];
    while let Ok(some @ 1..) = from.read(&mut bytes).await {
        hold_back(shared).await;
        if !connection.silent.load(Ordering::SeqCst) && to.write_all(&bytes[..some]).await.is_err() {
            break;
        }
    }
    stay_silent(connection).await;
    let _ = to.shutdown().await;
}

/// What the program says.
async fn there(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, connection: &Connection, shared: &Shared) {
    let (mut bytes, mut statements, mut stores) = (vec![0; 65_536], Statements::default(), false);
    while let Ok(some @ 1..) = from.read(&mut bytes).await {
        hold_back(shared).await;
        for statement in statements.read(&bytes[..some]) {
            if statement.starts_with(HOLDERS) {
                shared.connections.lock().unwrap().iter().for_each(|c| c.holders.store(false, Ordering::SeqCst));
                connection.holders.store(true, Ordering::SeqCst);
                stores = false;
            }
            stores |= statement.starts_with(STORES_MESSAGES);
            let ours = stores && !connection.silent.load(Ordering::SeqCst);
            let lost = if ours && statement == "COMMIT" { shared.lost.lock().unwrap().take() } else { None };
            if let Some(lost) = lost {
                return lose(lost, &bytes[..some], to, connection).await;
            }
        }
        if !connection.silent.load(Ordering::SeqCst) && to.write_all(&bytes[..some]).await.is_err() {
            break;
        }
    }
    stay_silent(connection).await;
    let _ = to.shutdown().await;
}

async fn lose(lost: Lost, commit: &[u8], mut to: OwnedWriteHalf, connection: &Connection) {
    connection.fall_silent();
    match lost {
        Lost::Commit => connection.broken.notify_one(),
        Lost::AnswerSilently => to.write_all(commit).await.unwrap(),
        Lost::Answer => {
            to.write_all(commit).await.unwrap();
            // The server reads what came before the end.
            tokio::spawn(linger(to, Duration::from_millis(100)));
            connection.broken.notify_one();
        }
        Lost::CommitForNow(late) => {
            let commit = commit.to_vec();
            tokio::spawn(async move {
                tokio::time::sleep(late).await;
                to.write_all(&commit).await.unwrap();
                linger(to, Duration::from_millis(100)).await;
            });
            connection.broken.notify_one();
        }
    }
    std::future::pending().await
}

async fn linger(to: OwnedWriteHalf, time: Duration) {
    tokio::time::sleep(time).await;
    drop(to);
}

async fn hold_back(shared: &Shared) {
    let delay = shared.delay.load(Ordering::SeqCst);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
}

/// On a silent wire not even the end of the other side is heard.
async fn stay_silent(connection: &Connection) {
    if connection.silent.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
}

/// The statements that a program has executed, out of what it says to PostgreSQL (protocol 3).
#[derive(Default)]
struct Statements {
    rest: Vec<u8>,
    begun: bool,
    prepared: HashMap<Vec<u8>, String>,
}

/// The code of a connection's first message, other than a wish for encryption.
const STARTUP: [u8; 2] = [0, 3];

impl Statements {
    /// Reads on; gives the statements whose messages ended in this piece.
    fn read(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let mut executed = Vec::new();
        loop {
            // The first messages have no letter.
            let letters = usize::from(self.begun);
            let Some(length) = self.rest.get(letters..letters + 4) else { return executed };
            let end = letters + u32::from_be_bytes(length.try_into().unwrap()) as usize;
            if self.rest.len() < end {
                return executed;
            }
            let message: Vec<u8> = self.rest.drain(..end).collect();
            let body = &message[letters + 4..];
            if !self.begun {
                self.begun = body.starts_with(&STARTUP);
                continue;
            }
            let mut texts = body.split(|byte| *byte == 0);
            let mut next = || texts.next().unwrap_or_default().to_vec();
            match message[0] {
                b'Q' => executed.push(String::from_utf8(next()).unwrap()),
                b'P' => {
                    let name = next();
                    self.prepared.insert(name, String::from_utf8(next()).unwrap());
                }
                b'B' => {
                    next();
                    executed.extend(self.prepared.get(&next()).cloned());
                }
                _ => {}
            }
        }
    }
}

#[test]
fn the_wire_reads_what_is_executed() {
    let mut statements = Statements::default();
    let startup = [&[0, 0, 0, 8, 4, 210, 22, 47][..], &[0, 0, 0, 9, 0, 3, 0, 0, 0]].concat();
    assert_eq!(statements.read(&startup), [""; 0]);
    let parse = [b"P\0\0\0\x11".as_slice(), b"s_1\0COMMIT\0\0\0"].concat();
    let bind = [b"B\0\0\0\x0c".as_slice(), b"\0s_1\0\0\0\0"].concat();
    let (first, last) = parse.split_at(7);
    assert_eq!(statements.read(first), [""; 0]);
    assert_eq!(statements.read(&[last, bind.as_slice()].concat()), ["COMMIT"]);
    assert_eq!(statements.read(&[bind.as_slice(), b"Q\0\0\0\x0aBEGIN\0"].concat()), ["COMMIT", "BEGIN"]);
}
