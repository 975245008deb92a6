//! Carriers that bring results to people: a parcel is announced, then asked about until it is delivered or comes
//! back. Documented in `docs/POST.md`. Absent: who pays, and what a returned parcel means (`actions`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use rules::Moment;
use rules::counter::parcel::ParcelState;
use serde::{Deserialize, Serialize};

use crate::answer::{bounded, told};
use crate::breaker::Breaker;

/// A parcel to be announced. The reference is ours: announced twice it is one parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToSend {
    pub reference: String,
    pub addressee: String,
    pub phone: String,
    pub address: String,
}

/// What the carrier says of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Told {
    pub number: String,
    pub state: ParcelState,
    /// Đồng.
    #[serde(default)]
    pub cost: Option<i64>,
    #[serde(default)]
    pub says: String,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CarrierFault {
    /// Trying again later may help.
    #[error("the carrier does not answer: {0}")]
    Away(String),
    /// It does not take this parcel: an address it cannot read, a number it does not know.
    #[error("the carrier refuses: {0}")]
    Refused(String),
}

#[async_trait]
pub trait Carrier: Send + Sync {
    /// As people call it: `Bưu điện`.
    fn name(&self) -> &str;

    /// Announces a parcel.
    ///
    /// # Errors
    /// [`CarrierFault`]
    async fn announce(&self, parcel: &ToSend, now: Moment) -> Result<Told, CarrierFault>;

    /// Where a parcel is.
    ///
    /// # Errors
    /// [`CarrierFault`]
    async fn ask(&self, number: &str, now: Moment) -> Result<Told, CarrierFault>;
}

/// A carrier over HTTPS: `POST {url}/parcels` with an `idempotency-key`, `GET {url}/parcels/{number}`.
pub struct HttpCarrier {
    name: String,
    url: String,
    /// Header and value.
    key: Option<(String, String)>,
    http: Client,
    breaker: Breaker,
}

impl HttpCarrier {
    /// Prepares the client; nothing is asked yet.
    ///
    /// # Errors
    /// [`CarrierFault::Away`] where the client cannot be made.
    pub fn new(
        name: &str,
        url: &str,
        key: Option<(String, String)>,
        patience: Duration,
    ) -> Result<Self, CarrierFault> {
        let http = Client::builder()
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(away)?;
        Ok(Self {
            name: name.to_owned(),
            url: url.trim_end_matches('/').to_owned(),
            key,
            http,
            breaker: Breaker::default(),
        })
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        now: Moment,
    ) -> Result<Told, CarrierFault> {
        if !self.breaker.closed(now) {
            return Err(away("it rests after failures"));
        }
        let request = match &self.key {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let told = read(request).await;
        let answered = !matches!(told, Err(CarrierFault::Away(_)));
        self.breaker.note(answered, now);
        told
    }
}

/// No answer about a parcel is larger.
const MOST_BYTES: usize = 16 * 1024;

async fn read(request: reqwest::RequestBuilder) -> Result<Told, CarrierFault> {
    let answer = request.send().await;
    let answer = answer.map_err(|error| away(told(error)))?;
    let status = answer.status();
    if status.is_client_error() && status.as_u16() != 429 && status.as_u16() != 408 {
        return Err(CarrierFault::Refused(status.to_string()));
    }
    if !status.is_success() {
        return Err(away(status));
    }
    let bytes = bounded(answer, MOST_BYTES).await.map_err(away)?;
    serde_json::from_slice(&bytes).map_err(away)
}

fn away(error: impl std::fmt::Display) -> CarrierFault {
    CarrierFault::Away(error.to_string())
}

#[async_trait]
impl Carrier for HttpCarrier {
    fn name(&self) -> &str {
        &self.name
    }

    async fn announce(&self, parcel: &ToSend, now: Moment) -> Result<Told, CarrierFault> {
        let body = serde_json::to_string(parcel).map_err(away)?;
        let request = self.http.post(format!("{}/parcels", self.url));
        let request = request
            .header("content-type", "application/json")
            .header("idempotency-key", &parcel.reference);
        self.send(request.body(body), now).await
    }

    async fn ask(&self, number: &str, now: Moment) -> Result<Told, CarrierFault> {
        // A number comes from the carrier; what could lead elsewhere in an address is not sent.
        if !number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        {
            return Err(CarrierFault::Refused("a number that is none".to_owned()));
        }
        let request = self.http.get(format!("{}/parcels/{number}", self.url));
        self.send(request, now).await
    }
}

/// The demonstration's carrier: keeps nothing, for its numbers say when they were given. Accepted for an hour, then on
/// its way, delivered the next day; an address with “không có” in it comes back.
#[derive(Debug, Default)]
pub struct DemonstrationCarrier;

#[async_trait]
impl Carrier for DemonstrationCarrier {
    fn name(&self) -> &str {
        "Bưu chính minh họa"
    }

    async fn announce(&self, parcel: &ToSend, now: Moment) -> Result<Told, CarrierFault> {
        let back = parcel.address.to_lowercase().contains("không có");
        let end = if back { "X" } else { "VN" };
        let tail: String = parcel.reference.chars().rev().take(4).collect();
        Ok(Told {
            number: format!("MH{:08}{}{end}", now.as_second() / 60, tail.to_uppercase()),
            state: ParcelState::Accepted,
            cost: Some(27_000),
            says: "Đã nhận gửi (minh họa)".to_owned(),
        })
    }

    async fn ask(&self, number: &str, now: Moment) -> Result<Told, CarrierFault> {
        let refused = || CarrierFault::Refused("a number that is none".to_owned());
        let minutes: i64 = number
            .get(2..10)
            .and_then(|n| n.parse().ok())
            .ok_or_else(refused)?;
        let passed = now.as_second() / 60 - minutes;
        let (state, says) = match passed {
            ..60 => (ParcelState::Accepted, "Đã nhận gửi (minh họa)"),
            60..1440 => (ParcelState::OnTheWay, "Đang phát (minh họa)"),
            _ if number.ends_with('X') => (
                ParcelState::Returned,
                "Không có người nhận, chuyển hoàn (minh họa)",
            ),
            _ => (ParcelState::Delivered, "Đã phát (minh họa)"),
        };
        Ok(Told {
            number: number.to_owned(),
            state,
            cost: None,
            says: says.to_owned(),
        })
    }
}

/// A carrier in memory that does what a test tells it.
#[derive(Default)]
pub struct MemoryCarrier {
    inner: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By reference.
    announced: HashMap<String, ToSend>,
    state: HashMap<String, ParcelState>,
    away: bool,
}

impl MemoryCarrier {
    /// What was announced, by reference.
    pub fn announced(&self) -> Vec<ToSend> {
        self.kept().announced.values().cloned().collect()
    }

    /// From now on every parcel is in this state.
    pub fn all(&self, state: ParcelState) {
        for known in self.kept().state.values_mut() {
            *known = state;
        }
    }

    pub fn take_away(&self, away: bool) {
        self.kept().away = away;
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Carrier for MemoryCarrier {
    fn name(&self) -> &str {
        "Bưu điện"
    }

    async fn announce(&self, parcel: &ToSend, _: Moment) -> Result<Told, CarrierFault> {
        let mut kept = self.kept();
        if kept.away {
            return Err(away("taken away"));
        }
        if parcel.address.is_empty() {
            return Err(CarrierFault::Refused("no address".to_owned()));
        }
        kept.announced
            .insert(parcel.reference.clone(), parcel.clone());
        let number = format!("EP{}", kept.announced.len());
        kept.state.insert(number.clone(), ParcelState::Accepted);
        Ok(Told {
            number,
            state: ParcelState::Accepted,
            cost: Some(30_000),
            says: String::new(),
        })
    }

    async fn ask(&self, number: &str, _: Moment) -> Result<Told, CarrierFault> {
        let kept = self.kept();
        if kept.away {
            return Err(away("taken away"));
        }
        let state = kept.state.get(number).copied();
        let state = state.ok_or_else(|| CarrierFault::Refused("unknown".to_owned()))?;
        Ok(Told {
            number: number.to_owned(),
            state,
            cost: None,
            says: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn now() -> Moment {
        Moment::from_second(1_770_000_000).expect("a moment")
    }

    fn parcel() -> ToSend {
        ToSend {
            reference: "r-1".into(),
            addressee: "Trần Thị Bưởi".into(),
            phone: "0903123456".into(),
            address: "Số 1 Hòa Bình".into(),
        }
    }

    /// A carrier over the wire that gives each caller the next of these answers and says what it heard.
    async fn server(
        answers: Vec<(&'static str, &'static str)>,
    ) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1/", listener.local_addr().expect("bound"));
        let heard = tokio::spawn(async move {
            let mut heard = Vec::new();
            for (status, body) in answers {
                let (mut stream, _) = listener.accept().await.expect("a caller");
                let mut bytes = vec![0; 8192];
                let mut read = 0;
                loop {
                    read += stream.read(&mut bytes[read..]).await.expect("reads");
                    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                    let Some((head, rest)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                    if rest.len() >= length.unwrap_or(0) {
                        heard.push(text);
                        break;
                    }
                }
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.expect("writes");
            }
            heard
        });
        (url, heard)
    }

    #[tokio::test]
    async fn a_parcel_is_announced_once_and_asked_about_over_http() {
        let (url, heard) = server(vec![
            (
                "201 Created",
                r#"{"number":"EP1","state":"accepted","cost":27000}"#,
            ),
            (
                "200 OK",
                r#"{"number":"EP1","state":"delivered","says":"Đã phát"}"#,
            ),
            ("404 Not Found", "{}"),
            ("503 Busy", "{}"),
        ])
        .await;
        let key = Some(("x-api-key".to_owned(), "secret".to_owned()));
        let carrier =
            HttpCarrier::new("Bưu điện", &url, key, Duration::from_secs(5)).expect("a client");
        let told = carrier.announce(&parcel(), now()).await.expect("taken");
        assert_eq!((told.number.as_str(), told.cost), ("EP1", Some(27_000)));
        let told = carrier.ask("EP1", now()).await.expect("known");
        assert_eq!(told.state, ParcelState::Delivered);
        assert!(matches!(
            carrier.ask("EP2", now()).await,
            Err(CarrierFault::Refused(_))
        ));
        assert!(matches!(
            carrier.ask("EP3", now()).await,
            Err(CarrierFault::Away(_))
        ));
        assert!(matches!(
            carrier.ask("../keys", now()).await,
            Err(CarrierFault::Refused(_))
        ));
        let heard = heard.await.expect("the server ends");
        assert!(heard[0].starts_with("POST /v1/parcels "), "{}", heard[0]);
        assert!(
            heard[0].contains("idempotency-key: r-1") && heard[0].contains("x-api-key: secret")
        );
        assert!(heard[0].contains("Trần Thị Bưởi"));
        assert!(heard[1].starts_with("GET /v1/parcels/EP1 "));
    }

    #[tokio::test]
    async fn the_demonstrations_parcels_arrive_the_next_day_or_come_back() {
        let carrier = DemonstrationCarrier;
        let later = |hours: i64| now() + jiff::SignedDuration::from_hours(hours);
        let good = carrier
            .announce(&parcel(), now())
            .await
            .expect("taken")
            .number;
        let bad = ToSend {
            address: "Không có số nhà".into(),
            ..parcel()
        };
        let bad = carrier.announce(&bad, now()).await.expect("taken").number;
        for (number, hours, state) in [
            (&good, 0, ParcelState::Accepted),
            (&good, 5, ParcelState::OnTheWay),
            (&good, 30, ParcelState::Delivered),
            (&bad, 30, ParcelState::Returned),
        ] {
            assert_eq!(
                carrier
                    .ask(number, later(hours))
                    .await
                    .expect("known")
                    .state,
                state,
                "{hours}"
            );
        }
        assert!(carrier.ask("nonsense", now()).await.is_err());
    }
}
