//! What a sender takes along, of a report and of an application alike: code, QR, deadline, who holds it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use service::definition::{Definition, Kind};

use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::resident::filling::unit_name;
use crate::resident::service::limit_words;
use crate::say;
use crate::ui::parts::{Tone, code_word, link_button, note, slip, tag};
use crate::ui::{Frame, page};
use crate::visit::Visit;

pub struct Sent {
    pub kind: Kind,
    pub code: String,
    /// With the code it opens the sender's page without an account.
    pub key: String,
    pub qr_svg: Option<String>,
    pub holder: String,
    pub by_when: Option<String>,
    /// When the date is given, where it is not given yet.
    pub rule: Option<String>,
    /// The draft on the device to forget.
    pub draft: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    pub key: String,
}

/// `GET /report/sent/{code}?key=…`: the same page as often as it is opened with the key.
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Failure> {
    let person = hall.holder(&visit, &code, Some(&shown.key)).await?;
    let seen = hall.case(&person, &code).await;
    let seen = match seen {
        Ok(seen) if seen.sight >= store::Sight::Own => seen,
        _ => return Ok(redirect::to(&format!("/track/{code}")).into_response()),
    };
    let l = visit.lang;
    let case = &seen.case;
    let law = hall.law();
    let definition = law
        .catalogue
        .get(&case.service, case.service_version)
        .map(|published| &published.definition)
        .ok_or(Failure::NotFound)?;
    let link = hall.link(&format!("/track/{}?key={}", case.code, shown.key));
    let says = l.f("sent.qr", &[("code", &case.code)]);
    let holder = case
        .tasks
        .iter()
        .find_map(|task| task.unit.as_ref())
        .unwrap_or(&case.unit);
    let sent = Sent {
        kind: definition.kind,
        code: case.code.clone(),
        qr_svg: papers::qr::svg(&link, &says).ok(),
        key: shown.key,
        holder: unit_name(&hall, holder),
        by_when: case.clock.first_due.map(|at| say::moment(l, at)),
        rule: case
            .clock
            .first_due
            .is_none()
            .then(|| rule(&visit, definition)),
        draft: match definition.kind {
            Kind::Report => "report".into(),
            _ => format!("/apply/{}", definition.service),
        },
    };
    Ok(view(&visit.frame(), &sent).into_response())
}

fn rule(visit: &Visit, definition: &Definition) -> String {
    let limit = limit_words(visit.lang, definition);
    visit.lang.f("sent.rule", &[("limit", &limit)])
}

pub fn view(frame: &Frame, sent: &Sent) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        l.t("sent.title"),
        html! {
            div data-draft-sent=(sent.draft) {}
            h1 { (l.t("sent.title")) }
            p { (tag(Tone::Done, l.t("sent.done"))) }
            div.card {
                (slip(code_word(l, sent.kind), &sent.code, sent.qr_svg.as_deref(), &l.f("sent.qr", &[("code", &sent.code)])))
                dl.facts.one {
                    dt { (l.t("sent.holder")) } dd { b { (sent.holder) } }
                    @if let Some(at) = &sent.by_when { dt { (l.t("sent.by-when")) } dd { b { (at) } } }
                    @if let Some(rule) = &sent.rule { dt { (l.t("sent.by-when")) } dd { (rule) } }
                    dt { (l.t("sent.secret")) } dd { b.key { (sent.key) } br; span.small.muted { (l.t("sent.secret-says")) } }
                }
            }
            (note(Tone::Run, &html! { p { (l.t("sent.keep")) } }))
            p.acts {
                (link_button(&format!("/track/{}?key={}", sent.code, sent.key), l.t("sent.track"), "go"))
                (link_button("/", l.t("error.home"), "quiet"))
            }
        },
    )
}
