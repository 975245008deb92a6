//! Check 4: every step can be reached, every reached step can end, every way back is bounded.

use super::Found;
use super::flow::{Flow, Goal, StageKind};

pub fn graph(flow: &Flow) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, part) in flow.all().into_iter().enumerate() {
        if part.stages.is_empty() {
            continue;
        }
        let reached = reached(part);
        unreached(part, &reached, &mut found);
        trapped(part, &reached, &mut found);
        unbounded(part, &mut found);
        if at == 0 {
            falls_off(part, &reached, &mut found);
        }
    }
    found
}

fn reached(flow: &Flow) -> Vec<bool> {
    let mut seen = vec![false; flow.stages.len()];
    let mut waiting = vec![0];
    while let Some(at) = waiting.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        waiting.extend(flow.ways_from(at).filter_map(|way| match way.to {
            Goal::Stage(to) => Some(to),
            Goal::Exit | Goal::End(_) => None,
        }));
    }
    seen
}

fn unreached(flow: &Flow, reached: &[bool], found: &mut Vec<Found>) {
    for (stage, _) in flow
        .stages
        .iter()
        .zip(reached)
        .filter(|(_, reached)| !**reached)
    {
        found.push(Found::error(
            &stage.path,
            format!("Không có đường nào dẫn tới bước “{}”.", stage.code),
        ));
    }
}

/// Reached, but from here the case never ends.
fn trapped(flow: &Flow, reached: &[bool], found: &mut Vec<Found>) {
    let mut ends: Vec<bool> = vec![false; flow.stages.len()];
    loop {
        let more: Vec<usize> = (0..flow.stages.len())
            .filter(|&at| !ends[at])
            .filter(|&at| {
                flow.ways_from(at).any(|way| match way.to {
                    Goal::Stage(to) => ends[to],
                    Goal::Exit | Goal::End(_) => true,
                })
            })
            .collect();
        if more.is_empty() {
            break;
        }
        for at in more {
            ends[at] = true;
        }
    }
    let traps = (0..flow.stages.len()).filter(|&at| reached[at] && !ends[at]);
    // The first one reached explains the rest.
    if let Some(trap) = traps.min_by_key(|&at| flow.shortest(at).matches('→').count()) {
        let stage = &flow.stages[trap];
        found.push(
            Found::error(
                &stage.path,
                format!(
                    "Đã tới bước “{}” thì hồ sơ không bao giờ kết thúc: {}.",
                    stage.code,
                    flow.shortest(trap)
                ),
            )
            .instead("thêm một kết quả dẫn tới end(…)"),
        );
    }
}

/// A circle of ways of which none is limited in number.
fn unbounded(flow: &Flow, found: &mut Vec<Found>) {
    let mut state = vec![State::New; flow.stages.len()];
    for start in 0..flow.stages.len() {
        let mut trail = Vec::new();
        visit(flow, start, &mut state, &mut trail, found);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

fn visit(
    flow: &Flow,
    at: usize,
    state: &mut [State],
    trail: &mut Vec<usize>,
    found: &mut Vec<Found>,
) {
    if state[at] != State::New {
        return;
    }
    state[at] = State::Open;
    trail.push(at);
    for way in flow.ways_from(at) {
        let Goal::Stage(to) = way.to else { continue };
        if flow.bound(way).is_some() {
            continue;
        }
        if state[to] == State::Open {
            let from = trail.iter().position(|stage| *stage == to).unwrap_or(0);
            let mut codes: Vec<&str> = trail[from..]
                .iter()
                .map(|stage| flow.stages[*stage].code)
                .collect();
            codes.push(flow.stages[to].code);
            let outcome = way.outcome.map_or("", |outcome| outcome.code.as_str());
            found.push(
                Found::error(
                    &way.path,
                    format!("Vòng lặp không có giới hạn: {}.", codes.join(" → ")),
                )
                .instead(format!(
                    "{outcome}: {{to: {}, at-most: 2}}",
                    flow.stages[to].code
                )),
            );
        } else {
            visit(flow, to, state, trail, found);
        }
    }
    trail.pop();
    state[at] = State::Done;
}

/// `next` in the last listed step of the file leads nowhere.
fn falls_off(flow: &Flow, reached: &[bool], found: &mut Vec<Found>) {
    for way in flow
        .ways
        .iter()
        .filter(|way| way.to == Goal::Exit && reached[way.from])
    {
        let stage = &flow.stages[way.from];
        let says = match stage.kind {
            StageKind::Step(_) => format!(
                "Sau bước “{}” không còn bước nào, nên phải kết thúc.",
                stage.code
            ),
            StageKind::Block { .. } => format!(
                "Sau khối “{}” không còn bước nào để kết thúc hồ sơ.",
                stage.code
            ),
        };
        found.push(Found::error(&way.path, says).instead("end(granted)"));
    }
}
