//! VietQR: the text of a payment code that any Vietnamese bank's app reads. NAPAS "QR switching", part IV
//! (version 1.5.2, 2021), a profile of EMV QR (merchant-presented mode): fields of identifier, length, value,
//! and a checksum at the end. [`crate::qr::svg`] draws it.

use service::fold::fold;

/// Where the money goes, how much, and what the bank statement will say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment<'a> {
    /// Six digits that NAPAS gave the bank.
    pub bank: &'a str,
    /// Account number: letters and digits, at most 19.
    pub account: &'a str,
    /// Whole đồng; `None`: the payer types it.
    pub amount: Option<u64>,
    /// What finds the payment again in the statement. Accents are folded away; at most 25 signs.
    pub reference: &'a str,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unpayable {
    #[error("the bank's number must be six digits")]
    Bank,
    #[error("an account number has 1 to 19 letters and digits")]
    Account,
    #[error("the amount must be between 1 and 9,999,999,999,999 đồng")]
    Amount,
    #[error("the reference must have 1 to 25 letters, digits, spaces, dots or hyphens")]
    Reference,
}

const NAPAS: &str = "A000000727";
/// To an account (`QRIBFTTC` would be to a card).
const TO_ACCOUNT: &str = "QRIBFTTA";
const DONG: &str = "704";
/// EMV field 54 holds 13 signs.
const MOST: u64 = 9_999_999_999_999;

/// The text of the code.
///
/// # Errors
/// [`Unpayable`] names the part that the standard cannot carry.
pub fn text(payment: &Payment<'_>) -> Result<String, Unpayable> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if payment.bank.len() != 6 || !digits(payment.bank) {
        return Err(Unpayable::Bank);
    }
    let plain = payment.account.bytes().all(|b| b.is_ascii_alphanumeric());
    if !(1..=19).contains(&payment.account.len()) || !plain {
        return Err(Unpayable::Account);
    }
    if payment.amount.is_some_and(|dong| dong == 0 || dong > MOST) {
        return Err(Unpayable::Amount);
    }
    let reference = reference(payment.reference).ok_or(Unpayable::Reference)?;
    let holder = [field("00", payment.bank), field("01", payment.account)].concat();
    let account = [
        field("00", NAPAS),
        field("01", &holder),
        field("02", TO_ACCOUNT),
    ];
    let mut text = [
        field("00", "01"),
        // 12: made for one payment; 11: printed once for many.
        field("01", if payment.amount.is_some() { "12" } else { "11" }),
        field("38", &account.concat()),
        field("53", DONG),
    ]
    .concat();
    if let Some(dong) = payment.amount {
        text += &field("54", &dong.to_string());
    }
    text += &field("58", "VN");
    text += &field("62", &field("08", &reference));
    // The checksum covers its own identifier and length.
    text += "6304";
    let sum = checksum(text.as_bytes());
    Ok(format!("{text}{sum:04X}"))
}

/// Banks carry plain letters only.
fn reference(text: &str) -> Option<String> {
    let plain = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => fold(c.encode_utf8(&mut [0; 4])),
    };
    let folded: String = text.chars().map(plain).collect();
    let folded = folded.to_uppercase();
    let carried = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-');
    let fits = (1..=25).contains(&folded.len()) && folded.chars().all(carried);
    fits.then_some(folded)
}

/// Every value here is shorter than a hundred signs.
fn field(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.len())
}

/// CRC-16 with polynomial 0x1021 and start 0xFFFF (ISO/IEC 13239; "CCITT-FALSE").
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |sum, byte| {
        (0..8).fold(sum ^ (u16::from(*byte) << 8), |sum, _| {
            let shifted = sum << 1;
            if sum & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment<'a>() -> Payment<'a> {
        Payment {
            bank: "970403",
            account: "0011012345678",
            amount: Some(180_000),
            reference: "H13.102-261124-0001",
        }
    }

    /// Identifier, value; as an independent reader would see it.
    fn fields(mut text: &str) -> Vec<(&str, &str)> {
        let mut fields = Vec::new();
        while !text.is_empty() {
            let length: usize = text[2..4].parse().expect("a length");
            fields.push((&text[..2], &text[4..4 + length]));
            text = &text[4 + length..];
        }
        fields
    }

    #[test]
    fn the_checksum_is_that_of_the_published_examples() {
        // The check value of this CRC, and the two account examples of the NAPAS paper.
        assert_eq!(checksum(b"123456789"), 0x29B1);
        for (text, sum) in [
            (
                "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN6304",
                0x9E6F,
            ),
            (
                "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang6304",
                0x2E2E,
            ),
        ] {
            assert_eq!(checksum(text.as_bytes()), sum);
        }
    }

    #[test]
    fn a_payment_has_the_fields_of_the_standard_in_order() {
        let made = text(&payment()).expect("payable");
        let read = fields(&made);
        let ids: Vec<&str> = read.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, ["00", "01", "38", "53", "54", "58", "62", "63"]);
        assert_eq!(
            read[2].1,
            "0010A00000072701270006970403011300110123456780208QRIBFTTA"
        );
        assert_eq!(read[4].1, "180000");
        assert_eq!(fields(read[6].1), [("08", "H13.102-261124-0001")]);
        let (body, sum) = made.split_at(made.len() - 4);
        assert_eq!(format!("{:04X}", checksum(body.as_bytes())), sum);
    }

    #[test]
    fn without_an_amount_the_code_is_for_many_payments() {
        let open = Payment {
            amount: None,
            ..payment()
        };
        let made = text(&open).expect("payable");
        assert!(fields(&made).contains(&("01", "11")));
        assert!(fields(&made).iter().all(|(id, _)| *id != "54"));
    }

    #[test]
    fn what_banks_cannot_carry_is_named() {
        let told = |change: fn(&mut Payment<'_>)| {
            let mut payment = payment();
            change(&mut payment);
            text(&payment)
        };
        assert_eq!(told(|p| p.bank = "97040"), Err(Unpayable::Bank));
        assert_eq!(told(|p| p.account = "00-11"), Err(Unpayable::Account));
        assert_eq!(told(|p| p.account = ""), Err(Unpayable::Account));
        assert_eq!(told(|p| p.amount = Some(0)), Err(Unpayable::Amount));
        assert_eq!(told(|p| p.reference = ""), Err(Unpayable::Reference));
        assert_eq!(told(|p| p.reference = "a/b"), Err(Unpayable::Reference));
        let folded = told(|p| p.reference = "Lệ phí đất").expect("payable");
        assert!(folded.contains("0810LE PHI DAT"), "{folded}");
    }
}
