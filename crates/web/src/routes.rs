//! Every route on one page, with its duty.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use rules::duty::Act;

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::leader::{cases, direct, directives, export, league, morning, unit};
use crate::official::{act, case, desk, files, find, inbox, pass};
use crate::public::{data, map, method, open, plain, report as public_report, reports, verify};
use crate::{assets, guard, installed, live, session, sign_in, visit};

/// All doors, each with what it is for. The strangers test walks them.
pub fn doors() -> Doors<Hall> {
    // One line each: whoever adds a room adds its doors.
    let doors = crate::resident::doors(Doors::default());
    let doors = crate::authority::doors(doors);
    let doors = crate::queue::doors(doors);
    let doors = crate::papers::doors(doors);
    let doors = crate::official::counter_doors(doors);
    let doors = crate::official::flow_doors(doors);
    let doors = crate::official::registers::doors(doors);
    let doors = crate::hotline::doors(doors);
    let doors = crate::open311::doors(doors);
    let doors = crate::api::doors(doors);
    let doors = crate::numbers::doors(doors);
    let doors = crate::money::doors(doors);
    let doors = crate::messages::doors(doors);
    let doors = crate::mirrored::doors(doors);
    let doors = crate::admin::doors(doors);
    let doors = crate::public::feed_doors(doors);
    let doors = crate::moderation::doors(doors);
    let doors = crate::looks::doors(doors);
    let doors = crate::following::doors(doors);
    let doors = crate::public::outside::doors(doors);
    let doors = crate::replies::doors(doors);
    doors
        .door(
            "/language/{code}",
            get(visit::choose_language).duty(Act::ReadPublic),
        )
        .door(
            "/sign-in",
            get(sign_in::show)
                .post(sign_in::sign_in)
                .duty(Act::ReadPublic),
        )
        .door("/sign-out", post(sign_in::sign_out).duty(Act::ReadPublic))
        .door("/account", get(sign_in::account).duty(Act::ReadMine))
        .door("/morning", get(morning::get).duty(Act::ReadFigures))
        .door("/league", get(league::get).duty(Act::ReadFigures))
        .door("/league.csv", get(export::get).duty(Act::ReadFigures))
        .door("/league/cases", get(cases::get).duty(Act::ReadFigures))
        .door("/league/{unit}", get(unit::get).duty(Act::ReadFigures))
        .door(
            "/direct",
            get(direct::get).post(direct::post).duty(Act::Direct),
        )
        .door("/directives", get(directives::get).duty(Act::ReadFigures))
        .door("/open", get(open::get).duty(Act::ReadPublic))
        .door("/open/data.csv", get(data::get).duty(Act::ReadPublic))
        .door(
            "/open/areas.json",
            get(crate::public::areas::get).duty(Act::ReadPublic),
        )
        .door(
            "/manifest.webmanifest",
            get(installed::manifest).duty(Act::ReadPublic),
        )
        .door("/offline", get(installed::offline).duty(Act::ReadPublic))
        .door("/open/map", get(map::get).duty(Act::ReadPublic))
        .door("/open/method", get(method::get).duty(Act::ReadPublic))
        .door("/open/reports", get(reports::get).duty(Act::ReadPublic))
        .door(
            "/open/reports/{code}",
            get(public_report::get).duty(Act::ReadPublic),
        )
        .door(
            "/open/reports/{code}/photos/{hash}",
            get(public_report::photo).duty(Act::ReadPublic),
        )
        .door("/verify", get(verify::get).duty(Act::ReadPublic))
        .door(
            "/accessibility",
            get(plain::accessibility).duty(Act::ReadPublic),
        )
        .door("/privacy", get(plain::privacy).duty(Act::ReadPublic))
        .door("/live", get(live::live).duty(Act::ReadPublic))
        .door("/inbox", get(inbox::get).duty(Act::Inbox))
        .door("/inbox/claim", post(inbox::claim).duty(Act::Inbox))
        .door("/inbox/next", post(inbox::next).duty(Act::Inbox))
        .door(
            "/desk/{service}",
            get(desk::get).post(desk::post).duty(Act::OpenForOthers),
        )
        .door("/find", get(find::get).duty(Act::Inbox))
        .door("/cases/{code}", get(case::get).duty(Act::ReadCase))
        .door(
            "/cases/{code}/files/{hash}",
            get(files::get).duty(Act::ReadCase),
        )
        .door("/cases/{code}/decide", post(act::decide).duty(a_decision()))
        .door("/cases/{code}/claim", post(act::claim).duty(a_claim()))
        .door("/cases/{code}/release", post(act::release).duty(a_claim()))
        .door(
            "/cases/{code}/pass",
            get(pass::get).post(pass::post).duty(a_pass()),
        )
        .door("/cases/{code}/note", post(act::note).duty(Act::Note))
        .door("/cases/{code}/extend", post(act::extend).duty(Act::Extend))
        .door(
            "/cases/{code}/withdrawal",
            post(act::withdrawal).duty(Act::AnswerWithdrawal),
        )
}

// A route names its act before it knows which step it will be.
fn a_decision() -> Act {
    let (step, row) = (String::new(), None);
    Act::Decide { step, row }
}

fn a_claim() -> Act {
    let (step, row) = (String::new(), None);
    Act::Claim { step, row }
}

fn a_pass() -> Act {
    let (step, row) = (String::new(), None);
    Act::Pass { step, row }
}

/// The whole house over its hall. `most`: requests answered at once.
pub fn house(hall: &Hall, most: usize) -> Router {
    let routes = doors()
        .into_router()
        .route("/assets/{file}", get(assets::get))
        .route("/mark.svg", get(assets::mark))
        .route("/icon-192.png", get(assets::icon_small))
        .route("/icon-512.png", get(assets::icon_large))
        .route("/sw.js", get(assets::worker))
        .route("/favicon.ico", get(assets::favicon))
        .route("/robots.txt", get(assets::robots))
        .with_state(hall.clone());
    let images = hall
        .parties()
        .tiles
        .as_ref()
        .and_then(|tiles| tiles.origin());
    guard::guard(routes, images.as_deref(), most)
        .layer(from_fn_with_state(hall.clone(), session::visitor))
}
