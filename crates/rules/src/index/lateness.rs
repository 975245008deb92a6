//! Why one dossier is late, read from what happened, and where its time went. What an official wrote on form
//! 04 comes before what can be read.

use super::causes::{Causes, Sign};
use super::dossier::{At, Dossier, Hop};
use super::measure::Lens;
use super::names::Name;

/// What of the procedure's definition the reading needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// Its steps at reception.
    pub reception: Vec<Name>,
    /// Its steps that sign a paper.
    pub signing: Vec<Name>,
    /// Its steps that ask another unit.
    pub consulting: Vec<Name>,
}

/// A cause with the hop that shows it, where one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// Code in the city's list.
    pub cause: &'a str,
    pub hop: Option<&'a Hop>,
    /// An official wrote it down.
    pub given: bool,
}

/// Late in the period: ended after the appointment's day within it, or open past it at its end. Since when.
pub fn late_since(dossier: &Dossier, lens: &Lens<'_>) -> Option<At> {
    dossier.accepted?;
    let day = |at: At| (at.get() + lens.zone).div_euclid(86_400);
    match dossier.ended_by(lens.to) {
        Some((_, at)) => {
            let due = dossier.due_at(at).or(dossier.first_due())?;
            (lens.holds(at) && day(at) > day(due)).then_some(due)
        }
        None => {
            let at = dossier.waiting_at(lens.to).unwrap_or(lens.to);
            dossier.due_at(at).filter(|due| *due < at)
        }
    }
}

/// Passes from unit to unit, or ways back, from which on a dossier counts as handed around.
const HANDED_AROUND: usize = 3;
/// Working seconds before the appointment in which a supplement request comes at the last moment.
const LAST_DAY: i64 = 8 * 3600;

/// The cause of a dossier that is late.
pub fn cause<'a>(
    dossier: &'a Dossier,
    steps: &Steps,
    causes: &'a Causes,
    word: &dyn Fn(Name) -> &'a str,
    lens: &Lens<'_>,
) -> Told<'a> {
    let written = dossier
        .extensions
        .iter()
        .rev()
        .map(|(_, cause)| word(*cause));
    let mut known = written.filter(|code| causes.get(code).is_some());
    if let Some(code) = known.next() {
        return Told {
            cause: code,
            hop: None,
            given: true,
        };
    }
    let (sign, hop) = read(dossier, steps, lens);
    let found = sign.and_then(|sign| causes.list.iter().find(|cause| cause.sign == Some(sign)));
    Told {
        cause: found.map_or("unknown", |cause| cause.code.as_str()),
        hop,
        given: false,
    }
}

/// What the events show: the strongest sign and the hop that shows it.
fn read<'a>(
    dossier: &'a Dossier,
    steps: &Steps,
    lens: &Lens<'_>,
) -> (Option<Sign>, Option<&'a Hop>) {
    let began = |hop: &&Hop| hop.from < lens.to;
    let over = |hop: &Hop| overrun(hop, lens);
    let silent = |hop: &&Hop| {
        let asked = hop.silent || steps.consulting.contains(&hop.step);
        asked && !hop.by_applicant() && over(hop) > 0
    };
    let hops = || dossier.hops.iter().filter(began);
    if let Some(hop) = hops().filter(silent).max_by_key(|hop| over(hop)) {
        return (Some(Sign::Silence), Some(hop));
    }
    if asked_late(dossier, lens) {
        return (Some(Sign::AskedLate), None);
    }
    let supplement = |hop: &Hop| {
        dossier
            .supplements
            .iter()
            .any(|(asked, _)| *asked == hop.from)
    };
    let slow = |hop: &&Hop| hop.by_applicant() && over(hop) > 0;
    if let Some(hop) = hops().find(slow) {
        let sign = match supplement(hop) {
            true => Sign::SupplementLate,
            false => Sign::Applicant,
        };
        return (Some(sign), Some(hop));
    }
    if times_handed(dossier, lens) >= HANDED_AROUND {
        return (Some(Sign::HandedAround), None);
    }
    let worst = hops()
        .filter(|hop| !hop.by_applicant())
        .max_by_key(|hop| over(hop));
    let Some(worst) = worst.filter(|hop| over(hop) > 0) else {
        // Nobody was over their time: the applicant's part, where it took most of all.
        let counts = |hop: &&Hop| !(hop.by_applicant() && supplement(hop));
        let longest = hops().filter(counts).max_by_key(|hop| hop.spent);
        return match longest.filter(|hop| hop.by_applicant()) {
            Some(hop) => (Some(Sign::Applicant), Some(hop)),
            None => (None, None),
        };
    };
    let sign = if steps.reception.contains(&worst.step) {
        Sign::Reception
    } else if steps.signing.contains(&worst.step) {
        Sign::Signature
    } else {
        Sign::Stuck
    };
    (Some(sign), Some(worst))
}

/// Working seconds of a hop over its time, up to the end of the period while it lasts.
pub fn overrun(hop: &Hop, lens: &Lens<'_>) -> u32 {
    match (hop.to.filter(|to| *to < lens.to), hop.due) {
        (Some(_), _) => hop.over(),
        (None, Some(due)) if due < lens.to => {
            let over = lens
                .calendar
                .working_between(due.moment(), lens.to.moment());
            over.ok()
                .and_then(|over| u32::try_from(over).ok())
                .unwrap_or(0)
        }
        _ => 0,
    }
}

fn asked_late(dossier: &Dossier, lens: &Lens<'_>) -> bool {
    let asked = dossier.supplements.iter().map(|(asked, _)| *asked);
    asked.filter(|asked| *asked < lens.to).any(|asked| {
        let Some(due) = dossier.due_at(asked) else {
            return false;
        };
        let left = || lens.calendar.working_between(asked.moment(), due.moment());
        asked > due || left().is_ok_and(|left| left <= LAST_DAY)
    })
}

/// Changes of unit inside a step, and steps taken again.
fn times_handed(dossier: &Dossier, lens: &Lens<'_>) -> usize {
    let hops = dossier
        .hops
        .iter()
        .filter(|hop| hop.from < lens.to && !hop.by_applicant());
    let mut seen: Vec<Name> = Vec::new();
    let mut again = 0;
    for hop in hops {
        match seen.contains(&hop.step) {
            true => again += 1,
            false => seen.push(hop.step),
        }
    }
    again
}

/// How long a step took, over the hops that ended in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waterfall {
    pub step: Name,
    pub hops: usize,
    /// Working seconds.
    pub median: u32,
    pub nine_of_ten: u32,
    /// The usual time it was given; 0: none.
    pub allowed: u32,
    /// Hops longer than their time.
    pub over: usize,
    pub by_applicant: bool,
}

/// Where the time went: each step that ended in the period, in the order in which dossiers go through them.
pub fn waterfall<'a>(
    dossiers: impl Iterator<Item = &'a Dossier>,
    lens: &Lens<'_>,
) -> Vec<Waterfall> {
    /// Its name, whether it is the applicant's, and what its visits spent and were allowed.
    type Step = (Name, bool, Vec<u32>, Vec<u32>, usize, usize);
    let mut steps: Vec<Step> = Vec::new();
    for dossier in dossiers {
        for (place, hop) in dossier.hops.iter().enumerate() {
            if !hop.to.is_some_and(|to| lens.holds(to)) || hop.undecided {
                continue;
            }
            let known = steps.iter().position(|step| step.0 == hop.step);
            let at = known.unwrap_or_else(|| {
                steps.push((hop.step, hop.by_applicant(), Vec::new(), Vec::new(), 0, 0));
                steps.len() - 1
            });
            let step = &mut steps[at];
            step.2.push(hop.spent);
            if hop.allowed > 0 {
                step.3.push(hop.allowed);
            }
            step.4 += usize::from(hop.over() > 0);
            step.5 += place;
        }
    }
    // By the mean place among the hops of a dossier.
    steps.sort_by(|a, b| (a.5 * b.2.len()).cmp(&(b.5 * a.2.len())));
    steps
        .into_iter()
        .map(
            |(step, by_applicant, mut spent, mut allowed, over, _)| Waterfall {
                step,
                hops: spent.len(),
                median: rank(&mut spent, 5),
                nine_of_ten: rank(&mut spent, 9),
                allowed: rank(&mut allowed, 5),
                over,
                by_applicant,
            },
        )
        .collect()
}

/// The value that `tenths` of ten do not exceed; 0 without any.
fn rank(values: &mut [u32], tenths: usize) -> u32 {
    let place = (values.len() * tenths).div_ceil(10).saturating_sub(1);
    match values.is_empty() {
        true => 0,
        false => *values.select_nth_unstable(place).1,
    }
}
