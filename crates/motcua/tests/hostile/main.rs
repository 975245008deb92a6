//! Ten thousand hostile or broken requests against the program itself: none is answered by a fault, each refusal says a
//! sentence, and the memory of the process stays bounded. The same numbers make the same requests each time; a number
//! that once found a fault stands in `corpus`.

mod chance;
mod corpus;
mod files;
mod requests;
mod server;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use files::Seeds;
use requests::{Request, World, request};
use server::{Answer, Server, ask};

const MANY: u64 = 10_000;
/// Who asks at the same time.
const HANDS: usize = 8;
/// Megabytes that the process may ever have: what it has at rest, two photos of the largest size being drawn, and the
/// bodies of those who send at once.
const MOST_MEGABYTES: u64 = 600;

/// What is wrong with an answer; `None`: nothing.
fn wrong(request: &Request, answer: &Answer) -> Option<String> {
    let status = answer.status;
    let says = |words: &[u8]| answer.body.windows(words.len()).any(|w| w == words);
    let sentence = says(b"<h1") || says(b"description");
    let head = request.bytes.starts_with(b"HEAD");
    match status {
        0 if request.wire => None,
        0 => Some("no answer".to_owned()),
        500.. => Some(format!("{status}")),
        400.. if request.wire || head || sentence => None,
        400.. => Some(format!("{status} without a sentence: {}", answer.head)),
        _ => None,
    }
}

fn api_key(server: &Server) -> String {
    let page = server.get("/sign-in").expect("a page");
    let page = String::from_utf8_lossy(&page.body).into_owned();
    // The demonstration shows its password beside its accounts.
    let password = page.split("<code").skip(1).filter_map(|rest| {
        let inside = rest.split('>').nth(1)?.split('<').next()?;
        (!inside.is_empty() && !inside.contains(' ')).then(|| inside.to_owned())
    });
    let words: Vec<String> = password.collect();
    for word in &words {
        let answer = server.post("/sign-in", "", &format!("login=quantri&password={word}"));
        let cookie = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let Some(cookie) = cookie.and_then(|cookie| cookie.split(';').next()) else {
            continue;
        };
        let form = "name=Thu&contact=Thu&per_minute=6000";
        let given = server.post("/admin/api-keys", cookie, form);
        let page = String::from_utf8_lossy(&given.body).into_owned();
        let shown = page.split("<code class=\"code\">").nth(1);
        if let Some(key) = shown.and_then(|rest| rest.split('<').next()) {
            return key.to_owned();
        }
    }
    panic!("no key was given; words of the page: {words:?}");
}

/// Hands a report in and says its code.
fn a_report(server: &Server, key: &str) -> String {
    let form = format!(
        "api_key={key}&service_code=report.litter&lat=10.0341&long=105.7876&description=Rac&\
         attribute%5Bspot%5D=street&attribute%5Bhazardous%5D=false"
    );
    let answer = server.post("/open311/v2/requests.json", "", &form);
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    let code = body
        .split("service_request_id\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    code.unwrap_or_else(|| panic!("no code in {body}"))
        .to_owned()
}

#[test]
fn ten_thousand_hostile_requests_are_refused_with_a_sentence() {
    let mut server = Server::start();
    let at_rest = server.peak();
    let api_key = api_key(&server);
    let code = a_report(&server, &api_key);
    let world = World {
        seeds: Seeds::new(),
        api_key,
        code,
    };
    let begun = std::time::Instant::now();
    let numbers: Vec<u64> = corpus::NUMBERS.iter().copied().chain(0..MANY).collect();
    let next = AtomicU64::new(0);
    let faults = Mutex::new(Vec::new());
    let statuses: Mutex<BTreeMap<(&str, u16), u32>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..HANDS {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(number) = usize::try_from(place).ok().and_then(|at| numbers.get(at))
                    else {
                        return;
                    };
                    let asked = request(&world, *number);
                    let answer = ask(server.port, &asked.bytes, asked.cut);
                    let found = match &answer {
                        Some(answer) => wrong(&asked, answer),
                        None => Some("no connection".to_owned()),
                    };
                    let status = answer.map_or(0, |answer| answer.status);
                    *statuses
                        .lock()
                        .expect("counted")
                        .entry((asked.what, status))
                        .or_default() += 1;
                    if let Some(found) = found {
                        let line = asked.bytes.iter().take(160).copied().collect::<Vec<u8>>();
                        let line = String::from_utf8_lossy(&line).into_owned();
                        faults
                            .lock()
                            .expect("kept")
                            .push(format!("{number} {}: {found}\n  {line:?}", asked.what));
                    }
                }
            });
        }
    });
    let peak = server.peak();
    eprintln!(
        "{} requests in {:.1?}; {at_rest} MB at rest, {peak} MB at most",
        numbers.len(),
        begun.elapsed()
    );
    eprintln!("{:?}", statuses.lock().expect("counted"));
    assert!(server.lives(), "the program has ended");
    let faults = faults.into_inner().expect("kept");
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    assert!(peak < MOST_MEGABYTES, "{peak} MB");
    // It serves on.
    let page = server.get("/report").expect("a page");
    assert_eq!(page.status, 200);
}
