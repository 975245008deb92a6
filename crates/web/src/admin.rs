//! `GET /admin`: the rooms of technical administration, one line each. No approval of cases is among them (TT 01/2018).

use axum::routing::get;
use maud::{Markup, html};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::ui::page;
use crate::visit::Visit;

/// Address, and the member of the texts `admin-room` and `admin-says`. One line each: whoever adds a room adds it here.
const ROOMS: &[(&str, &str)] = &[
    ("/admin/messages", "messages"),
    ("/admin/messages/texts", "texts"),
    ("/admin/messages/rules/escalation", "tiers"),
    ("/admin/portal", "portal"),
    ("/admin/messages/rules/stops", "stops"),
    ("/admin/api-keys", "api-keys"),
    ("/admin/messages/rules/posting", "posting"),
    ("/admin/partners", "partners"),
    ("/admin/routing", "routing"),
];

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors.door("/admin", get(index).duty(Act::Administer))
}

async fn index(visit: Visit) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame(),
        l.t("admin.title"),
        html! {
            h1 { (l.t("admin.title")) }
            ul.list.links-list {
                @for (to, room) in ROOMS {
                    li { a href=(to) { b { (l.of("admin-room", room, &[])) } span { (l.of("admin-says", room, &[])) } } }
                }
            }
        },
    )
}
