//! The account of a case as the sum of its events. Holds no rule and never fails.

use super::event::{Event, FeePaid, Recorded};
use super::money::{Charge, Claim, Money, Payment, Refund, RefundStage, RefundWhy};
use crate::person::Actor;

pub(super) fn add(money: &mut Money, recorded: &Recorded) {
    match &recorded.event {
        Event::FeeAsked {
            fee,
            amount,
            step,
            unit,
            claimed,
        } => {
            let asked = Charge {
                fee: fee.clone(),
                amount: *amount,
                step: step.clone(),
                unit: unit.clone(),
                claim: if *claimed { Claim::Made } else { Claim::None },
                remitted: 0,
            };
            match money.charges.iter_mut().find(|charge| charge.fee == *fee) {
                None => money.charges.push(asked),
                Some(charge) => again(charge, asked),
            }
        }
        Event::FeePaid(paid) => {
            let FeePaid {
                payment,
                amount,
                way,
                unit,
                receipt,
                bank: _,
            } = paid.as_ref();
            money.payments.push(Payment {
                number: *payment,
                at: recorded.at,
                amount: *amount,
                way: *way,
                unit: unit.clone(),
                receipt: receipt.clone(),
                voided: false,
            });
        }
        Event::PaymentVoided { payment, .. } => {
            let mut payments = money.payments.iter_mut();
            if let Some(paid) = payments.find(|paid| paid.number == *payment) {
                paid.voided = true;
            }
        }
        Event::FeeWaived { fee, proof, .. } => claim(money, fee, Claim::Granted(proof.clone())),
        Event::WaiverRejected { fee, .. } => claim(money, fee, Claim::Rejected),
        Event::RefundAsked {
            refund,
            amount,
            why,
            ..
        } => {
            // Only officials ask; a log that says otherwise has no second pair of eyes to compare with.
            if let Actor::Official { id, .. } = &recorded.actor {
                money.refunds.push(Refund {
                    number: *refund,
                    amount: *amount,
                    why: why.clone(),
                    asked_by: *id,
                    stage: RefundStage::Asked,
                });
            }
        }
        Event::RefundAnswered {
            refund, approved, ..
        } => answered(money, *refund, *approved),
        Event::Refunded { refund, .. } => stage(money, *refund, RefundStage::PaidOut),
        _ => {}
    }
}

/// What was confirmed with a proof stays; a rejected claim stays rejected as long as it is made.
fn again(charge: &mut Charge, asked: Charge) {
    let claim = match (&asked.claim, &charge.claim) {
        (_, Claim::Granted(_)) | (Claim::Made, Claim::Rejected) => charge.claim.clone(),
        _ => asked.claim,
    };
    *charge = Charge {
        claim,
        remitted: charge.remitted,
        ..asked
    };
}

fn claim(money: &mut Money, fee: &str, claim: Claim) {
    let mut charges = money.charges.iter_mut();
    if let Some(charge) = charges.find(|charge| charge.fee == fee) {
        charge.claim = claim;
    }
}

/// A fee that is not due any more is no longer asked for.
fn answered(money: &mut Money, number: u32, approved: bool) {
    let answer = match approved {
        true => RefundStage::Approved,
        false => RefundStage::Rejected,
    };
    stage(money, number, answer);
    let Some(Refund {
        amount,
        why: RefundWhy::NotDue { fee },
        ..
    }) = money.refund(number).cloned()
    else {
        return;
    };
    let mut charges = money.charges.iter_mut();
    if approved && let Some(charge) = charges.find(|charge| charge.fee == fee) {
        charge.remitted += amount;
    }
}

fn stage(money: &mut Money, number: u32, stage: RefundStage) {
    let mut refunds = money.refunds.iter_mut();
    if let Some(refund) = refunds.find(|refund| refund.number == number) {
        refund.stage = stage;
    }
}
