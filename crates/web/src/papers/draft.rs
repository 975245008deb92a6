//! What an official is about to sign, as a PDF without number, code or signature: read before it is signed. Only
//! whoever may sign the step today sees it.

use axum::extract::{Path, State};
use axum::response::Response;

use super::file::{answer, note_look, printed};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::whole;
use crate::official::inbox::official;
use crate::visit::Visit;

/// `GET /cases/{code}/draft/{step}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, step)): Path<(String, String)>,
) -> Result<Response, Failure> {
    // Whoever may not know of the case finds nothing, before anybody is asked to sign in.
    hall.case(&visit.person, &code).await?;
    let seen = whole(&hall, &visit, &code).await?;
    let me = official(&visit.person)?;
    note_look(&hall, &visit.person, &seen.case).await?;
    let city = hall.city();
    let dossier = city.dossier(seen.case.id).await?;
    let drafted = city.would_sign(me, dossier, &step).await?;
    let (dossier, call) = drafted.ok_or(Failure::NotFound)?;
    let paper = super::drafted(&hall, &dossier, &call)?;
    let name = format!("Dự thảo {} {}", paper.title, seen.case.code);
    Ok(answer(printed(paper).await?, &name))
}
