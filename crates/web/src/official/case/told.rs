//! What a case says of itself: what was asked, its facts, its papers and pictures, the words under its clock.

use std::collections::HashMap;

use actions::upload::THUMBNAIL;
use rules::case::state::Stopped;
use service::answer;
use store::Attachment;

use super::super::case_view::{Files, Fold};
use super::super::history::channel_words;
use super::super::{clocks, names, reception};
use super::Loaded;
use crate::papers::words;
use crate::say;
use crate::text::Lang;
use crate::ui::clock::{length, why_stopped};

impl Loaded {
    /// What was asked: the pages of the form with their answers in words.
    pub(super) fn sections(&self, l: Lang) -> Vec<Fold> {
        let Some(answers) = &self.answers else {
            return Vec::new();
        };
        let definition = self.definition();
        let shown = match self.handles {
            true => answers.clone(),
            false => answer::masked(definition, answers),
        };
        let groups = words::groups(&words::Asked {
            law: &self.law,
            definition,
            truth: answers,
            shown: &shown,
            channel: self.case.channel,
            now: self.now,
            lang: l,
        });
        groups
            .into_iter()
            .map(|group| Fold {
                title: group.title,
                answers: group
                    .answers
                    .into_iter()
                    .map(|answer| (answer.label, answer.words))
                    .collect(),
            })
            .collect()
    }

    pub(super) fn facts(&self, l: Lang) -> Vec<(String, String)> {
        let case = &self.case;
        let t = |key| l.of("case-fact", key, &[]);
        let mut facts = vec![
            (t("opened"), say::moment(l, case.opened)),
            (t("channel"), channel_words(l, case.channel)),
        ];
        if let Some(name) = case.applicant.and_then(|id| self.people.get(&id)) {
            let name = match self.handles {
                true => name.clone(),
                false => names::masked(name),
            };
            facts.push((t("applicant"), name));
        }
        facts.push((t("unit"), names::unit(&self.law, &case.unit)));
        if let Some(at) = case.received_at.as_ref().filter(|at| **at != case.unit) {
            facts.push((t("received-at"), names::unit(&self.law, at)));
        }
        if let Some(helper) = &case.helper {
            facts.push((t("helper"), reception::helper_name(l, &self.law, helper)));
        }
        for (system, code) in &self.elsewhere {
            facts.push((t("elsewhere"), format!("{system} {code}")));
        }
        if case.reopened > 0 {
            facts.push((t("reopened"), case.reopened.to_string()));
        }
        if let Some(score) = case.rating {
            facts.push((t("rating"), format!("{score}/5")));
        }
        facts
    }

    /// Papers handed in over the counter: name, kind of copy and count.
    pub(super) fn received(&self, l: Lang) -> Vec<(String, String)> {
        let papers = self.case.papers.iter();
        let mut lines: Vec<(String, String)> = papers
            .map(|paper| {
                (
                    self.what(l, &paper.document),
                    reception::paper_words(l, paper),
                )
            })
            .collect();
        if self.case.sets > 0 {
            lines.push((l.t("reception.sets").to_owned(), self.case.sets.to_string()));
        }
        lines
    }

    /// The words under the legal clock: dates, pauses, the first promise where it was moved.
    pub(super) fn promises(&self, l: Lang) -> Vec<String> {
        let clock = &self.case.clock;
        let mut says = Vec::new();
        if let Some(due) = clock.due {
            says.push(l.f("case.due", &[("at", &say::moment(l, due))]));
        }
        if let Some(first) = clock.first_due.filter(|first| Some(*first) != clock.due) {
            says.push(l.f("case.first-due", &[("at", &say::moment(l, first))]));
        }
        if let Some(limit) = clock.limit {
            says.push(l.f("case.limit", &[("limit", &say::limit(l, limit))]));
        }
        for interval in &clock.intervals {
            let Some(why) = interval.stopped.filter(|why| *why != Stopped::Ended) else {
                continue;
            };
            let to = interval.to.unwrap_or(self.now);
            let seconds = (to.as_second() - interval.from.as_second()).max(0);
            let time = length(l, clocks::wall(seconds));
            let why = why_stopped(l, why);
            says.push(l.f("case.pause", &[("length", &time), ("why", &why)]));
        }
        for extension in &clock.extensions {
            let to = say::moment(l, extension.to);
            says.push(l.f("case.extended", &[("to", &to)]));
        }
        says
    }

    /// What a file is: a question of the form, a paper, or one of the city's own words for it.
    pub(super) fn what(&self, l: Lang, what: &str) -> String {
        let definition = self.definition();
        let document = definition.documents.iter().find(|d| d.code == what);
        if let Some(document) = document {
            return document.label.get(l.code()).to_owned();
        }
        let mut fields = definition.form.iter().flat_map(|page| &page.fields);
        if let Some(field) = fields.find(|field| field.code == what) {
            return field.label.get(l.code()).to_owned();
        }
        l.perhaps("file", what)
            .map_or_else(|| l.t("file.other").to_owned(), str::to_owned)
    }

    pub(super) fn address(&self, hash: &str) -> String {
        format!("/cases/{}/files/{hash}", self.case.code)
    }

    /// The small picture beside a photo.
    fn small(&self, file: &Attachment) -> Option<&Attachment> {
        let wanted = format!("{}{THUMBNAIL}{}", file.what, file.hash);
        self.attached.iter().find(|other| other.what == wanted)
    }

    /// Photos (those with a small picture), or the other files.
    pub(super) fn pictures(&self, l: Lang, photos: bool) -> Vec<Files> {
        self.attached
            .iter()
            .filter(|file| !file.what.contains(THUMBNAIL))
            .filter(|file| self.small(file).is_some() == photos)
            .map(|file| Files {
                address: self.address(&file.hash),
                small: self
                    .small(file)
                    .map_or_else(String::new, |small| self.address(&small.hash)),
                says: self.what(l, &file.what),
                name: file.name.clone(),
                at: say::short(file.at),
            })
            .collect()
    }

    pub(super) fn photos(&self, l: Lang) -> HashMap<String, (String, String)> {
        self.attached
            .iter()
            .filter_map(|file| {
                let small = self.small(file)?;
                let says = self.what(l, &file.what);
                Some((file.hash.clone(), (self.address(&small.hash), says)))
            })
            .collect()
    }
}
