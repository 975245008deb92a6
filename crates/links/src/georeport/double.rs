//! A partner in memory, in the words of HTTP (a method, an address, a form): the same judgement serves the trait in this
//! process and a server in tests. It gives ids at once, or tokens; it may be away.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use rules::Moment;
use rules::partner::{News, Outgoing};
use serde_json::{Value, json};

use super::http::{asked, behind, fields, heard, taken};
use super::{GeoFault, GeoReport, Manner, Question, Said, Taken};

#[derive(Default)]
pub struct GeoDouble {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Kinds that it knows; empty: all.
    services: Vec<String>,
    batch: bool,
    away: bool,
    /// In the order of their coming; the id is the place from 1.
    held: Vec<Held>,
    updates: Vec<Value>,
}

#[derive(Clone)]
struct Held {
    key: String,
    form: BTreeMap<String, String>,
    closed: bool,
    notes: String,
    /// Its token has become an id.
    made: bool,
}

impl GeoDouble {
    fn inner<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Knows one more kind; before the first it knows all.
    pub fn know(&self, service: &str) {
        self.inner(|inner| inner.services.push(service.to_owned()));
    }

    /// Answers with tokens.
    pub fn batch(&self, batch: bool) {
        self.inner(|inner| inner.batch = batch);
    }

    pub fn away(&self, away: bool) {
        self.inner(|inner| inner.away = away);
    }

    /// What it was sent, in order.
    pub fn sent(&self) -> Vec<BTreeMap<String, String>> {
        self.inner(|inner| inner.held.iter().map(|held| held.form.clone()).collect())
    }

    /// Tokens become ids.
    pub fn make(&self) {
        self.inner(|inner| inner.held.iter_mut().for_each(|held| held.made = true));
    }

    /// Says something of a request of its own, by its place from 1.
    pub fn say(&self, id: usize, words: &str, closed: bool, at: Moment) {
        self.inner(|inner| {
            let update = inner.updates.len() + 1;
            if let Some(held) = inner.held.get_mut(id - 1) {
                held.closed = closed;
                words.clone_into(&mut held.notes);
            }
            inner.updates.push(json!({
                "update_id": update, "service_request_id": id, "description": words,
                "status": if closed { "closed" } else { "open" }, "updated_datetime": at.to_string(),
            }));
        });
    }

    /// Answers as a server would.
    fn answer(&self, what: &str, query: &[(String, String)], key: &str) -> (u16, Value) {
        self.inner(|inner| inner.answer(what, query, key))
    }
}

impl Inner {
    fn answer(&mut self, what: &str, query: &[(String, String)], key: &str) -> (u16, Value) {
        let field = |name: &str| {
            query
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.clone())
        };
        let wrong =
            |status: u16, says: String| (status, json!([{"code": status, "description": says}]));
        match what {
            "send" => {
                let code = field("service_code").unwrap_or_default();
                if !self.services.is_empty() && !self.services.contains(&code) {
                    return wrong(404, format!("service_code {code} was not found"));
                }
                let known = self.held.iter().position(|held| held.key == key);
                let at = known.unwrap_or_else(|| {
                    self.held.push(Held {
                        key: key.to_owned(),
                        form: query.iter().cloned().collect(),
                        closed: false,
                        notes: String::new(),
                        made: !self.batch,
                    });
                    self.held.len() - 1
                });
                match self.batch {
                    true => (200, json!([{"token": format!("t{}", at + 1)}])),
                    // A number, and one object: as some servers do.
                    false => (200, json!({"service_request_id": at + 1})),
                }
            }
            "token" => {
                let token = field("token").unwrap_or_default();
                let place = token.trim_start_matches('t').parse::<usize>();
                match place
                    .ok()
                    .and_then(|place| self.held.get(place.checked_sub(1)?))
                {
                    Some(held) if held.made => (
                        200,
                        json!([{"token": token, "service_request_id": token.trim_start_matches('t')}]),
                    ),
                    Some(_) => (200, json!([{"token": token, "service_request_id": null}])),
                    None => wrong(404, "no such token".into()),
                }
            }
            "servicerequestupdates" => (200, json!({"service_request_updates": self.updates})),
            _ => {
                let ids = field("service_request_id");
                let all = self.held.iter().enumerate();
                let requests: Vec<Value> = all
                    .filter(|(at, _)| {
                        let id = (at + 1).to_string();
                        ids.as_ref()
                            .is_none_or(|ids| ids.split(',').any(|one| one == id))
                    })
                    .map(|(at, held)| {
                        json!({
                            "service_request_id": at + 1, "status_notes": held.notes,
                            "status": if held.closed { "closed" } else { "open" },
                            "description": held.form.get("description"),
                        })
                    })
                    .collect();
                (200, Value::Array(requests))
            }
        }
    }
}

impl GeoDouble {
    fn spoken(
        &self,
        what: &str,
        query: &[(String, String)],
        key: &str,
    ) -> Result<(u16, Vec<u8>), GeoFault> {
        if self.inner(|inner| inner.away) {
            return Err(GeoFault::NotNow("503: away".to_owned()));
        }
        let (status, answer) = self.answer(what, query, key);
        Ok((status, answer.to_string().into_bytes()))
    }
}

#[async_trait]
impl GeoReport for GeoDouble {
    fn place(&self) -> String {
        "in memory".to_owned()
    }

    async fn send(
        &self,
        outgoing: &Outgoing,
        _: &Manner,
        key: &str,
        _: Moment,
    ) -> Result<Taken, GeoFault> {
        let (status, body) = self.spoken("send", &fields(outgoing), key)?;
        taken(status, &body)
    }

    async fn token(&self, token: &str, _: &Manner, _: Moment) -> Result<Option<String>, GeoFault> {
        let query = [("token".to_owned(), token.to_owned())];
        let (status, body) = self.spoken("token", &query, "")?;
        behind(status, &body)
    }

    async fn news(
        &self,
        question: &Question,
        _: &Manner,
        _: Moment,
    ) -> Result<Vec<Said>, GeoFault> {
        let (what, query) = match question.news {
            News::Changed => ("requests", Vec::new()),
            _ => asked(question),
        };
        let (status, body) = self.spoken(what, &query, "")?;
        heard(status, &body)
    }
}
