//! What followers are told, in their language: the letter that asks an address, the letter or message of news. Only
//! what everybody may see at the moment of telling.

use std::collections::BTreeMap;

use maud::html;
use rules::following::Interest;
use rules::person::Person;
use serde_json::json;
use store::{Follower, News, Seen, Wish};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::public::report::told;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;

/// A letter, and the same as a message of a few lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub subject: String,
    pub body: String,
    /// Title, words and address for a device, as JSON.
    pub short: String,
    /// Where one request ends it.
    pub stop: Option<String>,
}

/// What is followed, in words.
pub fn interest(hall: &Hall, l: Lang, interest: &Interest, title: Option<&str>) -> String {
    let law = hall.law();
    if let Some(code) = &interest.case {
        return match title {
            Some(title) => l.f("follow.report", &[("title", &title), ("code", code)]),
            None => l.f("follow.report-gone", &[("code", code)]),
        };
    }
    let today = hall.today().unwrap_or_default();
    let mut parts = vec![match &interest.service {
        Some(code) => words::service(l, &law, today, code),
        None => l.t("follow.every-kind").to_owned(),
    }];
    match &interest.area {
        Some(code) => parts.push(words::area(&law, code)),
        None if interest.around.is_none() => parts.push(l.t("league.whole-city").to_owned()),
        None => {}
    }
    if let Some(around) = interest.around {
        let km = say::decimal(l, f64::from(around.metres) / 1000.0, 1);
        let at = format!("{:.4}, {:.4}", around.spot.lat, around.spot.lon);
        parts.push(l.f("follow.around", &[("km", &km), ("at", &at)]));
    }
    l.f("follow.new", &[("what", &parts.join(" · "))])
}

/// The letter that asks an address whether it wants to hear.
pub fn asks(hall: &Hall, wish: &Wish) -> Said {
    let l = Lang::from_code(&wish.language).unwrap_or_default();
    let what = interest(hall, l, &wish.interest, None);
    let link = hall.link(&format!("/follow/confirm/{}", wish.token));
    Said {
        subject: l.f("follow-mail.ask-subject", &[("city", &hall.house().city)]),
        body: l.f(
            "follow-mail.ask",
            &[
                ("what", &what),
                ("link", &link),
                ("city", &hall.house().city),
            ],
        ),
        short: String::new(),
        stop: None,
    }
}

/// All news for a follower in one; none where nothing of it may be shown any more.
///
/// # Errors
/// Where the memory does not answer.
pub async fn tells(
    hall: &Hall,
    follower: &Follower,
    news: &[News],
) -> Result<Option<Said>, Failure> {
    let l = Lang::from_code(&follower.language).unwrap_or_default();
    let mut of_case: BTreeMap<_, Vec<News>> = BTreeMap::new();
    for one in news {
        of_case.entry(one.case).or_default().push(*one);
    }
    let mut items = Vec::new();
    for (case, news) in of_case {
        let Some((case, _)) = hall.reader().case_for_city(case).await? else {
            continue;
        };
        match hall.case(&Person::Nobody, &case.code).await {
            Ok(seen) => items.extend(item(hall, l, &seen, &news).await?),
            Err(Failure::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    let Some(first) = items.first() else {
        return Ok(None);
    };
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let subject = match items.len() {
        1 => format!("{}: {}", first.happened, first.title),
        _ => l.n("follow-mail.subject", count, &[]),
    };
    let list: Vec<String> = items.iter().map(Item::lines).collect();
    let mine = hall.link(&format!("/follow/mine/{}", follower.secret));
    let stop = hall.link(&format!("/follow/stop/{}", follower.secret));
    let body = l.f(
        "follow-mail.news",
        &[
            ("list", &list.join("\n\n")),
            ("mine", &mine),
            ("stop", &stop),
            ("city", &hall.house().city),
        ],
    );
    let (short, to) = match items.len() {
        1 => (first.title.clone(), first.path.clone()),
        _ => {
            let titles: Vec<&str> = items.iter().take(3).map(|i| i.title.as_str()).collect();
            (titles.join("\n"), "/follow/mine".to_owned())
        }
    };
    let title = match items.len() {
        1 => first.happened.clone(),
        _ => subject.clone(),
    };
    let short: String = short.chars().take(300).collect();
    Ok(Some(Said {
        subject: subject.chars().take(150).collect(),
        body,
        short: json!({"title": title, "body": short, "to": to}).to_string(),
        stop: Some(stop),
    }))
}

struct Item {
    title: String,
    code: String,
    /// The last thing that happened.
    happened: String,
    all: Vec<String>,
    path: String,
    link: String,
}

impl Item {
    fn lines(&self) -> String {
        let all: Vec<String> = self.all.iter().map(|one| format!("  - {one}")).collect();
        format!(
            "{} ({})\n{}\n  {}",
            self.title,
            self.code,
            all.join("\n"),
            self.link
        )
    }
}

async fn item(hall: &Hall, l: Lang, seen: &Seen, news: &[News]) -> Result<Option<Item>, Failure> {
    let law = hall.law();
    let case = &seen.case;
    let events = hall.reader().timeline(case.id).await?;
    let mut all = Vec::new();
    let mut happened = String::new();
    for one in news {
        let Some(event) = events.iter().find(|event| event.version == one.version) else {
            continue;
        };
        let Some((word, about)) = told(&law, &event.event) else {
            continue;
        };
        let word = match one.fresh {
            true => l.t("follow-mail.fresh").to_owned(),
            false => l.of("happened", word, &[]),
        };
        let about = match one.fresh {
            true => case.area.as_ref().map(|area| words::area(&law, area)),
            false => about,
        };
        let says = match about {
            Some(about) => format!("{word}: {about}"),
            None => word.clone(),
        };
        all.push(format!("{} · {says}", say::moment(l, event.at)));
        happened = word;
    }
    if all.is_empty() {
        return Ok(None);
    }
    let path = format!("/open/reports/{}", encode(&case.code));
    Ok(Some(Item {
        title: seen.title.clone(),
        code: case.code.clone(),
        happened,
        all,
        link: hall.link(&path),
        path,
    }))
}

/// How many have seen the same thing, for whoever reads.
pub fn seen_too(l: Lang, count: u32) -> maud::Markup {
    html! { @if count > 0 { (l.n("follow.too-count", i64::from(count), &[])) } }
}
