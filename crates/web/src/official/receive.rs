//! Reception begins with two questions: who stands here, and what for. Both are typed, with or without marks; a
//! single answer goes straight to the form. Somebody who came before is shown masked until chosen.

use actions::reception::Earlier;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use service::definition::Kind;
use service::fold::fold;

use super::desk::offered;
use super::names;
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{crumbs, empty};
use crate::visit::Visit;

/// People shown at a time.
const MOST: u32 = 8;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A number, a phone, a name.
    who: String,
    /// Words of the service, or its code.
    what: String,
    desk: String,
    ticket: String,
}

/// `GET /desk/receive?who=…&what=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let all: Vec<(String, String)> = offered(&law.catalogue, today, l, |d| d.kind != Kind::Report)
        .into_iter()
        .flat_map(|(_, services)| services)
        .collect();
    let services = matching(&all, &asked.what, |code| {
        let found = law.catalogue.current(code, today);
        found.map_or_else(String::new, |p| p.definition.keywords.join(" "))
    });
    let people = match asked.who.trim() {
        "" => Vec::new(),
        who => hall.city().earlier(&visit.person, who, MOST).await?,
    };
    if let ([(service, _)], true) = (&services[..], people.is_empty() && !asked.what.is_empty()) {
        return Ok(redirect::to(&form(service, &asked, None)).into_response());
    }
    let again = asked.what.is_empty() && asked.who.is_empty();
    let drawn = page(
        &visit.frame().narrow(),
        l.t("receive.title"),
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (l.t("receive.title")) }
            form action="/desk/receive" data-enter="send" {
                input type="hidden" name="desk" value=(asked.desk);
                input type="hidden" name="ticket" value=(asked.ticket);
                div.field {
                    label for="who" { (l.t("receive.who")) }
                    p.help #who-help { (l.t("receive.who-says")) }
                    input type="text" id="who" name="who" value=(asked.who) autocomplete="off" autofocus[again] aria-describedby="who-help";
                }
                div.field {
                    label for="what" { (l.t("receive.what")) }
                    p.help #what-help { (l.t("receive.what-says")) }
                    input type="text" id="what" name="what" value=(asked.what) list="services" autocomplete="off" aria-describedby="what-help";
                    datalist id="services" { @for (_, name) in &all { option value=(name) {} } }
                }
                p.acts { button.btn.go type="submit" { (l.t("receive.find")) } }
            }
            @if !again { (found(l, &law, &asked, &services, &people)) }
        },
    );
    Ok(drawn.into_response())
}

/// Services whose name or keywords hold every word; one whose name is exactly this wins alone.
fn matching(
    all: &[(String, String)],
    what: &str,
    keywords: impl Fn(&str) -> String,
) -> Vec<(String, String)> {
    let wanted = fold(what);
    if let Some(exact) = all
        .iter()
        .find(|(code, name)| code == what || fold(name) == wanted)
    {
        return vec![exact.clone()];
    }
    let holds = |(code, name): &&(String, String)| {
        let words = fold(&format!("{name} {}", keywords(code)));
        wanted.split(' ').all(|word| words.contains(word))
    };
    all.iter().filter(holds).cloned().collect()
}

fn form(service: &str, asked: &Asked, from: Option<&Earlier>) -> String {
    let mut to = format!(
        "/desk/{service}?desk={}&ticket={}",
        encode(&asked.desk),
        encode(&asked.ticket)
    );
    match from {
        Some(earlier) => to.push_str(&format!("&from={}", earlier.case)),
        None => to.push_str(&format!("&who={}", encode(asked.who.trim()))),
    }
    to
}

fn found(
    l: Lang,
    law: &actions::Law,
    asked: &Asked,
    services: &[(String, String)],
    people: &[Earlier],
) -> Markup {
    let service_name = |code: &str| {
        let newest = law.catalogue.versions(code).last();
        newest.map_or_else(
            || code.to_owned(),
            |p| p.definition.name.get(l.code()).to_owned(),
        )
    };
    html! {
        @match services {
            [] => (empty(&l.f("receive.no-service", &[("words", &asked.what)]), &html! { a href="/desk" { (l.t("receive.all-services")) } })),
            [(service, name)] => {
                h2 { (l.t("receive.people")) }
                p { (l.f("receive.for", &[("service", name)])) }
                ul.list.links-list {
                    @for (i, one) in people.iter().enumerate() {
                        li { a href=(form(service, asked, Some(one))) autofocus[i == 0] {
                            b { (masked_name(one)) }
                            span { (masked(one.who.number.as_deref())) " · " (masked(one.who.phone.as_deref())) " · " (l.f("receive.came", &[("service", &service_name(&one.service)), ("day", &say::date(one.opened))])) }
                        } }
                    }
                    li { a href=(form(service, asked, None)) { b { (l.t("receive.somebody-new")) } } }
                }
            },
            several => {
                h2 { (l.t("receive.which")) }
                ul.list.links-list { @for (i, (code, name)) in several.iter().enumerate() {
                    li { a href={ "/desk/receive?what=" (encode(code)) "&who=" (encode(asked.who.trim())) "&desk=" (encode(&asked.desk)) "&ticket=" (encode(&asked.ticket)) } autofocus[i == 0] { b { (name) } } }
                } }
            },
        }
    }
}

fn masked_name(one: &Earlier) -> String {
    match &one.who.name {
        Some(name) => names::masked(name),
        None => "—".to_owned(),
    }
}

/// The last three digits.
fn masked(number: Option<&str>) -> String {
    let Some(number) = number else {
        return "—".to_owned();
    };
    let last: String = number
        .chars()
        .rev()
        .take(3)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    format!("•••{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_words_without_marks_and_by_its_keywords() {
        let all = [
            ("birth".to_owned(), "Đăng ký khai sinh".to_owned()),
            ("land".to_owned(), "Đăng ký biến động đất đai".to_owned()),
        ];
        let keywords = |code: &str| {
            if code == "land" {
                "sổ đỏ sang tên".to_owned()
            } else {
                String::new()
            }
        };
        let found = |what: &str| -> Vec<String> {
            matching(&all, what, keywords)
                .into_iter()
                .map(|(code, _)| code)
                .collect()
        };
        assert_eq!(found("khai sinh"), ["birth"]);
        assert_eq!(found("dang ky"), ["birth", "land"]);
        assert_eq!(found("so do"), ["land"]);
        assert_eq!(found("Đăng ký khai sinh"), ["birth"]);
        assert_eq!(found("land"), ["land"]);
        assert!(found("hộ chiếu").is_empty());
    }
}
