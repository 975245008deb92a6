//! The two questions asked of the rules: may a case begin, and what does a command do to it.

use super::command::{Command, Opening, Refusal};
use super::consult::Consulting;
use super::event::Event;
use super::given::Given;
use super::mirror;
use super::outside::Forwarding;
use super::shared::Sharing;
use super::state::Case;
use super::steps::Deciding;
use super::work::Work;

/// Opens a case: routes it, starts what starts at opening, enters the first step.
///
/// # Errors
/// A [`Refusal`] where no unit is competent or an answer that routing or the limit needs is missing.
pub fn open(opening: &Opening, given: &Given<'_>) -> Result<Vec<Event>, Refusal> {
    super::open::open(opening, given)
}

/// What `command` does to `case`. Whether the person may send it at all is asked of
/// [`crate::duty::may`] first; only what depends on holding a step is judged here.
///
/// # Errors
/// A [`Refusal`]: the city says no, and nothing has happened.
pub fn decide(case: &Case, command: Command, given: &Given<'_>) -> Result<Vec<Event>, Refusal> {
    if let Some(judged) = mirror::judge(case, &command, given) {
        return judged;
    }
    let mut work = Work::on(case.clone(), given);
    match command {
        Command::Claim { step, row } => work.claim(&step, row),
        Command::Release { step, row } => work.release(&step, row),
        Command::Pass {
            step,
            row,
            unit,
            to,
            why,
        } => work.pass(&step, row, unit, to, why),
        Command::Decide {
            step,
            row,
            outcome,
            note,
            files,
            answers,
        } => work.decide(Deciding {
            step,
            row,
            outcome,
            note,
            files,
            answers,
        }),
        Command::Note { note, public } => {
            work.then(Event::Noted { note, public });
            Ok(())
        }
        Command::Attach { file, what, public } => work.attach(file, what, public),
        Command::Extend { to, why } => work.extend(to, why),
        Command::AskWithdrawal { why } => work.ask_withdrawal(why),
        Command::AnswerWithdrawal { accept, why } => work.answer_withdrawal(accept, why),
        Command::Reopen { why } => work.reopen(why),
        Command::LookAgain(looking) => work.look_again(*looking),
        Command::Rate {
            score,
            reasons,
            note,
        } => work.rate(score, reasons, note),
        Command::Direct { directive } => work.direct(directive),
        Command::AskFees => work.ask_fees(),
        Command::TakePayment(taking) => work.take_payment(*taking),
        Command::VoidPayment { payment, why } => work.void_payment(payment, why),
        Command::Waive { fee, proof, why } => work.waive(fee, proof, why),
        Command::RejectWaiver { fee, why } => work.reject_waiver(fee, why),
        Command::AskRefund { amount, why, note } => work.ask_refund(amount, why, note),
        Command::AnswerRefund {
            refund,
            approve,
            note,
        } => work.answer_refund(refund, approve, note),
        Command::PayRefund {
            refund,
            way,
            unit,
            bank,
        } => work.pay_refund(refund, way, unit, bank),
        Command::Redate => work.redate(),
        Command::Tick => work.tick(),
        Command::Apologise { cause, to, why } => work.apologise(cause, to, why),
        Command::Stop { ground, why } => work.stop(&ground, why),
        Command::ReportError { why } => work.report_error(why),
        Command::DeclineError { why } => work.decline_error(why),
        Command::Correct { step, why } => work.correct(&step, why),
        Command::Consult {
            step,
            row,
            unit,
            within,
            if_silent,
            question,
        } => work.consult(Consulting {
            step,
            row,
            unit,
            within,
            if_silent,
            question,
        }),
        Command::DeclareLoss {
            papers,
            damaged,
            why,
        } => work.declare_loss(papers, damaged, why),
        Command::MakeGood { loss, cost, note } => work.make_good(loss, cost, note),
        Command::Mark { list } => work.mark_missing(list),
        Command::Reassign { step, row, to, why } => work.reassign(&step, row, to, why),
        Command::Reseat => work.reseat(),
        Command::ReceivePapers(received) => work.receive_papers(received),
        Command::Collect(collected) => work.collect(collected),
        Command::CodeElsewhere { system, code } => work.coded_elsewhere(system, code),
        Command::RevokePaper { what, of, why } => match why {
            None => Err(Refusal::ReasonRequired),
            Some(_) => {
                work.then(Event::PaperRevoked { what, of, why });
                Ok(())
            }
        },
        Command::HearOwner(said) => work.hear_owner(said),
        Command::PartOpened { part, case, code } => work.part_opened(part, case, code),
        Command::HearPart { part, news } => work.hear_part(&part, news),
        Command::EndWithWhole { ending } => work.end_with_whole(ending),
        Command::Moderate { deed, why } => work.moderate(deed, why),
        Command::Relay { partner, id } => {
            work.then(Event::Relayed { partner, id });
            Ok(())
        }
        Command::HearPartner {
            partner,
            closed,
            note,
        } => {
            work.then(Event::PartnerSaid {
                partner,
                closed,
                note,
            });
            Ok(())
        }
        Command::Merge {
            step,
            row,
            outcome,
            note,
            original,
        } => {
            let deciding = Deciding {
                step,
                row,
                outcome,
                note,
                files: Vec::new(),
                answers: None,
            };
            work.merge(deciding, *original)
        }
        Command::Unmerge { why } => work.unmerge(why),
        Command::HearOriginal { ended, evidenced } => work.hear_original(ended, evidenced),
        Command::Recategorise {
            step,
            row,
            missing,
            answers,
            why,
        } => work.recategorise(&step, row, (missing, answers), why),
        Command::Forward {
            step,
            row,
            party,
            within,
            question,
        } => work.forward(Forwarding {
            step,
            row,
            party,
            within,
            question,
        }),
        Command::HearOutside {
            n,
            said,
            note,
            files,
        } => work.hear_outside(n, said, note, files),
        Command::TakeBack { n } => work.take_back(n),
        Command::ShareWork { step, row, shared } => work.share_work(Sharing { step, row, shared }),
        Command::HearShared { case, ending } => work.hear_shared(case, ending),
        Command::EndWithReport { ending } => work.end_with_report(ending),
    }?;
    Ok(work.done())
}
