//! Money of a case: what officials do with it, and what banks tell. What a bank told is booked in the same
//! transaction that remembers it was told: cut short anywhere, it is told again and booked once.

use rules::Moment;
use rules::case::command::Taking;
use rules::case::money::{Proof, RefundWhy, Way};
use rules::case::{self, Case, Command, Event, Given, Refusal, reference};
use rules::duty::{self, Act};
use rules::ids::{CaseId, ContentHash, NoteId, PersonId, UnitCode};
use rules::person::{Actor, Person};
use service::definition::Code;
use store::{BankLine, BankState, CollectingAccount, Extras, Save, Tx};

use crate::change::{candidates, published};
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::letters;

/// What an official does with the money of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Asks what is due and was never asked.
    Ask,
    Take {
        amount: i64,
        way: Way,
        /// Number on the slip of the card terminal, the portal or the post.
        bank: Option<String>,
    },
    Void {
        payment: u32,
    },
    /// With the first file that comes along as its proof, or a register that was looked into.
    Waive {
        fee: Code,
        register: Option<Code>,
    },
    RejectWaiver {
        fee: Code,
    },
    AskRefund {
        amount: i64,
        why: RefundWhy,
    },
    AnswerRefund {
        refund: u32,
        approve: bool,
    },
    PayRefund {
        refund: u32,
        way: Way,
        bank: Option<String>,
    },
}

/// The command of a deed; [`settle`] names unit and receipt.
pub(crate) fn command(deed: Deed, why: Option<NoteId>, file: Option<ContentHash>) -> Command {
    match deed {
        Deed::Ask => Command::AskFees,
        Deed::Take { amount, way, bank } => Command::TakePayment(Box::new(Taking {
            amount,
            way,
            unit: UnitCode::new(),
            receipt: None,
            bank,
        })),
        Deed::Void { payment } => Command::VoidPayment { payment, why },
        Deed::Waive { fee, register } => {
            let proof = Proof { file, register };
            Command::Waive { fee, proof, why }
        }
        Deed::RejectWaiver { fee } => Command::RejectWaiver { fee, why },
        Deed::AskRefund {
            amount,
            why: because,
        } => Command::AskRefund {
            amount,
            why: because,
            note: why,
        },
        Deed::AnswerRefund { refund, approve } => Command::AnswerRefund {
            refund,
            approve,
            note: why,
        },
        Deed::PayRefund { refund, way, bank } => Command::PayRefund {
            refund,
            way,
            unit: UnitCode::new(),
            bank,
        },
    }
}

/// Whose till it is, whether that till is open, and the number of the receipt.
pub(crate) async fn settle(
    tx: &mut Tx,
    law: &Law,
    prior: &Case,
    actor: &Actor,
    commands: &mut [Command],
    now: Moment,
) -> Result<(), ActionError> {
    let Actor::Official { unit: desk, .. } = actor else {
        return Ok(());
    };
    for command in commands {
        match command {
            Command::TakePayment(taking) => {
                if taking.way == Way::Cash {
                    till_takes(tx, law, desk, now).await?;
                }
                taking.unit = desk.clone();
                let year = law.calendar()?.local(now).0.year();
                taking.receipt = Some(tx.next_receipt(desk, year).await?);
            }
            Command::PayRefund { way, unit, .. } => {
                if *way == Way::Cash {
                    till_takes(tx, law, desk, now).await?;
                }
                *unit = desk.clone();
            }
            Command::VoidPayment { payment, .. } => {
                let paid = prior.money.payment(*payment);
                if let Some(paid) = paid.filter(|paid| paid.way == Way::Cash) {
                    till_takes(tx, law, &paid.unit, now).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A till nobody opened by hand is open.
async fn till_takes(tx: &mut Tx, law: &Law, unit: &str, now: Moment) -> Result<(), ActionError> {
    let day = law.calendar()?.local(now).0;
    match tx.till(unit, day).await? {
        Some(till) => Ok(till.takes()?),
        None => Ok(()),
    }
}

/// One transaction as a bank tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTold {
    /// Who tells.
    pub source: String,
    /// The bank's own number: the same one is booked once.
    pub number: String,
    pub at: Moment,
    /// Whole đồng, more than zero.
    pub amount: i64,
    pub account: String,
    pub words: String,
}

/// What became of what a bank told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub line: BankLine,
    /// The code of the case it was booked on.
    pub code: Option<String>,
    /// It was told before; nothing happened now.
    pub again: bool,
}

/// Why a line waits for a person, or is worth a look though it was booked: words under `bank-why.<this>`.
pub const NO_REFERENCE: &str = "no-reference";
pub const UNKNOWN_REFERENCE: &str = "unknown-reference";
pub const SEVERAL_REFERENCES: &str = "several-references";
pub const SHORT: &str = "short";
pub const OVER: &str = "over";
pub const NOTHING_DUE: &str = "nothing-due";

impl City {
    /// Takes in what a bank told: booked on the case that its words name, or kept for the accountant.
    ///
    /// # Errors
    /// [`Refusal::NoAmount`]; where the memory does not answer, and then nothing was taken in.
    pub async fn bank_told(&self, told: BankTold) -> Result<Told, ActionError> {
        if told.amount <= 0 {
            return Err(Refusal::NoAmount.into());
        }
        let (law, now) = (self.law(), self.now());
        self.writer()
            .run("bank", move |tx| {
                let (law, told) = (law.clone(), told.clone());
                Box::pin(async move { take_in(tx, &law, told, now).await })
            })
            .await
    }

    /// The accountant says whose a line is.
    ///
    /// # Errors
    /// [`Refusal::NotYours`]; [`Refusal::AlreadyDone`] where it is settled; [`ActionError::NotFound`]
    /// for an unknown line or case.
    pub async fn assign_bank_line(
        &self,
        person: &Person,
        (source, number): (String, String),
        code: String,
        note: Option<String>,
    ) -> Result<Told, ActionError> {
        let by = accountant(person)?;
        let (law, now) = (self.law(), self.now());
        self.writer()
            .run("assign", move |tx| {
                let (law, source, number) = (law.clone(), source.clone(), number.clone());
                let (code, note, by) = (code.clone(), note.clone(), by.clone());
                Box::pin(async move {
                    let mut line = open_line(tx, &source, &number).await?;
                    let id = tx.case_id(&code).await?.ok_or(ActionError::NotFound)?;
                    line.why = Some(credit(tx, &law, id, &line, &by.1, now).await?.0.to_owned());
                    line.state = BankState::Assigned;
                    (line.case, line.person, line.note) = (Some(id), Some(by.0), note);
                    tx.settle_bank_line(&line).await?;
                    Ok(Told {
                        line,
                        code: Some(code),
                        again: false,
                    })
                })
            })
            .await
    }

    /// The accountant sent the money back to whoever sent it.
    ///
    /// # Errors
    /// As [`City::assign_bank_line`]; [`Refusal::ReasonRequired`] without a word on it.
    pub async fn return_bank_line(
        &self,
        person: &Person,
        (source, number): (String, String),
        note: Option<String>,
    ) -> Result<(), ActionError> {
        let by = accountant(person)?;
        let note = note.ok_or(Refusal::ReasonRequired)?;
        self.writer()
            .run("return", move |tx| {
                let (source, number, note) = (source.clone(), number.clone(), note.clone());
                let by = by.0;
                Box::pin(async move {
                    let mut line = open_line(tx, &source, &number).await?;
                    line.state = BankState::Returned;
                    (line.person, line.note) = (Some(by), Some(note));
                    Ok(tx.settle_bank_line(&line).await?)
                })
            })
            .await
    }

    /// Which accounts collect; an account of the same unit and day is overwritten.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn set_collecting_accounts(
        &self,
        accounts: Vec<CollectingAccount>,
    ) -> Result<(), ActionError> {
        let written: Result<(), store::StoreError> = self
            .writer()
            .run("accounts", move |tx| {
                let accounts = accounts.clone();
                Box::pin(async move {
                    for account in &accounts {
                        tx.save_collecting_account(account).await?;
                    }
                    Ok(())
                })
            })
            .await;
        written?;
        self.reload().await
    }

    /// A unit's receipts of a year go on behind this number.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn set_receipt_series(
        &self,
        unit: &str,
        year: i16,
        last: u32,
    ) -> Result<(), ActionError> {
        let unit = unit.to_owned();
        let written: Result<(), store::StoreError> = self
            .writer()
            .run("series", move |tx| {
                let unit = unit.clone();
                Box::pin(async move { tx.set_receipt_series(&unit, year, last).await })
            })
            .await;
        Ok(written?)
    }
}

fn accountant(person: &Person) -> Result<(PersonId, Actor), Refusal> {
    duty::may(person, &Act::KeepAccounts, None)?;
    match person {
        Person::Official(official) => Ok((official.id, crate::open::actor(person))),
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => Err(Refusal::NotYours),
    }
}

async fn open_line(tx: &mut Tx, source: &str, number: &str) -> Result<BankLine, ActionError> {
    let line = tx.bank_line(source, number).await?;
    let line = line.ok_or(ActionError::NotFound)?;
    match line.state {
        BankState::Open => Ok(line),
        _ => Err(Refusal::AlreadyDone.into()),
    }
}

async fn take_in(tx: &mut Tx, law: &Law, told: BankTold, now: Moment) -> Result<Told, ActionError> {
    let mut line = BankLine {
        source: told.source,
        number: told.number,
        at: told.at,
        amount: told.amount,
        account: told.account,
        words: told.words,
        came: now,
        state: BankState::Open,
        why: None,
        case: None,
        person: None,
        note: None,
    };
    if !tx.new_bank_line(&line).await? {
        let known = tx.bank_line(&line.source, &line.number).await?;
        let line = known.ok_or(ActionError::NotFound)?;
        let code = match line.case {
            Some(id) => tx.case(id).await?.map(|case| case.code),
            None => None,
        };
        return Ok(Told {
            line,
            code,
            again: true,
        });
    }
    let references = reference::within(&line.words);
    let mut meant = Vec::new();
    for reference in &references {
        meant.extend(tx.case_of_reference(reference).await?);
    }
    let mut code = None;
    match meant[..] {
        [] if references.is_empty() => line.why = Some(NO_REFERENCE.to_owned()),
        [] => line.why = Some(UNKNOWN_REFERENCE.to_owned()),
        [id] => {
            let (why, case) = credit(tx, law, id, &line, &Actor::Bank, now).await?;
            line.why = Some(why.to_owned()).filter(|why| !why.is_empty());
            (line.state, line.case) = (BankState::Matched, Some(id));
            code = Some(case.code);
        }
        _ => line.why = Some(SEVERAL_REFERENCES.to_owned()),
    }
    tx.settle_bank_line(&line).await?;
    Ok(Told {
        line,
        code,
        again: false,
    })
}

/// Books a transfer on a case, with its receipt. Says how the amount fits: empty where it does.
async fn credit(
    tx: &mut Tx,
    law: &Law,
    id: CaseId,
    line: &BankLine,
    actor: &Actor,
    now: Moment,
) -> Result<(&'static str, Case), ActionError> {
    let prior = tx.case(id).await?.ok_or(ActionError::NotFound)?;
    let published = published(law, &prior)?;
    let answers = tx.answers(id).await?;
    let (_, answers) = answers.unwrap_or_default();
    let day = law.calendar()?.local(now).0;
    let owner = law
        .accounts
        .iter()
        .find(|account| account.account == line.account);
    let charged = prior.money.charges.first().map(|charge| &charge.unit);
    let unit = owner.map(|account| &account.unit).or(charged);
    let unit = unit.or(prior.received_at.as_ref()).unwrap_or(&prior.unit);
    let receipt = tx.next_receipt(unit, day.year()).await?;
    let taking = Taking {
        amount: line.amount,
        way: Way::Transfer,
        unit: unit.clone(),
        receipt: Some(receipt),
        bank: Some(format!("{} {}", line.source, line.number)),
    };
    // Paid by the bank, the case may go on to whoever signs.
    let mandates = tx.mandates().await?;
    let staff = candidates(tx, &published, &prior, law, now).await?;
    let given = Given {
        staff: &staff,
        mandates: &mandates,
        ..Given::new(
            now,
            actor,
            (&published.definition, published.number),
            &answers,
            law.calendar_of(prior.clock.calendar)?,
            &law.organisation,
        )
    };
    let left = prior.money.left();
    let events = case::decide(&prior, Command::TakePayment(Box::new(taking)), &given)?;
    let (after, recorded) = case::record(prior.clone(), events, now, actor);
    let posts = letters::posts(&after, &recorded, &law.messages.tiers, now);
    let extras = Extras {
        posts,
        ..Extras::default()
    };
    tx.save_case(Some(&prior), &after, &recorded, &extras)
        .await?;
    let fits = match line.amount - left {
        _ if left == 0 => NOTHING_DUE,
        0 => "",
        over if over > 0 => OVER,
        _ => SHORT,
    };
    Ok((fits, after))
}

/// Payments of cases that are brought in whole get their receipts, in the order in which they were made.
pub(crate) async fn give_receipts(
    tx: &mut Tx,
    law: &Law,
    saves: &mut [Save],
) -> Result<(), ActionError> {
    let mut bare: Vec<(Moment, usize, usize)> = Vec::new();
    for (place, save) in saves.iter().enumerate() {
        for (n, recorded) in save.recorded.iter().enumerate() {
            if matches!(&recorded.event, Event::FeePaid(paid) if paid.receipt.is_none()) {
                bare.push((recorded.at, place, n));
            }
        }
    }
    bare.sort_unstable();
    for (at, place, n) in bare {
        let save = &mut saves[place];
        let Event::FeePaid(paid) = &mut save.recorded[n].event else {
            continue;
        };
        let year = law.calendar()?.local(at).0.year();
        let receipt = tx.next_receipt(&paid.unit, year).await?;
        let mut payments = save.case.money.payments.iter_mut();
        if let Some(sum) = payments.find(|sum| sum.number == paid.payment) {
            sum.receipt = Some(receipt.clone());
        }
        paid.receipt = Some(receipt);
    }
    Ok(())
}

/// Where the money of this unit goes on a day: its own account, or that of the unit above it.
pub fn collecting_account<'a>(
    law: &'a Law,
    unit: &str,
    day: jiff::civil::Date,
) -> Option<&'a CollectingAccount> {
    let mut at = unit.to_owned();
    // An organisation is a few levels deep; a circle in bad data must not hold us.
    for _ in 0..8 {
        let valid = law.accounts.iter().filter(|account| {
            account.unit == at
                && account.valid_from <= day
                && account.valid_to.is_none_or(|last| day <= last)
        });
        if let Some(found) = valid.max_by_key(|account| account.valid_from) {
            return Some(found);
        }
        at = law.organisation.unit(&at, day)?.parent.clone()?;
    }
    None
}
