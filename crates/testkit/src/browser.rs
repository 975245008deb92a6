//! A browser without script that talks to the real routes in this process: keeps cookies, follows redirects,
//! fills in forms by their labels and presses buttons by their words.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use tower::ServiceExt;

use crate::form::{Button, Edit, Form};
use crate::page::{Page, squeeze};

const MOST_REDIRECTS: usize = 8;

pub struct Browser {
    routes: Router,
    whose: String,
    cookies: BTreeMap<String, String>,
    page: Page,
    /// Done to the page and not yet sent.
    edits: Vec<Edit>,
}

/// The body of a request.
enum Sent {
    Nothing,
    Fields(Vec<(String, String)>),
    Parts { boundary: String, body: Vec<u8> },
}

impl Browser {
    pub(crate) fn new(routes: Router, whose: &str) -> Self {
        Self {
            routes,
            whose: whose.to_owned(),
            cookies: BTreeMap::new(),
            page: Page::default(),
            edits: Vec::new(),
        }
    }

    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn page(&self) -> &Page {
        &self.page
    }

    /// A second tab: the same cookies, its own page.
    pub fn tab(&self) -> Self {
        Self {
            routes: self.routes.clone(),
            whose: self.whose.clone(),
            cookies: self.cookies.clone(),
            page: self.page.clone(),
            edits: self.edits.clone(),
        }
    }

    /// Opens an address of the city.
    ///
    /// # Panics
    /// Where the city broke (a status of 500 and above).
    pub async fn open(&mut self, path: &str) -> &Page {
        self.go("GET", path, Sent::Nothing).await
    }

    /// Sends fields to an address as no page of ours would: for strangers.
    ///
    /// # Panics
    /// Where the city broke.
    pub async fn send(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> &Page {
        self.go(method, path, Sent::Fields(owned(fields))).await
    }

    /// One answer as it comes, redirects not followed: status and where it leads.
    pub async fn knock(
        &mut self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (u16, Option<String>) {
        let sent = match method {
            "GET" => Sent::Nothing,
            _ => Sent::Fields(owned(fields)),
        };
        let response = self.ask(method, path, &sent).await;
        let to = response.headers().get(header::LOCATION);
        let to = to.and_then(|to| to.to_str().ok());
        (response.status().as_u16(), to.map(str::to_owned))
    }

    /// What another program sends: a body of JSON with headers of its own. The status it gets.
    ///
    /// # Panics
    /// Where this is no request.
    pub async fn report(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned()));
        let request = request.unwrap_or_else(|error| panic!("{path} is no address: {error}"));
        let answer = self.routes.clone().oneshot(request).await;
        answer.map_or(0, |answer| answer.status().as_u16())
    }

    pub fn fill(&mut self, label: &str, value: &str) -> &mut Self {
        self.edit(Edit::Fill {
            label: label.to_owned(),
            value: value.to_owned(),
        })
    }

    /// Under a legend, or from a list, the choice with these words.
    pub fn choose(&mut self, label: &str, words: &str) -> &mut Self {
        self.edit(Edit::Choose {
            label: label.to_owned(),
            words: words.to_owned(),
        })
    }

    pub fn tick(&mut self, label: &str) -> &mut Self {
        self.edit(Edit::Tick {
            label: label.to_owned(),
            yes: true,
        })
    }

    pub fn untick(&mut self, label: &str) -> &mut Self {
        self.edit(Edit::Tick {
            label: label.to_owned(),
            yes: false,
        })
    }

    pub fn attach(&mut self, label: &str, name: &str, bytes: &[u8]) -> &mut Self {
        self.edit(Edit::Attach {
            label: label.to_owned(),
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        })
    }

    fn edit(&mut self, edit: Edit) -> &mut Self {
        self.edits.push(edit);
        self
    }

    /// Presses the button with these words, in the form that has the fields filled in since the page came.
    ///
    /// # Panics
    /// Where no form has this button and these fields, or the city broke.
    pub async fn press(&mut self, words: &str) -> &Page {
        let (form, button) = self.filled(words);
        let action = button
            .action
            .as_ref()
            .or(form.action.as_ref())
            .filter(|action| !action.is_empty());
        let path = action.cloned().unwrap_or_else(|| self.page.path.clone());
        let fields = form.fields(&button);
        match (form.method.as_str(), form.multipart) {
            ("get", _) => {
                let bare = path.split(['?', '#']).next().unwrap_or_default();
                let path = format!("{bare}?{}", encoded(&fields));
                self.go("GET", &path, Sent::Nothing).await
            }
            (_, false) => self.go("POST", &path, Sent::Fields(fields)).await,
            (_, true) => {
                let sent = parts(&fields, &form);
                self.go("POST", &path, sent).await
            }
        }
    }

    fn filled(&mut self, words: &str) -> (Form, Button) {
        let wanted = squeeze(words);
        let edits = std::mem::take(&mut self.edits);
        let mut missing = None;
        for near in [false, true] {
            let says = |button: &&Button| {
                if near {
                    button.words.starts_with(&wanted)
                } else {
                    button.words == wanted
                }
            };
            for form in &self.page.forms {
                let Some(button) = form.buttons.iter().find(says).cloned() else {
                    continue;
                };
                let mut form = form.clone();
                match edits.iter().find(|edit| !form.apply(edit)) {
                    None => return (form, button),
                    Some(edit) => missing = Some(edit.clone()),
                }
            }
        }
        match missing {
            Some(Edit::Attach { label, .. }) => panic!(
                "{}: no file “{label}” beside “{words}”:\n{}",
                self.whose, self.page
            ),
            Some(edit) => panic!(
                "{}: cannot {edit:?} beside “{words}”:\n{}",
                self.whose, self.page
            ),
            None => panic!("{}: no button “{words}”:\n{}", self.whose, self.page),
        }
    }

    /// Follows the link with these words.
    ///
    /// # Panics
    /// Where there is none, or the city broke.
    pub async fn follow(&mut self, words: &str) -> &Page {
        let href = self.page.link(words);
        let path = match href.strip_prefix('?') {
            Some(query) => format!(
                "{}?{query}",
                self.page.path.split('?').next().unwrap_or_default()
            ),
            None => href,
        };
        self.open(&path).await
    }

    /// # Panics
    /// Where the page does not say this.
    pub fn sees(&self, words: &str) -> &Self {
        assert!(
            self.page.says(words),
            "{}: the page does not say “{words}”:\n{}",
            self.whose,
            self.page
        );
        self
    }

    /// # Panics
    /// Where the page says this.
    pub fn sees_not(&self, words: &str) -> &Self {
        assert!(
            !self.page.says(words),
            "{}: the page says “{words}”:\n{}",
            self.whose,
            self.page
        );
        self
    }

    /// Whether a button with these words stands on the page.
    pub fn offers(&self, words: &str) -> bool {
        let wanted = squeeze(words);
        self.page
            .forms
            .iter()
            .flat_map(|form| &form.buttons)
            .any(|button| button.words.starts_with(&wanted))
    }

    /// What stands in the field of this label, in any form of the page.
    pub fn value(&self, label: &str) -> Option<&str> {
        self.page.forms.iter().find_map(|form| form.value(label))
    }

    /// # Panics
    /// Where the page came with another status.
    pub fn status(&self, wanted: u16) -> &Self {
        assert_eq!(self.page.status, wanted, "{}:\n{}", self.whose, self.page);
        self
    }

    async fn go(&mut self, method: &str, path: &str, sent: Sent) -> &Page {
        self.edits.clear();
        let (mut method, mut path, mut sent) = (method.to_owned(), path.to_owned(), sent);
        for _ in 0..MOST_REDIRECTS {
            let response = self.ask(&method, &path, &sent).await;
            let to = response
                .headers()
                .get(header::LOCATION)
                .and_then(|to| to.to_str().ok())
                .map(str::to_owned);
            if let (true, Some(to)) = (response.status().is_redirection(), to) {
                path = to
                    .trim_start_matches("http://localhost")
                    .split('#')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                (method, sent) = ("GET".to_owned(), Sent::Nothing);
                continue;
            }
            self.page = read(response, path).await;
            assert!(
                self.page.status < 500,
                "{}: the city broke:\n{}",
                self.whose,
                self.page
            );
            return &self.page;
        }
        panic!("{}: redirected in a circle at {path}", self.whose);
    }

    async fn ask(&mut self, method: &str, path: &str, sent: &Sent) -> Response<Body> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(escaped(path))
            .header(header::HOST, "localhost")
            .header(header::ORIGIN, "http://localhost")
            .header("sec-fetch-site", "same-origin")
            .header(
                header::USER_AGENT,
                format!("testkit ({})", self.whose.escape_default()),
            );
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = match sent {
            Sent::Nothing => request.body(Body::empty()),
            Sent::Fields(fields) => request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(encoded(fields))),
            Sent::Parts { boundary, body } => request
                .header(
                    header::CONTENT_TYPE,
                    format!("multipart/form-data; boundary={boundary}"),
                )
                .body(Body::from(body.clone())),
        };
        let request = request.unwrap_or_else(|error| panic!("{path} is no address: {error}"));
        let response = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("routes always answer");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default();
            let (name, value) = cookie
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
                .unwrap_or_default();
            match value.is_empty() || cookie.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        response
    }
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fields.iter().map(pair).collect()
}

async fn read(response: Response<Body>, path: String) -> Page {
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    if kind.starts_with("text/event-stream") {
        // It never ends: that it began is all there is to read.
        return Page::read(status, path, kind, Vec::new());
    }
    let bytes = to_bytes(response.into_body(), 64 << 20)
        .await
        .expect("an answer comes whole");
    Page::read(status, path, kind, bytes.to_vec())
}

fn encoded(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", percent(name), percent(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// An address as a browser sends it: letters beyond ASCII and spaces in their escaped form.
fn escaped(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    path.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn parts(fields: &[(String, String)], form: &Form) -> Sent {
    let boundary = "----một-cửa-testkit".replace(|c: char| !c.is_ascii(), "");
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(
            format!("name=\"{name}\""),
            value.replace('\n', "\r\n").as_bytes(),
        );
    }
    for (name, files) in form.files() {
        if files.is_empty() {
            part(
                format!("name=\"{name}\"; filename=\"\"\r\nContent-Type: application/octet-stream"),
                b"",
            );
        }
        for (file, bytes) in files {
            part(
                format!(
                    "name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream"
                ),
                bytes,
            );
        }
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Sent::Parts { boundary, body }
}
