//! Letters by e-mail: through a real SMTP server, or kept in memory for tests and demonstrations.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosed {
    pub name: String,
    /// `application/pdf`
    pub media: String,
    pub bytes: Vec<u8>,
}

/// A letter in plain text, with the files that go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same for every try: becomes the Message-ID, by which mail programs show a second copy once.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub enclosed: Vec<Enclosed>,
    /// Where one request ends such letters (RFC 8058).
    pub unsubscribe: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// Trying again cannot help.
    #[error("the address {0} cannot be written to")]
    Address(String),
    /// The server is away or says no for now: try again later.
    #[error("the mail server did not take the letter: {0}")]
    NotTaken(String),
}

#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands the letter over.
    ///
    /// # Errors
    /// [`MailFault::Address`] for ever, [`MailFault::NotTaken`] for now.
    async fn send(&self, letter: &Letter) -> Result<(), MailFault>;
}

/// An SMTP server: `smtp://host:25`, `smtps://user:password@host`.
pub struct SmtpMail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Where the server stands and who writes.
#[derive(Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    /// TLS from the first byte; without it the server must be on this machine or network.
    pub tls: bool,
    pub login: Option<(String, String)>,
    /// `Một Cửa Cần Thơ <khong-tra-loi@example.vn>`
    pub from: String,
}

impl SmtpMail {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// [`MailFault`] where the sender's address or the TLS setting is not usable.
    pub fn new(server: &SmtpServer) -> Result<Self, MailFault> {
        let from = server
            .from
            .parse()
            .map_err(|_| MailFault::Address(server.from.clone()))?;
        let mut builder = if server.tls {
            AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host)
                .map_err(|error| MailFault::NotTaken(error.to_string()))?
        } else {
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        }
        .port(server.port);
        if let Some((name, password)) = &server.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }
}

/// `List-Unsubscribe`
#[derive(Clone)]
struct Unsubscribe(String);

impl Header for Unsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// `List-Unsubscribe-Post`: a mail program may end it by one request, without a page.
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// The words alone, or the words and what is enclosed.
fn written(message: MessageBuilder, letter: &Letter) -> Result<Message, MailFault> {
    let built = match letter.enclosed.is_empty() {
        true => message
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone()),
        false => {
            let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(letter.body.clone()));
            for one in &letter.enclosed {
                let media = ContentType::parse(&one.media);
                let media = media.map_err(|error| MailFault::NotTaken(error.to_string()))?;
                let part = Attachment::new(one.name.clone()).body(one.bytes.clone(), media);
                parts = parts.singlepart(part);
            }
            message.multipart(parts)
        }
    };
    built.map_err(|error| MailFault::NotTaken(error.to_string()))
}

#[async_trait]
impl Mail for SmtpMail {
    async fn send(&self, letter: &Letter) -> Result<(), MailFault> {
        let to: Mailbox = letter
            .to
            .parse()
            .map_err(|_| MailFault::Address(letter.to.clone()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!(
                "<{}@{}>",
                letter.id,
                self.from.email.domain()
            )));
        let message = match &letter.unsubscribe {
            Some(address) => message
                .header(Unsubscribe(format!("<{address}>")))
                .header(OneClick),
            None => message,
        };
        let mut message = written(message, letter)?;
        // Programs that answer by themselves leave this one alone (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message
            .headers_mut()
            .insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailFault::Address(letter.to.clone())),
            Err(error) => Err(MailFault::NotTaken(error.to_string())),
        }
    }
}

/// Letters that stay here.
#[derive(Default)]
pub struct MemoryMail {
    letters: Mutex<Vec<Letter>>,
}

impl MemoryMail {
    /// Everything sent so far, oldest first.
    pub fn sent(&self) -> Vec<Letter> {
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Mail for MemoryMail {
    async fn send(&self, letter: &Letter) -> Result<(), MailFault> {
        if letter.to.parse::<Mailbox>().is_err() {
            return Err(MailFault::Address(letter.to.clone()));
        }
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(letter.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;

    fn letter() -> Letter {
        Letter {
            id: "0198".into(),
            to: "lan@example.vn".into(),
            subject: "Phản ánh đã xử lý xong".into(),
            body: "Kính gửi bà Lan,\nđèn đường đã sáng.".into(),
            enclosed: Vec::new(),
            unsubscribe: Some("https://motcua.example/follow/stop/abc".into()),
        }
    }

    /// A mail server in 30 lines: takes one letter, or says `reply` to the recipient.
    async fn server(reply: &'static str) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let heard = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a caller");
            let (reading, mut writing) = stream.into_split();
            let mut lines = BufReader::new(reading).lines();
            writing.write_all(b"220 ready\r\n").await.expect("writes");
            let (mut letter, mut inside) = (String::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.as_str() {
                    "." if inside => {
                        inside = false;
                        "250 taken"
                    }
                    _ if inside => {
                        letter.push_str(&line);
                        letter.push('\n');
                        continue;
                    }
                    "DATA" => {
                        inside = true;
                        "354 go on"
                    }
                    "QUIT" => break,
                    to if to.starts_with("RCPT") => reply,
                    _ => "250 ok",
                };
                writing
                    .write_all(format!("{answer}\r\n").as_bytes())
                    .await
                    .expect("writes");
                if !letter.is_empty() && !inside {
                    break;
                }
            }
            letter
        });
        (port, heard)
    }

    fn client(port: u16) -> SmtpMail {
        let from = "Một Cửa <khong-tra-loi@example.vn>".into();
        let server = SmtpServer {
            host: "127.0.0.1".into(),
            port,
            tls: false,
            login: None,
            from,
        };
        SmtpMail::new(&server).expect("a sender")
    }

    #[tokio::test]
    async fn a_letter_reaches_a_real_server_with_its_diacritics() {
        let (port, heard) = server("250 ok").await;
        client(port).send(&letter()).await.expect("taken");
        let text = heard.await.expect("the server ends");
        assert!(
            text.contains("To: lan@example.vn")
                && text.contains("Subject: =?utf-8?")
                && text.contains("Message-ID: <0198@example.vn>")
                && text.contains("List-Unsubscribe: <https://motcua.example/follow/stop/abc>")
                && text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
                && text.contains("Auto-Submitted: auto-generated"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_refused_address_is_not_tried_again_but_a_busy_server_is() {
        let (port, _heard) = server("550 no such person").await;
        assert!(matches!(
            client(port).send(&letter()).await,
            Err(MailFault::Address(_))
        ));
        let (port, _heard) = server("450 busy").await;
        assert!(matches!(
            client(port).send(&letter()).await,
            Err(MailFault::NotTaken(_))
        ));
    }

    #[tokio::test]
    async fn memory_keeps_letters_and_refuses_what_is_no_address() {
        let mail = MemoryMail::default();
        mail.send(&letter()).await.expect("kept");
        assert_eq!(mail.sent(), vec![letter()]);
        let nowhere = Letter {
            to: "lan".into(),
            ..letter()
        };
        assert!(matches!(
            mail.send(&nowhere).await,
            Err(MailFault::Address(_))
        ));
    }
}
