//! Stories of one dossier as its events tell them.

use std::sync::LazyLock;

use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::event::{Asked, Opened};
use rules::case::state::Stopped;
use rules::case::{Event, Recorded};
use rules::ids::CaseId;
use rules::index::{Dossier, Names, observe};
use rules::person::Actor;
use service::definition::{Channel, Ending, Kind, Limit, LimitUnit};

/// Seconds ahead of UTC.
pub const ZONE: i64 = 7 * 3600;

pub fn calendar() -> &'static Calendar {
    static CALENDAR: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::read(VIETNAM_1).expect("the calendar reads"));
    &CALENDAR
}

/// `11-18 08:30` of 2026 in the city.
pub fn at(text: &str) -> Moment {
    let text = text.replace(' ', "T");
    format!("2026-{text}+07:00").parse().expect("a moment")
}

pub fn days(n: i64) -> Limit {
    Limit {
        thousandths: n * 1000,
        unit: LimitUnit::WorkingDays,
    }
}

/// A case as its events tell it.
#[derive(Clone)]
pub struct Story(pub Vec<Recorded>);

impl Story {
    pub fn then(self, moment: &str, event: Event) -> Self {
        self.by(Actor::Visitor, moment, event)
    }

    pub fn by(mut self, actor: Actor, moment: &str, event: Event) -> Self {
        let version = u32::try_from(self.0.len()).expect("few") + 1;
        self.0.push(Recorded {
            case: CaseId(uuid::Uuid::from_u128(1)),
            version,
            at: at(moment),
            actor,
            event,
        });
        self
    }

    pub fn dossier(&self) -> Dossier {
        let calendar = calendar();
        let working = |a, b| {
            let seconds = calendar.working_between(a, b).expect("covered");
            u32::try_from(seconds).expect("not before")
        };
        observe(&self.0, "Đất đai", &mut Names::default(), &working).expect("events")
    }
}

pub fn opened(channel: Channel, moment: &str) -> Story {
    let opened = Opened {
        code: "H13-1".into(),
        service: "land.transfer".into(),
        service_version: 1,
        kind: Kind::Procedure,
        channel,
        applicant: None,
        applicant_kind: None,
        unit: "land".into(),
        received_at: None,
        area: None,
        place: None,
        public: false,
        about: None,
    };
    Story(Vec::new()).then(moment, Event::Opened(Box::new(opened)))
}

pub fn clock_started(due: &str) -> Event {
    Event::ClockStarted {
        limit: Some(days(5)),
        calendar: 1,
        due: at(due),
    }
}

/// Accepted on Monday 2/11 at 9, five working days: due Monday 9/11 at 9.
pub fn accepted() -> Story {
    without_date().then("11-02 09:00", clock_started("11-09 09:00"))
}

pub fn without_date() -> Story {
    opened(Channel::Online, "11-01 20:00")
        .then("11-02 09:00", Event::Accepted)
        .then("11-02 09:00", Event::TakenUp)
}

pub fn decided(story: Story, moment: &str) -> Story {
    let ending = Ending::Granted;
    story.then(moment, Event::Issued { ending })
}

pub fn handed_over(story: Story, decided_at: &str, moment: &str) -> Story {
    let ending = Ending::Granted;
    decided(story, decided_at).then(moment, Event::HandedOver { ending })
}

pub fn stopped(story: Story, ending: Ending, moment: &str) -> Story {
    story.then(moment, Event::Stopped { ending, why: None })
}

pub fn waiting(story: Story, since: &str) -> Story {
    let what = Asked::Supplement;
    let why = Stopped::Supplement;
    story
        .then(since, Event::ClockStopped { why })
        .then(since, Event::ApplicantAsked { what })
}

pub fn supplied(story: Story, moment: &str, due: Option<&str>) -> Story {
    let story = match due {
        Some(due) => story.then(moment, Event::ClockResumed { due: at(due) }),
        None => story,
    };
    story.then(moment, Event::ApplicantAnswered)
}
