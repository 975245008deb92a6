//! Each figure of `facts` is exactly the cases that open behind it, whatever the question.

use facts::{Cohort, EndingSet, Figure, Filter, Meaning, Query, obvious};
use rules::person::{Official, Person, Power};
use service::definition::Ending;
use store::Page;

use crate::engines::{CITY, Fixture};
use crate::sample::{Sample, moment, person_id};

both_engines!(every_figure_is_the_cases_behind_it);

const HOUR: i64 = 3600;

const FIGURES: [Option<Figure>; 13] = [
    None,
    Some(Figure::Cases),
    Some(Figure::Open),
    Some(Figure::Finished),
    Some(Figure::Passed),
    Some(Figure::OnTime),
    Some(Figure::Late),
    Some(Figure::Overdue),
    Some(Figure::BeforeDue),
    Some(Figure::NoDeadline),
    Some(Figure::LeftEarly),
    Some(Figure::Apart),
    Some(Figure::Void),
];

/// Sixty cases of three units: open, on time, late, withdrawn early and late, spam, duplicates.
async fn a_year(f: &Fixture) {
    for n in 0..60u32 {
        let mut sample = Sample::opened_as(n, |opened| {
            opened.unit = format!("commune-{}", n % 3);
            opened.area = (n % 4 != 0).then(|| format!("area-{}", n % 2));
            opened.public = n % 5 != 0;
        });
        let hours = i64::from(n * 7 % 100);
        let at = moment(i64::from(n) + hours * HOUR);
        let ending = match n % 8 {
            0 => None,
            1 => Some(Ending::Withdrawn),
            2 => Some(Ending::Spam),
            3 => Some(Ending::Duplicate),
            4 => Some(Ending::Refused),
            _ => Some(Ending::Solved),
        };
        if let Some(ending) = ending {
            sample = sample.ended(ending, at);
        }
        sample.save(&f.writer()).await.unwrap();
    }
    f.store.seal(CITY, moment(0)).await.unwrap();
}

fn set(endings: &[Ending]) -> EndingSet {
    EndingSet::of(&endings.iter().map(|e| *e as u8).collect::<Vec<u8>>())
}

fn questions() -> Vec<Query> {
    let meaning = Meaning {
        finished: set(&[Ending::Solved, Ending::Refused]),
        apart: set(&[Ending::Duplicate]),
        void: set(&[Ending::Spam]),
    };
    let second = |s: i64| moment(s).as_second();
    let cohorts = [
        Cohort::All,
        Cohort::Opened {
            from: second(10),
            to: second(40),
        },
        Cohort::Due {
            from: second(72 * HOUR + 5),
            to: second(72 * HOUR + 50),
        },
        Cohort::Live {
            from: second(20 * HOUR),
            to: second(60 * HOUR),
        },
    ];
    let filters = [
        vec![],
        vec![Filter::Unit(vec!["commune-1".into()])],
        vec![
            Filter::Area(vec![None, Some("area-1".into())]),
            Filter::Public(true),
        ],
        vec![Filter::Ending(vec![None, Some(Ending::Solved as u8)])],
        vec![Filter::Reopened(false), Filter::Verified(false)],
        vec![Filter::Rating(vec![1, 2])],
        vec![Filter::Service(vec![])],
        vec![
            Filter::Kind(vec![1]),
            Filter::Channel(vec![1]),
            Filter::Group(vec!["ha-tang".into()]),
        ],
    ];
    let mut questions = Vec::new();
    for as_of in [
        second(30),
        second(50 * HOUR),
        second(72 * HOUR + 30),
        second(200 * HOUR),
    ] {
        for cohort in cohorts {
            for filters in &filters {
                questions.push(Query {
                    as_of,
                    cohort,
                    meaning,
                    filters: filters.clone(),
                    ..Query::default()
                });
            }
        }
    }
    questions
}

async fn every_figure_is_the_cases_behind_it(f: Fixture) {
    a_year(&f).await;
    let rows = f.reader().fact_rows(None, 1000).await.unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|(_, fact)| fact).collect();
    let followed = f.reader().facts_after(0, 1000).await.unwrap();
    let mut followed: Vec<_> = followed.rows.into_iter().map(|(_, fact)| fact).collect();
    rows.sort_by_key(|fact| fact.opened);
    followed.sort_by_key(|fact| fact.opened);
    assert_eq!(rows, followed);
    let mut seen = 0;
    for asked in questions() {
        for figure in FIGURES {
            let mut asked = asked.clone();
            asked.filters.extend(figure.map(Filter::Is));
            let expected = rows
                .iter()
                .filter(|row| obvious::belongs(row, &asked))
                .count();
            let recounted = f.reader().recount(&asked).await.unwrap();
            assert_eq!(recounted, expected as u64, "{asked:?}");
            seen += expected;
        }
    }
    assert!(seen > 5000, "the questions must not all be empty");
    leaders_open_all_of_them(&f).await;
}

async fn leaders_open_all_of_them(f: &Fixture) {
    let asked = Query {
        as_of: moment(200 * HOUR).as_second(),
        ..Query::default()
    };
    let leader = Person::Official(Official {
        id: person_id(1),
        name: "Lãnh đạo".into(),
        seats: Vec::new(),
        own: Vec::new(),
        stands_in_for: Vec::new(),
        powers: vec![Power::Leader],
    });
    let (mut page, mut all) = (
        Page {
            after: None,
            most: 7,
        },
        Vec::new(),
    );
    loop {
        let lines = f.reader().behind(&leader, &asked, page).await.unwrap();
        page.after = lines.last().map(|line| line.place_in_list());
        let end = lines.len() < 7;
        all.extend(lines.into_iter().map(|line| line.id));
        if end {
            break;
        }
    }
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(
        (all.len(), count),
        (60, 60),
        "keyset pages neither skip nor repeat"
    );
    let most = Page {
        after: None,
        most: 100,
    };
    let public = f
        .reader()
        .behind(&Person::Nobody, &asked, most)
        .await
        .unwrap();
    assert_eq!(public.len(), 48);
}
