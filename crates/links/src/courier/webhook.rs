//! SMS and Zalo by a provider's webhook: a signed JSON request, documented in `docs/MESSAGES.md`. Providers differ; a small
//! gateway of the provider or the city turns this into their own words.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, header, redirect};
use rules::Moment;
use rules::message::Channel;
use serde::{Deserialize, Serialize};

use super::{Courier, CourierFault, Parcel, Taken};
use crate::signed;

/// The provider must answer within this.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

/// Where the provider stands.
#[derive(Clone)]
pub struct Webhook {
    pub url: String,
    pub secret: String,
}

pub struct WebhookCourier {
    webhook: Webhook,
    client: Client,
}

#[derive(Serialize)]
struct Request<'a> {
    id: &'a str,
    channel: &'a str,
    to: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a std::collections::BTreeMap<String, String>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    reference: Option<String>,
    error: Option<String>,
}

impl WebhookCourier {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// [`CourierFault::Never`] where the machine cannot make TLS connections.
    pub fn new(webhook: Webhook) -> Result<Self, CourierFault> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE / 2)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| CourierFault::Never(error.to_string()))?;
        Ok(Self { webhook, client })
    }
}

#[async_trait]
impl Courier for WebhookCourier {
    async fn send(&self, parcel: &Parcel, now: Moment) -> Result<Taken, CourierFault> {
        // Zalo sends nothing but approved texts.
        if parcel.channel == Channel::Zalo && parcel.provider.is_none() {
            return Err(CourierFault::Never("no approved text".to_owned()));
        }
        let provider = parcel.provider.as_ref();
        let request = Request {
            id: &parcel.id,
            channel: parcel.channel.code(),
            to: &parcel.to,
            text: &parcel.body,
            template: provider.map(|call| call.template.as_str()),
            parameters: provider.map(|call| &call.parameters),
        };
        let body =
            serde_json::to_vec(&request).map_err(|error| CourierFault::Never(error.to_string()))?;
        let (timestamp, signature) = signed::sign(&self.webhook.secret, &body, now);
        let sent = self
            .client
            .post(&self.webhook.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", &parcel.id)
            .header(signed::TIMESTAMP, timestamp)
            .header(signed::SIGNATURE, signature)
            .body(body)
            .send()
            .await;
        // The address of the provider may hold its key: faults are told without it.
        let response =
            sent.map_err(|error| CourierFault::NotNow(error.without_url().to_string()))?;
        let status = response.status();
        let answer = read(response).await;
        let says = || {
            let why = answer.error.as_deref().unwrap_or_default();
            format!("{status} {why}").trim_end().to_owned()
        };
        match status {
            // Conflict: it knows this message already.
            _ if status.is_success() || status == StatusCode::CONFLICT => Ok(Taken {
                reference: answer.reference,
            }),
            StatusCode::BAD_REQUEST
            | StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::UNPROCESSABLE_ENTITY => Err(CourierFault::Never(says())),
            _ => Err(CourierFault::NotNow(says())),
        }
    }
}

/// What it said, as far as that can be read.
async fn read(mut response: reqwest::Response) -> Answer {
    let mut body = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        if body.len() + piece.len() > LONGEST {
            return Answer::default();
        }
        body.extend_from_slice(&piece);
    }
    serde_json::from_slice(&body).unwrap_or_default()
}
