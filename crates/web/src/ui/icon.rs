//! Line drawings of 24 × 24, one stroke, for eyes only (`aria-hidden`): a word always stands beside.

use maud::{Markup, PreEscaped, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Speak,
    Track,
    Search,
    Baby,
    Rings,
    House,
    Land,
    Shop,
    Move,
    Flower,
    Card,
    Health,
    Work,
    School,
    Info,
    Check,
    Camera,
    Pin,
    Menu,
    Paper,
}

impl Icon {
    /// The drawing of a life event, by its code in the definitions.
    pub fn of_life_event(code: &str) -> Self {
        match code {
            "birth" | "born" => Icon::Baby,
            "marriage" => Icon::Rings,
            "house" | "building" => Icon::House,
            "land" => Icon::Land,
            "business" => Icon::Shop,
            "moving" | "residence" => Icon::Move,
            "death" => Icon::Flower,
            "health" => Icon::Health,
            "work" => Icon::Work,
            "school" => Icon::School,
            "identity" => Icon::Card,
            _ => Icon::Paper,
        }
    }
}

pub fn icon(which: Icon) -> Markup {
    let d = match which {
        Icon::Speak => "M4 5h16v11H11l-4.5 4v-4H4zM8 9h8M8 12.5h5",
        Icon::Track => "M6 3h9l4 4v14H6zM14.5 3v4.500H19M9.500 14l2 2 4-4.500",
        Icon::Search => {
            "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L21 21"
        }
        Icon::Baby => {
            "M12 3.500a7.500 7.500 0 1 0 0 17 7.500 7.500 0 0 0 0-17zM12 3.500c2 1 2 3.500 0 3.500M9 11.500v.5M15 11.500v.5M9 15c1.700 1.700 4.300 1.700 6 0"
        }
        Icon::Rings => {
            "M8.500 9a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM15.500 9a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM10 3h4l1.500 2L12 8.500 8.500 5z"
        }
        Icon::House => "M3 11.500L12 4l9 7.500M5.500 10v10h13V10M10 20v-6h4v6",
        Icon::Land => "M3 7l6-3 6 3 6-3v13l-6 3-6-3-6 3zM9 4v13M15 7v13",
        Icon::Shop => {
            "M4 9l1.500-5h13L20 9M4 9a2.700 2.700 0 0 0 5.300 0 2.700 2.700 0 0 0 5.400 0A2.700 2.700 0 0 0 20 9M5.500 12v8h13v-8M10 20v-4.500h4V20"
        }
        Icon::Move => {
            "M3 7h11v10H3zM14 10h4l3 3.500V17h-7M7 15.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 15.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
        }
        Icon::Flower => {
            "M12 21v-9M12 12c-4 0-6-3-5-7 3 0 4 1 5 3 1-2 2-3 5-3 1 4-1 7-5 7zM12 18c-2-3-4-3-6-2.500 1 2.500 3 3.500 6 2.500z"
        }
        Icon::Card => {
            "M3 5.500h18v13H3zM7.500 9.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM5 16.500c.8-1.500 4.200-1.500 5 0M13.500 10H18M13.500 13.500H18"
        }
        Icon::Health => {
            "M12 20s-8-4.700-8-10.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500C20 15.300 12 20 12 20zM8 12h2.500l1-2.500 1.500 5 1-2.500h2"
        }
        Icon::Work => "M3.500 8h17v11.500h-17zM9 8V5h6v3M3.500 13h17M12 12v2",
        Icon::School => {
            "M2.500 9.500L12 5l9.500 4.500L12 14zM6.500 11.500v5c3 2.500 8 2.500 11 0v-5M21.500 9.500V15"
        }
        Icon::Info => {
            "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 11v5.500M12 7.500v.5"
        }
        Icon::Check => "M4.500 12.500l5 5 10-11",
        Icon::Camera => {
            "M3 7.500h4L8.500 5h7L17 7.500h4v12H3zM12 9.500a3.700 3.700 0 1 0 0 7.400 3.700 3.700 0 0 0 0-7.400z"
        }
        Icon::Pin => {
            "M12 21.500s-7-6.500-7-11.500a7 7 0 0 1 14 0c0 5-7 11.500-7 11.500zM12 7.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z"
        }
        Icon::Menu => "M4 6.500h16M4 12h16M4 17.500h16",
        Icon::Paper => "M6 3h9l4 4v14H6zM14.500 3v4.500H19M9 12h7M9 16h7",
    };
    html! {
        svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" {
            path d=(d) {}
        }
    }
}

/// The mark of the house: a door that stands over the river.
pub fn mark() -> Markup {
    PreEscaped(
        r##"<svg viewBox="0 0 36 36" width="36" height="36" aria-hidden="true" focusable="false"><path d="M6 29V14.500C6 7.600 11.400 2.500 18 2.500S30 7.600 30 14.500V29" fill="none" stroke="#0b6e6b" stroke-width="3"/><path d="M12 27.500v-12A6 6 0 0 1 18 9.200v18.300z" fill="#0b6e6b"/><path d="M1.500 30.500c3.300-2.700 5.500-2.700 8.250 0s5.500 2.700 8.250 0 5.500-2.700 8.250 0 5.500 2.700 8.250 0" fill="none" stroke="#3fa59e" stroke-width="2.600" stroke-linecap="round"/></svg>"##
            .to_owned(),
    )
}
