//! Part of checks 1, 4 and 5 where more than one agency decides: a mirrored procedure has no process of its
//! own, and the parts of a linked one begin, end and fit into its time.

use super::Found;
use super::texts::steps;
use super::time::{number_of_days, working};
use crate::definition::{Definition, LinkedPart, PART_OUTCOMES, PARTS, Within};
use crate::read::meant::meant;

/// What is decided elsewhere has nothing here that decides.
pub fn mirrored(definition: &Definition) -> Vec<Found> {
    let Some(owner) = &definition.owner else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !owner.site.starts_with("https://") {
        let says = "Địa chỉ của hệ thống phải bắt đầu bằng “https://”.";
        found.push(Found::error("owner/site", says).instead("https://…"));
    }
    if definition.agency.is_none() {
        let says = "Thủ tục của hệ thống khác phải có mục “agency”, để thống kê đúng cơ quan.";
        found.push(Found::error("owner", says).instead("agency: …"));
    }
    let process = &definition.process;
    for (key, there) in [
        ("form", !definition.form.is_empty()),
        ("parts", !definition.parts.is_empty()),
        ("roles", !definition.roles.is_empty()),
        ("process/steps", !process.steps.is_empty()),
        ("tests", !definition.tests.is_empty()),
    ] {
        if there {
            let says = format!(
                "Thủ tục do “{}” quyết định thì ở đây không có mục “{}”.",
                owner.name.vi,
                key.rsplit('/').next().unwrap_or(key)
            );
            found.push(Found::error(key, says));
        }
    }
    found
}

/// Parts and the step that waits for them belong together.
pub fn parts(definition: &Definition) -> Vec<Found> {
    let mut found = Vec::new();
    let steps = steps(definition);
    let waiting: Vec<_> = steps.iter().filter(|(_, step)| step.of_parts()).collect();
    match (definition.parts.is_empty(), waiting.as_slice()) {
        (true, []) => return found,
        (true, [(path, _), ..]) => {
            let says = format!("Bước do “{PARTS}” làm nhưng thủ tục chưa khai phần nào.");
            found.push(Found::error(format!("{path}/by"), says).instead("parts: …"));
            return found;
        }
        (false, []) => {
            let says = format!("Có các phần nhưng chưa có bước nào chờ chúng (by: {PARTS}).");
            found.push(Found::error("parts", says).instead(format!(
                "{{code: parts, name: …, by: {PARTS}, within: …, outcomes: {{all: …, some: …, none: …}}}}"
            )));
        }
        (false, [(path, step)]) => {
            outcomes(&mut found, path, step);
            chain(&mut found, definition, path, step.within.as_ref());
        }
        (false, [_, (path, _), ..]) => {
            let says = format!("Chỉ một bước được chờ các phần (by: {PARTS}).");
            found.push(Found::error(format!("{path}/by"), says));
        }
    }
    for (at, part) in definition.parts.iter().enumerate() {
        before(&mut found, definition, at, part);
    }
    found
}

fn outcomes(found: &mut Vec<Found>, path: &str, step: &crate::definition::Step) {
    let has = |code: &str| step.outcomes.iter().any(|way| way.code == code);
    let missing = PART_OUTCOMES.iter().filter(|code| !has(code));
    for code in missing {
        let says = format!(
            "Bước chờ các phần thiếu kết quả “{code}” (all: mọi phần đạt, some: một số, none: không phần nào)."
        );
        found.push(Found::error(format!("{path}/outcomes"), says).instead(format!("{code}: next")));
    }
    let known = |code: &str| PART_OUTCOMES.contains(&code);
    for way in step.outcomes.iter().filter(|way| !known(&way.code)) {
        let says = format!(
            "Không ai quyết định được “{}”: bước chờ các phần chỉ có all, some, none.",
            way.code
        );
        found.push(Found::error(format!("{path}/outcomes/{}", way.code), says));
    }
}

/// A part begins after parts listed before it, so that no two wait for each other.
fn before(found: &mut Vec<Found>, definition: &Definition, at: usize, part: &LinkedPart) {
    let earlier = &definition.parts[..at];
    if earlier.iter().any(|other| other.code == part.code) {
        let says = format!("Mã phần “{}” được dùng hai lần.", part.code);
        found.push(Found::error(format!("parts/{at}/code"), says));
    }
    if part.service == definition.service {
        let says = "Một thủ tục không thể là phần của chính nó.";
        found.push(Found::error(format!("parts/{at}/service"), says));
    }
    for code in &part.after {
        if earlier.iter().any(|other| other.code == *code) {
            continue;
        }
        let says = format!(
            "Phần “{}” chờ “{code}”, nhưng trước nó không có phần ấy.",
            part.code
        );
        let one = Found::error(format!("parts/{at}/after"), says);
        let known = earlier.iter().map(|other| other.code.as_str());
        found.push(match meant(code, known) {
            Some(word) => one.instead(word),
            None => one,
        });
    }
}

/// The longest chain of parts fits into the step that waits for them.
fn chain(found: &mut Vec<Found>, definition: &Definition, path: &str, within: Option<&Within>) {
    let Some(Within::Limit(given)) = within else {
        return;
    };
    let mut ends: Vec<(&str, i64, String)> = Vec::new();
    for part in &definition.parts {
        let own = part.within.map_or(0, working);
        let waits = part.after.iter();
        let waits = waits.filter_map(|code| ends.iter().find(|(known, ..)| known == code));
        let latest = waits.max_by_key(|(_, end, _)| *end);
        let (start, told) = latest.map_or((0, String::new()), |(_, end, told)| {
            (*end, format!("{told}, "))
        });
        ends.push((
            &part.code,
            start + own,
            format!("{told}{} {}", part.code, number_of_days(own)),
        ));
    }
    let given = working(*given);
    if let Some((_, end, told)) = ends.iter().max_by_key(|(_, end, _)| *end)
        && *end > given
    {
        let says = format!(
            "Các phần nối nhau lâu hơn bước chờ chúng: {} > {} ngày làm việc: {told}.",
            number_of_days(*end),
            number_of_days(given)
        );
        found.push(Found::error(format!("{path}/within"), says));
    }
}
