//! Where a step stands in its process and what is listed after it. Pure navigation over a definition:
//! knows no case, no clock, and judges no expression.

use service::definition::{Definition, Ending, Kind, Move, Node, Role, Step, StepOutcome, WaitFor};

use crate::case::state::APPLICANT;

/// A process that can be walked.
#[derive(Clone, Copy)]
pub struct Flow<'a> {
    definition: &'a Definition,
}

/// The address of a step: which node, and inside a block which branch and which place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub node: usize,
    /// `None`: a step of its own.
    pub inside: Option<Inside>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside {
    pub branch: usize,
    pub position: usize,
}

impl<'a> Flow<'a> {
    pub fn of(definition: &'a Definition) -> Self {
        Self { definition }
    }

    pub fn nodes(&self) -> &'a [Node] {
        &self.definition.process.steps
    }

    pub fn role(&self, code: &str) -> Option<&'a Role> {
        self.definition.roles.iter().find(|role| role.code == code)
    }

    /// Every step with its place, in the order of the file.
    pub fn steps(&self) -> impl Iterator<Item = (Place, &'a Step)> + use<'a> {
        self.nodes().iter().enumerate().flat_map(|(node, listed)| {
            branches(listed)
                .into_iter()
                .enumerate()
                .flat_map(move |(branch, steps)| {
                    steps.iter().enumerate().map(move |(position, step)| {
                        let inside = match listed {
                            Node::Step(_) => None,
                            Node::Parallel { .. } | Node::Each { .. } => {
                                Some(Inside { branch, position })
                            }
                        };
                        (Place { node, inside }, step)
                    })
                })
        })
    }

    pub fn find(&self, code: &str) -> Option<(Place, &'a Step)> {
        self.steps().find(|(_, step)| step.code == code)
    }

    pub fn step(&self, code: &str) -> Option<&'a Step> {
        self.find(code).map(|(_, step)| step)
    }

    /// The node a way names: a step of its own, or a block by its code.
    pub fn node_named(&self, code: &str) -> Option<usize> {
        self.nodes().iter().position(|node| match node {
            Node::Step(step) => step.code == code,
            Node::Parallel { code: own, .. } | Node::Each { code: own, .. } => own == code,
        })
    }

    /// The steps listed after `place` in the same branch of its block; empty for a step of its own.
    pub fn rest_of_branch(&self, place: Place) -> &'a [Step] {
        let Some(inside) = place.inside else {
            return &[];
        };
        self.nodes()
            .get(place.node)
            .and_then(|node| branches(node).get(inside.branch).copied())
            .and_then(|steps| steps.get(inside.position + 1..))
            .unwrap_or_default()
    }

    /// Is it enough that one branch of this node is done?
    pub fn waits_for_any(&self, node: usize) -> bool {
        matches!(
            self.nodes().get(node),
            Some(Node::Parallel {
                wait_for: WaitFor::Any,
                ..
            })
        )
    }

    /// The main line: the nodes that follow each other from the first by `next`. What is listed behind
    /// it (`supplement`, `refused`) is reached by name only.
    pub fn main_line(&self) -> usize {
        self.nodes()
            .iter()
            .position(|node| match node {
                Node::Step(step) => !step.outcomes.iter().any(|way| way.to == Move::Next),
                Node::Parallel { .. } | Node::Each { .. } => false,
            })
            .map_or(self.nodes().len(), |last| last + 1)
    }

    /// Reception: the first step, where an official judges whether the city takes the case at all.
    /// `None` for what the city opens itself (directive, inspection, survey): nothing to accept.
    pub fn reception(&self) -> Option<&'a Step> {
        match (self.definition.kind, self.nodes().first()?) {
            (Kind::Directive | Kind::Inspection | Kind::Survey, _) => None,
            (Kind::Procedure | Kind::Report | Kind::Petition, Node::Step(step)) => {
                (step.by != APPLICANT && self.main_line() > 1).then_some(step)
            }
            (Kind::Procedure | Kind::Report | Kind::Petition, _) => None,
        }
    }

    /// Where work begins after reception: reopening comes back to it.
    pub fn work(&self) -> usize {
        usize::from(self.reception().is_some())
    }

    /// How the case will end if everything from `node` on goes well.
    pub fn good_end(&self, node: usize) -> Ending {
        self.nodes()
            .iter()
            .take(self.main_line())
            .skip(node)
            .flat_map(branches)
            .flatten()
            .flat_map(|step| &step.outcomes)
            .find_map(|way| match way.to {
                Move::End(ending) if good(ending) => Some(ending),
                Move::End(_) | Move::Next | Move::Step(_) => None,
            })
            .unwrap_or(self.usual_end())
    }

    /// What it means to run off the end of the list.
    pub fn usual_end(&self) -> Ending {
        match self.definition.kind {
            Kind::Procedure => Ending::Granted,
            Kind::Report => Ending::Solved,
            Kind::Petition => Ending::Answered,
            Kind::Directive | Kind::Inspection | Kind::Survey => Ending::Done,
        }
    }

    pub fn stops_the_clock(&self, step: &str) -> bool {
        let stopped_in = &self.definition.process.clock.stopped_in;
        stopped_in.iter().any(|code| code == step)
    }

    /// Is a fee due when this step is decided?
    pub fn asks_a_fee(&self, step: &str) -> bool {
        let fees = &self.definition.fees;
        fees.iter().any(|fee| fee.due.as_deref() == Some(step))
    }
}

/// Endings by which the applicant got what the service gives.
pub fn good(ending: Ending) -> bool {
    match ending {
        Ending::Granted | Ending::Solved | Ending::Answered | Ending::Done => true,
        Ending::Refused
        | Ending::Duplicate
        | Ending::Withdrawn
        | Ending::Spam
        | Ending::NoAnswer
        | Ending::Stopped => false,
    }
}

/// Whether an outcome carries the case on towards what was asked for.
pub fn carries_on(way: &StepOutcome) -> bool {
    match way.to {
        Move::Next => true,
        Move::End(ending) => good(ending),
        Move::Step(_) => false,
    }
}

/// The branches of a node; a step of its own is one branch of one step.
pub fn branches(node: &Node) -> Vec<&[Step]> {
    match node {
        Node::Step(step) => vec![std::slice::from_ref(step)],
        Node::Parallel { branches, .. } => branches.iter().map(Vec::as_slice).collect(),
        Node::Each { steps, .. } => vec![steps.as_slice()],
    }
}
