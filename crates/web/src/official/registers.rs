//! The city's own registers, for an administrator: what each holds and of which day, bringing a newer table, and the
//! rows that were not taken with their reasons.

use std::collections::BTreeMap;

use actions::ActionError;
use actions::register::{Imported, RegisterFile};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get as read;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::duty::Act;
use rules::person::Person;
use service::Text;
use service::registers::{REGISTERS, register};
use store::RegisterFlaw;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Column, Tone, crumbs, note, table, tag};
use crate::visit::Visit;

/// The doors of the registers.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/registers", read(list).duty(Act::Administer))
        .door(
            "/registers/{code}",
            read(show).post(bring).duty(Act::Administer),
        )
}

/// `GET /registers`
pub async fn list(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let mut rows = Vec::new();
    for code in REGISTERS {
        let versions = hall.reader().register_versions(code).await?;
        let size = hall.reader().register_size(code).await?;
        let outside = hall.parties().registers.contains_key(code);
        let newest = versions.first();
        rows.push(vec![
            html! { a href={ "/registers/" (code) } { (l.of("source", code, &[])) } },
            html! { @if outside { (tag(Tone::Run, l.t("registers.outside"))) } @else if size > 0 { (tag(Tone::Done, l.t("registers.own"))) } @else { (tag(Tone::Plain, l.t("registers.nobody"))) } },
            html! { (say::whole(l, i64::from(size))) },
            html! { (newest.map_or(String::new(), |v| v.as_of.strftime("%d/%m/%Y").to_string())) },
            html! { (say::whole(l, i64::from(hall.reader().register_looks(code).await?))) },
        ]);
    }
    let columns = [
        (l.t("registers.name"), false),
        (l.t("registers.kept"), false),
        (l.t("registers.entries"), true),
        (l.t("registers.as-of"), false),
        (l.t("registers.looks"), true),
    ];
    let columns = columns.map(|(words, number)| Column { words, number });
    Ok(page(
        &visit.frame(),
        l.t("registers.title"),
        html! {
            h1 { (l.t("registers.title")) }
            p { (l.t("registers.says")) }
            (table(l.t("registers.title"), &columns, &rows))
        },
    ))
}

#[derive(Default)]
struct Typed {
    as_of: String,
    source: String,
    columns: BTreeMap<String, String>,
    wrong: Option<String>,
    done: Option<Imported>,
}

/// `GET /registers/{code}`
pub async fn show(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let typed = Typed {
        as_of: hall.today()?.to_string(),
        ..Typed::default()
    };
    draw(&hall, &visit, &code, &typed).await
}

/// `POST /registers/{code}`: a table comes in.
pub async fn bring(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let register = register(&code).ok_or(Failure::NotFound)?;
    let Person::Official(official) = &visit.person else {
        return Err(Failure::NotFound);
    };
    let mut typed = Typed {
        as_of: posted.get("as_of").trim().to_owned(),
        source: posted.get("source").trim().chars().take(200).collect(),
        columns: BTreeMap::new(),
        ..Typed::default()
    };
    for (name, _) in &register.fields {
        let words = posted.get(&format!("column-{name}")).trim();
        if !words.is_empty() {
            typed.columns.insert((*name).to_owned(), words.to_owned());
        }
    }
    let file = posted.files.iter().find(|file| file.what == "table");
    let day = typed.as_of.parse::<Date>();
    match (file, day) {
        (None, _) => typed.wrong = Some(l.t("registers.no-file").to_owned()),
        (_, Err(_)) => typed.wrong = Some(l.t("registers.no-day").to_owned()),
        (Some(_), Ok(day)) if day > hall.today()? => {
            typed.wrong = Some(l.t("registers.tomorrow").to_owned());
        }
        _ if typed.source.is_empty() => typed.wrong = Some(l.t("registers.no-source").to_owned()),
        (Some(file), Ok(as_of)) => {
            let table = RegisterFile {
                register: code.clone(),
                bytes: file.bytes.clone(),
                columns: typed.columns.clone(),
                as_of,
                source: typed.source.clone(),
                whole: posted.get("how") != "add",
                by: Some(official.id),
            };
            match hall.city().import_register(table).await {
                Ok(done) => typed.done = Some(done),
                Err(ActionError::Flawed(flaws)) => {
                    let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(l.code())).collect();
                    typed.wrong = Some(says.join(". "));
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
    let status = match typed.wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = draw(&hall, &visit, &code, &typed).await?;
    Ok((status, page).into_response())
}

async fn draw(hall: &Hall, visit: &Visit, code: &str, typed: &Typed) -> Result<Markup, Failure> {
    let l = visit.lang;
    let register = register(code).ok_or(Failure::NotFound)?;
    let versions = hall.reader().register_versions(code).await?;
    let people = versions.iter().filter_map(|version| version.by);
    let people = names::people(hall.reader(), people).await?;
    let flaws = match versions.first() {
        Some(newest) => {
            let flaws = hall.reader().register_flaws(code, newest.version, 200);
            flaws.await?
        }
        None => Vec::new(),
    };
    let name = l.of("source", code, &[]);
    let columns = [
        (l.t("registers.version"), true),
        (l.t("registers.as-of"), false),
        (l.t("registers.source"), false),
        (l.t("registers.taken"), true),
        (l.t("registers.refused"), true),
        (l.t("registers.when"), false),
    ];
    let columns = columns.map(|(words, number)| Column { words, number });
    let rows: Vec<Vec<Markup>> = versions
        .iter()
        .map(|v| {
            let by = v.by.and_then(|by| people.get(&by)).cloned().unwrap_or_default();
            vec![
                html! { (v.version) @if !v.whole { " " (tag(Tone::Plain, l.t("registers.added"))) } },
                html! { (v.as_of.strftime("%d/%m/%Y").to_string()) },
                html! { (v.source) },
                html! { (say::whole(l, i64::from(v.entries))) },
                html! { (say::whole(l, i64::from(v.refused))) },
                html! { (say::moment(l, v.at)) br; span.small.muted { (by) } },
            ]
        })
        .collect();
    Ok(page(
        &visit.frame().narrow(),
        &name,
        html! {
            (crumbs(l, &[("/registers", l.t("registers.title"))]))
            h1 { (name) }
            @if let Some(done) = &typed.done { div role="status" { (note(Tone::Done, &html! {
                p { (l.f("registers.done", &[("version", &done.version), ("n", &say::whole(l, i64::from(done.entries)))])) }
                @if !done.unused.is_empty() { p.small { (l.f("registers.unused", &[("columns", &done.unused.join(", "))])) } }
            })) } }
            @if let Some(wrong) = &typed.wrong { div.errors role="alert" tabindex="-1" autofocus { p.flush { (wrong) } } }
            form method="post" enctype="multipart/form-data" {
                div.field {
                    label for="table" { (l.t("registers.file")) }
                    p.help id="table-help" { (l.t("registers.file-says")) }
                    div.upload { input type="file" id="table" name="table" accept=".csv,.txt,.tsv" aria-describedby="table-help"; }
                }
                div.field {
                    label for="as_of" { (l.t("registers.as-of")) }
                    input.shorter type="date" id="as_of" name="as_of" value=(typed.as_of);
                }
                div.field {
                    label for="source" { (l.t("registers.source")) }
                    input id="source" name="source" value=(typed.source) maxlength="200" placeholder=(l.t("registers.source-example"));
                }
                fieldset.field {
                    legend { (l.t("registers.how")) }
                    div.picks {
                        label.pick { input type="radio" name="how" value="whole" checked; span { (l.t("registers.whole")) } }
                        label.pick { input type="radio" name="how" value="add"; span { (l.t("registers.add")) } }
                    }
                }
                details.more open[!typed.columns.is_empty()] {
                    summary { (l.t("registers.columns")) }
                    p.help { (l.t("registers.columns-says")) }
                    @for (field, _) in &register.fields {
                        div.field {
                            label for={ "column-" (field) } { (l.perhaps("record", field).unwrap_or(field)) }
                            input id={ "column-" (field) } name={ "column-" (field) } value=(typed.columns.get(*field).map_or("", String::as_str));
                        }
                    }
                }
                p.acts { button.btn.go type="submit" { (l.t("registers.bring")) } }
            }
            @if !flaws.is_empty() {
                section aria-labelledby="flaws" {
                    h2 #flaws { (l.t("registers.flaws")) }
                    (flawed(l, &flaws))
                }
            }
            @if !rows.is_empty() {
                section aria-labelledby="versions" {
                    h2 #versions { (l.t("registers.versions")) }
                    (table(l.t("registers.versions"), &columns, &rows))
                }
            }
        },
    ))
}

fn flawed(l: Lang, flaws: &[RegisterFlaw]) -> Markup {
    let columns = [
        Column {
            words: l.t("registers.line"),
            number: true,
        },
        Column {
            words: l.t("registers.field"),
            number: false,
        },
        Column {
            words: l.t("registers.reason"),
            number: false,
        },
    ];
    let rows: Vec<Vec<Markup>> = flaws
        .iter()
        .map(|flaw| {
            let reason: Text = serde_json::from_str(&flaw.reason).unwrap_or_default();
            vec![
                html! { (flaw.line) },
                html! { (l.perhaps("record", &flaw.field).unwrap_or(&flaw.field)) },
                html! { (reason.get(l.code())) },
            ]
        })
        .collect();
    table(l.t("registers.flaws"), &columns, &rows)
}
