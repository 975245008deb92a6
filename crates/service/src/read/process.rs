//! Who does what by when: limit, clock, steps, outcomes.

use super::service::CHANNELS;
use super::shape::{
    AFTER, BEFORE_LATE, CLOCK, CONSULT, EACH, OUTCOME, PARALLEL, PROCESS, STEP, WHEN_LATE,
};
use super::words::{self, Days};
use super::{Part, Reader};
use crate::definition::{
    After, BeforeLate, ClockRule, ClockStart, Consult, Ending, Every, Expr, IfSilent, LimitRule,
    Move, Node as ProcessNode, Process, Step, StepOutcome, SupplementRule, WaitFor, WhenLate,
    Within,
};
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

pub const ENDINGS: &[(&str, Ending)] = &[
    ("granted", Ending::Granted),
    ("solved", Ending::Solved),
    ("answered", Ending::Answered),
    ("done", Ending::Done),
    ("refused", Ending::Refused),
    ("duplicate", Ending::Duplicate),
    ("withdrawn", Ending::Withdrawn),
    ("spam", Ending::Spam),
    ("no-answer", Ending::NoAnswer),
    ("stopped", Ending::Stopped),
];
/// What an outcome is called to officials where the file gives no label of its own.
const OUTCOME_LABELS: &[(&str, &str)] = &[
    ("accept", "Tiếp nhận"),
    ("answered", "Đã trả lời"),
    ("approved", "Duyệt"),
    ("agreed", "Đồng ý"),
    ("complete", "Hồ sơ đủ"),
    ("done", "Hoàn thành"),
    ("duplicate", "Trùng"),
    ("extend", "Xin gia hạn"),
    ("fail", "Không đạt"),
    ("incomplete", "Yêu cầu bổ sung"),
    ("issued", "Ban hành"),
    ("lapsed", "Quá hạn chờ"),
    ("out-of-scope", "Không thuộc phạm vi"),
    ("paid", "Đã nộp"),
    ("pass", "Đạt"),
    ("redo", "Làm lại"),
    ("refuse", "Từ chối"),
    ("refused", "Từ chối"),
    ("rejected", "Không duyệt"),
    ("returned", "Trả lại"),
    ("signed", "Ký"),
    ("solved", "Đã xử lý"),
    ("spam", "Thư rác"),
    ("supplied", "Đã bổ sung"),
    ("unclear", "Chưa rõ, hỏi thêm"),
    ("wrong-unit", "Không đúng đơn vị"),
];
const HOW_LONG: &str = "một khoảng thời gian";

/// `mirrored`: decided elsewhere, so that there are no steps.
pub fn process(reader: &mut Reader, file: &Part, mirrored: bool) -> Process {
    let Some(node) = file.node("process") else {
        return Process::default();
    };
    let part = reader.part(node, &PROCESS);
    if !mirrored {
        reader.need(&part, "steps");
    }
    let nodes = reader.items(&part, "steps");
    if nodes.is_empty() && part.has("steps") {
        reader.say(part.mark, "Quy trình chưa có bước nào.", None);
    }
    Process {
        limit: part.node("limit").and_then(|node| limit_rule(reader, node)),
        clock: part
            .node("clock")
            .map(|node| clock(reader, node))
            .unwrap_or_default(),
        steps: nodes
            .iter()
            .map(|node| process_node(reader, node))
            .collect(),
        before_late: part
            .node("before-late")
            .map(|node| before_late(reader, node)),
        when_late: part.node("when-late").map(|node| when_late(reader, node)),
        after: part
            .node("after")
            .map(|node| after(reader, node))
            .unwrap_or_default(),
    }
}

fn limit_rule(reader: &mut Reader, node: &Node) -> Option<LimitRule> {
    const EXAMPLE: &str = "10 working-days | 24 hours | table(promise.limit)";
    if let Value::Map(entries) = &node.value {
        let limits = entries.iter().filter_map(|entry| {
            let channel = reader.choose(entry.mark, "limit", &entry.key, CHANNELS)?;
            let text = reader.word(&entry.value, &entry.key)?;
            let limit = words::limit(text, Days::Calendar);
            if limit.is_none() {
                reader.say(
                    entry.value.mark,
                    format!("“{text}” không phải là {HOW_LONG}."),
                    Some("10 working-days".into()),
                );
            }
            Some((channel, limit?))
        });
        return Some(LimitRule::ByChannel(limits.collect()));
    }
    let text = reader.word(node, "limit")?;
    let rule = match words::table(text) {
        Some((table, Some(column))) => Some(LimitRule::Table { table, column }),
        Some((table, None)) => Some(LimitRule::Table {
            table,
            column: String::new(),
        }),
        None => words::call(text, "answer")
            .map(|inside| LimitRule::Answer(Expr(inside.to_owned())))
            .or_else(|| words::limit(text, Days::Calendar).map(LimitRule::Fixed)),
    };
    if rule.is_none() {
        reader.say(
            node.mark,
            format!("“limit” phải là {HOW_LONG}, không phải “{text}”."),
            Some(EXAMPLE.into()),
        );
    }
    rule
}

pub(crate) fn clock(reader: &mut Reader, node: &Node) -> ClockRule {
    let part = reader.part(node, &CLOCK);
    ClockRule {
        starts: reader.one_of(
            &part,
            "starts",
            &[
                ("opened", ClockStart::Opened),
                ("accepted", ClockStart::Accepted),
            ],
        ),
        stopped_in: reader.words(&part, "stopped-in"),
        supplement: reader.one_of(
            &part,
            "supplement",
            &[
                ("pause", SupplementRule::Pause),
                ("restart", SupplementRule::Restart),
            ],
        ),
        max_supplements: reader.number(&part, "max-supplements"),
        supplement_through: reader.string(&part, "supplement-through"),
        max_extensions: reader.number(&part, "max-extensions"),
        cutoff: reader.parsed(&part, "cutoff", "một giờ trong ngày", "15:00", |text| {
            let (hour, minute) = text.split_once(':')?;
            let two = |part: &str, below: u8| {
                part.len() == 2 && part.parse::<u8>().is_ok_and(|n| n < below)
            };
            (two(hour, 24) && two(minute, 60)).then(|| text.to_owned())
        }),
        same_day: reader.yes_no(&part, "same-day").unwrap_or_default(),
    }
}

fn process_node(reader: &mut Reader, node: &Node) -> ProcessNode {
    if node.get("parallel").is_some() {
        return parallel(reader, node);
    }
    if node.get("each").is_some() {
        return each(reader, node);
    }
    ProcessNode::Step(step(reader, node))
}

fn parallel(reader: &mut Reader, node: &Node) -> ProcessNode {
    let part = reader.part(node, &PARALLEL);
    reader.need(&part, "branches");
    let branches = reader.items(&part, "branches");
    let branches: Vec<Vec<Step>> = branches
        .iter()
        .map(|branch| steps_of(reader, branch))
        .collect();
    if branches.len() < 2 && part.has("branches") {
        reader.say(
            part.mark,
            "Khối song song cần ít nhất hai nhánh.",
            Some("- - {code: …}".into()),
        );
    }
    ProcessNode::Parallel {
        code: reader.code(&part, "parallel"),
        name: reader.label(&part, "name"),
        wait_for: reader
            .one_of(
                &part,
                "wait-for",
                &[("all", WaitFor::All), ("any", WaitFor::Any)],
            )
            .unwrap_or_default(),
        branches,
    }
}

fn each(reader: &mut Reader, node: &Node) -> ProcessNode {
    let part = reader.part(node, &EACH);
    reader.need(&part, "steps");
    let over = reader.code(&part, "each");
    let steps = part
        .node("steps")
        .map(|node| steps_of(reader, node))
        .unwrap_or_default();
    ProcessNode::Each {
        code: if part.has("code") {
            reader.code(&part, "code")
        } else {
            over.clone()
        },
        name: reader.label(&part, "name"),
        over,
        steps,
    }
}

/// Steps inside a block: a block may not hold another block.
fn steps_of(reader: &mut Reader, node: &Node) -> Vec<Step> {
    let items = reader.items_at(node, "steps");
    if items.is_empty() && matches!(node.value, Value::List(_)) {
        reader.say(node.mark, "Nhánh này chưa có bước nào.", None);
    }
    let mut steps = Vec::new();
    for item in items {
        if item.get("parallel").is_some() || item.get("each").is_some() {
            reader.say(
                item.mark,
                "Trong một khối không được mở khối khác.",
                Some("tách thành hai khối nối tiếp".into()),
            );
        } else {
            steps.push(step(reader, item));
        }
    }
    steps
}

fn step(reader: &mut Reader, node: &Node) -> Step {
    let part = reader.part(node, &STEP);
    for key in ["name", "by"] {
        reader.need(&part, key);
    }
    let outcomes = reader.named(&part, "outcomes");
    let mut outcomes: Vec<StepOutcome> = outcomes
        .iter()
        .filter_map(|entry| outcome(reader, entry))
        .collect();
    if !part.has("outcomes") {
        outcomes.push(StepOutcome {
            code: "done".into(),
            label: outcome_label("done", &Move::Next),
            to: Move::Next,
            at_most: None,
            reason_required: false,
        });
    }
    let step = Step {
        code: reader.code(&part, "code"),
        name: reader.label(&part, "name"),
        by: reader.string(&part, "by").unwrap_or_default(),
        within: reader.parsed(&part, "within", HOW_LONG, "2 days | 4 hours | rest", within),
        wait_at_most: reader.parsed(&part, "wait-at-most", HOW_LONG, "30 days", |text| {
            words::limit(text, Days::Calendar)
        }),
        when: reader.expr(&part, "when"),
        outcomes,
        consult: part.node("consult").and_then(|node| consult(reader, node)),
        signs: reader.string(&part, "signs"),
        makes: reader.string(&part, "makes"),
        writes: reader.string(&part, "writes"),
        evidence: reader.words(&part, "evidence"),
        at_most: reader.number(&part, "at-most"),
        outside_limit: reader.yes_no(&part, "outside-limit").unwrap_or_default(),
        reports: reader.one_of(
            &part,
            "reports",
            &[
                ("daily", Every::Daily),
                ("weekly", Every::Weekly),
                ("monthly", Every::Monthly),
            ],
        ),
    };
    judge_step_time(reader, &part, &step);
    step
}

/// The city works `within`, the applicant is waited for `wait-at-most`; every step has one.
fn judge_step_time(reader: &mut Reader, part: &Part, step: &Step) {
    match (part.has_or_meant("within"), part.entry("wait-at-most")) {
        (true, Some(entry)) => reader.say(
            entry.mark,
            "Một bước chỉ có “within” (cơ quan làm) hoặc “wait-at-most” (chờ người dân).",
            None,
        ),
        (false, None) if part.has_or_meant("wait-at-most") => {}
        (false, None) if step.by == "applicant" => reader.say(
            part.mark,
            format!(
                "Bước “{}” chờ người dân mà không nói chờ bao lâu.",
                step.code
            ),
            Some("wait-at-most: 30 days".into()),
        ),
        (false, None) => reader.say(
            part.mark,
            format!("Bước “{}” chưa có thời hạn.", step.code),
            Some("within: 1 day".into()),
        ),
        _ => {}
    }
}

fn within(text: &str) -> Option<Within> {
    if text.trim() == "rest" {
        return Some(Within::Rest);
    }
    match words::call(text, "answer") {
        Some(inside) => Some(Within::Answer(Expr(inside.to_owned()))),
        None => words::limit(text, Days::Working).map(Within::Limit),
    }
}

fn consult(reader: &mut Reader, node: &Node) -> Option<Consult> {
    let part = reader.part(node, &CONSULT);
    reader.need(&part, "if-silent");
    let known = [
        ("consent", IfSilent::Consent),
        ("remind-then-escalate", IfSilent::RemindThenEscalate),
        ("take-over", IfSilent::TakeOver),
    ];
    reader
        .one_of(&part, "if-silent", &known)
        .map(|if_silent| Consult { if_silent })
}

/// `complete: next`, `redo: {to: handle, at-most: 2, reason: required}`.
fn outcome(reader: &mut Reader, entry: &Entry) -> Option<StepOutcome> {
    let code = entry.key.clone();
    if let Value::Map(_) = entry.value.value {
        let part = reader.part(&entry.value, &OUTCOME);
        reader.need(&part, "to");
        let node = part.node("to")?;
        let to = way(reader, node)?;
        return Some(StepOutcome {
            label: if part.has("label") {
                reader.label(&part, "label")
            } else {
                outcome_label(&code, &to)
            },
            at_most: reader.number(&part, "at-most"),
            reason_required: reader
                .one_of(&part, "reason", &[("required", true), ("optional", false)])
                .unwrap_or_default(),
            code,
            to,
        });
    }
    let to = way(reader, &entry.value)?;
    Some(StepOutcome {
        label: outcome_label(&code, &to),
        to,
        at_most: None,
        reason_required: false,
        code,
    })
}

fn way(reader: &mut Reader, node: &Node) -> Option<Move> {
    let text = reader.word(node, "outcomes")?;
    if text == "next" {
        return Some(Move::Next);
    }
    if let Some(ending) = words::call(text, "end") {
        return reader
            .choose(node.mark, "end", ending, ENDINGS)
            .map(Move::End);
    }
    if words::is_identifier(text) {
        return Some(Move::Step(text.to_owned()));
    }
    let instead = "next | mã_bước | end(granted)";
    reader.say(
        node.mark,
        format!("“{text}” không phải là nơi một kết quả có thể dẫn tới."),
        Some(instead.into()),
    );
    None
}

fn outcome_label(code: &str, to: &Move) -> Text {
    // A paper is returned to the desk before, or the result to its owner.
    if let ("returned", Move::End(_)) = (code, to) {
        return Text::vi("Đã trả kết quả");
    }
    let known = OUTCOME_LABELS.iter().find(|(name, _)| *name == code);
    Text::vi(known.map_or(code, |(_, label)| label))
}

pub(crate) fn before_late(reader: &mut Reader, node: &Node) -> BeforeLate {
    let part = reader.part(node, &BEFORE_LATE);
    reader.need(&part, "by");
    BeforeLate {
        by: reader.parsed(&part, "by", HOW_LONG, "1 day", |text| {
            words::limit(text, Days::Working)
        }),
        tell: reader.words(&part, "tell"),
        prepare: reader.string(&part, "prepare"),
    }
}

pub(crate) fn when_late(reader: &mut Reader, node: &Node) -> WhenLate {
    let part = reader.part(node, &WHEN_LATE);
    WhenLate {
        makes: reader.string(&part, "makes"),
        signed_by: reader.string(&part, "signed-by"),
        tell: reader.words(&part, "tell"),
        new_dates: reader
            .parsed(
                &part,
                "new-date",
                "số lần hẹn lại",
                "at-most 1",
                |text| text.strip_prefix("at-most ")?.trim().parse().ok(),
            )
            .unwrap_or_default(),
    }
}

pub(crate) fn after(reader: &mut Reader, node: &Node) -> After {
    let part = reader.part(node, &AFTER);
    After {
        survey: reader.string(&part, "survey"),
        reopen_within: reader.parsed(&part, "reopen-within", HOW_LONG, "10 days", |text| {
            words::limit(text, Days::Calendar)
        }),
        reopen_at_most: reader.number(&part, "reopen-at-most").unwrap_or_default(),
    }
}
