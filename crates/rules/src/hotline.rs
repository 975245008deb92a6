//! Calls of the hotline. What a telephone exchange tells is folded into a call in whatever order it comes; calls are
//! counted into figures. Waiting is measured as everywhere in the house: who hung up waited *at least* so long
//! (right-censored), so that a line which nobody answers does not look quick. A call answered on the phone is no case:
//! it never enters handling times or on-time shares, it is counted here.

use serde::{Deserialize, Serialize};
use service::definition::Code;

use crate::Moment;
use crate::ids::{AreaCode, CallId, CaseId, PersonId};
use crate::league::Bin;
use crate::league::survival::{Quantile, kaplan_meier};

/// A call that rings longer was missed, whatever the exchange forgot to tell.
const RINGS_AT_MOST: i64 = 10 * 60;
/// A talk that lasts longer is over.
const LASTS_AT_MOST: i64 = 4 * 3_600;
const DAY: f64 = 86_400.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    In,
    Out,
}

/// What an exchange says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    Ringing,
    Answered,
    /// To another line; it may ring there before it is answered again.
    Transferred,
    Ended,
    /// Ended without anybody answering.
    Missed,
}

/// What a call came to, as its operator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A report was opened for the caller.
    Filed,
    /// It was about a case that is known.
    Added,
    /// The question was answered on the phone: nothing is left to do, so no case is opened.
    AnsweredAtOnce,
    /// Another number is responsible (113, 114, 115 …).
    SentElsewhere,
    /// Wrong number, nobody spoke, a joke.
    Nothing,
}

impl Outcome {
    pub const ALL: [Outcome; 5] = [
        Outcome::Filed,
        Outcome::Added,
        Outcome::AnsweredAtOnce,
        Outcome::SentElsewhere,
        Outcome::Nothing,
    ];

    /// As it is stored and posted.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Filed => "filed",
            Outcome::Added => "added",
            Outcome::AnsweredAtOnce => "answered-at-once",
            Outcome::SentElsewhere => "sent-elsewhere",
            Outcome::Nothing => "nothing",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Ringing,
    Talking,
    /// Somebody spoke, and it is over.
    Over,
    Missed,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    /// The exchange that tells of it; [`TYPED`] where an operator wrote it down.
    pub system: Code,
    /// What it is called there.
    pub foreign: String,
    pub direction: Direction,
    /// `None`: withheld, or erased.
    pub number: Option<String>,
    /// The extension that has it, and since when.
    pub line: Option<String>,
    pub line_since: Option<Moment>,
    pub operator: Option<PersonId>,
    pub rang: Option<Moment>,
    pub answered: Option<Moment>,
    pub ended: Option<Moment>,
    pub transfers: u32,
    /// The call that this one answers.
    pub back_to: Option<CallId>,
    pub wrap: Wrap,
    /// When that was written.
    pub wrapped: Option<Moment>,
    /// A call back was promised for then, and made.
    pub followed: Option<Moment>,
}

/// What the operator wrote of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wrap {
    pub outcome: Option<Outcome>,
    /// What it was about, where that is a kind of report.
    pub service: Option<Code>,
    pub area: Option<AreaCode>,
    /// `None`: nothing written, or erased.
    pub note: Option<String>,
    pub case: Option<CaseId>,
    pub follow_up: Option<Moment>,
}

/// The system of calls that no exchange tells of.
pub const TYPED: &str = "typed";

impl Call {
    /// Takes in what an exchange says, in any order. Each saying once: telling them apart is the caller's.
    pub fn hear(&mut self, said: Said, at: Moment, line: Option<&str>) {
        let earlier = |known: &mut Option<Moment>| *known = Some(known.map_or(at, |k| k.min(at)));
        let later = |known: &mut Option<Moment>| *known = Some(known.map_or(at, |k| k.max(at)));
        match said {
            Said::Ringing => earlier(&mut self.rang),
            Said::Answered => earlier(&mut self.answered),
            Said::Transferred => self.transfers += 1,
            Said::Ended | Said::Missed => later(&mut self.ended),
        }
        if let Some(line) = line
            && matches!(said, Said::Answered | Said::Transferred | Said::Ringing)
            && self.line_since.is_none_or(|since| since <= at)
        {
            self.line = Some(line.to_owned());
            self.line_since = Some(at);
        }
    }

    pub fn state(&self, now: Moment) -> State {
        let past = |since: Moment, most: i64| now.duration_since(since).as_secs() > most;
        match (self.answered, self.ended) {
            (Some(_), Some(_)) => State::Over,
            (None, Some(_)) => State::Missed,
            (Some(at), None) if past(at, LASTS_AT_MOST) => State::Over,
            (Some(_), None) => State::Talking,
            (None, None) if past(self.began(), RINGS_AT_MOST) => State::Missed,
            (None, None) => State::Ringing,
        }
    }

    /// The first that is known of it.
    pub fn began(&self) -> Moment {
        let known = [self.rang, self.answered, self.ended, self.line_since];
        known.into_iter().flatten().min().unwrap_or_default()
    }

    /// Seconds until somebody answered, or until the caller gave up.
    pub fn waited(&self, now: Moment) -> i64 {
        let until = self.answered.or(self.ended).unwrap_or(now);
        let most = match self.answered.or(self.ended) {
            None => RINGS_AT_MOST,
            Some(_) => i64::MAX,
        };
        let waited = until.duration_since(self.rang.unwrap_or(until));
        waited.as_secs().clamp(0, most)
    }

    /// Seconds of talk; `None`: nobody spoke, or they still do.
    pub fn talked(&self) -> Option<i64> {
        let (from, to) = self.answered.zip(self.ended)?;
        Some(to.duration_since(from).as_secs().max(0))
    }
}

/// Missed calls that nobody has spoken with since: the newest of each number, oldest first. A call that was
/// withheld cannot be called back and is not among them.
pub fn to_call_back(calls: &[Call], now: Moment) -> Vec<&Call> {
    let mut owed: Vec<&Call> = Vec::new();
    let missed = |call: &&Call| {
        call.direction == Direction::In
            && call.wrapped.is_none()
            && call.state(now) == State::Missed
    };
    for call in calls.iter().filter(missed) {
        let Some(number) = &call.number else { continue };
        let same = |other: &&Call| other.number.as_ref() == Some(number);
        let spoken = calls
            .iter()
            .filter(same)
            .any(|other| other.answered.is_some_and(|at| at > call.began()));
        if spoken {
            continue;
        }
        match owed
            .iter_mut()
            .find(|known| known.number.as_ref() == Some(number))
        {
            Some(known) if known.began() < call.began() => *known = call,
            Some(_) => {}
            None => owed.push(call),
        }
    }
    owed.sort_by_key(|call| call.began());
    owed
}

/// A waiting time that may not have been reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wait {
    /// Seconds.
    Within(f64),
    /// So many callers gave up that it was not reached within what was seen.
    MoreThan(f64),
}

/// Calls of a stretch of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    pub calls_in: u32,
    pub answered: u32,
    pub missed: u32,
    /// Ringing now.
    pub ringing: u32,
    pub calls_out: u32,
    /// Out, and somebody answered.
    pub reached: u32,
    /// By [`Outcome::ALL`], of calls in and out.
    pub outcomes: [u32; 5],
    /// Spoken, and what it came to is not written yet.
    pub unwrapped: u32,
    pub median_wait: Option<Wait>,
    pub nine_of_ten_wait: Option<Wait>,
    /// Seconds.
    pub median_talk: Option<u32>,
}

impl Figures {
    pub fn outcome(&self, outcome: Outcome) -> u32 {
        let at = Outcome::ALL.iter().position(|one| *one == outcome);
        at.map_or(0, |at| self.outcomes[at])
    }
}

/// Counts calls.
pub fn figures<'c>(calls: impl IntoIterator<Item = &'c Call>, now: Moment) -> Figures {
    let mut f = Figures::default();
    let mut waits: Vec<Bin> = Vec::new();
    let mut talks: Vec<i64> = Vec::new();
    for call in calls {
        let state = call.state(now);
        let spoken = call.answered.is_some();
        if let Some(outcome) = call.wrap.outcome {
            let at = Outcome::ALL.iter().position(|one| *one == outcome);
            f.outcomes[at.unwrap_or(4)] += 1;
        } else if state == State::Over {
            f.unwrapped += 1;
        }
        talks.extend(call.talked());
        if call.direction == Direction::Out {
            f.calls_out += 1;
            f.reached += u32::from(spoken);
            continue;
        }
        f.calls_in += 1;
        f.answered += u32::from(spoken);
        f.missed += u32::from(state == State::Missed);
        f.ringing += u32::from(state == State::Ringing);
        // Written down by hand: nobody measured how long it rang.
        if call.rang.is_some() {
            #[expect(clippy::cast_precision_loss, reason = "seconds of a call")]
            let waited = call.waited(now) as f64;
            waits.push((waited, u32::from(spoken), u32::from(!spoken)));
        }
    }
    waits.sort_by(|a, b| a.0.total_cmp(&b.0));
    talks.sort_unstable();
    if !waits.is_empty() {
        let curve = kaplan_meier(&waits, &[]);
        let wait = |share| match curve.quantile(share) {
            Quantile::Reached(days) => Wait::Within(days * DAY),
            Quantile::NotReached { beyond } => Wait::MoreThan(beyond * DAY),
        };
        f.median_wait = Some(wait(0.5));
        f.nine_of_ten_wait = Some(wait(0.9));
    }
    let middle = talks.get(talks.len().div_ceil(2).wrapping_sub(1));
    f.median_talk = middle.and_then(|talk| u32::try_from(*talk).ok());
    f
}

/// A Vietnamese number as it is kept and compared: digits alone, 0 in front (`+84 903 …` is `0903…`). `None`: no
/// number that could be called.
pub fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let strange = text
        .chars()
        .any(|c| !c.is_ascii_digit() && !" .-+()".contains(c));
    let abroad = text.starts_with('+') || digits.starts_with("00");
    let national = digits.strip_prefix("00").unwrap_or(&digits);
    let national = match national.strip_prefix("84") {
        Some(rest) if abroad || national.len() > 10 => format!("0{rest}"),
        _ if abroad => digits.clone(),
        _ => national.to_owned(),
    };
    (!strange && (3..=15).contains(&national.len())).then_some(national)
}
