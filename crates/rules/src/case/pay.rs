//! Money of a case: what is asked by itself when a step begins, what is taken, waived, cancelled, given back.
//! A fee due at a step blocks its good outcomes until it is paid or waived, and nothing that is owed is still
//! owed when the result is handed over (NĐ 61/2018 Đ.22; 118/2025 Đ.24).

use service::definition::{Code, Fee, Move, Step};
use service::fees::{self, FeeDue};

use super::command::{Refusal, Taking};
use super::event::{Event, FeePaid};
use super::money::{Claim, Proof, RefundStage, RefundWhy, Standing, Way};
use super::steps::{Deciding, not_ended, not_from_here};
use super::work::Work;
use crate::ids::{NoteId, UnitCode};
use crate::person::Actor;
use crate::process::good;

/// What the definition language calls the way on from the applicant's step of paying.
const PAID: &str = "paid";
/// What a waiver rests on, where nothing was shown.
const PROOF: &str = "exemption-proof";

impl Work<'_> {
    /// The fee must be settled before this step's way forward; before the result leaves, all of them.
    pub(super) fn settled(&self, step: &Step, to: &Move) -> Result<(), Refusal> {
        let money = &self.case.money;
        if self.flow.asks_a_fee(&step.code) {
            let definition = self.given.definition;
            let dues = self.ask(None, |context| Ok(fees::due(definition, &context.scope())?))?;
            let here = |due: &&FeeDue| due.due.as_deref() == Some(step.code.as_str());
            for due in dues.iter().filter(here).filter(|due| due.amount > 0) {
                block(&due.code, money.standing(&due.code))?;
            }
        }
        let leaves = matches!(to, Move::End(ending) if good(*ending));
        match money.unsettled() {
            Some((charge, standing)) if leaves => block(&charge.fee, standing),
            _ => Ok(()),
        }
    }

    /// Asks the fees of steps that have begun and were not asked yet. An amount once asked stays, whatever the
    /// day makes of it.
    pub(super) fn ask_new(&mut self) {
        // A part costs nothing beside the whole.
        if self.case.whole.is_some() {
            return;
        }
        for due in self.dues() {
            let begun = match &due.due {
                None => true,
                Some(step) => self.case.count(step) > 0,
            };
            if begun && due.amount > 0 && self.case.money.charge(&due.code).is_none() {
                self.ask_fee(due);
            }
        }
    }

    /// New answers: what was asked before is asked anew where they cost another amount.
    pub(super) fn ask_again(&mut self) {
        let dues = self.dues();
        for due in &dues {
            let changed = self.case.money.charge(&due.code).is_some_and(|charge| {
                let claim = match charge.claim {
                    Claim::None => due.claimed,
                    Claim::Made | Claim::Rejected => !due.claimed,
                    Claim::Granted(_) => false,
                };
                charge.amount != due.amount || claim
            });
            if changed {
                self.ask_fee(due.clone());
            }
        }
        let definition = self.given.definition;
        let gone = |fee: &&Fee| {
            let known = dues.iter().any(|due| due.code == fee.code);
            !known && self.ask(None, |context| context.holds(fee.when.as_ref())) == Ok(false)
        };
        let gone: Vec<&Fee> = definition.fees.iter().filter(gone).collect();
        for fee in gone {
            let charge = self.case.money.charge(&fee.code);
            if let Some(charge) = charge.filter(|charge| charge.amount > 0).cloned() {
                self.then(Event::FeeAsked {
                    fee: charge.fee,
                    amount: 0,
                    step: charge.step,
                    unit: charge.unit,
                    claimed: false,
                });
            }
        }
        self.ask_new();
    }

    /// What the answers cost; a fee that they do not tell yet is asked when they do.
    fn dues(&self) -> Vec<FeeDue> {
        let definition = self.given.definition;
        if definition.fees.is_empty() || self.case.life.ended().is_some() {
            return Vec::new();
        }
        let dues = self.ask(None, |context| {
            Ok(fees::known(definition, &context.scope()))
        });
        dues.unwrap_or_default()
    }

    fn ask_fee(&mut self, due: FeeDue) {
        let unit = self.collector(due.due.as_deref());
        self.then(Event::FeeAsked {
            fee: due.code,
            amount: due.amount,
            step: due.due,
            unit,
            claimed: due.claimed,
        });
    }

    /// Where the step is, money for it is taken; else where the case was handed in.
    fn collector(&self, step: Option<&str>) -> UnitCode {
        let there = self.case.tasks.iter();
        let mut there = there.filter(|task| Some(task.step.as_str()) == step);
        there
            .find_map(|task| task.unit.clone())
            .or_else(|| self.case.received_at.clone())
            .unwrap_or_else(|| self.case.unit.clone())
    }

    pub(super) fn ask_fees(&mut self) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let before = self.case.version;
        self.ask_new();
        match self.case.version == before {
            true => Err(Refusal::AlreadyDone),
            false => Ok(()),
        }
    }

    /// At a desk never more than is due; what a bank brings is what it is, even after the end of the case.
    pub(super) fn take_payment(&mut self, taking: Taking) -> Result<(), Refusal> {
        let Taking {
            amount,
            way,
            unit,
            receipt,
            bank,
        } = taking;
        if amount <= 0 {
            return Err(Refusal::NoAmount);
        }
        self.ask_new();
        if let Actor::Official { .. } = self.given.actor
            && way.at_desk()
        {
            not_ended(&self.case)?;
            let left = self.case.money.left();
            if amount > left {
                return Err(Refusal::MoreThanDue { left });
            }
        }
        let payment = next(self.case.money.payments.iter().map(|paid| paid.number));
        self.then(Event::FeePaid(Box::new(FeePaid {
            payment,
            amount,
            way,
            unit,
            receipt,
            bank,
        })));
        self.go_on();
        Ok(())
    }

    pub(super) fn void_payment(
        &mut self,
        payment: u32,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let money = &self.case.money;
        let paid = money.payment(payment).ok_or(Refusal::NoSuchMoney)?;
        if paid.voided {
            return Err(Refusal::AlreadyDone);
        }
        if !paid.way.at_desk() {
            return Err(not_from_here(&self.case));
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let most = money.paid() - money.going_back();
        if paid.amount > most {
            return Err(Refusal::MoreThanPaid { most });
        }
        self.then(Event::PaymentVoided { payment, why });
        Ok(())
    }

    /// Confirmed with a paper or a look into a register, never on the word alone.
    pub(super) fn waive(
        &mut self,
        fee: Code,
        proof: Proof,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        self.ask_new();
        let charge = self.case.money.charge(&fee);
        let charge = charge.ok_or_else(|| Refusal::NoSuchFee { fee: fee.clone() })?;
        if matches!(charge.claim, Claim::Granted(_)) {
            return Err(Refusal::AlreadyDone);
        }
        let mut known = self.given.definition.fees.iter();
        let exempts = known.any(|known| known.code == fee && known.exempt.is_some());
        if !exempts {
            return Err(Refusal::NoSuchFee { fee });
        }
        if proof.file.is_none() && proof.register.is_none() {
            return Err(Refusal::EvidenceRequired { what: PROOF.into() });
        }
        self.then(Event::FeeWaived { fee, proof, why });
        self.go_on();
        Ok(())
    }

    pub(super) fn reject_waiver(&mut self, fee: Code, why: Option<NoteId>) -> Result<(), Refusal> {
        not_ended(&self.case)?;
        let charge = self.case.money.charge(&fee);
        let charge = charge.ok_or_else(|| Refusal::NoSuchFee { fee: fee.clone() })?;
        match charge.claim {
            Claim::Made => {}
            Claim::None | Claim::Rejected | Claim::Granted(_) => return Err(Refusal::AlreadyDone),
        }
        if why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::WaiverRejected { fee, why });
        Ok(())
    }

    pub(super) fn ask_refund(
        &mut self,
        amount: i64,
        why: RefundWhy,
        note: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let Actor::Official { .. } = self.given.actor else {
            return Err(Refusal::NotYours);
        };
        if amount <= 0 {
            return Err(Refusal::NoAmount);
        }
        if note.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let money = &self.case.money;
        let most = match &why {
            RefundWhy::Surplus => money.surplus(),
            RefundWhy::NotDue { fee } => {
                let place = money.charges.iter().position(|charge| charge.fee == *fee);
                let place = place.ok_or_else(|| Refusal::NoSuchFee { fee: fee.clone() })?;
                let free = (money.paid() - money.going_back()).max(0);
                money.cover()[place].min(free)
            }
        };
        if amount > most {
            return Err(Refusal::MoreThanPaid { most });
        }
        let refund = next(money.refunds.iter().map(|refund| refund.number));
        self.then(Event::RefundAsked {
            refund,
            amount,
            why,
            note,
        });
        Ok(())
    }

    /// Four eyes: whoever asked does not approve.
    pub(super) fn answer_refund(
        &mut self,
        refund: u32,
        approve: bool,
        note: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let asked = self.case.money.refund(refund).ok_or(Refusal::NoSuchMoney)?;
        if asked.stage != RefundStage::Asked {
            return Err(Refusal::AlreadyDone);
        }
        match self.given.actor {
            Actor::Official { id, .. } if *id == asked.asked_by => return Err(Refusal::SameHand),
            Actor::Official { .. } => {}
            _ => return Err(Refusal::NotYours),
        }
        if !approve && note.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        self.then(Event::RefundAnswered {
            refund,
            approved: approve,
            note,
        });
        Ok(())
    }

    pub(super) fn pay_refund(
        &mut self,
        refund: u32,
        way: Way,
        unit: UnitCode,
        bank: Option<String>,
    ) -> Result<(), Refusal> {
        let asked = self.case.money.refund(refund).ok_or(Refusal::NoSuchMoney)?;
        match asked.stage {
            RefundStage::Approved => {}
            RefundStage::PaidOut | RefundStage::Rejected => return Err(Refusal::AlreadyDone),
            RefundStage::Asked => return Err(not_from_here(&self.case)),
        }
        self.then(Event::Refunded {
            refund,
            amount: asked.amount,
            way,
            unit,
            bank,
        });
        Ok(())
    }

    /// The applicant's step of paying is over as soon as the money is there.
    fn go_on(&mut self) {
        let pays = |step: &str| {
            let step = self.flow.step(step)?;
            let can = step.outcomes.iter().any(|way| way.code == PAID);
            let here = || {
                let charges = self.case.money.charges.iter();
                charges.filter(|charge| charge.step.as_deref() == Some(step.code.as_str()))
            };
            let settled = here().all(|c| self.case.money.standing(&c.fee) == Standing::Settled);
            (can && here().next().is_some() && settled).then(|| step.code.clone())
        };
        let theirs = self.case.tasks.iter().filter(|task| task.by_applicant());
        let paid = theirs
            .filter_map(|task| Some((pays(&task.step)?, task.row)))
            .next();
        let Some((step, row)) = paid else {
            return;
        };
        // Whatever else the step may want, the money stays taken.
        let before = self.mark();
        let decided = self.conclude(Deciding {
            step,
            row,
            outcome: PAID.to_owned(),
            note: None,
            files: Vec::new(),
            answers: None,
        });
        if decided.is_err() {
            self.undo(before);
        }
    }
}

fn block(fee: &str, standing: Standing) -> Result<(), Refusal> {
    let fee = fee.to_owned();
    match standing {
        Standing::Settled => Ok(()),
        Standing::Claimed => Err(Refusal::ClaimUnproven { fee }),
        Standing::NotAsked | Standing::Short(_) => Err(Refusal::Unpaid { fee }),
    }
}

fn next(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.max().unwrap_or(0) + 1
}
