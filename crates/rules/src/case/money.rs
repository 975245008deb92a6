//! What a case costs, what was paid and what went back: sums of its events, in whole đồng. Pure arithmetic;
//! who may pay, waive or give back is decided in `pay`.

use serde::{Deserialize, Serialize};
use service::definition::Code;

use crate::Moment;
use crate::ids::{ContentHash, PersonId, UnitCode};

/// The account of one case. Empty for cases that cost nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Money {
    /// In the order first asked; money covers the earlier ones first.
    pub charges: Vec<Charge>,
    pub payments: Vec<Payment>,
    pub refunds: Vec<Refund>,
}

/// A fee that was asked of this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    pub fee: Code,
    /// By the answers in force.
    pub amount: i64,
    /// The step whose outcome waits for it.
    pub step: Option<Code>,
    /// Who collects it.
    pub unit: UnitCode,
    pub claim: Claim,
    /// Given back because it turned out not to be due.
    pub remitted: i64,
}

/// An exemption that the applicant claims in the form; an official confirms it with a proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    #[default]
    None,
    Made,
    Granted(Proof),
    Rejected,
}

/// What an exemption rests on: a paper, or a look into a register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub file: Option<ContentHash>,
    pub register: Option<Code>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// 1, 2, 3 … within the case.
    pub number: u32,
    pub at: Moment,
    pub amount: i64,
    pub way: Way,
    /// Whose till or account it came to.
    pub unit: UnitCode,
    pub receipt: Option<ReceiptNumber>,
    /// The receipt was cancelled: the money counts as not paid.
    pub voided: bool,
}

/// How money changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    Cash,
    Transfer,
    /// A card terminal on the desk.
    Card,
    /// The payment gateway of the national portal.
    Portal,
    /// Collected by the public postal service.
    Post,
}

impl Way {
    pub const ALL: [Way; 5] = [Way::Cash, Way::Transfer, Way::Card, Way::Portal, Way::Post];

    /// As data and events write it.
    pub fn code(self) -> &'static str {
        match self {
            Way::Cash => "cash",
            Way::Transfer => "transfer",
            Way::Card => "card",
            Way::Portal => "portal",
            Way::Post => "post",
        }
    }

    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }

    /// A desk may write it down. A transfer is told by the bank alone, and given back rather than struck out.
    pub fn at_desk(self) -> bool {
        self != Way::Transfer
    }
}

/// The series of a unit and a year has no gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReceiptNumber {
    pub unit: UnitCode,
    pub year: i16,
    pub number: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// 1, 2, 3 … within the case.
    pub number: u32,
    pub amount: i64,
    pub why: RefundWhy,
    pub asked_by: PersonId,
    pub stage: RefundStage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefundWhy {
    /// Paid twice, or more than was due.
    Surplus,
    /// This fee turned out not to be due (the result was not granted, an exemption came to light).
    NotDue { fee: Code },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefundStage {
    Asked,
    Approved,
    Rejected,
    PaidOut,
}

/// How far one fee is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    NotAsked,
    /// An exemption is claimed and nobody has confirmed it yet.
    Claimed,
    /// So many đồng are missing.
    Short(i64),
    Settled,
}

impl Charge {
    /// What is to be paid of it, in đồng. A claim suspends it until somebody has judged the claim.
    pub fn owed(&self) -> i64 {
        match self.claim {
            Claim::Made | Claim::Granted(_) => 0,
            Claim::None | Claim::Rejected => (self.amount - self.remitted).max(0),
        }
    }
}

impl Money {
    pub fn is_empty(&self) -> bool {
        self.charges.is_empty() && self.payments.is_empty() && self.refunds.is_empty()
    }

    pub fn charge(&self, fee: &str) -> Option<&Charge> {
        self.charges.iter().find(|charge| charge.fee == fee)
    }

    pub fn payment(&self, number: u32) -> Option<&Payment> {
        self.payments.iter().find(|paid| paid.number == number)
    }

    pub fn refund(&self, number: u32) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.number == number)
    }

    /// All that is to be paid.
    pub fn owed(&self) -> i64 {
        self.charges.iter().map(Charge::owed).sum()
    }

    /// What came and stayed.
    pub fn paid(&self) -> i64 {
        let came = self.payments.iter().filter(|paid| !paid.voided);
        let back = self.refunds.iter();
        let back = back.filter(|refund| refund.stage == RefundStage::PaidOut);
        came.map(|paid| paid.amount).sum::<i64>() - back.map(|refund| refund.amount).sum::<i64>()
    }

    /// What is still to be paid.
    pub fn left(&self) -> i64 {
        (self.owed() - self.paid()).max(0)
    }

    /// Paid beyond what is due, less what is already on its way back.
    pub fn surplus(&self) -> i64 {
        (self.paid() - self.owed() - self.going_back()).max(0)
    }

    /// Refunds asked or approved and not yet paid out.
    pub fn going_back(&self) -> i64 {
        let open =
            |refund: &&Refund| matches!(refund.stage, RefundStage::Asked | RefundStage::Approved);
        self.refunds
            .iter()
            .filter(open)
            .map(|refund| refund.amount)
            .sum()
    }

    /// How much of each charge the money covers, in the order of the charges.
    pub fn cover(&self) -> Vec<i64> {
        let mut rest = self.paid();
        let covers = self.charges.iter().map(|charge| {
            let share = rest.min(charge.owed()).max(0);
            rest -= share;
            share
        });
        covers.collect()
    }

    pub fn standing(&self, fee: &str) -> Standing {
        let Some(place) = self.charges.iter().position(|charge| charge.fee == fee) else {
            return Standing::NotAsked;
        };
        let charge = &self.charges[place];
        match (&charge.claim, charge.owed() - self.cover()[place]) {
            (Claim::Made, _) => Standing::Claimed,
            (_, 0) => Standing::Settled,
            (_, short) => Standing::Short(short),
        }
    }

    /// The first fee that is not settled.
    pub fn unsettled(&self) -> Option<(&Charge, Standing)> {
        let stands = self
            .charges
            .iter()
            .map(|charge| (charge, self.standing(&charge.fee)));
        stands
            .into_iter()
            .find(|(_, standing)| *standing != Standing::Settled)
    }
}
