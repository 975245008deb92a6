//! `/account/messages`: where and how a person wants to be told.

use actions::messages::{Unusable, Wishes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::message::Channel;

use super::notices::me;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::resident::account::room;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// `GET /account/messages`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (id, _) = me(&visit.person)?;
    let kept = hall.reader().preference(id).await?;
    let wishes = Wishes {
        email: kept.email,
        phone: kept.phone,
        language: kept.language,
        without: kept.without,
        digest: kept.digest,
    };
    let said = visit.path.contains("said=kept");
    draw(&visit, &wishes, None, said)
}

/// `POST /account/messages`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let (_, staff) = me(&visit.person)?;
    let wanted = |channel: Channel| posted.get(channel.code()) == "yes";
    let offered: &[Channel] = offered(staff);
    let wishes = Wishes {
        email: posted.get("address").to_owned(),
        phone: posted.get("phone").to_owned(),
        language: match posted.get("language") {
            "en" => "en".to_owned(),
            _ => "vi".to_owned(),
        },
        without: offered.iter().copied().filter(|c| !wanted(*c)).collect(),
        digest: posted.get("digest") == "yes",
    };
    match wishes.clone().kept() {
        Ok(kept) => {
            hall.city().keep_wishes(&visit.person, kept).await?;
            Ok(redirect::to("/account/messages?said=kept").into_response())
        }
        Err(wrong) => {
            let again = draw(&visit, &wishes, Some(wrong), false)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

fn offered(staff: bool) -> &'static [Channel] {
    match staff {
        true => &[Channel::Email],
        false => &[Channel::Zalo, Channel::Sms, Channel::Email],
    }
}

fn draw(
    visit: &Visit,
    wishes: &Wishes,
    wrong: Option<Unusable>,
    said: bool,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let (_, staff) = me(&visit.person)?;
    let field = |name: &'static str,
                 label: &'static str,
                 kind: &'static str,
                 value: &str,
                 bad: bool| {
        html! {
            div.field.wrong[bad] {
                label for=(name) { (l.of("wishes", label, &[])) " " span.optional { (l.t("form.optional")) } }
                @if bad { p.says id={ "wrong-" (name) } { (l.of("wishes-wrong", label, &[])) } }
                input.short #(name) name=(name) type=(kind) value=(value) autocomplete=(if kind == "tel" { "tel" } else { "email" }) aria-invalid=[bad.then_some("true")] aria-describedby=[bad.then(|| format!("wrong-{name}"))];
            }
        }
    };
    let language = if wishes.language == "en" { "en" } else { "vi" };
    let title = l.t("messages.wishes");
    let body = html! {
        @if said { div role="status" { (note(Tone::Done, &html! { p { (l.t("wishes.kept")) } })) } }
        p { @if staff { (l.t("wishes.says-staff")) } @else { (l.t("wishes.says")) } }
        form.stack method="post" action="/account/messages" {
            (field("address", "email", "text", &wishes.email, wrong == Some(Unusable::Email)))
            @if !staff { (field("phone", "phone", "tel", &wishes.phone, wrong == Some(Unusable::Phone))) }
            fieldset.field {
                legend { (l.t("wishes.ways")) }
                p.help { (l.t("wishes.app")) }
                div.picks {
                    @for channel in offered(staff) {
                        label.pick { input type="checkbox" name=(channel.code()) value="yes" checked[!wishes.without.contains(channel)]; span { (l.of("channel-name", channel.code(), &[])) } }
                    }
                }
            }
            @if staff {
                label.pick { input type="checkbox" name="digest" value="yes" checked[wishes.digest]; span { (l.t("wishes.digest")) } }
            }
            fieldset.field {
                legend { (l.t("wishes.language")) }
                div.picks {
                    @for (code, words) in [("vi", "Tiếng Việt"), ("en", "English")] {
                        label.pick { input type="radio" name="language" value=(code) checked[language == code]; span lang=(code) { (words) } }
                    }
                }
            }
            button.btn.go type="submit" { (l.t("wishes.keep")) }
        }
        p.space { a href="/notices" { (l.t("notices.title")) } }
    };
    Ok(match staff {
        true => page(
            &visit.frame().narrow(),
            title,
            html! { h1 { (title) } (body) },
        ),
        false => room(&visit.frame(), "/notices", title, &body),
    })
}
