//! Which papers came over the counter, and which went back with the result.

use rules::case::counter::{Collected, Delivery, PaperReceived, PapersReceived};

use super::super::reception;
use super::Teller;

impl Teller<'_> {
    /// `Nhận 2 loại giấy tờ (Tờ khai: bản chính × 1, …), 1 bộ, Bưu điện giúp nộp`
    pub(super) fn papers(&self, received: &PapersReceived) -> String {
        let l = self.l;
        let line = |paper: &PaperReceived| {
            format!(
                "{}: {}",
                self.document(&paper.document),
                reception::paper_words(l, paper)
            )
        };
        let papers: Vec<String> = received.papers.iter().map(line).collect();
        let mut says = match papers.is_empty() {
            true => l.of("event", "no-papers", &[]),
            false => l.of(
                "event",
                "papers",
                &[("papers", &papers.join("; ")), ("sets", &received.sets)],
            ),
        };
        if let Some(helper) = &received.helper {
            let by = reception::helper_name(l, self.law, helper);
            says.push_str(", ");
            says.push_str(&l.of("event", "helped", &[("by", &by)]));
        }
        says
    }

    /// `Trả tại quầy cho người được ủy quyền, đã xem giấy tiếp nhận; trả lại bản chính: …`
    pub(super) fn collected(&self, collected: &Collected) -> String {
        let l = self.l;
        let relation = self.law.counter.relation(&collected.relation);
        let to = relation.map_or(collected.relation.as_str(), |relation| {
            relation.label(l.code())
        });
        // In the middle of a sentence.
        let mut rest = to.chars();
        let first = rest.next().into_iter().flat_map(char::to_lowercase);
        let to: String = first.chain(rest).collect();
        let seen: Vec<String> = collected
            .seen
            .iter()
            .map(|seen| l.of("seen", seen.code(), &[]))
            .collect();
        let mut says = match collected.way {
            Delivery::Counter => l.of(
                "event",
                "collected",
                &[("to", &to), ("seen", &seen.join(", "))],
            ),
            Delivery::Post => l.of("event", "posted", &[]),
            Delivery::Electronic => l.of("event", "sent-electronically", &[]),
        };
        for (member, papers) in [
            ("returned-papers", &collected.returned),
            ("kept-papers", &collected.surrendered),
        ] {
            if !papers.is_empty() {
                let papers: Vec<String> = papers.iter().map(|code| self.document(code)).collect();
                says.push_str("; ");
                says.push_str(&l.of("event", member, &[("papers", &papers.join(", "))]));
            }
        }
        says
    }
}
