//! The fair counts on 121,145 real reports (Boston 311, 2015), against figures worked out elsewhere with
//! other tools. The file lies beside the repository and not in it; without it these tests say so and
//! prove nothing. Its times are the city's wall clock and are compared as they are: no zone is needed
//! for differences, save for an hour of error across the two changes of the clock.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use jiff::civil::DateTime;
use rules::league::survival::kaplan_meier;
use rules::league::{Basis, Bin, CategoryCount, Options, Quantile, UnitInput, Verdict, table};

struct Report {
    open: DateTime,
    target: Option<DateTime>,
    closed: Option<DateTime>,
    subject: String,
    kind: String,
    queue: String,
    neighbourhood: String,
}

struct City {
    reports: Vec<Report>,
    set_aside: usize,
    as_of: DateTime,
}

impl City {
    /// `None` (and a word about it) where the file is not there.
    fn read() -> Option<Self> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
        let beside = |folder: &Path| folder.join("shared/data/boston-311-2015.csv.gz");
        let Some(path) = crates
            .ancestors()
            .skip(2)
            .map(beside)
            .find(|path| path.exists())
        else {
            eprintln!("boston-311-2015.csv.gz is not beside the repository: nothing was tested");
            return None;
        };
        let file = flate2::read::MultiGzDecoder::new(File::open(path).expect("the file opens"));
        let mut reader = csv::Reader::from_reader(file);
        let columns = reader.headers().expect("a header").clone();
        let column = |name: &str| {
            columns
                .iter()
                .position(|column| column == name)
                .expect("a column")
        };
        let wanted = [
            "OPEN_DT",
            "TARGET_DT",
            "CLOSED_DT",
            "SUBJECT",
            "TYPE",
            "QUEUE",
            "neighborhood",
        ];
        let [open, target, closed, subject, kind, queue, neighbourhood] = wanted.map(column);
        let mut reports = Vec::new();
        let mut set_aside = 0;
        for row in reader.records() {
            let row = row.expect("a row");
            let report = Report {
                open: time(&row[open]).expect("an opening time"),
                target: time(&row[target]),
                closed: time(&row[closed]),
                subject: row[subject].to_owned(),
                kind: row[kind].to_owned(),
                queue: row[queue].to_owned(),
                neighbourhood: row[neighbourhood].trim().to_owned(),
            };
            match report.closed.is_some_and(|closed| closed < report.open) {
                true => set_aside += 1,
                false => reports.push(report),
            }
        }
        let latest = reports
            .iter()
            .map(|report| report.closed.unwrap_or(report.open).max(report.open));
        let as_of = latest.max().expect("reports");
        Some(Self {
            reports,
            set_aside,
            as_of,
        })
    }

    /// Counts by a column, the kind of report as category.
    fn units(&self, by: fn(&Report) -> &str) -> Vec<UnitInput> {
        let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
        for report in &self.reports {
            let next = u32::try_from(kinds.len()).expect("few kinds");
            kinds.entry(&report.kind).or_insert(next);
        }
        type Counts = (Vec<Bin>, BTreeMap<u32, CategoryCount>);
        let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
        for report in &self.reports {
            let (histogram, categories) = counts.entry(by(report)).or_default();
            let lasted = report
                .closed
                .unwrap_or(self.as_of)
                .duration_since(report.open);
            let closed = u32::from(report.closed.is_some());
            histogram.push((lasted.as_secs_f64(), closed, 1 - closed));
            if let Some(target) = report.target.filter(|target| *target <= self.as_of) {
                let category = kinds[report.kind.as_str()];
                let count = categories.entry(category).or_insert(CategoryCount {
                    category,
                    passed: 0,
                    on_time: 0,
                });
                count.passed += 1;
                count.on_time += u32::from(report.closed.is_some_and(|closed| closed <= target));
            }
        }
        let unit = |(key, (mut histogram, categories)): (&str, Counts)| {
            histogram.sort_by(|a, b| a.0.total_cmp(&b.0));
            UnitInput {
                key: key.to_owned(),
                passed: categories
                    .values()
                    .map(|count| u64::from(count.passed))
                    .sum(),
                on_time: categories
                    .values()
                    .map(|count| u64::from(count.on_time))
                    .sum(),
                histogram,
                by_category: categories.into_values().collect(),
                ..UnitInput::default()
            }
        };
        counts.into_iter().map(unit).collect()
    }
}

fn time(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let read = |text| DateTime::strptime("%m/%d/%Y %I:%M:%S %p", text).expect("a time");
    (!text.is_empty()).then(|| read(text))
}

fn find<'a>(units: &'a [UnitInput], key: &str) -> &'a UnitInput {
    units.iter().find(|unit| unit.key == key).expect("the unit")
}

#[test]
fn deadlines_passed_and_handling_times() {
    let Some(city) = City::read() else { return };
    assert_eq!((city.reports.len(), city.set_aside), (120_948, 197));
    assert_eq!(city.as_of.to_string(), "2016-01-12T22:22:40");
    let units = city.units(|report| &report.subject);
    let league = table(&units, Options::default());
    assert_eq!(league.city.on_time.expect("deadlines").n, 83_134);
    assert_eq!(units.iter().map(|unit| unit.on_time).sum::<u64>(), 52_536);

    // Unit, median, nine of ten, on time over deadlines passed.
    for (key, median, p90, on_time) in [
        (
            "Public Works Department",
            Some(1.28),
            Some(62.6),
            Some(0.724),
        ),
        ("Mayor's 24 Hour Hotline", Some(24.78), None, Some(0.430)),
        ("Animal Control", None, None, None),
    ] {
        let row = league
            .rows
            .iter()
            .find(|row| row.key == key)
            .expect("the unit");
        for (found, wanted) in [(row.median, median), (row.p90, p90)] {
            match (found, wanted) {
                (Quantile::Reached(days), Some(wanted)) => {
                    assert!(
                        (days / wanted - 1.0).abs() < 0.01,
                        "{key}: {days} and {wanted}"
                    );
                }
                (Quantile::NotReached { beyond }, None) => {
                    assert!(beyond > 300.0, "{key}: {beyond}")
                }
                _ => panic!("{key}: {found:?} and {wanted:?}"),
            }
        }
        let share = row
            .on_time
            .map(|share| (share.share * 1000.0).round() / 1000.0);
        assert_eq!(share, on_time, "{key}");
        if let Some(days) = row.median.days() {
            let (low, high) = row.median_interval;
            assert!(
                low.days() <= Some(days) && Some(days) <= high.days(),
                "{key}: {low:?} {high:?}"
            );
        }
    }
}

#[test]
fn neighbourhoods_by_what_their_mix_lets_expect() {
    let Some(city) = City::read() else { return };
    let units = city.units(|report| &report.neighbourhood);
    let mixed = table(&units, Options::default());
    // Raw share, observed over expected. The category that gives these figures is TYPE.
    for (key, share, ratio) in [
        ("Beacon Hill", 0.749, 1.041),
        ("West Roxbury", 0.678, 1.071),
        ("Greater Mattapan", 0.588, 0.960),
        ("East Boston", 0.579, 0.922),
        ("South Boston / South Boston Waterfront", 0.563, 0.910),
    ] {
        let row = mixed
            .rows
            .iter()
            .find(|row| row.key == key)
            .expect("the neighbourhood");
        let found = row.on_time.expect("deadlines").share;
        assert!((found - share).abs() < 0.0006, "{key}: {found}");
        let found = row.observed_over_expected.expect("deadlines");
        assert!((found - ratio).abs() < 0.0006, "{key}: {found}");
    }

    // Without the mix: 23 neighbourhoods with at least 30 deadlines (Chestnut Hill has four; reports
    // without one count as one more), the city's share over all 83,134.
    let bare = table(
        &units,
        Options {
            basis: Basis::City,
            ..Options::default()
        },
    );
    let large: Vec<_> = bare
        .rows
        .iter()
        .filter(|row| row.verdict != Verdict::TooSmall)
        .collect();
    assert_eq!(large.len(), 23);
    assert!((bare.phi - 21.5).abs() < 0.05, "{}", bare.phi);
    assert_eq!(large.iter().filter(|row| row.z.abs() > 1.96).count(), 17);
    let outside = large
        .iter()
        .filter(|row| row.verdict != Verdict::NotSeparated)
        .count();
    assert_eq!(outside, 4);
}

#[test]
fn a_queue_of_six_does_not_lead() {
    let Some(city) = City::read() else { return };
    let league = table(&city.units(|report| &report.queue), Options::default());
    let shrunk = |x: u64, n: u64| league.prior.expect("deadlines").shrink(x, n);
    assert!(shrunk(6, 6) < shrunk(617, 622), "{:?}", league.prior);
    let best = |value: fn(&rules::league::UnitRow) -> Option<f64>| {
        let rows = league.rows.iter().filter(|row| row.on_time.is_some());
        rows.max_by(|a, b| value(a).partial_cmp(&value(b)).expect("numbers"))
            .expect("queues")
    };
    assert_eq!(
        best(|row| row.on_time.map(|share| share.share))
            .on_time
            .map(|share| share.share),
        Some(1.0)
    );
    assert!(best(|row| row.shrunk).on_time.expect("deadlines").n >= 30);
}

#[test]
fn binning_within_a_percent_keeps_the_median() {
    let Some(city) = City::read() else { return };
    let units = city.units(|report| &report.subject);
    let exact = &find(&units, "Public Works Department").histogram;
    let mut binned: BTreeMap<i32, Bin> = BTreeMap::new();
    for (seconds, closed, censored) in exact {
        let bin = (seconds.max(1.0).ln() / 1.01f64.ln()).round() as i32;
        let sum = binned.entry(bin).or_insert((1.01f64.powi(bin), 0, 0));
        sum.1 += closed;
        sum.2 += censored;
    }
    let binned: Vec<Bin> = binned.into_values().collect();
    let median = |bins: &[Bin]| {
        kaplan_meier(bins, &[])
            .quantile(0.5)
            .days()
            .expect("reached")
    };
    assert!((median(&binned) / median(exact) - 1.0).abs() < 0.01);
}
