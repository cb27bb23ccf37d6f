//! A server by hand on real sockets: it answers well until it is told to be sick in one way or another.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Handle, Runtime};
use tokio::task::{AbortHandle, JoinHandle};
use tokio_rustls::TlsAcceptor;

use crate::cert::{Cert, acceptor};
use crate::prom::well;
use crate::wire::{Request, request};

pub(crate) type Words = Arc<dyn Fn(&Request, i64) -> Vec<u8> + Send + Sync>;

/// How a server behaves towards connections and requests.
#[derive(Clone)]
pub(crate) enum Act {
    Well,
    /// Says this, and stays for the next request.
    Say(Words),
    /// Says this and hangs up.
    SayAndClose(Words),
    /// Says this and throws the connection away.
    SayAndReset(Words),
    /// Says this and nothing more, and does not hang up.
    SayAndHang(Words),
    /// Says this, and then one byte of the second every few milliseconds, without end.
    Drip(Words, u8),
    /// Says this, and then so many mebibytes.
    Flood(Words, u64),
    /// Accepts, and never reads.
    NeverRead,
    /// Accepts, and hangs up.
    HangUp,
    /// Accepts nobody, and the queue is full.
    Full,
    /// Nobody listens.
    Gone,
    /// Every second request is answered by the other act.
    Flap(Box<Act>),
    /// Another certificate; or none, where TLS is expected.
    Shows(Cert),
    Plain,
}

impl Act {
    /// Whether a client that waits waits for nothing.
    fn keeps_waiting(&self) -> bool {
        matches!(self, Self::NeverRead | Self::Full)
    }
}

pub(crate) struct Inner {
    act: Mutex<Act>,
    tls: bool,
    /// The time over there, in Unix seconds.
    pub(crate) now: AtomicI64,
    /// Things that happened: bytes that came or went, connections.
    pub(crate) events: AtomicU64,
    /// Connections that are kept waiting on purpose.
    waiting: AtomicUsize,
    pub(crate) sent: AtomicU64,
    pub(crate) requests: AtomicU64,
    /// Heads of the requests, as they came.
    pub(crate) heads: Mutex<Vec<String>>,
    connections: Mutex<Vec<AbortHandle>>,
}

pub(crate) struct Server {
    pub(crate) inner: Arc<Inner>,
    pub(crate) address: SocketAddr,
    listening: Mutex<Option<JoinHandle<()>>>,
    /// Keeps the port while nobody listens, or fills the queue.
    keeper: Mutex<Vec<Keeper>>,
}

#[expect(dead_code, reason = "they are kept for what happens when they go")]
enum Keeper {
    Socket(TcpSocket),
    Listener(TcpListener),
    Client(TcpStream),
}

/// Real time for all servers, whatever the time of the test is.
fn real() -> &'static Handle {
    static REAL: OnceLock<Runtime> = OnceLock::new();
    let build =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    REAL.get_or_init(build).handle()
}

impl Server {
    pub(crate) async fn start(host: &str, tls: bool) -> Option<Self> {
        let address: SocketAddr = format!("{host}:0").parse().unwrap();
        let inner = Arc::new(Inner {
            act: Mutex::new(Act::Well),
            tls,
            now: AtomicI64::new(0),
            events: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            heads: Mutex::default(),
            connections: Mutex::default(),
        });
        let mut server = Self { inner, address, listening: Mutex::default(), keeper: Mutex::default() };
        server.address = server.listen(address).await?;
        Some(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.inner.tls { "https" } else { "http" }, self.address)
    }

    async fn listen(&self, address: SocketAddr) -> Option<SocketAddr> {
        let inner = Arc::clone(&self.inner);
        let listener = in_real_time(async move { bound(address)?.listen(64).ok() }).await?;
        let address = listener.local_addr().ok()?;
        *self.listening.lock().unwrap() = Some(real().spawn(accept(listener, inner)));
        Some(address)
    }

    /// Behaves like that from now on. Who is connected to a server that falls sick loses the connection.
    pub(crate) async fn turn(&self, act: Act) {
        let falls_sick = !matches!(act, Act::Well);
        *self.inner.act.lock().unwrap() = act.clone();
        if falls_sick {
            self.inner.connections.lock().unwrap().drain(..).for_each(|connection| connection.abort());
        }
        if !matches!(act, Act::Gone | Act::Full) && self.keeper.lock().unwrap().is_empty() {
            return;
        }
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
        self.keeper.lock().unwrap().clear();
        let address = self.address;
        match act {
            Act::Gone => {
                let socket = in_real_time(again(address)).await;
                self.keeper.lock().unwrap().push(Keeper::Socket(socket));
            }
            Act::Full => *self.keeper.lock().unwrap() = in_real_time(fill(address)).await,
            _ => {
                let listener = in_real_time(async move { again(address).await.listen(64).unwrap() }).await;
                let listening = real().spawn(accept(listener, Arc::clone(&self.inner)));
                *self.listening.lock().unwrap() = Some(listening);
            }
        }
    }

    /// Whether whoever waits for it now waits for nothing.
    pub(crate) fn keeps_waiting(&self) -> bool {
        self.inner.waiting.load(Ordering::Relaxed) > 0 || self.inner.act.lock().unwrap().keeps_waiting()
    }

    pub(crate) fn take_heads(&self) -> Vec<String> {
        std::mem::take(&mut *self.inner.heads.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
        self.inner.connections.lock().unwrap().drain(..).for_each(|connection| connection.abort());
    }
}

/// Runs it where time is real, and waits for it.
async fn in_real_time<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> T {
    real().spawn(task).await.unwrap()
}

fn bound(address: SocketAddr) -> Option<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.ok()?;
    socket.set_reuseaddr(true).ok()?;
    socket.bind(address).ok()?;
    Some(socket)
}

/// The port again, which was ours a moment ago.
async fn again(address: SocketAddr) -> TcpSocket {
    loop {
        if let Some(socket) = bound(address) {
            return socket;
        }
        tokio::task::yield_now().await;
    }
}

/// Listens without accepting, and connects until there is no more room.
async fn fill(address: SocketAddr) -> Vec<Keeper> {
    let mut keepers = vec![Keeper::Listener(again(address).await.listen(1).unwrap())];
    while let Ok(Ok(client)) =
        tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        keepers.push(Keeper::Client(client));
    }
    keepers
}

async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    let certs = inner.tls.then(|| acceptor(Cert::Good));
    while let Ok((stream, _)) = listener.accept().await {
        inner.happened();
        let connection = tokio::spawn(connection(stream, Arc::clone(&inner), certs.clone()));
        let mut connections = inner.connections.lock().unwrap();
        connections.retain(|connection| !connection.is_finished());
        connections.push(connection.abort_handle());
    }
}

async fn connection(stream: TcpStream, inner: Arc<Inner>, certs: Option<TlsAcceptor>) {
    let act = inner.act.lock().unwrap().clone();
    match act {
        Act::NeverRead => std::future::pending::<()>().await,
        Act::HangUp => {}
        Act::SayAndReset(_) if certs.is_none() => reset(stream, inner).await,
        Act::Plain => {
            // As a plain HTTP server does with what it cannot read.
            let mut stream = stream;
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
        }
        Act::Shows(cert) => {
            // The client is to refuse it.
            let _ = acceptor(cert).accept(stream).await;
        }
        _ => match certs {
            None => serve(stream, inner).await,
            Some(certs) => {
                if let Ok(stream) = certs.accept(stream).await {
                    serve(stream, inner).await;
                }
            }
        },
    }
}

async fn reset(mut stream: TcpStream, inner: Arc<Inner>) {
    let request = request(&mut stream, &mut Vec::new()).await;
    let act = inner.act.lock().unwrap().clone();
    if let (Some(request), Act::SayAndReset(words)) = (request, act) {
        inner.note(&request);
        inner.send(&mut stream, &words(&request, inner.now())).await;
    }
    stream.set_zero_linger().unwrap();
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, inner: Arc<Inner>) {
    let mut held = Vec::new();
    while let Some(request) = request(&mut stream, &mut held).await {
        let number = inner.note(&request);
        let mut act = inner.act.lock().unwrap().clone();
        if let Act::Flap(other) = act {
            act = if number % 2 == 1 { *other } else { Act::Well };
        }
        let words = match &act {
            Act::Say(words)
            | Act::SayAndClose(words)
            | Act::SayAndReset(words)
            | Act::SayAndHang(words)
            | Act::Drip(words, _)
            | Act::Flood(words, _) => words(&request, inner.now()),
            _ => well(&request, inner.now()),
        };
        inner.send(&mut stream, &words).await;
        match act {
            Act::Say(_) | Act::Well => {}
            Act::SayAndHang(_) => return inner.wait(&mut stream, None).await,
            Act::Drip(_, byte) => return inner.wait(&mut stream, Some(byte)).await,
            Act::Flood(_, mebibytes) => return inner.flood(&mut stream, mebibytes).await,
            _ => return,
        }
    }
}

impl Inner {
    pub(crate) fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn happened(&self) {
        self.events.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of the request.
    fn note(&self, request: &Request) -> u64 {
        self.happened();
        self.heads.lock().unwrap().push(request.head.clone());
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    async fn send(&self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
        let _ = stream.write_all(bytes).await;
        let _ = stream.flush().await;
        self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.happened();
    }

    /// Until the other side goes, with a byte now and then.
    async fn wait(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin), byte: Option<u8>) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let mut buffer = [0; 64];
        loop {
            tokio::select! {
                read = stream.read(&mut buffer) => if !matches!(read, Ok(1..)) { return },
                () = tokio::time::sleep(Duration::from_millis(3)), if byte.is_some() => {
                    if stream.write_all(&[byte.unwrap_or_default()]).await.is_err() { return }
                    let _ = stream.flush().await;
                }
            }
        }
    }

    async fn flood(&self, stream: &mut (impl AsyncWrite + Unpin), mebibytes: u64) {
        let chunk = vec![b' '; 1 << 16];
        for _ in 0..mebibytes * 16 {
            if stream.write_all(&chunk).await.is_err() {
                return;
            }
            self.sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            self.happened();
        }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
