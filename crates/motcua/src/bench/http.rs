//! One browser's connection, kept alive: as much of HTTP/1.1 as our own server speaks. A connection of
//! one's own shows what the server costs; a client library would cost as much again.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// More than any page has.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    /// Sent with every request: `session=…`.
    pub cookie: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Where a redirect leads.
    pub location: String,
    pub cookie: Option<String>,
    /// As it came over the wire: compressed where the server did so.
    pub body: Vec<u8>,
}

impl Connection {
    /// # Errors
    /// Where nobody listens there, or the address is not of this machine.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        ensure!(address.ip().is_loopback(), "{address} is not this machine");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address,
            cookie: String::new(),
        })
    }

    /// # Errors
    /// Where the connection breaks or the answer is not HTTP.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, None).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// As [`Connection::get`].
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.ask("POST", path, Some(&pairs.join("&"))).await
    }

    /// Signs in; later requests carry the session.
    ///
    /// # Errors
    /// Where name or password is not taken.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Result<()> {
        let answer = self
            .post("/sign-in", &[("login", login), ("password", password)])
            .await?;
        let cookie = answer.cookie.filter(|_| answer.status == 303);
        self.cookie =
            cookie.with_context(|| format!("{login} could not sign in: {}", answer.status))?;
        Ok(())
    }

    async fn ask(&mut self, method: &str, path: &str, form: Option<&str>) -> Result<Answer> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\nUser-Agent: motcua-bench\r\n",
            self.address
        );
        if !self.cookie.is_empty() {
            request.push_str(&format!("Cookie: {}\r\n", self.cookie));
        }
        if let Some(form) = form {
            request.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
            request.push_str(&format!("Content-Length: {}\r\n", form.len()));
        }
        request.push_str("\r\n");
        request.push_str(form.unwrap_or_default());
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        self.read().await
    }

    async fn read(&mut self) -> Result<Answer> {
        let status = self.line().await?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut answer = Answer {
            status: status.context("no status line")?,
            ..Answer::default()
        };
        let (mut length, mut chunked) = (None, false);
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Some(value.parse::<usize>()?),
                "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
                "location" => answer.location = value.to_owned(),
                "set-cookie" => answer.cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        match chunked {
            true => while self.chunk(&mut answer.body).await? {},
            false => self.take(length.unwrap_or(0), &mut answer.body).await?,
        }
        Ok(answer)
    }

    /// Whether another chunk may follow.
    async fn chunk(&mut self, body: &mut Vec<u8>) -> Result<bool> {
        let line = self.line().await?;
        let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)?;
        self.take(size, body).await?;
        self.line().await?;
        Ok(size > 0)
    }

    async fn take(&mut self, bytes: usize, body: &mut Vec<u8>) -> Result<()> {
        let before = body.len();
        ensure!(before + bytes <= MOST_BYTES, "the answer is too large");
        body.resize(before + bytes, 0);
        self.stream.read_exact(&mut body[before..]).await?;
        Ok(())
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await?;
        ensure!(read > 0, "the connection was closed");
        Ok(line.trim_end().to_owned())
    }
}

/// Percent-encoded for a form or a query.
pub fn encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| match plain(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Reads one request up to its end and answers with these bytes, as often as there are answers.
    async fn serve(listener: TcpListener, answers: &'static [&'static str]) -> Vec<String> {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        for answer in answers {
            let mut bytes = vec![0; 4096];
            let read = stream.read(&mut bytes).await.unwrap();
            asked.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        asked
    }

    #[tokio::test]
    async fn it_reads_lengths_chunks_redirects_and_keeps_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(serve(
            listener,
            &[
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nmột\r\n5\r\ncửa\r\n0\r\n\r\n",
                "HTTP/1.1 303 See Other\r\nlocation: /inbox\r\nset-cookie: session=abc; Path=/\r\ncontent-length: 0\r\n\r\n",
            ],
        ));
        let mut client = Connection::open(address).await.unwrap();
        assert_eq!(client.get("/plain").await.unwrap().body, b"plain");
        assert_eq!(
            client.get("/chunks").await.unwrap().body,
            "mộtcửa".as_bytes()
        );
        client.sign_in("an", "đất & nhà").await.unwrap();
        assert_eq!(client.cookie, "session=abc");
        let asked = server.await.unwrap();
        assert!(
            asked[2].ends_with("login=an&password=%C4%91%E1%BA%A5t%20%26%20nh%C3%A0"),
            "{}",
            asked[2]
        );
    }

    #[tokio::test]
    async fn it_speaks_to_this_machine_only() {
        let error = Connection::open("192.0.2.1:80".parse().unwrap()).await;
        assert!(error.is_err_and(|error| error.to_string().contains("not this machine")));
    }
}
