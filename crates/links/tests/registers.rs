//! A register of others as it may really answer: found, not found, refusing, broken, slow, endless.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::civil::date;
use links::registers::{HttpRegister, Question, RegisterFault, RegisterServer, RegisterSource};
use rules::Moment;
use serde_json::{Value, json};

/// What was asked, oldest first: the key of the header and the body.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

/// Answers by the key that is asked for.
async fn answer(State(asked): State<Asked>, headers: HeaderMap, body: String) -> Response {
    let question: Value = serde_json::from_str(&body).expect("JSON");
    let opened_by = headers.get("x-api-key").and_then(|key| key.to_str().ok());
    let opened_by = opened_by.unwrap_or_default().to_owned();
    asked
        .lock()
        .expect("one thread")
        .push((opened_by, question.clone()));
    let found =
        |record: Value| json!({"found": true, "as_of": "2026-02-01", "record": record}).to_string();
    match question["key"].as_str().unwrap_or_default() {
        "092" => found(json!({"full_name": "Nguyễn Thị Lan"})).into_response(),
        "none" => json!({"found": false}).to_string().into_response(),
        "gone" => StatusCode::NOT_FOUND.into_response(),
        "forbidden" => StatusCode::FORBIDDEN.into_response(),
        "busy" => StatusCode::TOO_MANY_REQUESTS.into_response(),
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "no-json" => "<html>Bảo trì</html>".into_response(),
        "half" => r#"{"found": true, "record": {"#.into_response(),
        "large" => found(json!({"full_name": "x".repeat(70_000)})).into_response(),
        // Without a length and without an end: it must not be read to the end.
        "endless" => {
            let (writer, reader) = tokio::io::duplex(8_192);
            tokio::spawn(async move {
                let mut writer = writer;
                while tokio::io::AsyncWriteExt::write_all(&mut writer, &[b' '; 4_096])
                    .await
                    .is_ok()
                {}
            });
            Body::from_stream(chunks(reader)).into_response()
        }
        "elsewhere" => (StatusCode::FOUND, [("location", "/other")]).into_response(),
        _ => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            found(json!({})).into_response()
        }
    }
}

fn chunks(
    reader: tokio::io::DuplexStream,
) -> impl futures::Stream<Item = std::io::Result<Vec<u8>>> {
    futures::stream::unfold(reader, |mut reader| async move {
        let mut chunk = vec![0; 4_096];
        let read = tokio::io::AsyncReadExt::read(&mut reader, &mut chunk).await;
        match read {
            Ok(0) | Err(_) => None,
            Ok(n) => {
                chunk.truncate(n);
                Some((Ok(chunk), reader))
            }
        }
    })
}

async fn register() -> (HttpRegister, Asked) {
    let asked = Asked::default();
    let routes = Router::new()
        .route("/dan-cu", post(answer))
        .with_state(asked.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let server = RegisterServer {
        url: format!("http://{address}/dan-cu"),
        key: Some(("x-api-key".to_owned(), "khoa".to_owned())),
        patience: Duration::from_millis(700),
        ..RegisterServer::default()
    };
    (HttpRegister::new(server).expect("a client"), asked)
}

fn question(key: &str) -> Question {
    Question {
        register: "enterprises".to_owned(),
        key: key.to_owned(),
        purpose: "household-business.registration".to_owned(),
        reference: "H13-1".to_owned(),
        asker: "applicant".to_owned(),
    }
}

fn at(second: i64) -> Moment {
    Moment::from_second(1_770_000_000 + second).expect("a moment")
}

#[tokio::test]
async fn what_it_finds_comes_with_the_day_it_is_of_and_it_is_told_why() {
    let (register, asked) = register().await;
    let found = register
        .find(&question("092"), at(0))
        .await
        .expect("answers");
    let found = found.expect("a record");
    assert_eq!(found.record["full_name"], "Nguyễn Thị Lan");
    assert_eq!(found.as_of, Some(date(2026, 2, 1)));
    assert_eq!(register.find(&question("none"), at(1)).await, Ok(None));
    assert_eq!(register.find(&question("gone"), at(2)).await, Ok(None));
    let asked = asked.lock().expect("one thread").clone();
    let (key, first) = &asked[0];
    assert_eq!(key, "khoa");
    assert_eq!(
        *first,
        json!({"register": "enterprises", "key": "092", "purpose": "household-business.registration",
            "reference": "H13-1", "asker": "applicant"})
    );
}

#[tokio::test]
async fn a_refusal_is_no_absence_and_opens_no_rest() {
    let (register, asked) = register().await;
    for second in 0..5 {
        let answer = register.find(&question("forbidden"), at(second)).await;
        assert!(
            matches!(answer, Err(RegisterFault::Refused(_))),
            "{answer:?}"
        );
    }
    assert_eq!(
        asked.lock().expect("one thread").len(),
        5,
        "asked each time"
    );
}

#[tokio::test]
async fn whatever_else_it_does_it_is_away() {
    for key in [
        "busy",
        "broken",
        "no-json",
        "half",
        "large",
        "endless",
        "elsewhere",
        "slow",
    ] {
        let (register, _) = register().await;
        let begun = std::time::Instant::now();
        let answer = register.find(&question(key), at(0)).await;
        assert!(
            matches!(answer, Err(RegisterFault::Away(_))),
            "{key}: {answer:?}"
        );
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{key} holds somebody up"
        );
        if let Err(fault) = answer {
            assert!(!fault.to_string().contains("127.0.0.1"), "{fault}");
        }
    }
}

#[tokio::test]
async fn after_three_failures_it_is_left_alone_for_a_while() {
    let (register, asked) = register().await;
    for second in 0..6 {
        let answer = register.find(&question("broken"), at(second)).await;
        assert!(matches!(answer, Err(RegisterFault::Away(_))));
    }
    assert_eq!(asked.lock().expect("one thread").len(), 3);
    let later = register
        .find(&question("092"), at(60))
        .await
        .expect("answers again");
    assert!(later.is_some());
    assert!(
        register
            .find(&question("092"), at(61))
            .await
            .expect("answers")
            .is_some()
    );
}
