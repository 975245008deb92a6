//! What was found, and the whole list of services by field.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use service::Definition;
use service::definition::Kind;
use service::fold::fold;

use crate::error::Failure;
use crate::hall::Hall;
use crate::text::Lang;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{crumbs, empty, link_button};
use crate::ui::{Frame, page};
use crate::visit::Visit;

pub struct Hit {
    pub code: String,
    pub name: String,
    pub summary: String,
}

pub struct Search {
    /// What was typed, as typed; empty for the whole list.
    pub words: String,
    /// The life event chosen instead of words.
    pub life_event: Option<String>,
    /// Name of the field (Đất đai, Hộ tịch …) and its services, best group first.
    pub groups: Vec<(String, Vec<Hit>)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    life: String,
}

/// `GET /services?q=dang ky khai sinh` or `?life=birth`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let law = hall.law();
    let today = hall.today()?;
    let offered = law
        .catalogue
        .all(today)
        .map(|published| &published.definition);
    Ok(view(&visit.frame(), &search(visit.lang, offered, &asked)))
}

/// Every word typed must begin a word somewhere in a service's names and keywords, with or without marks. Services
/// named by the words come before those that only mention them.
fn search<'d>(lang: Lang, offered: impl Iterator<Item = &'d Definition>, asked: &Asked) -> Search {
    let words: Vec<String> = fold(&asked.q)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut found: Vec<(bool, &Definition)> = offered
        .filter(|d| matches!(d.kind, Kind::Procedure | Kind::Report | Kind::Petition))
        .filter(|d| asked.life.is_empty() || d.life_events.contains(&asked.life))
        .filter_map(|d| {
            let has = |text: &str| {
                words.iter().all(|word| {
                    text.split(|c: char| !c.is_alphanumeric())
                        .any(|part| part.starts_with(word.as_str()))
                })
            };
            let name = fold(&format!("{} {}", d.name.vi, d.name.get("en")));
            let all = fold(&format!(
                "{name} {} {} {}",
                d.summary.vi,
                d.group.vi,
                d.keywords.join(" ")
            ));
            has(&all).then(|| (!has(&name), d))
        })
        .collect();
    found.sort_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| {
            service::fold::place_key(&a.1.name.vi).cmp(&service::fold::place_key(&b.1.name.vi))
        })
    });
    let mut groups: Vec<(String, Vec<Hit>)> = Vec::new();
    for (_, d) in found {
        let text = |text: &service::Text| text.get(lang.code()).to_owned();
        let hit = Hit {
            code: d.service.clone(),
            name: text(&d.name),
            summary: text(&d.summary),
        };
        let group = text(&d.group);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, hits)) => hits.push(hit),
            None => groups.push((group, vec![hit])),
        }
    }
    let life_event = lang.perhaps("life", &asked.life).map(str::to_owned);
    Search {
        words: asked.q.clone(),
        life_event,
        groups,
    }
}

pub fn view(frame: &Frame, search: &Search) -> Markup {
    let l = frame.lang;
    let count = search.groups.iter().map(|g| g.1.len()).sum::<usize>();
    let title = match (&search.life_event, search.words.is_empty()) {
        (Some(event), _) => event.clone(),
        (None, true) => l.t("search.all").to_owned(),
        (None, false) => l.f("search.title", &[("words", &search.words)]),
    };
    page(
        &frame.narrow(),
        &title,
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (title) }
            form.search action="/services" role="search" {
                input type="search" name="q" value=(search.words) aria-label=(l.t("home.search")) placeholder=(l.t("home.search-example")) data-key="search";
                button type="submit" { (icon(Icon::Search)) (l.t("home.search-go")) }
            }
            @if count == 0 {
                div.space { (empty(&l.f("search.none", &[("words", &search.words)]), &html! {
                    p { (l.t("search.none-todo")) }
                    (link_button("/report", l.t("home.report"), ""))
                })) }
            } @else {
                p.small.muted.space role="status" { (l.n("search.count", i64::try_from(count).unwrap_or(i64::MAX), &[])) }
                @for (group, hits) in &search.groups {
                    section {
                        h2 { (group) }
                        ul.list.links-list {
                            @for hit in hits {
                                li { a href={ "/services/" (hit.code) } { b { (hit.name) } @if !hit.summary.is_empty() { span { (hit.summary) } } } }
                            }
                        }
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Vec<Definition> {
        ["land.transfer", "report.litter", "report.street-light"]
            .iter()
            .map(|file| {
                let path = format!("{}/../../services/{file}.yaml", env!("CARGO_MANIFEST_DIR"));
                service::read(&std::fs::read_to_string(path).expect("a shipped service")).definition
            })
            .collect()
    }

    #[test]
    fn words_are_found_with_and_without_marks() {
        let services = services();
        let codes = |q: &str| -> Vec<String> {
            let asked = Asked {
                q: q.into(),
                life: String::new(),
            };
            search(Lang::Vi, services.iter(), &asked)
                .groups
                .into_iter()
                .flat_map(|g| g.1)
                .map(|h| h.code)
                .collect()
        };
        assert_eq!(codes("den duong"), ["report.street-light"]);
        assert_eq!(codes("ĐÈN ĐƯỜNG"), ["report.street-light"]);
        assert_eq!(codes("chuyen nhuong"), ["land.transfer"]);
        assert_eq!(codes("cap phep nuoi voi"), Vec::<String>::new());
        assert_eq!(codes("").len(), 3);
    }
}
