//! A GeoReport server over HTTP: a form posted, lists asked for. Redirects are not followed: a key would go with them.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, redirect};
use rules::Moment;
use rules::partner::{Format, News, Outgoing};

use super::read::{id_or_token, rows, said, words_of_errors};
use super::{GeoFault, GeoReport, Manner, Question, Said, Taken};
use crate::answer::{bounded, told};
use crate::breaker::Breaker;

const PATIENCE: Duration = Duration::from_secs(20);
/// Said instead of asking.
pub const RESTS: &str = "it rests after failures";
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Where it stands and what opens it.
#[derive(Clone, Default)]
pub struct Server {
    /// Up to and with `/v2`, without a slash at its end.
    pub url: String,
    pub key: Option<String>,
}

pub struct HttpGeo {
    server: Server,
    http: Client,
    breaker: Breaker,
}

type Pairs = Vec<(String, String)>;

impl HttpGeo {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`GeoFault::NotNow`] where the machine cannot make TLS connections.
    pub fn new(server: Server) -> Result<Self, GeoFault> {
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| GeoFault::NotNow(error.to_string()))?;
        let url = server.url.trim_end_matches('/').to_owned();
        Ok(Self {
            server: Server { url, ..server },
            http,
            breaker: Breaker::default(),
        })
    }

    fn address(&self, what: &str, manner: &Manner, mut query: Pairs) -> String {
        let ending = match manner.format {
            Format::Json => "json",
            Format::Xml => "xml",
        };
        if !manner.jurisdiction.is_empty() {
            query.push(("jurisdiction_id".into(), manner.jurisdiction.clone()));
        }
        let address = format!("{}/{what}.{ending}", self.server.url);
        match query.is_empty() {
            true => address,
            false => format!("{address}?{}", pairs(&query)),
        }
    }

    /// Asks, unless it rests. What only it can say is a failure of its own; a refusal is an answer.
    async fn ask(
        &self,
        request: reqwest::RequestBuilder,
        now: Moment,
    ) -> Result<(u16, Vec<u8>), GeoFault> {
        if !self.breaker.closed(now) {
            return Err(GeoFault::NotNow(RESTS.to_owned()));
        }
        let answer = self.answer(request).await;
        let away = match &answer {
            Ok((status, _)) => *status >= 500 || *status == 429,
            Err(_) => true,
        };
        self.breaker.note(!away, now);
        let (status, body) = answer.map_err(GeoFault::NotNow)?;
        match away {
            true => Err(GeoFault::NotNow(words_of_errors(status, &body))),
            false => Ok((status, body)),
        }
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), String> {
        let answer = request.send().await.map_err(told)?;
        let status = answer.status().as_u16();
        Ok((status, bounded(answer, MOST_BYTES).await?))
    }

    async fn get(&self, address: String, now: Moment) -> Result<(u16, Vec<u8>), GeoFault> {
        self.ask(self.http.get(address), now).await
    }
}

#[async_trait]
impl GeoReport for HttpGeo {
    fn place(&self) -> String {
        self.server.url.clone()
    }

    async fn send(
        &self,
        outgoing: &Outgoing,
        manner: &Manner,
        key: &str,
        now: Moment,
    ) -> Result<Taken, GeoFault> {
        let mut form = fields(outgoing);
        if !manner.jurisdiction.is_empty() {
            form.push(("jurisdiction_id".into(), manner.jurisdiction.clone()));
        }
        if let Some(secret) = &self.server.key {
            form.push(("api_key".into(), secret.clone()));
        }
        // The specification wants the jurisdiction in the form; servers look for it in the address too.
        let request = self
            .http
            .post(self.address("requests", manner, Vec::new()))
            .header(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .header("idempotency-key", key)
            .body(pairs(&form));
        let (status, body) = self.ask(request, now).await?;
        taken(status, &body)
    }

    async fn token(
        &self,
        token: &str,
        manner: &Manner,
        now: Moment,
    ) -> Result<Option<String>, GeoFault> {
        let address = self.address(&format!("tokens/{}", escaped(token)), manner, Vec::new());
        let (status, body) = self.get(address, now).await?;
        behind(status, &body)
    }

    async fn news(
        &self,
        question: &Question,
        manner: &Manner,
        now: Moment,
    ) -> Result<Vec<Said>, GeoFault> {
        let (what, query) = asked(question);
        let address = self.address(what, manner, query);
        let (status, body) = self.get(address, now).await?;
        heard(status, &body)
    }
}

/// The form of a new request.
pub(super) fn fields(outgoing: &Outgoing) -> Pairs {
    let mut form: Pairs = vec![("service_code".into(), outgoing.service_code.clone())];
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            form.push((name.to_owned(), value));
        }
    };
    if let Some(place) = outgoing.place {
        put("lat", place.lat.to_string());
        put("long", place.lon.to_string());
    }
    put("address_string", outgoing.address.clone());
    put("address_id", outgoing.address_id.clone());
    put("description", outgoing.description.clone());
    put("media_url", outgoing.media_url.clone().unwrap_or_default());
    for (code, values) in &outgoing.attributes {
        let name = match values.len() {
            1 => format!("attribute[{code}]"),
            _ => format!("attribute[{code}][]"),
        };
        for value in values {
            put(&name, value.clone());
        }
    }
    form
}

/// Which list is asked, and how.
pub(super) fn asked(question: &Question) -> (&'static str, Pairs) {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    // Whole seconds with a zone: the subset of ISO 8601 that the specification asks for.
    let moment = |at: Moment| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    match question.news {
        News::Requests => (
            "requests",
            vec![pair("service_request_id", question.ids.join(","))],
        ),
        News::Changed => (
            "requests",
            vec![pair("updated_after", moment(question.since))],
        ),
        News::Updates => (
            "servicerequestupdates",
            vec![
                pair("start_date", moment(question.since)),
                pair("end_date", moment(question.until)),
            ],
        ),
    }
}

pub(super) fn taken(status: u16, body: &[u8]) -> Result<Taken, GeoFault> {
    if !(200..300).contains(&status) {
        return Err(GeoFault::Refused(words_of_errors(status, body)));
    }
    // It took it, and we do not know as what: a person must look before it goes again.
    let unclear = |why: String| GeoFault::Refused(format!("{status}: {why}"));
    let rows = rows(body).map_err(unclear)?;
    id_or_token(&rows)
        .ok_or_else(|| unclear("no service_request_id and no token in the answer".into()))
}

pub(super) fn behind(status: u16, body: &[u8]) -> Result<Option<String>, GeoFault> {
    match status {
        // Servers do not know a token before its request is made.
        404 => Ok(None),
        200..=299 => {
            let rows = rows(body).map_err(GeoFault::NotNow)?;
            Ok(match id_or_token(&rows) {
                Some(Taken::Id(id)) => Some(id),
                _ => None,
            })
        }
        _ => Err(GeoFault::Refused(words_of_errors(status, body))),
    }
}

pub(super) fn heard(status: u16, body: &[u8]) -> Result<Vec<Said>, GeoFault> {
    match status {
        200..=299 => rows(body).map(said).map_err(GeoFault::NotNow),
        404 => Ok(Vec::new()),
        _ => Err(GeoFault::NotNow(words_of_errors(status, body))),
    }
}

fn pairs(pairs: &[(String, String)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let one = |b: u8| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}
