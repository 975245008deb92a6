//! Amounts in Vietnamese words, as receipts must say them beside the figures: `một triệu không trăm linh năm nghìn`.

const DIGITS: [&str; 10] = [
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín",
];
/// Thousand by thousand below the billion (`tỷ`), which begins anew.
const UNITS: [&str; 3] = ["", "nghìn", "triệu"];
const BILLION: u64 = 1_000_000_000;

/// `Năm mươi nghìn đồng`: with a capital letter, as the line of a receipt begins.
pub fn dong(amount: i64) -> String {
    let words = words(amount);
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    let first: String = first.into_iter().flatten().collect();
    format!("{first}{} đồng", letters.as_str())
}

/// A whole number in words.
pub fn words(number: i64) -> String {
    let mut said = Vec::new();
    if number < 0 {
        said.push("âm");
    }
    match number.unsigned_abs() {
        0 => said.push(DIGITS[0]),
        size => whole(size, false, &mut said),
    }
    said.join(" ")
}

/// `inside`: something larger was said before, so that its hundreds are named even where there are none.
fn whole(size: u64, inside: bool, said: &mut Vec<&'static str>) {
    let (billions, rest) = (size / BILLION, size % BILLION);
    if billions > 0 {
        whole(billions, inside, said);
        said.push("tỷ");
    }
    let mut inside = inside || billions > 0;
    for place in (0..3).rev() {
        let three = rest / 1000_u64.pow(place) % 1000;
        if three == 0 {
            continue;
        }
        hundreds(three, inside, said);
        let unit = UNITS[place as usize];
        if !unit.is_empty() {
            said.push(unit);
        }
        inside = true;
    }
}

fn hundreds(three: u64, inside: bool, said: &mut Vec<&'static str>) {
    let digit = |at: u64| (three / at % 10) as usize;
    let (hundred, ten, one) = (digit(100), digit(10), digit(1));
    let named = hundred > 0 || inside;
    if named {
        said.extend([DIGITS[hundred], "trăm"]);
    }
    match ten {
        0 if one > 0 && named => said.push("linh"),
        0 => {}
        1 => said.push("mười"),
        _ => said.extend([DIGITS[ten], "mươi"]),
    }
    match (ten, one) {
        (_, 0) => {}
        (2.., 1) => said.push("mốt"),
        (2.., 4) => said.push("tư"),
        (1.., 5) => said.push("lăm"),
        _ => said.push(DIGITS[one]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_say_them() {
        for (number, says) in [
            (0, "không"),
            (1, "một"),
            (5, "năm"),
            (10, "mười"),
            (11, "mười một"),
            (14, "mười bốn"),
            (15, "mười lăm"),
            (20, "hai mươi"),
            (21, "hai mươi mốt"),
            (24, "hai mươi tư"),
            (25, "hai mươi lăm"),
            (55, "năm mươi lăm"),
            (91, "chín mươi mốt"),
            (100, "một trăm"),
            (101, "một trăm linh một"),
            (104, "một trăm linh bốn"),
            (105, "một trăm linh năm"),
            (110, "một trăm mười"),
            (111, "một trăm mười một"),
            (115, "một trăm mười lăm"),
            (999, "chín trăm chín mươi chín"),
            (1_000, "một nghìn"),
            (1_001, "một nghìn không trăm linh một"),
            (1_010, "một nghìn không trăm mười"),
            (1_100, "một nghìn một trăm"),
            (8_000, "tám nghìn"),
            (15_000, "mười lăm nghìn"),
            (75_500, "bảy mươi lăm nghìn năm trăm"),
            (105_000, "một trăm linh năm nghìn"),
            (180_021, "một trăm tám mươi nghìn không trăm hai mươi mốt"),
            (1_000_000, "một triệu"),
            (1_000_005, "một triệu không trăm linh năm"),
            (1_005_000, "một triệu không trăm linh năm nghìn"),
            (2_251_000, "hai triệu hai trăm năm mươi mốt nghìn"),
            (2_300_000, "hai triệu ba trăm nghìn"),
            (20_015_000, "hai mươi triệu không trăm mười lăm nghìn"),
            (1_000_000_000, "một tỷ"),
            (1_000_000_005, "một tỷ không trăm linh năm"),
            (3_050_000_000, "ba tỷ không trăm năm mươi triệu"),
            (1_000_000_000_000, "một nghìn tỷ"),
            (1_005_000_000_000, "một nghìn không trăm linh năm tỷ"),
            (2_000_000_000_000_000_000, "hai tỷ tỷ"),
            (-15_000, "âm mười lăm nghìn"),
        ] {
            assert_eq!(words(number), says, "{number}");
        }
    }

    #[test]
    fn a_sum_begins_with_a_capital_and_ends_with_its_currency() {
        assert_eq!(dong(50_000), "Năm mươi nghìn đồng");
        assert_eq!(dong(0), "Không đồng");
        assert_eq!(dong(-5), "Âm năm đồng");
        assert!(!dong(i64::MIN).is_empty());
    }
}
