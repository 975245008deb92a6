//! What the law provides beside the steps: form 05, a result put right, an opinion asked, papers lost.

use jiff::civil::date;
use rules::case::correct::has_result;
use rules::case::early::early;
use rules::case::stop::{Grounds, STOPS_1, StopLaw};
use rules::case::{Event, Life, Recorded};
use rules::index::{At, Names, observe};
use rules::notice::{self, Kind, Notice, Tiers, To};
use rules::paper::calls;
use serde_json::json;

use crate::tale::{City, Tale, shipped};

const REST: &str = r#"
documents:
  - {code: contract, label: Hợp đồng, accept: [pdf]}
fees:
  - {code: fee, label: Lệ phí, amount: "5000", due: sign}
roles:
  desk: {name: Một cửa, at: one-stop-desk by area}
  officer: {name: Chuyên viên, at: land-office by area}
process:
  limit: 5 working-days
  clock: {starts: accepted, cutoff: "15:00", stopped-in: [supplement], supplement: pause, max-supplements: 1, max-extensions: 1}
  when-late: {makes: apology, signed-by: head-of-unit, new-date: at-most 1}
  steps:
    - {code: receive, name: Tiếp nhận, by: desk, within: 4 hours, outcomes: {complete: next, refuse: refused}}
    - {code: appraise, name: Thẩm định, by: officer, within: 2 days, outcomes: {pass: next, incomplete: supplement, fail: refused}}
    - {code: sign, name: Ký, by: officer, within: 1 day, signs: permit, outcomes: {signed: next, returned: appraise, fail: refused}}
    - {code: issue, name: Phát hành, by: officer, within: 4 hours, outcomes: {done: next}}
    - {code: hand_over, name: Trả kết quả, by: desk, within: 1 day, outside-limit: true, outcomes: {returned: end(granted)}}
    - {code: supplement, name: Bổ sung, by: applicant, wait-at-most: 30 days, outcomes: {supplied: appraise, lapsed: refused}}
    - {code: refused, name: Trả hồ sơ, by: desk, within: 6 hours, outcomes: {done: end(refused)}}
papers:
  permit: {name: Giấy phép, template: certificate, signed-by: officer, keep: forever}
  apology: {name: Xin lỗi, template: form-04, signed-by: head-of-unit, keep: 10 years}
"#;

const ACCEPTED: &str =
    "2026-03-02T08:00 | open                        | opened +receive@desk-a→03-02T14:00 | 1
     2026-03-02T09:00 | desk-a: receive.complete    | receive.complete accepted clock→03-09T09:00 +appraise@office-a→03-04T09:00 | 2
";

const DECIDED: &str =
    "2026-03-03T09:00 | office-a: appraise.pass     | taken-up appraise.pass +sign@office-a→03-04T09:00 ask:fee=5000 | 4
     2026-03-03T09:10 | desk-a: take 5000 cash      | paid:5000 | 4
     2026-03-03T10:00 | office-a: sign.signed       | sign.signed +issue@office-a→03-03T16:00 | 4
     2026-03-03T11:00 | office-a: issue.done        | issue.done issued:granted +hand_over@desk-a→03-04T11:00 | 9
";

fn city() -> City {
    City::permit(REST, json!({"area": "a"}))
}

/// Plays what comes after each beginning.
fn plays<'a>(city: &'a City, tables: &[&str]) -> Tale<'a> {
    city.plays(&tables.concat())
}

fn events_at(tale: &Tale<'_>, at: &str) -> Vec<Recorded> {
    let moment = tale.city.moment(at);
    let of = tale.log.iter().filter(|one| one.at == moment);
    of.cloned().collect()
}

fn noticed(tale: &Tale<'_>, at: &str, tiers: &Tiers) -> Vec<Notice> {
    notice::notices(tale.case(), &events_at(tale, at), tiers)
}

/// Papers and notices of each command of a tale, in one line.
fn told(tale: &Tale<'_>, at: &str) -> (Vec<String>, Vec<Kind>) {
    let papers = calls(&tale.city.definition, &events_at(tale, at)).into_iter();
    let notices = noticed(tale, at, &Tiers::default());
    let applicant = notices.into_iter().filter(|one| one.to == To::Applicant);
    (
        papers.map(|call| call.template).collect(),
        applicant.map(|one| one.kind).collect(),
    )
}

#[test]
fn the_grounds_that_ship_are_read_and_flaws_are_told() {
    let grounds = Grounds::read(STOPS_1).expect("the file that ships");
    let law = StopLaw::default();
    assert!(grounds.list.len() >= 4 && *law.on(date(2030, 1, 1)) == grounds);
    for (text, says) in [
        ("version = 2\nground = []".to_owned(), "at least one"),
        (
            STOPS_1.replace("\"dispute\"", "\"authority\""),
            "stands twice",
        ),
        (STOPS_1.replace("\"dispute\"", "\"tranh chấp\""), "alone"),
        (
            STOPS_1.replace(
                "\"A dispute is before a court or a competent authority\"",
                "\" \"",
            ),
            "name_en",
        ),
        (STOPS_1.replace("\"decision\"", "\"whenever\""), "whenever"),
    ] {
        let flaw = Grounds::read(&text).expect_err(says);
        assert!(flaw.contains(says), "{flaw}");
    }
}

#[test]
fn a_list_holds_from_its_first_day_and_old_grounds_keep_their_names() {
    let read = |from: &str, code: &str, name: &str| {
        let text = format!(
            "version = 2\nfrom = {from:?}\n[[ground]]\ncode = {code:?}\nname = {name:?}\nname_en = \"x\"\nwhen = \"decision\""
        );
        Grounds::read(&text).expect("reads")
    };
    let mut law = StopLaw::default();
    law.put(read("2026-07-01", "court", "Tòa án thụ lý"));
    law.put(read("2027-01-01", "court", "Tòa án đã thụ lý vụ việc"));
    let (spring, autumn, next) = (date(2026, 4, 1), date(2026, 10, 1), date(2027, 2, 1));
    let name = |code, day| law.named(code, day).map(|ground| ground.name.as_str());
    assert!(law.on(spring).get("dispute").is_some() && law.on(spring).get("court").is_none());
    assert!(law.on(autumn).get("dispute").is_none());
    assert_eq!(name("court", autumn), Some("Tòa án thụ lý"));
    assert_eq!(name("court", next), Some("Tòa án đã thụ lý vụ việc"));
    assert_eq!(
        name("dispute", autumn),
        Some(shipped("dispute").name.as_str())
    );
    assert_eq!(name("whatever", autumn), None);
}

#[test]
fn the_head_stops_on_a_ground_that_holds_and_only_then() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        "2026-03-03T09:00 | office-a: stop authority!   | no: no-authority | 2
         2026-03-03T09:00 | commune-a^: stop authority! | no: no-authority | 2
         2026-03-03T09:00 | office-a^: stop no-supplement! | no: no-ground | 2
         2026-03-03T09:00 | office-a^: stop no-payment! | no: no-ground | 2
         2026-03-03T09:00 | office-a^: stop authority   | no: reason-required | 2
         2026-03-03T09:00 | office-a': stop dispute!    | form-05:dispute(KT.) -appraise stopped:stopped | 8
         2026-03-03T09:01 | office-a^: stop authority!  | no: ended | 8",
    ]);
    assert_eq!(
        told(&tale, "2026-03-03T09:00"),
        (vec!["form-05".to_owned()], vec![Kind::StoppedWorking])
    );
    // Not before it was accepted (form 03), not while a withdrawal waits, not with a result.
    let city = self::city();
    city.plays(
        "2026-03-02T08:00 | open                        | opened +receive@desk-a→03-02T14:00 | 1
         2026-03-02T09:00 | office-a^: stop authority!  | no: not-from-here | 1",
    );
    plays(
        &city,
        &[
            ACCEPTED,
            "2026-03-03T09:00 | withdraw                    | withdrawal-asked stop:withdrawal | 7
         2026-03-03T09:00 | office-a^: stop authority!  | no: not-from-here | 7",
        ],
    );
    plays(
        &city,
        &[
            ACCEPTED,
            DECIDED,
            "2026-03-03T12:00 | office-a^: stop authority!  | no: not-from-here | 9",
        ],
    );
}

/// While the time to complete the dossier runs nobody may stop for want of it; once it is over, the head may.
#[test]
fn silence_of_the_applicant_is_a_ground_when_its_time_is_over() {
    let city = city();
    plays(&city, &[
        ACCEPTED,
        "2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete stop:supplement asked:supplement +supplement@me→04-02T09:00 | 5
         2026-04-02T09:00 | office-a^: stop no-supplement! | no: no-ground | 5
         2026-04-02T09:01 | office-a^: stop no-supplement! | form-05:no-supplement() -supplement stopped:stopped | 8",
    ]);
    plays(&city, &[
        ACCEPTED,
        "2026-03-03T09:00 | office-a: appraise.incomplete! | taken-up appraise.incomplete stop:supplement asked:supplement +supplement@me→04-02T09:00 | 5
         2026-04-02T09:01 | clock: tick                 | supplement.lapsed clock→04-08T09:01 applicant-answered +refused@desk-a→04-03T07:01 | 4
         2026-04-02T10:00 | office-a^: stop no-payment! | no: no-ground | 4
         2026-04-02T10:00 | office-a^: stop no-supplement! | form-05:no-supplement() -refused stopped:stopped | 8",
    ]);
}

/// Nothing of the first result moves: its date, its day, its hand-over; nothing more is asked or paid.
#[test]
fn a_wrong_result_is_signed_again_and_the_first_figures_stay() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        DECIDED,
        "2026-03-03T11:30 | me: error!                  | error-reported | 9
         2026-03-03T11:31 | me: error!                  | no: already-done | 9
         2026-03-03T14:00 | office-a^: no-error!        | error-declined | 9
         2026-03-04T08:00 | desk-a: hand_over.returned  | hand_over.returned handed:granted | 10
         2026-03-09T08:00 | me: error                   | no: reason-required | 10
         2026-03-09T08:00 | me: error!                  | error-reported | 10
         2026-03-10T08:00 | office-a: correct sign!     | no: no-authority | 10
         2026-03-10T08:00 | office-a^: correct appraise! | no: no-such-step | 10
         2026-03-10T08:00 | office-a^: correct sign     | no: reason-required | 10
         2026-03-10T08:00 | office-a^: correct sign!    | again:sign→03-11T14:00 +sign@office-a→03-11T08:00 | 4
         2026-03-10T08:01 | office-a^: correct sign!    | no: not-from-here | 4
         2026-03-10T08:01 | withdraw                    | no: not-from-here | 4
         2026-03-10T08:01 | office-a^: extend! 2026-03-20T17:00 | no: not-from-here | 4
         2026-03-10T08:01 | office-a^: stop authority!  | no: not-from-here | 4
         2026-03-10T09:00 | office-a: sign.fail!        | no: only-put-right | 4
         2026-03-10T09:00 | office-a: sign.returned     | sign.returned +appraise@office-a→03-12T09:00 | 4
         2026-03-10T09:30 | office-a: appraise.incomplete! | no: only-put-right | 4
         2026-03-10T10:00 | office-a: appraise.pass     | appraise.pass +sign@office-a→03-11T10:00 | 4
         2026-03-10T11:00 | office-a: sign.signed       | sign.signed +issue@office-a→03-10T17:00 | 4
         2026-03-10T14:00 | office-a: issue.done        | issue.done corrected +hand_over@desk-a→03-11T14:00 | 9
         2026-03-11T08:00 | desk-a: hand_over.returned  | hand_over.returned handed:granted | 10",
    ]);
    let case = tale.case();
    assert_eq!(case.clock.due, Some(city.moment("2026-03-09T09:00")));
    assert_eq!(
        case.life.ended().map(|(_, at)| at),
        Some(city.moment("2026-03-03T11:00"))
    );
    assert_eq!(case.corrections.len(), 2);
    assert_eq!(case.money.charges.len(), 1);
    assert_eq!(
        told(&tale, "2026-03-10T08:00"),
        (
            vec!["apology-letter".to_owned()],
            vec![Kind::CorrectionBegun]
        )
    );
    assert_eq!(
        told(&tale, "2026-03-10T11:00").0,
        ["certificate"],
        "a new paper"
    );
    assert_eq!(told(&tale, "2026-03-10T14:00").1, [Kind::Corrected]);
    let mut names = Names::default();
    let counted = observe(&tale.log, "Xây dựng", &mut names, &|_, _| 0).expect("a dossier");
    let first = |at: &str| Some(At::from(city.moment(at)));
    assert_eq!(counted.ended.map(|(_, at)| at), first("2026-03-03T11:00"));
    assert_eq!(counted.handed, first("2026-03-04T08:00"));
    assert_eq!((counted.corrections.len(), counted.hops.len()), (1, 5));
}

#[test]
fn found_at_the_desk_the_wrong_result_does_not_leave_it() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        DECIDED,
        "2026-03-03T14:00 | office-a^: correct sign!    | -hand_over again:sign→03-05T08:00 +sign@office-a→03-04T14:00 | 4
         2026-03-03T15:00 | office-a: sign.signed       | sign.signed +issue@office-a→03-04T09:00 | 4
         2026-03-03T15:10 | office-a: issue.done        | issue.done corrected +hand_over@desk-a→03-04T15:10 | 9
         2026-03-04T08:00 | desk-a: hand_over.returned  | hand_over.returned handed:granted | 10",
    ]);
    assert!(
        matches!(tale.case().life, Life::HandedOver { decided, .. } if decided == city.moment("2026-03-03T11:00"))
    );
}

#[test]
fn what_was_refused_or_stopped_has_no_result_to_correct() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        "2026-03-03T09:00 | me: error!                  | no: not-from-here | 2
         2026-03-03T09:00 | office-a^: stop authority!  | form-05:authority() -appraise stopped:stopped | 8
         2026-03-03T09:10 | me: error!                  | no: not-from-here | 8
         2026-03-03T09:10 | office-a^: correct sign!    | no: not-from-here | 8",
    ]);
    assert!(!has_result(tale.case()));
}

/// Issued after the hour of transfer it lies at the desk the next working morning; on its own day it is not early.
#[test]
fn a_result_before_its_day_can_be_fetched_earlier() {
    let city = city();
    let found = |tale: &Tale<'_>| {
        early(tale.case(), &city.definition, &city.calendar).expect("days of the calendar")
    };
    let tale = plays(&city, &[ACCEPTED, DECIDED]);
    let early = found(&tale).expect("six days before");
    assert_eq!(early.from, city.moment("2026-03-03T11:00"));
    assert_eq!(early.appointed, city.moment("2026-03-09T09:00"));
    let late = |issued: &str, due: &str| {
        let table = format!(
            "2026-03-03T09:00 | office-a: appraise.pass     | taken-up appraise.pass +sign@office-a→03-04T09:00 ask:fee=5000 | 4
             2026-03-03T09:10 | desk-a: take 5000 cash      | paid:5000 | 4
             2026-03-03T10:00 | office-a: sign.signed       | sign.signed +issue@office-a→03-03T16:00 | 4
             {issued} | office-a: issue.done        | issue.done issued:granted +hand_over@desk-a→{due} | 9"
        );
        found(&plays(&city, &[ACCEPTED, &table]))
    };
    let evening = late("2026-03-05T16:00", "03-06T16:00").expect("the next morning");
    assert_eq!(
        city.calendar.local(evening.from).0.to_string(),
        "2026-03-06"
    );
    assert_eq!(
        late("2026-03-06T16:00", "03-09T16:00"),
        None,
        "there on its own day"
    );
    assert_eq!(late("2026-03-09T08:00", "03-10T08:00"), None);
}

#[test]
fn an_opinion_is_asked_beside_the_steps_and_answered() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        "2026-03-03T08:00 | office-a: consult appraise office-a 1 remind | no: own-unit | 2
         2026-03-03T08:00 | office-a: consult appraise nowhere 1 remind | no: no-unit | 2
         2026-03-03T08:00 | office-a: consult appraise works 9 remind | no: after-the-appointment | 2
         2026-03-03T08:00 | office-a: consult appraise works 1 remind | taken-up ask:works→03-04T08:00 ++opinion[0]@works→03-04T08:00 | 4
         2026-03-03T09:00 | office-a: consult appraise department 2 consent | ask:department→03-05T09:00 ++opinion[1]@department→03-05T09:00 | 4
         2026-03-03T10:00 | works: +opinion[0].answered | no: reason-required | 4
         2026-03-03T10:00 | works: +opinion[0].silent!  | no: no-such-outcome | 4
         2026-03-03T10:00 | works: +opinion[0].answered! | +opinion[0].answered | 4
         2026-03-03T10:01 | works: +opinion[0].answered! | no: no-such-step | 4",
    ]);
    let task = &tale.case().tasks[1];
    assert!(task.own_step && task.row == Some(1));
    assert!(!tale.case().handled_by.contains(&"department".to_owned()));
}

/// Silence past the time: where it means consent the clock says so; else it is told, and a working day later the head of
/// the one-stop centre hears of it (NĐ 61/2018 Đ.19.5).
#[test]
fn silence_is_consent_or_is_told() {
    let city = city();
    let tale = plays(&city, &[
        ACCEPTED,
        "2026-03-03T08:00 | office-a: consult appraise works 1 remind | taken-up ask:works→03-04T08:00 ++opinion[0]@works→03-04T08:00 | 4
         2026-03-03T08:00 | office-a: consult appraise department 1 consent | ask:department→03-04T08:00 ++opinion[1]@department→03-04T08:00 | 4
         2026-03-04T08:00 | clock: tick                 |  | 4
         2026-03-04T08:01 | clock: tick                 | silent:+opinion[1] +opinion[1].silent step-late:+opinion[0] | 4
         2026-03-05T08:01 | clock: tick                 | step-late:appraise escalated:+opinion[0] | 4
         2026-03-05T08:02 | clock: tick                 |  | 4",
    ]);
    // The head of the centre hears of both, whatever the city's own tiers say.
    let mut bare = Tiers::default();
    bare.tiers.clear();
    for tiers in [Tiers::default(), bare] {
        for (at, kind) in [
            ("2026-03-04T08:01", Kind::Silent),
            ("2026-03-05T08:01", Kind::Escalated),
        ] {
            let told = noticed(&tale, at, &tiers);
            let heard = told
                .iter()
                .filter(|one| one.to == To::HeadOfCentre && one.kind == kind);
            let steps: Vec<_> = heard.map(|one| one.step.as_deref()).collect();
            assert_eq!(steps, [Some("+opinion")], "{at}: {told:?}");
        }
    }
}

/// One working day before the answer is due, once. A question for a single day needs no reminder (above).
#[test]
fn a_consulted_unit_is_reminded_before_its_time_is_over() {
    let city = city();
    let asked =
        "2026-03-03T08:00 | office-a: consult appraise works 3 consent | taken-up ask:works→03-06T08:00 ++opinion[0]@works→03-06T08:00 | 4
         2026-03-03T08:01 | clock: tick                 |  | 4
         2026-03-05T07:59 | clock: tick                 | step-late:appraise | 4
         2026-03-05T08:00 | clock: tick                 | answer-due:+opinion[0] | 4
        ";
    let tale = plays(&city, &[ACCEPTED, asked]);
    let told = noticed(&tale, "2026-03-05T08:00", &Tiers::default());
    let told: Vec<_> = told.into_iter().map(|one| (one.to, one.kind)).collect();
    let works = || "works".to_owned();
    assert_eq!(
        told,
        [
            (To::Unit(works()), Kind::AnswerDue),
            (To::HeadOfUnit(works()), Kind::AnswerDue)
        ]
    );
    let rest =
        "2026-03-05T08:01 | clock: tick                 |  | 4
         2026-03-06T08:01 | clock: tick                 | silent:+opinion[0] +opinion[0].silent | 4";
    plays(&city, &[ACCEPTED, asked, rest]);
}

/// Who asked goes on when they can; what was not answered by then is closed with the step.
#[test]
fn an_open_question_holds_nothing_up() {
    let city = city();
    plays(&city, &[
        ACCEPTED,
        "2026-03-03T08:00 | office-a: consult appraise works 1 remind | taken-up ask:works→03-04T08:00 ++opinion[0]@works→03-04T08:00 | 4
         2026-03-03T09:00 | office-a: appraise.pass     | appraise.pass -+opinion[0] +sign@office-a→03-04T09:00 ask:fee=5000 | 4",
    ]);
}

/// The agency's fault costs the applicant neither money nor time.
#[test]
fn papers_lost_are_told_asked_again_and_made_good_while_the_clock_runs() {
    let city = city();
    let tale = plays(
        &city,
        &[
            ACCEPTED,
            "2026-03-03T08:00 | office-a: lost contract!    | no: no-authority | 2
         2026-03-03T08:00 | office-a^: lost certificate! | no: no-such-paper | 2
         2026-03-03T08:00 | office-a^: lost contract    | no: reason-required | 2
         2026-03-03T08:00 | office-a^: lost contract!   | lost:contract | 2
         2026-03-03T09:00 | desk-a: good 1 0            | no: no-such-paper | 2
         2026-03-03T09:00 | desk-a: good 0 -5           | no: no-amount | 2
         2026-03-03T09:00 | desk-a: good 0 20000        | good:20000 | 2
         2026-03-03T09:01 | desk-a: good 0 20000        | no: already-done | 2",
        ],
    );
    let case = tale.case();
    assert_eq!(
        (case.supplements, case.clock.due),
        (0, Some(city.moment("2026-03-09T09:00")))
    );
    assert_eq!(
        (case.losses[0].cost, case.losses[0].made_good.is_some()),
        (20_000, true)
    );
    assert_eq!(
        told(&tale, "2026-03-03T08:00"),
        (vec!["apology-letter".to_owned()], vec![Kind::PapersLost])
    );
    let mut names = Names::default();
    let counted = observe(&tale.log, "Xây dựng", &mut names, &|_, _| 0);
    assert_eq!(counted.map(|one| one.losses.len()), Some(1));
}

/// Form 04 follows from the letter, and its cause is what the figures tell.
#[test]
fn form_04_is_made_from_the_letter_and_its_cause_is_counted() {
    let city = city();
    let tale = plays(
        &city,
        &[
            ACCEPTED,
            "2026-03-06T10:00 | office-a^: apologise! 2026-03-11T17:00 | sorry() extended→03-11T17:00 | 2",
        ],
    );
    let calls = calls(&city.definition, &tale.log);
    let letter = calls
        .iter()
        .find(|call| call.template == "form-04")
        .expect("a letter");
    let event = tale.log.iter().find(|one| one.version == letter.version);
    assert!(matches!(
        event.map(|one| &one.event),
        Some(Event::Apologised { .. })
    ));
    assert_eq!(
        calls
            .iter()
            .filter(|call| call.template == "form-04")
            .count(),
        1
    );
    let mut names = Names::default();
    let counted = observe(&tale.log, "Xây dựng", &mut names, &|_, _| 0).expect("a dossier");
    let causes: Vec<&str> = counted
        .extensions
        .iter()
        .map(|(_, cause)| names.word(*cause))
        .collect();
    assert_eq!(causes, ["overload"]);
}
