//! Fair counting: tables worked by hand, and slow obvious versions beside the quick ones.

use proptest::prelude::*;
use rules::league::share::{expected_open, funnel, over_dispersion, prior, satisfaction, wilson};
use rules::league::survival::{Outcomes, cumulative_incidence, kaplan_meier, merge};
use rules::league::{
    Basis, Bin, CategoryCount, Options, Quantile, UnitInput, Verdict, Z_95, table,
};

const DAY: f64 = 86_400.0;

fn close(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

/// Remission times of 6-MP (Freireich et al. 1963, Blood 21:699–716), in weeks; here as days.
fn remission() -> Vec<Bin> {
    [
        (6, 3, 1),
        (7, 1, 0),
        (9, 0, 1),
        (10, 1, 1),
        (11, 0, 1),
        (13, 1, 0),
        (16, 1, 0),
        (17, 0, 1),
        (19, 0, 1),
        (20, 0, 1),
        (22, 1, 0),
        (23, 1, 0),
        (25, 0, 1),
        (32, 0, 2),
        (34, 0, 1),
        (35, 0, 1),
    ]
    .map(|(days, closed, censored)| (f64::from(days) * DAY, closed, censored))
    .to_vec()
}

#[test]
fn the_textbook_curve() {
    let curve = kaplan_meier(&remission(), &[]);
    let expected = [
        (6.0, 21, 0.857, 0.0764),
        (7.0, 17, 0.807, 0.0869),
        (10.0, 15, 0.753, 0.0963),
        (13.0, 12, 0.690, 0.1068),
        (16.0, 11, 0.627, 0.1141),
        (22.0, 7, 0.538, 0.1282),
        (23.0, 6, 0.448, 0.1346),
    ];
    assert_eq!(curve.steps.len(), expected.len());
    for (step, (days, at_risk, open, error)) in curve.steps.iter().zip(expected) {
        assert_eq!((step.seconds, step.at_risk), (days * DAY, at_risk));
        assert!(close(step.open, open, 0.0005), "{days}: {}", step.open);
        assert!(
            close(step.variance().sqrt(), error, 0.00005),
            "{days}: {}",
            step.variance().sqrt()
        );
    }
    assert_eq!(curve.quantile(0.5), Quantile::Reached(23.0));
    assert_eq!(curve.quantile(0.9), Quantile::NotReached { beyond: 35.0 });
    let (low, high) = curve.quantile_interval(0.5, Z_95);
    assert_eq!(
        (low, high),
        (
            Quantile::Reached(13.0),
            Quantile::NotReached { beyond: 35.0 }
        )
    );
    // Whole until day 6, 0.857 until day 7, 0.807 until day 10.
    assert!(close(
        curve.restricted_mean(10.0),
        6.0 + 18.0 / 21.0 + 3.0 * 0.806_722_7,
        1e-6
    ));
}

#[test]
fn without_open_cases_it_is_the_plain_median() {
    let histogram: Vec<Bin> = (1..=4).map(|day| (f64::from(day) * DAY, 1, 0)).collect();
    let curve = kaplan_meier(&histogram, &[]);
    assert_eq!(curve.quantile(0.5), Quantile::Reached(2.0));
    assert_eq!(curve.quantile(0.9), Quantile::Reached(4.0));
    assert_eq!(curve.restricted_mean(4.0), 2.5);
    assert_eq!(
        kaplan_meier(&[], &[]).quantile(0.5),
        Quantile::NotReached { beyond: 0.0 }
    );
}

#[test]
fn a_cleared_backlog_does_not_look_slow() {
    // Ten cases of this month closed within a day; ten of last year closed now, at 300 days of age.
    let histogram = [(DAY, 10, 0), (300.0 * DAY, 10, 0)];
    let naive = kaplan_meier(&histogram, &[]);
    assert_eq!(naive.quantile(0.9), Quantile::Reached(300.0));
    let fair = kaplan_meier(&histogram, &[(280.0 * DAY, 10)]);
    assert_eq!(fair.quantile(0.9), Quantile::Reached(1.0));
}

#[test]
fn outcomes_compete() {
    // Four cases: solved on day 1, refused on day 2, one open at day 2, solved on day 3.
    let bins = [
        Outcomes {
            seconds: DAY,
            ended: [1, 0],
            censored: 0,
        },
        Outcomes {
            seconds: 2.0 * DAY,
            ended: [0, 1],
            censored: 1,
        },
        Outcomes {
            seconds: 3.0 * DAY,
            ended: [1, 0],
            censored: 0,
        },
    ];
    let points = cumulative_incidence(&bins);
    assert_eq!(
        points,
        [
            (DAY, [0.25, 0.0]),
            (2.0 * DAY, [0.25, 0.25]),
            (3.0 * DAY, [0.75, 0.25])
        ]
    );
}

#[test]
fn intervals_of_shares() {
    // Newcombe 1998, Stat. Med. 17:857–872, table I, method 3.
    for (x, n, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let share = wilson(x, n, 1.959_964).expect("cases");
        assert!(
            close(share.low, low, 0.00006) && close(share.high, high, 0.00006),
            "{x}/{n}: {share:?}"
        );
    }
    assert_eq!(wilson(0, 0, Z_95), None);
}

#[test]
fn funnels_and_dispersion() {
    let (low, high) = funnel(0.5, 100, 1.96, 1.0);
    assert!(close(low, 0.402, 1e-9) && close(high, 0.598, 1e-9));
    assert_eq!(
        funnel(0.5, 100, 1.96, 0.25),
        (low, high),
        "less than chance narrows nothing"
    );
    let (low, high) = funnel(0.5, 100, 1.96, 4.0);
    assert!(close(low, 0.304, 1e-9) && close(high, 0.696, 1e-9));
    // Eleven scores: the elements 1 and 9 stand for 0 and 10.
    let scores = [-100.0, -2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 50.0];
    assert!(close(
        over_dispersion(&scores),
        (2.0 * 4.0 + 7.0 + 2.0 * 9.0) / 11.0,
        1e-12
    ));
    assert_eq!(over_dispersion(&[]), 1.0);
}

#[test]
fn six_of_six_is_no_champion() {
    let units = [
        (6, 6),
        (617, 622),
        (300, 600),
        (280, 500),
        (90, 400),
        (500, 640),
    ];
    let prior = prior(&units).expect("cases");
    assert!(prior.strength > 1.0 && prior.strength < 20.0, "{prior:?}");
    assert!(prior.shrink(6, 6) < prior.shrink(617, 622));
    // Units that do not differ are all the same.
    let same = rules::league::share::prior(&[(50, 100), (51, 100), (49, 100)]).expect("cases");
    assert_eq!(same.shrink(51, 100), 0.5);
    assert_eq!(rules::league::share::prior(&[(0, 0)]), None);
}

#[test]
fn silence_has_bounds() {
    let said = satisfaction(&[1, 0, 0, 1, 2], 10);
    assert_eq!(said.mean, Some(15.0 / 4.0));
    assert_eq!(said.response_rate(), Some(0.4));
    assert_eq!(said.bounds, Some((2.1, 4.5)));
    assert_eq!(satisfaction(&[0; 5], 0).mean, None);
}

#[test]
fn steady_offices_follow_little() {
    assert_eq!(expected_open(365, 365.0, 12.0), Some(12.0));
    assert_eq!(expected_open(5, 0.0, 12.0), None);
}

/// A unit with two kinds of cases: easy (kind 1) and hard (kind 2).
fn unit(key: &str, easy: (u32, u32), hard: (u32, u32)) -> UnitInput {
    let kind = |category, (on_time, passed)| CategoryCount {
        category,
        passed,
        on_time,
    };
    UnitInput {
        key: key.to_owned(),
        passed: u64::from(easy.1 + hard.1),
        on_time: u64::from(easy.0 + hard.0),
        by_category: vec![kind(1, easy), kind(2, hard)],
        histogram: vec![
            (DAY, easy.0 + hard.0, 0),
            (9.0 * DAY, 0, easy.1 + hard.1 - easy.0 - hard.0),
        ],
        ..UnitInput::default()
    }
}

#[test]
fn hard_cases_are_no_fault() {
    // Both kinds: 90 % of easy and 50 % of hard ones on time, in every unit; only the mix differs.
    let mut units: Vec<UnitInput> = (0..8)
        .map(|n| {
            unit(
                &format!("u{n}"),
                (90 + 90 * n, 100 + 100 * n),
                (400 - 50 * n, 800 - 100 * n),
            )
        })
        .collect();
    units.push(unit("small", (0, 5), (0, 5)));
    let league = table(&units, Options::default());
    for row in &league.rows[..8] {
        assert_eq!(row.verdict, Verdict::NotSeparated, "{row:?}");
        assert!(
            close(row.observed_over_expected.expect("cases"), 1.0, 0.01),
            "{row:?}"
        );
    }
    assert_eq!(league.rows[8].verdict, Verdict::TooSmall);
    assert_eq!(league.rows[8].places, None);
    // Without the mix the unit with the hardest cases looks worst.
    let bare = table(
        &units,
        Options {
            basis: Basis::City,
            ..Options::default()
        },
    );
    assert!(bare.rows[0].z < -5.0 && league.rows[0].z > -1.0);
    assert_eq!(
        league.city.on_time.expect("cases").n,
        units.iter().map(|unit| unit.passed).sum::<u64>()
    );
}

#[test]
fn a_really_worse_unit_is_called_so() {
    let mut units: Vec<UnitInput> = (0..12)
        .map(|n| unit(&format!("u{n}"), (880 + 2 * n, 1000), (500, 1000)))
        .collect();
    units.push(unit("worse", (600, 1000), (200, 1000)));
    let league = table(&units, Options::default());
    let plain = league.rows.iter().map(|row| row.z * row.z).sum::<f64>() / 13.0;
    assert!(league.phi < plain / 4.0, "{} and {plain}", league.phi);
    assert_eq!(league.rows[12].verdict, Verdict::Worse);
    assert_eq!(league.rows[12].places, Some((13, 13)));
    assert_eq!(league.rows[0].places, Some((1, 12)));
    assert!((0..12).all(|row| league.rows[row].verdict != Verdict::Worse));
    let row = &league.rows[12];
    let (low, _) = row.limits_95.expect("cases");
    assert!(
        row.adjusted.expect("cases") < low,
        "the verdict is what the funnel shows"
    );
}

#[test]
fn a_unit_alone_with_its_work_is_not_compared() {
    let mut units: Vec<UnitInput> = (0..4)
        .map(|n| unit(&format!("u{n}"), (450, 500), (0, 0)))
        .collect();
    units.push(unit("alone", (0, 0), (100, 500)));
    let league = table(&units, Options::default());
    assert_eq!(league.rows[4].verdict, Verdict::NotComparable);
    let bare = table(
        &units,
        Options {
            basis: Basis::City,
            ..Options::default()
        },
    );
    assert_ne!(bare.rows[4].verdict, Verdict::NotComparable);
}

#[test]
fn nothing_counted_nothing_claimed() {
    let league = table(&[UnitInput::default()], Options::default());
    let row = &league.rows[0];
    assert_eq!(
        (row.on_time, row.observed_over_expected, row.shrunk),
        (None, None, None)
    );
    assert_eq!(row.verdict, Verdict::TooSmall);
    assert_eq!(row.median, Quantile::NotReached { beyond: 0.0 });
    assert!(table(&[], Options::default()).rows.is_empty());
}

#[test]
#[ignore = "measures: cargo test -p rules --test league measured -- --ignored --nocapture"]
fn measured() {
    // 103 communes with 1,600 bins and 60 kinds each.
    let units: Vec<UnitInput> = (0..103u32)
        .map(|n| UnitInput {
            key: n.to_string(),
            passed: 60 * 500,
            on_time: 60 * u64::from(350 + n),
            histogram: (0..1600)
                .map(|bin| (1.01f64.powi(bin), 100 + n, 7))
                .collect(),
            by_category: (0..60)
                .map(|category| CategoryCount {
                    category,
                    passed: 500,
                    on_time: 350 + n,
                })
                .collect(),
            ..UnitInput::default()
        })
        .collect();
    let clock = std::time::Instant::now();
    let league = table(&units, Options::default());
    let took = clock.elapsed();
    eprintln!("league of {}: {took:?}", league.rows.len());
    assert!(took.as_millis() < 100, "{took:?}");
}

/// One case: under observation from `entry`, until `exit`, closed there or still open.
type Person = (u32, u32, bool);

/// Kaplan–Meier by counting everybody at every time.
fn slow(people: &[Person]) -> Vec<(f64, f64)> {
    let mut times: Vec<u32> = people.iter().filter(|one| one.2).map(|one| one.1).collect();
    times.sort_unstable();
    times.dedup();
    let mut open = 1.0;
    let step = |time: u32| {
        let late = |entry: u32| entry > 0 && entry >= time;
        let n = people
            .iter()
            .filter(|one| one.1 >= time && !late(one.0))
            .count();
        let d = people.iter().filter(|one| one.1 == time && one.2).count();
        open *= 1.0 - d as f64 / n as f64;
        (f64::from(time), open)
    };
    times.into_iter().map(step).collect()
}

fn histogram(people: &[Person]) -> Vec<Bin> {
    let mut bins: Vec<Bin> = Vec::new();
    let mut sorted = people.to_vec();
    sorted.sort_by_key(|one| one.1);
    for (_, exit, closed) in sorted {
        // Several bins of the same time are allowed.
        bins.push((f64::from(exit), u32::from(closed), u32::from(!closed)));
    }
    bins
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    prop::collection::vec((0u32..20, 1u32..40, any::<bool>()), 1..60).prop_map(|people| {
        people
            .into_iter()
            .map(|(entry, more, closed)| (entry, entry + more, closed))
            .collect()
    })
}

/// Posterior mean of a share with a beta(a, b) prior, by adding up a fine grid.
fn posterior(a: f64, b: f64, x: f64, n: f64) -> f64 {
    let (mut mass, mut moment) = (0.0, 0.0);
    for step in 1..20_000 {
        let p = f64::from(step) / 20_000.0;
        let weight = ((x + a - 1.0) * p.ln() + (n - x + b - 1.0) * (1.0 - p).ln()).exp();
        mass += weight;
        moment += weight * p;
    }
    moment / mass
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_curve_is_the_slow_one(people in people()) {
        let mut delayed: Vec<(f64, u32)> =
            people.iter().filter(|one| one.0 > 0).map(|one| (f64::from(one.0), 1)).collect();
        delayed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let quick = kaplan_meier(&histogram(&people), &delayed);
        let slow = slow(&people);
        prop_assert_eq!(quick.steps.len(), slow.len());
        for (step, (seconds, open)) in quick.steps.iter().zip(slow) {
            prop_assert_eq!(step.seconds, seconds);
            prop_assert!(close(step.open, open, 1e-9), "{} and {}", step.open, open);
            let (low, high) = step.band(Z_95);
            prop_assert!(0.0 <= low && low <= step.open && step.open <= high && high <= 1.0);
        }
    }

    #[test]
    fn merging_is_counting_together(a in people(), b in people()) {
        let both: Vec<Person> = a.iter().chain(&b).copied().collect();
        let merged = merge(&histogram(&a), &histogram(&b));
        let curve = |bins: &[Bin]| kaplan_meier(bins, &[]);
        prop_assert_eq!(curve(&merged), curve(&histogram(&both)));
    }

    #[test]
    fn outcomes_and_the_open_make_one(ends in prop::collection::vec((0u32..4, 0u32..4, 0u32..4), 1..30)) {
        let bins: Vec<Outcomes<2>> = (1u32..)
            .zip(&ends)
            .map(|(time, (solved, refused, censored))| Outcomes {
                seconds: f64::from(time),
                ended: [*solved, *refused],
                censored: *censored,
            })
            .collect();
        let all: Vec<Bin> =
            bins.iter().map(|bin| (bin.seconds, bin.ended[0] + bin.ended[1], bin.censored)).collect();
        let refused_away: Vec<Bin> =
            bins.iter().map(|bin| (bin.seconds, bin.ended[0], bin.ended[1] + bin.censored)).collect();
        let curve = kaplan_meier(&all, &[]);
        let naive = kaplan_meier(&refused_away, &[]);
        for (seconds, [solved, refused]) in cumulative_incidence(&bins) {
            prop_assert!(close(solved + refused + curve.open_after(seconds), 1.0, 1e-9));
            // Refusals taken for censored overstate success.
            prop_assert!(1.0 - naive.open_after(seconds) >= solved - 1e-9);
        }
    }

    #[test]
    fn wilson_inverts_the_score_test(n in 1u64..5_000, part in 0.0f64..=1.0, z in 0.5f64..4.0) {
        let x = (part * n as f64).round() as u64;
        let share = wilson(x, n, z).expect("cases");
        prop_assert!(0.0 <= share.low && share.low <= share.share);
        prop_assert!(share.share <= share.high && share.high <= 1.0);
        for edge in [share.low, share.high] {
            if edge > 1e-9 && edge < 1.0 - 1e-9 {
                let score = (share.share - edge).abs() / (edge * (1.0 - edge) / n as f64).sqrt();
                prop_assert!(close(score, z, 1e-4), "{} {}", score, z);
            }
        }
    }

    #[test]
    fn shrinking_is_the_posterior_mean(mean in 0.2f64..0.8, strength in 6.0f64..60.0, n in 0u64..60, part in 0.0f64..=1.0) {
        let x = (part * n as f64).floor() as u64;
        let prior = rules::league::Prior { mean, strength };
        let exact = posterior(strength * mean, strength * (1.0 - mean), x as f64, n as f64);
        prop_assert!(close(prior.shrink(x, n), exact, 1e-4));
    }
}
