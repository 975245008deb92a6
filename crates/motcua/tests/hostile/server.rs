//! The program itself, serving a small city in a folder of its own, and what it has taken of the machine's memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A city may take so long to be founded.
const PATIENCE: Duration = Duration::from_secs(180);

pub struct Server {
    child: Child,
    pub port: u16,
    _folder: tempfile::TempDir,
}

/// What came back: 0 where the connection was closed without a word.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let settings = format!(
            "database = \"sqlite:city.db\"\nfiles = \"files\"\nlisten = \"127.0.0.1:{port}\"\n\
             public_url = \"http://127.0.0.1:{port}\"\nlog = \"error\"\nservices = {:?}\ndata = {:?}\n",
            root.join("services"),
            root.join("data"),
        );
        std::fs::write(folder.path().join("motcua.toml"), settings).expect("writes");
        let mut child = Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(["serve", "--demo", "--cases", "20"])
            .current_dir(folder.path())
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("motcua starts");
        let told = child.stderr.take().expect("its errors are read");
        // Faults are told by the answers; what it says beside them helps whoever reads a failed test.
        std::thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                eprintln!("{line}");
            }
        });
        let server = Self {
            child,
            port,
            _folder: folder,
        };
        let begun = Instant::now();
        while server
            .get("/report")
            .is_none_or(|answer| answer.status != 200)
        {
            assert!(begun.elapsed() < PATIENCE, "the city is not in service");
            std::thread::sleep(Duration::from_millis(200));
        }
        server
    }

    pub fn get(&self, path: &str) -> Option<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        ask(self.port, head.as_bytes(), false)
    }

    /// Sends a form with this cookie.
    pub fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let length = form.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {cookie}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
        );
        ask(self.port, head.as_bytes(), false).expect("an answer")
    }

    /// Most memory it ever had, in megabytes.
    pub fn peak(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) / 1024
    }

    pub fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ours, and nobody waits for it to finish.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Sends bytes on a connection of their own and reads to its end. `cut`: says that nothing more comes.
pub fn ask(port: u16, bytes: &[u8], cut: bool) -> Option<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .ok()?;
    // A server may answer and close before all is sent.
    stream.write_all(bytes).ok();
    if cut {
        stream.shutdown(std::net::Shutdown::Write).ok();
    }
    let mut all = Vec::new();
    stream.read_to_end(&mut all).ok();
    let end = all.windows(4).position(|w| w == b"\r\n\r\n");
    let (head, body) = match end {
        Some(end) => (&all[..end], all[end + 4..].to_vec()),
        None => (&all[..], Vec::new()),
    };
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    Some(Answer {
        status: status.unwrap_or(0),
        head,
        body,
    })
}
