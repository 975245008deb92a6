//! Following public reports without an account: by e-mail after the address said yes, on a device, by one tap. The
//! pages of a follower open by a secret that stands in their letters or in their device's cookie.
//!
//! Nobody learns here who follows: every answer is the same for an address that does and one that does not.

mod ask;
mod device;
mod mine;
mod too;
pub mod words;

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use rules::case::Spot;
use rules::duty::Act;
use rules::following::{Around, FARTHEST, Interest};
use rules::person::Person;
use serde::Deserialize;
use service::definition::Kind;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::layout::encode;

/// The doors of this room.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/follow",
            get(ask::get).post(ask::post).duty(Act::ReadPublic),
        )
        .door(
            "/follow/confirm/{token}",
            get(ask::confirm).post(ask::confirmed).duty(Act::ReadPublic),
        )
        .door("/follow/device", post(device::post).duty(Act::ReadPublic))
        .door("/follow/too/{code}", post(too::post).duty(Act::ReadPublic))
        .door(
            "/follow/mine",
            get(mine::own).post(mine::change_own).duty(Act::ReadPublic),
        )
        .door(
            "/follow/mine/{secret}",
            get(mine::get).post(mine::change).duty(Act::ReadPublic),
        )
        .door(
            "/follow/stop/{secret}",
            get(mine::stop).post(mine::stopped).duty(Act::ReadPublic),
        )
}

/// What is to be followed, as addresses and forms say it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub report: String,
    pub service: String,
    pub area: String,
    /// `lat,lon`
    pub at: String,
    /// Kilometres around it.
    pub km: String,
}

/// Kilometres to choose from, and the one where none was chosen.
const REACHES: [&str; 5] = ["0.5", "1", "2", "5", "10"];
const REACH: &str = "1";

impl Wanted {
    /// # Errors
    /// [`Failure::NotFound`] where there is no such report, kind or commune for everybody to see.
    pub async fn interest(&self, hall: &Hall) -> Result<Interest, Failure> {
        if !self.report.is_empty() {
            let seen = hall.case(&Person::Nobody, &self.report).await?;
            return Ok(Interest::of_case(seen.case.code));
        }
        let (law, today) = (hall.law(), hall.today()?);
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (service, area) = (some(&self.service), some(&self.area));
        let known = service.as_ref().is_none_or(|code| {
            let found = law.catalogue.current(code, today);
            found.is_some_and(|published| published.definition.kind == Kind::Report)
        });
        let placed = area
            .as_ref()
            .is_none_or(|code| law.organisation.area(code, today).is_some());
        if !known || !placed {
            return Err(Failure::NotFound);
        }
        Ok(Interest {
            case: None,
            service,
            area,
            around: self.around(),
        })
    }

    fn around(&self) -> Option<Around> {
        let (lat, lon) = self.at.split_once(',')?;
        let spot = Spot {
            lat: lat.trim().parse().ok()?,
            lon: lon.trim().parse().ok()?,
        };
        let sound = (-85.0..=85.0).contains(&spot.lat) && (-180.0..=180.0).contains(&spot.lon);
        let km: f64 = self
            .km
            .trim()
            .parse()
            .ok()
            .filter(|km: &f64| km.is_finite())?;
        let metres = (km * 1000.0).clamp(100.0, f64::from(FARTHEST)) as u32;
        sound.then_some(Around { spot, metres })
    }

    /// A reach is named where a point is.
    #[must_use]
    pub fn reaching(mut self) -> Self {
        if self.km.trim().is_empty() {
            self.km = REACH.to_owned();
        }
        self
    }
}

/// The page where a report is followed.
pub fn address_of(code: &str) -> String {
    format!("/follow?report={}", encode(code))
}

const DEVICE: &str = "follows";

/// What this device follows by.
fn secret_of(jar: &CookieJar) -> Option<String> {
    let found = jar.get(DEVICE).map(|cookie| cookie.value().to_owned());
    found.filter(|secret| secret.len() == 27)
}

/// Not readable by script, not sent by other sites.
fn cookie(secret: String, secure: bool) -> Cookie<'static> {
    Cookie::build((DEVICE, secret))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .permanent()
        .build()
}

fn no_cookie() -> Cookie<'static> {
    Cookie::build((DEVICE, "")).path("/").removal().build()
}

type Connect = Option<Extension<ConnectInfo<SocketAddr>>>;
/// Requests of one place in a minute: enough for an office behind one address, not for whoever tries addresses.
const A_MINUTE: u32 = 20;

/// # Errors
/// [`Failure::Busy`] where this place has asked too often.
fn not_too_often(hall: &Hall, connect: &Connect) -> Result<(), Failure> {
    let source = match connect {
        Some(Extension(ConnectInfo(at))) => at.ip().to_string(),
        None => return Ok(()),
    };
    let key = actions::secret::token_hash(&format!("follow {source}"));
    match hall.meter().passes(key, A_MINUTE, hall.now()) {
        true => Ok(()),
        false => Err(Failure::Busy),
    }
}
