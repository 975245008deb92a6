//! The frame of every page: skip link, demonstration banner, mark, main links, language, footer.

use maud::{DOCTYPE, Markup, html};

use super::icon::{Icon, icon, mark};
use crate::assets;
use crate::say;
use crate::text::Lang;

/// Whose room a page stands in; it chooses the main links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Public,
    Office,
    /// The city's money.
    Accounts,
    Lead,
    /// Technical administration.
    Admin,
    /// What anybody sees of reports.
    Review,
    /// What was called solved is looked at again.
    Inspect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// One column of questions or words.
    Narrow,
    Wide,
    /// A wall: dark, edge to edge.
    Wall,
    /// A touch screen that people pass: large, without the links that lead away.
    Kiosk,
}

/// What surrounds a page and does not depend on it.
#[derive(Debug, Clone)]
pub struct Frame {
    pub lang: Lang,
    /// `Thành phố Cần Thơ`
    pub city: String,
    /// Path and query of this page, for the language switch and the current link.
    pub path: String,
    pub room: Room,
    /// The signed-in person's name.
    pub who: Option<String>,
    /// How many of one's own cases are late, for the badge beside the inbox.
    pub late: u32,
    /// How many notices the signed-in person has not seen.
    pub unseen: u32,
    /// The data was made up and every page says so.
    pub demo: bool,
    /// Its synthetic cases are still being added.
    pub filling: bool,
    pub width: Width,
}

impl Frame {
    pub fn narrow(&self) -> Self {
        Self {
            width: Width::Narrow,
            ..self.clone()
        }
    }
}

struct Link {
    to: &'static str,
    words: &'static str,
}

fn links(frame: &Frame) -> Vec<Link> {
    let l = frame.lang;
    let link = |to, words| Link { to, words };
    match frame.room {
        Room::Public => vec![
            link("/services", l.t("nav.services")),
            link("/report", l.t("nav.report")),
            link("/track", l.t("nav.track")),
            link("/open", l.t("nav.open")),
        ],
        Room::Office => vec![
            link("/inbox", l.t("nav.inbox")),
            link("/sign", l.t("nav.sign")),
            link("/desk", l.t("nav.desk")),
            link("/find", l.t("nav.find")),
            link("/mine", l.t("nav.mine")),
            link("/open", l.t("nav.open")),
        ],
        Room::Accounts => vec![
            link("/payments", l.t("payments.title")),
            link("/payments/settlement", l.t("settlement.title")),
            link("/inbox", l.t("nav.inbox")),
            link("/find", l.t("nav.find")),
            link("/open", l.t("nav.open")),
        ],
        Room::Admin => vec![
            link("/admin", l.t("admin.title")),
            link("/inbox", l.t("nav.inbox")),
            link("/desk", l.t("nav.desk")),
            link("/find", l.t("nav.find")),
        ],
        Room::Review => vec![
            link("/moderation", l.t("moderation.title")),
            link("/inbox", l.t("nav.inbox")),
            link("/find", l.t("nav.find")),
            link("/open/reports", l.t("reports.title")),
        ],
        Room::Inspect => vec![
            link("/looks", l.t("looks.title")),
            link("/inbox", l.t("nav.inbox")),
            link("/find", l.t("nav.find")),
            link("/open/sample", l.t("sample.public-title")),
        ],
        Room::Lead => vec![
            link("/morning", l.t("nav.morning")),
            link("/league", l.t("nav.league")),
            link("/numbers/report", l.t("nav.numbers")),
            link("/late", l.t("late.title")),
            link("/directives", l.t("nav.directives")),
            link("/inbox", l.t("nav.inbox")),
            link("/open", l.t("nav.open")),
        ],
    }
}

/// The whole document. `title` is the page's own, before the name of the house.
pub fn page(frame: &Frame, title: &str, body: Markup) -> Markup {
    let l = frame.lang;
    let class = match frame.width {
        Width::Narrow => Some("narrow"),
        Width::Wide => None,
        Width::Wall => Some("full"),
        Width::Kiosk => Some("narrow"),
    };
    html! {
        (DOCTYPE)
        html lang=(l.code()) class=[room(frame.width)] {
            head {
                meta charset="utf-8";
                title { (title) " · " (l.t("house.name")) " " (frame.city) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="theme-color" content="#0b6e6b";
                @if let Some(font) = assets::address("be-vietnam-pro-vietnamese-400-normal.woff2") {
                    link rel="preload" href=(font) as="font" type="font/woff2" crossorigin;
                }
                @if let Some(sheet) = assets::address("city.css") { link rel="stylesheet" href=(sheet); }
                link rel="icon" href="/mark.svg" type="image/svg+xml";
                link rel="manifest" href="/manifest.webmanifest";
                link rel="apple-touch-icon" href="/icon-192.png";
                @if let Some(script) = assets::address("city.js") { script type="module" src=(script) {} }
            }
            // What `find.ts` says at long lists.
            body data-find=(l.t("form.find")) data-find-none=(l.t("form.find-none")) data-find-several=(l.t("form.find-several")) {
                a.skip href="#main" { (l.t("nav.skip")) }
                header.city-top {
                    @if frame.demo {
                        p.demo.flush role="note" { (icon(Icon::Info)) " " (l.t("house.demo")) @if frame.filling { " " (l.t("house.filling")) } }
                    }
                    div.city {
                    div.bar {
                        a.mark href="/" { (mark()) span { (l.t("house.name")) span { (frame.city) } } }
                        (main_links(frame))
                        a.tongue href={ "/language/" (l.other().code()) "?back=" (encode(&frame.path)) } lang=(l.other().code()) hreflang=(l.other().code()) rel="nofollow" {
                            span.full { (l.t("nav.other-language")) } span.brief aria-hidden="true" { (l.other().code().to_uppercase()) }
                        }
                    }
                    }
                }
                @if frame.room == Room::Public && !matches!(frame.width, Width::Wall | Width::Kiosk) {
                    div.strip data-strip data-waiting=(l.t("offline.waiting")) data-stuck=(l.t("offline.stuck")) data-stuck-go=(l.t("offline.stuck-go")) data-sent=(l.t("offline.sent")) data-sent-go=(l.t("offline.sent-go")) role="status" hidden {}
                }
                main #main class=[class] tabindex="-1" { (body) }
                footer.foot {
                    div.bar {
                        p.who { (l.f("house.who", &[("city", &frame.city)])) }
                        ul.links {
                            li { a href="/open/method" { (l.t("foot.method")) } }
                            li { a href="/verify" { (l.t("foot.verify")) } }
                            li { a href="/accessibility" { (l.t("foot.accessibility")) } }
                            li { a href="/privacy" { (l.t("foot.privacy")) } }
                        }
                        p { (l.t("foot.hotline")) }
                    }
                }
            }
        }
    }
}

/// What the look of a whole screen hangs on.
fn room(width: Width) -> Option<&'static str> {
    match width {
        Width::Narrow | Width::Wide => None,
        Width::Wall => Some("wall"),
        Width::Kiosk => Some("light kiosk"),
    }
}

/// On a phone the links fold into a `details`; on a desk they stand side by side. No script.
fn main_links(frame: &Frame) -> Markup {
    let l = frame.lang;
    let here = frame.path.split('?').next().unwrap_or_default();
    let current = |to: &str| {
        let below = to != "/payments" && here.starts_with(&format!("{to}/"));
        (here == to || below).then_some("page")
    };
    html! {
        details.menu {
            summary { (icon(Icon::Menu)) (l.t("nav.menu")) }
            nav aria-label=(l.t("nav.main")) {
                ul.links {
                    @for link in links(frame) {
                        li { a href=(link.to) aria-current=[current(link.to)] {
                            (link.words)
                            @if link.to == "/inbox" && frame.late > 0 {
                                span.tag.late { (l.n("nav.late", i64::from(frame.late), &[])) }
                            }
                        } }
                    }
                    @if frame.who.is_some() {
                        li { a href="/notices" aria-current=[current("/notices")] {
                            (l.t("notices.bell"))
                            @if frame.unseen > 0 { span.tag.run { (say::whole(l, i64::from(frame.unseen))) @if frame.unseen >= 100 { "+" } span.hidden-words { " " (l.n("notices.unseen", i64::from(frame.unseen), &[])) } } }
                        } }
                    }
                    li {
                        @match &frame.who {
                            Some(name) => a href="/account" aria-current=[current("/account")] { (name) },
                            None => a href="/sign-in" aria-current=[current("/sign-in")] { (l.t("nav.sign-in")) },
                        }
                    }
                }
            }
        }
    }
}

/// Percent-encodes a value for a query string.
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(path: &str) -> Frame {
        Frame {
            lang: Lang::Vi,
            city: "Thành phố Cần Thơ".into(),
            path: path.into(),
            room: Room::Public,
            who: None,
            late: 0,
            unseen: 0,
            demo: true,
            filling: false,
            width: Width::Wide,
        }
    }

    #[test]
    fn the_language_switch_keeps_the_page_and_its_query() {
        let page = page(&frame("/services?q=khai sinh&x=1"), "Dịch vụ", html! {}).into_string();
        assert!(
            page.contains("/language/en?back=/services%3Fq%3Dkhai%20sinh%26x%3D1"),
            "{page}"
        );
        assert!(page.contains(r#"href="/services" aria-current="page""#));
        assert!(page.contains("Dữ liệu minh họa"));
    }

    #[test]
    fn nothing_inline_so_that_the_content_policy_can_be_strict() {
        let page = page(&frame("/"), "x", html! {}).into_string();
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("onclick"));
    }
}
