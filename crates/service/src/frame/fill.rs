//! Filling a service from its frame, and refusing what loosens it.

use super::{Frame, Frames, Privacy, Resolved, personal_kind};
use crate::check::Found;
use crate::definition::{
    ClockStart, Code, Definition, Field, Limit, LimitUnit, Node, Process, Step, SupplementRule,
};
use crate::problem::Severity;
use crate::read::meant::meant;
use crate::read::words;

pub fn resolve(definition: &Definition, frames: &Frames) -> Resolved {
    let mut definition = definition.clone();
    let Some(frame) = frames.get(&definition.frame) else {
        let known = frames.0.keys().map(String::as_str);
        let found = Found {
            path: "frame".into(),
            severity: Severity::Error,
            says: format!("Không có khung “{}”.", definition.frame),
            instead: meant(&definition.frame, known).map(str::to_owned),
        };
        let against_frame = if definition.frame.is_empty() {
            vec![]
        } else {
            vec![found]
        };
        return Resolved {
            definition,
            frame: Frame::default(),
            against_frame,
        };
    };
    let mut fill = Fill { found: Vec::new() };
    fill.clock(&mut definition.process, frame);
    fill.lateness(&mut definition.process, frame);
    fill.after(&mut definition.process, frame);
    definition.receipt.clone_from(&frame.receipt);
    for paper in &frame.papers {
        if definition.papers.iter().all(|own| own.code != paper.code) {
            definition.papers.push(paper.clone());
        }
    }
    for (page_at, page) in definition.form.iter_mut().enumerate() {
        for (field_at, field) in page.fields.iter_mut().enumerate() {
            fill.privacy(field, frame, &format!("form/{page_at}/fields/{field_at}"));
        }
    }
    Resolved {
        definition,
        frame: frame.clone(),
        against_frame: fill.found,
    }
}

struct Fill {
    found: Vec<Found>,
}

impl Fill {
    fn looser(&mut self, path: &str, what: &str, own: &str, law: &str) {
        self.found.push(Found {
            path: path.to_owned(),
            severity: Severity::Error,
            says: format!("Nới lỏng so với khung: {what} là {own}, khung quy định {law}."),
            instead: Some(law.to_owned()),
        });
    }

    fn at_most(&mut self, own: &mut Option<u32>, law: Option<u32>, path: &str, what: &str) {
        match (*own, law) {
            (None, _) => *own = law,
            (Some(own), Some(law)) if own > law => {
                self.looser(path, what, &own.to_string(), &law.to_string());
            }
            _ => {}
        }
    }

    fn clock(&mut self, process: &mut Process, frame: &Frame) {
        let steps = step_codes(process);
        let (own, law) = (&mut process.clock, &frame.clock);
        self.at_most(
            &mut own.max_supplements,
            law.max_supplements,
            "process/clock/max-supplements",
            "số lần yêu cầu bổ sung",
        );
        self.at_most(
            &mut own.max_extensions,
            law.max_extensions,
            "process/clock/max-extensions",
            "số lần gia hạn",
        );
        if let Some(law) = &law.supplement_through {
            let own = own.supplement_through.get_or_insert_with(|| law.clone());
            if own != law {
                let own = own.clone();
                self.looser(
                    "process/clock/supplement-through",
                    "vai trò yêu cầu người dân bổ sung",
                    &own,
                    law,
                );
            }
        }
        match (own.starts, law.starts) {
            (None, _) => own.starts = law.starts,
            (Some(ClockStart::Accepted), Some(ClockStart::Opened)) => {
                self.looser(
                    "process/clock/starts",
                    "lúc bắt đầu tính thời hạn",
                    "accepted",
                    "opened",
                );
            }
            _ => {}
        }
        match (own.supplement, law.supplement) {
            (None, _) => own.supplement = law.supplement,
            (Some(SupplementRule::Restart), Some(SupplementRule::Pause)) => {
                self.looser(
                    "process/clock/supplement",
                    "đồng hồ khi bổ sung",
                    "restart",
                    "pause",
                );
            }
            _ => {}
        }
        match (&own.cutoff, &law.cutoff) {
            (None, _) => own.cutoff.clone_from(&law.cutoff),
            (Some(mine), Some(theirs)) if mine < theirs => {
                let (mine, theirs) = (mine.clone(), theirs.clone());
                self.looser(
                    "process/clock/cutoff",
                    "giờ chốt nhận trong ngày",
                    &mine,
                    &theirs,
                );
            }
            _ => {}
        }
        own.same_day |= law.same_day;
        // The frame names the usual waits (`ask`); they hold where the service has such a step.
        for code in &law.stopped_in {
            if steps.contains(code) && !own.stopped_in.contains(code) {
                own.stopped_in.push(code.clone());
            }
        }
    }

    fn lateness(&mut self, process: &mut Process, frame: &Frame) {
        match (&mut process.before_late, &frame.before_late) {
            (None, law) => process.before_late.clone_from(law),
            (Some(own), Some(law)) => {
                match (own.by, law.by) {
                    (None, by) => own.by = by,
                    (Some(mine), Some(theirs)) if is_less(mine, theirs) => {
                        self.looser(
                            "process/before-late/by",
                            "thời gian báo trước khi trễ",
                            &mine.to_string(),
                            &theirs.to_string(),
                        );
                    }
                    _ => {}
                }
                add_missing(&mut own.tell, &law.tell);
                own.prepare = own.prepare.take().or_else(|| law.prepare.clone());
            }
            (Some(_), None) => {}
        }
        match (&mut process.when_late, &frame.when_late) {
            (None, law) => process.when_late.clone_from(law),
            (Some(own), Some(law)) => {
                if own.new_dates > law.new_dates {
                    self.looser(
                        "process/when-late/new-date",
                        "số lần hẹn lại",
                        &format!("at-most {}", own.new_dates),
                        &format!("at-most {}", law.new_dates),
                    );
                }
                add_missing(&mut own.tell, &law.tell);
                own.makes = own.makes.take().or_else(|| law.makes.clone());
                own.signed_by = own.signed_by.take().or_else(|| law.signed_by.clone());
            }
            (Some(_), None) => {}
        }
    }

    fn after(&mut self, process: &mut Process, frame: &Frame) {
        let (own, law) = (&mut process.after, &frame.after);
        own.survey = own.survey.take().or_else(|| law.survey.clone());
        match (own.reopen_within, law.reopen_within) {
            (None, _) => {
                own.reopen_within = law.reopen_within;
                own.reopen_at_most = own.reopen_at_most.max(law.reopen_at_most);
            }
            (Some(mine), Some(theirs)) => {
                if is_less(mine, theirs) {
                    self.looser(
                        "process/after/reopen-within",
                        "thời gian người dân được mở lại",
                        &mine.to_string(),
                        &theirs.to_string(),
                    );
                }
                if own.reopen_at_most == 0 {
                    own.reopen_at_most = law.reopen_at_most;
                }
                if own.reopen_at_most < law.reopen_at_most {
                    self.looser(
                        "process/after/reopen-at-most",
                        "số lần người dân được mở lại",
                        &own.reopen_at_most.to_string(),
                        &law.reopen_at_most.to_string(),
                    );
                }
            }
            (Some(_), None) => {}
        }
    }

    fn privacy(&mut self, field: &mut Field, frame: &Frame, path: &str) {
        let Some(kind) = personal_kind(&field.kind) else {
            return;
        };
        let Some((_, law)) = frame.privacy.iter().find(|(name, _)| name == kind) else {
            return;
        };
        let Privacy {
            purpose,
            mask,
            keep,
        } = law;
        field.purpose = field.purpose.take().or_else(|| purpose.clone());
        match (&field.mask, mask) {
            (None, _) => field.mask.clone_from(mask),
            (Some(own), Some(law)) if mask_strength(own) < mask_strength(law) => {
                self.looser(
                    &format!("{path}/mask"),
                    "cách che dữ liệu",
                    &own.clone(),
                    law,
                );
            }
            _ => {}
        }
        match (&field.keep, keep) {
            (None, _) => field.keep.clone_from(keep),
            (Some(own), Some(law)) if days_kept(own) > days_kept(law) => {
                self.looser(&format!("{path}/keep"), "thời gian lưu", &own.clone(), law);
            }
            _ => {}
        }
    }
}

fn add_missing(own: &mut Vec<Code>, law: &[Code]) {
    for word in law {
        if !own.contains(word) {
            own.push(word.clone());
        }
    }
}

fn step_codes(process: &Process) -> Vec<Code> {
    let codes = |steps: &[Step]| {
        steps
            .iter()
            .map(|step| step.code.clone())
            .collect::<Vec<_>>()
    };
    process
        .steps
        .iter()
        .flat_map(|node| match node {
            Node::Step(step) => vec![step.code.clone()],
            Node::Parallel { branches, .. } => branches.iter().flat_map(|b| codes(b)).collect(),
            Node::Each { steps, .. } => codes(steps),
        })
        .collect()
}

fn mask_strength(mask: &str) -> u8 {
    match mask {
        "hidden" => 2,
        "last-4" => 1,
        _ => 0,
    }
}

/// Days on the calendar, months of 30 and years of 365: only for comparing.
fn days_kept(keep: &str) -> u64 {
    let count =
        |words: &[&str], days: u64| words::count_of(keep, words).map(|n| u64::from(n) * days);
    count(&["day", "days"], 1)
        .or_else(|| count(&["month", "months"], 30))
        .or_else(|| count(&["year", "years"], 365))
        .unwrap_or(u64::MAX)
}

/// Compares lengths written in any unit by their hours of 24-hour days (working: 8-hour days).
fn is_less(own: Limit, law: Limit) -> bool {
    let size = |limit: Limit| {
        limit.thousandths
            * match limit.unit {
                LimitUnit::WorkingHours | LimitUnit::Hours => 1,
                LimitUnit::WorkingDays => 8,
                LimitUnit::Days => 24,
                LimitUnit::Months => 24 * 30,
            }
    };
    size(own) < size(law)
}
