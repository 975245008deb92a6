//! Synthetic people pay what they owe: most by transfer before the desk looks, the others in cash or by card
//! at the desk; exemptions are confirmed or not. Receipts get their numbers when the case is brought in.

use rules::Moment;
use rules::case::Command;
use rules::case::command::Taking;
use rules::case::money::{Claim, Proof, Standing, Way};
use rules::ids::NoteId;
use rules::person::Actor;
use service::definition::Channel;

use super::live::Life;

impl Life<'_> {
    /// What is due at this step is settled before it is decided.
    pub(super) fn settle_fees(&mut self, step: &str, clerk: &Actor, at: Moment) {
        let money = &self.lived.case.money;
        let due = money
            .charges
            .iter()
            .filter(|charge| charge.step.as_deref() == Some(step));
        let claims: Vec<String> = due
            .clone()
            .filter(|charge| charge.claim == Claim::Made)
            .map(|charge| charge.fee.clone())
            .collect();
        let open = due.filter(|charge| money.standing(&charge.fee) != Standing::Settled);
        let Some(unit) = open.map(|charge| charge.unit.clone()).next() else {
            return;
        };
        for fee in claims {
            self.judge_claim(fee, clerk, at);
        }
        let left = self.lived.case.money.left();
        if left == 0 {
            return;
        }
        let online = self.lived.case.channel == Channel::Online;
        let way = match self
            .dice
            .weighted(&[if online { 0.86 } else { 0.25 }, 0.6, 0.08])
        {
            0 => Way::Transfer,
            1 if !online => Way::Cash,
            _ if online => Way::Portal,
            _ => Way::Card,
        };
        let paid = |amount, bank| {
            Command::TakePayment(Box::new(Taking {
                amount,
                way,
                unit: unit.clone(),
                receipt: None,
                bank,
            }))
        };
        if way != Way::Transfer {
            self.command(paid(left, None), clerk.clone(), at);
            return;
        }
        // A few send more than they were asked for.
        let amount = match self.dice.chance(0.004) {
            true => left * 2,
            false => left,
        };
        let number = u32::from_le_bytes(self.dice.bytes());
        let bank = Some(format!("demo FT{number:010}"));
        let last = self.lived.recorded.last().map_or(at, |last| last.at);
        let sent = last + (at.duration_since(last) / 2);
        self.command(paid(amount, bank), Actor::Bank, sent.max(last));
    }

    fn judge_claim(&mut self, fee: String, clerk: &Actor, at: Moment) {
        let proven = self.dice.chance(0.93);
        let command = match proven {
            true => Command::Waive {
                fee,
                proof: Proof {
                    file: None,
                    register: Some("poor-household".to_owned()),
                },
                why: None,
            },
            false => {
                let id = NoteId::new(at, self.dice.bytes());
                let words = "Không có tên trong cơ sở dữ liệu; giấy tờ đã hết hạn.";
                self.lived.notes.push((id, words.to_owned()));
                Command::RejectWaiver { fee, why: Some(id) }
            }
        };
        self.command(command, clerk.clone(), at);
    }
}
