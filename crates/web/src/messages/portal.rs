//! `/admin/portal`: how the city stands with the national portal: what it refused and what to correct, what waits, and both counts of each month.
//! Personal data in packets is masked: whoever corrects a code needs no number of a person.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use rules::ids::CaseId;
use serde_json::Value as Json;
use store::PortalPacket;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Figure, Tone, empty, figures, note};
use crate::visit::Visit;

const MOST: u32 = 100;
const MONTHS: u32 = 12;

/// `GET /admin/portal`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, reader) = (visit.lang, hall.reader());
    let queue = reader.portal_queue().await?;
    let refused = reader.refused_packets(MOST).await?;
    let months = reader.portal_months(MONTHS).await?;
    let law = hall.law();
    let number = |n: u64| say::whole(l, i64::try_from(n).unwrap_or(0));
    let figure = |name: &'static str, n: u32, bad: bool| Figure {
        name: l.of("portal-count", name, &[]),
        value: number(u64::from(n)),
        bad: bad && n > 0,
        link: None,
        drawing: None,
    };
    let said = visit.path.contains("said=again");
    Ok(page(
        &visit.frame(),
        l.t("portal.title"),
        html! {
            h1 { (l.t("portal.title")) }
            @if said { div role="status" { (note(Tone::Done, &html! { p { (l.t("portal.again")) } })) } }
            @if visit.house.demo { (note(Tone::Plain, &html! { p { (l.t("portal.demo")) } })) }
            (figures(&[
                figure("dossiers", queue.dossiers, false),
                figure("accepted", queue.accepted, false),
                figure("waiting", queue.waiting, false),
                figure("refused", queue.refused, true),
            ]))
            section aria-labelledby="refused" {
                div.row.between {
                    h2.flush #refused { (l.t("portal.refused")) }
                    @if refused.len() > 1 {
                        form method="post" action="/admin/portal/resend" { button.btn.quiet type="submit" name="all" value="yes" { (l.t("portal.resend-all")) } }
                    }
                }
                p.muted { (l.t("portal.refused-says")) " " a href="/admin/messages/rules/portal" { (l.t("portal.mapping")) } }
                @if refused.is_empty() { (empty(l.t("portal.none-refused"), &html! {})) }
                @else { ul.list { @for (packet, code) in &refused { li { (one(l, packet, code, law.portal.help.get(packet.fault_code.as_deref().unwrap_or_default()))) } } } }
                @if queue.refused > MOST { p.small.muted { (l.n("portal.first", i64::from(MOST), &[])) } }
            }
            section {
                h2 { (l.t("portal.months")) }
                p.muted { (l.t("portal.months-says")) }
                @if months.is_empty() { p.muted { (l.t("portal.not-counted")) } }
                @else {
                    div.wrap-table role="region" aria-label=(l.t("portal.months")) tabindex="0" {
                        table.folds {
                            thead { tr { th scope="col" { (l.t("portal.month")) } th.num scope="col" { (l.t("portal.ours")) } th.num scope="col" { (l.t("portal.theirs")) } th.num scope="col" { (l.t("portal.share")) } th scope="col" { (l.t("portal.counted-at")) } } }
                            tbody { @for month in &months {
                                tr {
                                    th scope="row" { (month_words(&month.month)) }
                                    td.num data-label=(l.t("portal.ours")) { (number(month.ours)) }
                                    td.num data-label=(l.t("portal.theirs")) { (number(month.theirs)) }
                                    td.num data-label=(l.t("portal.share")) { @if month.ours > 0 { (say::percent(l, month.theirs as f64 / month.ours.max(month.theirs) as f64)) } @else { "–" } }
                                    td.nowrap data-label=(l.t("portal.counted-at")) { (say::short(month.at)) }
                                }
                            } }
                        }
                    }
                }
                form method="post" action="/admin/portal/missing" {
                    p.small.muted { (l.t("portal.missing-says")) }
                    button.btn type="submit" { (l.t("portal.missing")) }
                }
            }
        },
    ))
}

/// `2026-03` → `03/2026`
fn month_words(month: &str) -> String {
    month.split_once('-').map_or_else(
        || month.to_owned(),
        |(year, month)| format!("{month}/{year}"),
    )
}

fn one(l: Lang, packet: &PortalPacket, code: &str, help: Option<&String>) -> Markup {
    let fault = packet.fault.as_deref().unwrap_or_default();
    html! {
        div.row.between {
            span {
                b { (l.of("portal-packet", packet.packet.code(), &[])) } " · " span.code { (code) } br;
                span { (l.t("portal.why")) " " code { (packet.fault_code.as_deref().unwrap_or_default()) } " " (fault) } br;
                @if let Some(help) = help { span { b { (l.t("portal.what-to-do")) } " " (help) } br; }
                span.small.muted { (say::short(packet.settled.unwrap_or(packet.created))) " · " (l.n("messages.tries", i64::from(packet.tries), &[])) }
            }
            form method="post" action="/admin/portal/resend" {
                input type="hidden" name="case" value=(packet.case);
                input type="hidden" name="place" value=(packet.place);
                button.btn.quiet type="submit" { (l.t("portal.resend")) }
            }
        }
        @if let Some(sent) = &packet.sent {
            details.more {
                summary { (l.t("portal.packet")) }
                dl.facts.one { @for (name, value) in shown(sent) { dt { code { (name) } } dd { (value) } } }
            }
        }
    }
}

/// The fields of a packet as whoever corrects it may see them.
fn shown(sent: &Json) -> Vec<(String, String)> {
    let fields = sent.as_object().into_iter().flatten();
    fields
        .filter_map(|(name, value)| {
            let text = match value {
                Json::String(text) if text.is_empty() => return None,
                Json::String(text) => text.clone(),
                Json::Array(rows) if rows.is_empty() => return None,
                Json::Array(rows) => format!("[{}]", rows.len()),
                other => other.to_string(),
            };
            Some((name.clone(), masked(name, &text)))
        })
        .collect()
}

fn masked(name: &str, text: &str) -> String {
    match name {
        "SoDinhDanh" | "MaDoiTuong" | "SoDienThoai" | "Email" | "Fax" => {
            super::masked_address(text)
        }
        "ChuHoSo" => names::masked(text),
        _ => text.to_owned(),
    }
}

/// `POST /admin/portal/resend`: one refused packet, or all.
pub async fn resend(State(hall): State<Hall>, posted: Posted) -> Result<Redirect, Failure> {
    if posted.get("all") == "yes" {
        hall.city().resend_packets().await?;
    } else {
        let case: CaseId = posted
            .get("case")
            .parse()
            .map_err(|_| Failure::Unreadable)?;
        let place: i64 = posted
            .get("place")
            .parse()
            .map_err(|_| Failure::Unreadable)?;
        hall.city().resend_packet(case, place).await?;
    }
    Ok(redirect::to("/admin/portal?said=again"))
}

/// `POST /admin/portal/missing`: dossiers of this month and the last that the portal was never told of go into the queue.
pub async fn missing(State(hall): State<Hall>) -> Result<Redirect, Failure> {
    let today = hall.today()?;
    hall.city().queue_missing(today).await?;
    if let Ok(last) = today.first_of_month().yesterday() {
        hall.city().queue_missing(last).await?;
    }
    Ok(redirect::to("/admin/portal?said=again"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packets_are_shown_without_what_belongs_to_people() {
        let sent = json!({"MaHoSo": "X-1", "ChuHoSo": "Nguyễn Thị Hoa", "SoDinhDanh": "092201001234",
            "SoDienThoai": "0912345678", "Email": "hoa@example.vn", "Fax": "", "TaiLieuNop": [{}, {}]});
        let fields = shown(&sent);
        let all = format!("{fields:?}");
        for personal in ["Thị Hoa", "092201001234", "0912345678", "hoa@"] {
            assert!(!all.contains(personal), "{all}");
        }
        assert!(fields.contains(&("MaHoSo".to_owned(), "X-1".to_owned())));
        assert!(fields.contains(&("TaiLieuNop".to_owned(), "[2]".to_owned())));
    }
}
