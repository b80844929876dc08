//! A small proxy of either kind that the program can be sent through, and that counts what passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// How it is spoken to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Proxy {
    Http,
    Socks5,
}

impl Proxy {
    /// An address with the scheme of this kind.
    pub(crate) fn scheme(self, place: &str) -> String {
        match self {
            Self::Http => format!("http://{place}"),
            Self::Socks5 => format!("socks5://{place}"),
        }
    }
}

/// A proxy that runs as long as the test.
pub(crate) struct Running {
    pub(crate) url: String,
    passed: Arc<AtomicUsize>,
}

impl Running {
    /// How many connections went through it.
    pub(crate) fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

pub(crate) async fn start(kind: Proxy) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = kind.scheme(&listener.local_addr().unwrap().to_string());
    let passed = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&passed);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                match kind {
                    Proxy::Http => http(stream, &counter).await,
                    Proxy::Socks5 => socks5(stream, &counter).await,
                }
            });
        }
    });
    Running { url, passed }
}

/// A request that names its whole address in the first line is passed on to the place named there.
async fn http(mut client: TcpStream, passed: &AtomicUsize) {
    let mut head = vec![0; 4096];
    let read = client.read(&mut head).await.unwrap();
    let text = String::from_utf8_lossy(&head[..read]).into_owned();
    let address = text.split_whitespace().nth(1).unwrap();
    let place = address.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut server = TcpStream::connect(place).await.unwrap();
    passed.fetch_add(1, Ordering::SeqCst);
    server.write_all(&head[..read]).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// The greeting without a password, a connection to an IPv4 address, and then whatever is said.
async fn socks5(mut client: TcpStream, passed: &AtomicUsize) {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await.unwrap();
    client.read_exact(&mut vec![0; usize::from(greeting[1])]).await.unwrap();
    client.write_all(&[5, 0]).await.unwrap();
    let mut wish = [0; 10];
    client.read_exact(&mut wish).await.unwrap();
    assert_eq!(wish[..4], [5, 1, 0, 1], "a connection to an IPv4 address");
    let place = format!("{}.{}.{}.{}:{}", wish[4], wish[5], wish[6], wish[7], u16::from_be_bytes([wish[8], wish[9]]));
    let mut server = TcpStream::connect(place).await.unwrap();
    passed.fetch_add(1, Ordering::SeqCst);
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
