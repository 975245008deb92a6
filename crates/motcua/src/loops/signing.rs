//! Puts the digital signatures on a paper that was set: asks for the certificates first (what will be signed is said
//! on the paper itself), then for each signature in turn. Nothing here holds a key.

use std::sync::Arc;

use actions::papers::{Dossier, SignedFile};
use anyhow::{Context, Result};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use links::signing::{Chain, Signer, SignerKind, SigningFault, SigningService, ToSign};
use papers::Digital;
use papers::signature::certificate::{read, told};
use papers::signature::put::{Words, prepare};
use rules::Moment;
use rules::case::event::{Signatory, SignatureMade};
use rules::paper::signatories;
use store::PaperRow;
use web::hall::Hall;

/// Those who sign a paper, each with a certificate.
pub struct Pens {
    service: Option<Arc<dyn SigningService>>,
    pens: Vec<Pen>,
    at: Moment,
}

struct Pen {
    by: Signatory,
    signer: Signer,
    chain: Chain,
}

/// Who will sign this paper. Whoever has no certificate is left out and told in the log.
///
/// # Errors
/// Where the service does not answer: the paper waits.
pub async fn pens(hall: &Hall, dossier: &Dossier, row: &PaperRow) -> Result<Pens> {
    let mut pens = Pens {
        service: hall.parties().signing.clone(),
        pens: Vec::new(),
        at: signed_at(row.planned, hall.now()),
    };
    let Some(service) = pens.service.clone() else {
        return Ok(pens);
    };
    for by in signatories(&row.call, &dossier.events, &row.issuer) {
        let signer = signer(hall, dossier, row, &by).await?;
        match service.certificates(&signer, pens.at).await {
            Ok(chain) => pens.pens.push(Pen { by, signer, chain }),
            Err(SigningFault::NoCertificate(who)) => {
                tracing::warn!(
                    who,
                    paper = row.check,
                    "signs without a certificate: the paper goes out without this signature"
                );
            }
            Err(fault) => return Err(fault).context(signer.id),
        }
    }
    Ok(pens)
}

/// The moment that stands in the signature: that of the number, or so many whole days later. It stays the same while a
/// person is waited for, so that they are asked once.
fn signed_at(planned: Moment, now: Moment) -> Moment {
    let days = now.duration_since(planned).as_hours().max(0) / 24;
    planned + SignedDuration::from_hours(24 * days)
}

async fn signer(hall: &Hall, dossier: &Dossier, row: &PaperRow, by: &Signatory) -> Result<Signer> {
    let unit = |code: &str| web::official::names::unit(&hall.law(), code);
    Ok(match by {
        Signatory::Person(id) => {
            let account = hall.reader().account(*id).await?;
            let account = account.context("a signer without an account")?;
            let acted = dossier
                .events
                .iter()
                .find(|one| one.version == row.call.version);
            let from = match acted.map(|acted| &acted.actor) {
                Some(rules::person::Actor::Official { unit, .. }) => unit.as_str(),
                _ => row.issuer.as_str(),
            };
            Signer {
                kind: SignerKind::Person,
                // Whoever never signs in here may have a certificate elsewhere.
                id: account.login.unwrap_or_else(|| id.to_string()),
                name: account.name,
                organisation: unit(from),
            }
        }
        Signatory::Seal(code) => Signer {
            kind: SignerKind::Seal,
            id: code.clone(),
            name: unit(code),
            organisation: String::new(),
        },
    })
}

impl Pens {
    /// Says on the paper who signs it digitally and when (NĐ 30/2020, Phụ lục I, mục II.8).
    pub fn show(&self, paper: &mut papers::Paper) {
        let at = self.at.to_zoned(TimeZone::fixed(jiff::tz::offset(7)));
        let at = at.strftime("%d/%m/%Y %H:%M:%S +07:00").to_string();
        let shown = self.pens.iter().map(|pen| Digital {
            seal: pen.signer.kind == SignerKind::Seal,
            by: pen.signer.name.clone(),
            at: at.clone(),
        });
        paper.sign_digitally(shown.collect());
    }

    /// The paper with every signature; `None` where nobody signs.
    ///
    /// # Errors
    /// Where the service does not answer, refuses, or a person has not confirmed yet: the paper waits.
    pub async fn sign(self, hall: &Hall, row: &PaperRow, pdf: &[u8]) -> Result<Option<SignedFile>> {
        let Some(service) = self.service.filter(|_| !self.pens.is_empty()) else {
            return Ok(None);
        };
        let place = hall.house().city.clone();
        let mut file = pdf.to_vec();
        let mut signatures = Vec::new();
        for (n, pen) in self.pens.iter().enumerate() {
            let words = Words {
                name: pen.signer.name.clone(),
                reason: format!("{} số {}", row.title, row.numbered()),
                place: place.clone(),
                at: self.at,
            };
            let chain = pen.chain.clone();
            let prepared =
                tokio::task::spawn_blocking(move || prepare(&file, &chain, &words)).await??;
            let what = ToSign {
                reference: format!("{}-{n}", row.check),
                says: format!("{} số {}", row.title, row.numbered()),
                hash: prepared.hash().to_vec(),
            };
            let signature = service.sign(&pen.signer, &what, self.at).await;
            let signature = signature.with_context(|| pen.signer.id.clone())?;
            file = prepared.finish(&signature)?;
            let own = pen.chain.first().context("a chain without a certificate")?;
            let certificate = told(&read(own)?);
            signatures.push(SignatureMade {
                by: pen.by.clone(),
                serial: certificate.serial,
                fingerprint: certificate.fingerprint,
            });
        }
        Ok(Some(SignedFile {
            pdf: file,
            signatures,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_of_a_signature_stands_still_while_a_person_is_waited_for() {
        let planned: Moment = "2026-03-02T02:30:00Z".parse().expect("a moment");
        for (now, then) in [
            ("2026-03-02T02:30:05Z", "2026-03-02T02:30:00Z"),
            ("2026-03-02T20:00:00Z", "2026-03-02T02:30:00Z"),
            ("2026-03-04T02:30:00Z", "2026-03-04T02:30:00Z"),
            // A clock that was set back.
            ("2026-03-01T02:30:00Z", "2026-03-02T02:30:00Z"),
        ] {
            let at = signed_at(planned, now.parse().expect("a moment"));
            assert_eq!(at.to_string(), then, "{now}");
        }
    }
}
