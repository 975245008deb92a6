//! News between a linked procedure and its parts, in the transaction of whatever brought them: parts begin, the
//! whole hears how they stand, results go to the parts that wait for them, and what is withdrawn takes its
//! parts along.

use std::collections::BTreeSet;
use std::pin::Pin;

use rules::Moment;
use rules::case::event::Asked;
use rules::case::parts::{self as linked, PartNews, Whole};
use rules::case::state::Stopped;
use rules::case::{self, Case, Command, Event, Given, Life, Opening, Recorded};
use rules::clock;
use rules::ids::{CaseId, ContentHash};
use rules::person::Actor;
use service::answer::judge_all;
use service::applicant::Applicant;
use service::definition::{Definition, LinkedPart};
use service::expr::Scope;
use service::{Answers, Published};
use sha2::{Digest, Sha256};
use store::{Attachment, Extras, StoreError, Tx};

use crate::change::{candidates, published};
use crate::city::Law;
use crate::error::ActionError;
use crate::{letters, papers};

type Following<'f> = Pin<Box<dyn Future<Output = Result<(), ActionError>> + Send + 'f>>;

/// What a case that was just saved means for the cases linked with it. `prior`: `None` where it is new.
pub(crate) fn follow<'f>(
    tx: &'f mut Tx,
    law: &'f Law,
    prior: Option<&'f Case>,
    case: &'f Case,
    now: Moment,
) -> Following<'f> {
    Box::pin(async move {
        if let Some(whole) = &case.whole {
            return tell_whole(tx, law, whole, prior, case, now).await;
        }
        let published = published(law, case)?;
        if published.definition.parts.is_empty() {
            return Ok(());
        }
        if case.life.ended().is_some() && prior.is_none_or(|prior| prior.life.ended().is_none()) {
            end_parts(tx, law, case, now).await?;
        }
        begin_parts(tx, law, &published.definition, case, now).await
    })
}

/// What the whole is to hear, where the part stands otherwise than before.
async fn tell_whole(
    tx: &mut Tx,
    law: &Law,
    whole: &Whole,
    prior: Option<&Case>,
    case: &Case,
    now: Moment,
) -> Result<(), ActionError> {
    let asks = |case: &Case| {
        matches!(
            case.life,
            Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. }
        )
    };
    let ended = |case: &Case| case.life.ended().map(|(ending, _)| ending);
    let news = match (prior.and_then(ended), ended(case)) {
        (None, Some(ending)) => PartNews::Ended(ending),
        _ if prior.is_some_and(asks) == asks(case) => return Ok(()),
        _ if asks(case) => PartNews::Waits(asked(case)),
        _ => PartNews::GoesOn,
    };
    let Some(before) = tx.case(whole.case).await? else {
        return Ok(());
    };
    let command = Command::HearPart {
        part: whole.part.clone(),
        news,
    };
    let after = between(tx, law, &before, command, now).await?;
    follow(tx, law, Some(&before), &after, now).await
}

/// What the applicant of a part is asked for, by what holds its clock.
fn asked(part: &Case) -> Asked {
    match (&part.life, clock::standing(&part.clock)) {
        (Life::AwaitingPayment { .. }, _) => Asked::Payment,
        (_, Some(Stopped::Question)) => Asked::Question,
        _ => Asked::Supplement,
    }
}

/// The whole ended: what was begun and can be stopped here is stopped. What another system decides goes on there.
async fn end_parts(tx: &mut Tx, law: &Law, whole: &Case, now: Moment) -> Result<(), ActionError> {
    let Some((ending, _)) = whole.life.ended() else {
        return Ok(());
    };
    if rules::process::good(ending) {
        return Ok(());
    }
    let open = whole.parts.iter().filter(|part| part.ended.is_none());
    for (id, _) in open.filter_map(|part| part.case.as_ref()) {
        let Some(part) = tx.case(*id).await? else {
            continue;
        };
        if part.mirror.is_none() {
            between(tx, law, &part, Command::EndWithWhole { ending }, now).await?;
        }
    }
    Ok(())
}

async fn begin_parts(
    tx: &mut Tx,
    law: &Law,
    definition: &Definition,
    whole: &Case,
    now: Moment,
) -> Result<(), ActionError> {
    let ready: Vec<&LinkedPart> = linked::ready(whole, definition);
    let mut whole = whole.clone();
    for part in ready {
        let begun = begin(tx, law, definition, &whole, part, now).await?;
        let command = Command::PartOpened {
            part: part.code.clone(),
            case: begun.id,
            code: begun.code.clone(),
        };
        whole = between(tx, law, &whole, command, now).await?;
    }
    Ok(())
}

/// Opens the case of a part: its own agency, limits and state, the answers and files of the whole that it asks for.
async fn begin(
    tx: &mut Tx,
    law: &Law,
    definition: &Definition,
    whole: &Case,
    part: &LinkedPart,
    now: Moment,
) -> Result<Case, ActionError> {
    let today = law.calendar()?.local(now).0;
    let published = law.catalogue.current(&part.service, today);
    let published = published.ok_or_else(|| ActionError::NoService(part.service.clone()))?;
    let own = &published.definition;
    let all = tx.answers(whole.id).await?.unwrap_or_default().1;
    let answers = answers_of(law, own, &all, now)?;
    let place = definition
        .parts
        .iter()
        .position(|one| one.code == part.code);
    let opening = Opening {
        id: id_of(whole.id, &part.code, now),
        // One code: that of the whole, with the place of the part.
        code: format!("{}.{}", whole.code, place.unwrap_or_default() + 1),
        channel: whole.channel,
        applicant: whole.applicant,
        applicant_kind: whole.applicant_kind,
        received_at: whole.received_at.clone(),
        area: whole.area.clone(),
        place: None,
        public: false,
        about: None,
    };
    let given = given(law, published, &answers, &[], &[], now)?;
    let part_of = Whole {
        case: whole.id,
        part: part.code.clone(),
    };
    let events = linked::open_part(&opening, &part_of, &given)?;
    let opened = case::record_opening(opening.id, events, now, &Actor::Clock);
    let (case, mut recorded) =
        opened.ok_or_else(|| StoreError::corrupt("a case opened without an event"))?;
    let files = files_of(tx, own, whole, part).await?;
    let attached = files.iter().map(|file| Event::Attached {
        file: file.hash.clone(),
        what: file.what.clone(),
        public: false,
    });
    let (case, more) = case::record(case, attached.collect(), now, &Actor::Clock);
    recorded.extend(more);
    let extras = Extras {
        title: Some(own.name.vi.clone()),
        words: Some(format!("{} {}", own.name.vi, definition.name.vi)),
        group: own.group.vi.clone(),
        // Who may see the whole may see its parts.
        secret_hash: tx.secret_hash(whole.id).await?,
        posts: posts(law, published, &case, &recorded, now),
    };
    tx.save_case(None, &case, &recorded, &extras).await?;
    if !answers.is_empty() {
        tx.save_answers(case.id, 1, &answers, now).await?;
        tx.index_person(case.id, &Applicant::of(own, &answers).words(), now)
            .await?;
    }
    for file in &files {
        tx.save_attachment(case.id, file).await?;
    }
    Ok(case)
}

/// What the part's own form asks, as the whole answered it.
fn answers_of(
    law: &Law,
    own: &Definition,
    all: &Answers,
    now: Moment,
) -> Result<Answers, ActionError> {
    let codes: BTreeSet<&str> = own
        .form
        .iter()
        .flat_map(|page| match &page.repeat {
            Some(repeat) => vec![repeat.code.as_str()],
            None => page
                .fields
                .iter()
                .map(|field| field.code.as_str())
                .collect(),
        })
        .collect();
    let asked = all.iter().filter(|(code, _)| codes.contains(code.as_str()));
    let asked: Answers = asked
        .map(|(code, answer)| (code.clone(), answer.clone()))
        .collect();
    let today = law.calendar()?.local(now).0;
    let scope = Scope::of(own, &asked).today(today);
    let papers = own.documents.iter().map(|document| document.code.clone());
    let (judged, flaws) = judge_all(own, &scope, &papers.collect());
    // The whole was judged by its own form; here values are only worked out.
    Ok(if flaws.is_empty() { judged } else { asked })
}

/// Documents that the part asks for, and the results of the parts it comes after.
async fn files_of(
    tx: &mut Tx,
    own: &Definition,
    whole: &Case,
    part: &LinkedPart,
) -> Result<Vec<Attachment>, ActionError> {
    let mut files = tx.attachments(whole.id).await?;
    files.retain(|file| {
        own.documents
            .iter()
            .any(|document| document.code == file.what)
    });
    for before in &part.after {
        let Some((id, _)) = whole.part(before).and_then(|state| state.case.as_ref()) else {
            continue;
        };
        // Signed, it is the signed one that counts.
        for one in tx.events_after(*id, 0).await? {
            let (what, file) = match one.event {
                Event::PaperMade(paper) => (paper.what, paper.file),
                Event::PaperSigned(paper) => (paper.what, paper.file),
                _ => continue,
            };
            let file = result(before, &file, &what, one.at);
            files.retain(|known| known.what != file.what || known.name != file.name);
            files.push(file);
        }
    }
    Ok(files)
}

fn result(part: &str, file: &ContentHash, paper: &str, at: Moment) -> Attachment {
    Attachment {
        hash: file.clone(),
        what: part.to_owned(),
        public: false,
        name: format!("{paper}.pdf"),
        at,
    }
}

/// A paper of a part was made: the parts that come after it receive it.
pub(crate) async fn hand_on(
    tx: &mut Tx,
    law: &Law,
    case: &Case,
    paper: &str,
    file: &ContentHash,
    now: Moment,
) -> Result<(), ActionError> {
    let Some(from) = &case.whole else {
        return Ok(());
    };
    let Some(whole) = tx.case(from.case).await? else {
        return Ok(());
    };
    let definition = &published(law, &whole)?.definition;
    let own = published(law, case)?;
    if !own
        .definition
        .papers
        .iter()
        .any(|result| result.code == paper)
    {
        return Ok(());
    }
    let after = definition
        .parts
        .iter()
        .filter(|part| part.after.contains(&from.part));
    for part in after {
        let Some((id, _)) = whole.part(&part.code).and_then(|state| state.case.as_ref()) else {
            continue;
        };
        let Some(next) = tx.case(*id).await? else {
            continue;
        };
        let command = Command::Attach {
            file: file.clone(),
            what: from.part.clone(),
            public: false,
        };
        if next.life.ended().is_none() {
            between(tx, law, &next, command, now).await?;
            let file = result(&from.part, file, paper, now);
            tx.save_attachment(next.id, &file).await?;
        }
    }
    Ok(())
}

/// A command that follows from another case, given by nobody.
pub(crate) async fn between(
    tx: &mut Tx,
    law: &Law,
    prior: &Case,
    command: Command,
    now: Moment,
) -> Result<Case, ActionError> {
    command_as(tx, law, prior, &Actor::Clock, command, now).await
}

/// A command that no person's duty is asked for.
pub(crate) async fn command_as(
    tx: &mut Tx,
    law: &Law,
    prior: &Case,
    actor: &Actor,
    command: Command,
    now: Moment,
) -> Result<Case, ActionError> {
    let published = published(law, prior)?;
    let answers = tx.answers(prior.id).await?.unwrap_or_default().1;
    let staff = candidates(tx, &published, prior, law, now).await?;
    let mut roles = published.definition.roles.iter();
    let mandates = match roles.any(rules::authority::needs_grant) {
        true => tx.mandates().await?,
        false => Vec::new(),
    };
    let given = Given {
        actor,
        calendar: law.calendar_of(prior.clock.calendar)?,
        ..given(law, &published, &answers, &staff, &mandates, now)?
    };
    let events = case::decide(prior, command, &given)?;
    if events.is_empty() {
        return Ok(prior.clone());
    }
    let (case, recorded) = case::record(prior.clone(), events, now, actor);
    let extras = Extras {
        posts: posts(law, &published, &case, &recorded, now),
        ..Extras::default()
    };
    tx.save_case(Some(prior), &case, &recorded, &extras).await?;
    Ok(case)
}

fn posts(
    law: &Law,
    published: &Published,
    case: &Case,
    recorded: &[Recorded],
    now: Moment,
) -> Vec<store::Post> {
    let mut posts = letters::posts(case, recorded, &law.messages.tiers, now);
    posts.extend(papers::posts(&published.definition, recorded, now));
    posts
}

fn given<'a>(
    law: &'a Law,
    published: &'a Published,
    answers: &'a Answers,
    staff: &'a [case::Candidate],
    mandates: &'a [rules::mandate::Mandate],
    now: Moment,
) -> Result<Given<'a>, ActionError> {
    Ok(Given {
        staff,
        mandates,
        ..Given::new(
            now,
            &Actor::Clock,
            (&published.definition, published.number),
            answers,
            law.calendar()?,
            &law.organisation,
        )
    })
}

/// The same part of the same whole has the same id, however often its opening is tried.
fn id_of(whole: CaseId, part: &str, now: Moment) -> CaseId {
    let hash = Sha256::digest(format!("part/1\n{whole}\n{part}"));
    let mut chance = [0; 10];
    chance.copy_from_slice(&hash[..10]);
    CaseId::new(now, chance)
}
