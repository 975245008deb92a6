//! Money in words: fees, ways of paying, receipts, how far a fee is settled, what happened.

use rules::case::Event;
use rules::case::money::{Claim, Money, ReceiptNumber, Standing, Way};
use rules::ids::NoteId;
use service::Definition;

use crate::say;
use crate::text::{Args, Lang};
use crate::ui::parts::Tone;

/// What an event about money says: how much it matters, the sentence, what was written.
pub fn told(
    l: Lang,
    definition: &Definition,
    event: &Event,
) -> Option<(u8, String, Option<NoteId>)> {
    let fee = |code: &str| fee_words(l, definition, code);
    let dong = |amount: i64| say::money(l, amount);
    let say = |member: &str, args: Args<'_>| l.of("money-event", member, args);
    Some(match event {
        Event::FeeAsked {
            fee: code,
            amount,
            claimed,
            ..
        } => {
            let member = if *claimed { "asked-claimed" } else { "asked" };
            let (fee, amount) = (fee(code), dong(*amount));
            (6, say(member, &[("fee", &fee), ("money", &amount)]), None)
        }
        Event::FeePaid(paid) => {
            let (amount, way) = (dong(paid.amount), way_words(l, paid.way));
            let number = paid.receipt.as_ref().map(receipt_words).unwrap_or_default();
            let args: Args<'_> = &[("money", &amount), ("way", &way), ("receipt", &number)];
            (1, say("paid", args), None)
        }
        Event::PaymentVoided { why, .. } => (1, say("voided", &[]), *why),
        Event::FeeWaived { fee: code, why, .. } => (1, say("waived", &[("fee", &fee(code))]), *why),
        Event::WaiverRejected { fee: code, why } => {
            (1, say("rejected", &[("fee", &fee(code))]), *why)
        }
        Event::RefundAsked { amount, note, .. } => {
            (1, say("refund-asked", &[("money", &dong(*amount))]), *note)
        }
        Event::RefundAnswered { approved, note, .. } => {
            let member = if *approved {
                "refund-approved"
            } else {
                "refund-rejected"
            };
            (1, say(member, &[]), *note)
        }
        Event::Refunded { amount, way, .. } => {
            let (amount, way) = (dong(*amount), way_words(l, *way));
            (
                1,
                say("refunded", &[("money", &amount), ("way", &way)]),
                None,
            )
        }
        _ => return None,
    })
}

/// A fee in words.
pub fn fee_words(l: Lang, definition: &Definition, fee: &str) -> String {
    let mut known = definition.fees.iter();
    let known = known.find(|known| known.code == fee);
    known.map_or_else(|| fee.to_owned(), |fee| fee.label.get(l.code()).to_owned())
}

pub fn way_words(l: Lang, way: Way) -> String {
    l.of("money-way", way.code(), &[])
}

/// `000123/2026`
pub fn receipt_words(receipt: &ReceiptNumber) -> String {
    format!("{:06}/{}", receipt.number, receipt.year)
}

/// Where a fee stands: a tone and a word.
pub fn standing_words(l: Lang, money: &Money, fee: &str) -> (Tone, String) {
    let granted = money
        .charge(fee)
        .is_some_and(|charge| matches!(charge.claim, Claim::Granted(_)));
    let word = |member| l.of("money-standing", member, &[]);
    match money.standing(fee) {
        Standing::Settled if granted => (Tone::Done, word("waived")),
        Standing::Settled => (Tone::Done, word("settled")),
        Standing::Claimed => (Tone::Soon, word("claimed")),
        Standing::NotAsked => (Tone::Plain, word("not-asked")),
        Standing::Short(short) => {
            let short = say::money(l, short);
            (
                Tone::Soon,
                l.of("money-standing", "short", &[("money", &short)]),
            )
        }
    }
}
