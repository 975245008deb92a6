//! What happened and what comes next, in plain words, oldest first.

use maud::{Markup, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Past,
    Now,
    Next,
    /// The clock stood still here.
    Stop,
    Late,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub mark: Mark,
    pub title: String,
    /// When, who, through which channel.
    pub under: String,
    /// What somebody wrote.
    pub note: Option<String>,
    /// Address and description of each photo.
    pub photos: Vec<(String, String)>,
}

pub fn timeline(entries: &[Entry]) -> Markup {
    html! {
        ol.time {
            @for entry in entries {
                li class=(class(entry.mark)) aria-current=[(entry.mark == Mark::Now).then_some("step")] {
                    p { @if entry.mark == Mark::Next { (entry.title) } @else { b { (entry.title) } } }
                    @if !entry.under.is_empty() { p.small.muted { (entry.under) } }
                    @if let Some(note) = &entry.note { blockquote { (note) } }
                    @if !entry.photos.is_empty() {
                        ul.photos {
                            @for (address, says) in &entry.photos {
                                li { a href=(address) { img src=(address) alt=(says) loading="lazy" width="96" height="96"; } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Past => "past",
        Mark::Now => "now",
        Mark::Next => "next",
        Mark::Stop => "stop",
        Mark::Late => "late",
    }
}
