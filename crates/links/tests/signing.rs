//! The signing service over HTTP: each of its answers, and what it hears.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use links::signing::{HttpSigning, Signer, SignerKind, SigningFault, SigningService, ToSign};
use rules::Moment;

fn now() -> Moment {
    Moment::from_second(1_770_000_000).expect("a moment")
}

fn signer(id: &str) -> Signer {
    Signer {
        kind: SignerKind::Person,
        id: id.to_owned(),
        name: "Nguyễn Văn An".to_owned(),
        organisation: "Ủy ban nhân dân phường Ninh Kiều".to_owned(),
    }
}

fn what() -> ToSign {
    ToSign {
        reference: "K7QM3XPA9RTD-0".to_owned(),
        says: "Giấy xác nhận số 12/XNTTHN".to_owned(),
        hash: vec![7; 32],
    }
}

type Heard = Arc<Mutex<Vec<String>>>;

/// A service that answers by the name of whoever signs.
async fn service() -> (String, Heard) {
    let heard = Heard::default();
    let keep = heard.clone();
    let answer = move |headers: HeaderMap, body: Bytes| {
        let body = String::from_utf8(body.to_vec()).expect("text");
        let key = headers.get("x-api-key").is_some_and(|key| key == "secret");
        let answer = match () {
            () if !key => (StatusCode::UNAUTHORIZED, "{}".to_owned()),
            () if body.contains("\"nobody\"") => (StatusCode::NOT_FOUND, "{}".to_owned()),
            () if body.contains("\"slow\"") => (StatusCode::ACCEPTED, "{}".to_owned()),
            () if body.contains("\"broken\"") => (StatusCode::OK, "{\"sig".to_owned()),
            () if body.contains("\"busy\"") => (StatusCode::SERVICE_UNAVAILABLE, "{}".to_owned()),
            () if body.contains("\"endless\"") => (StatusCode::OK, " ".repeat(100_000)),
            () if body.contains("\"hash\"") => {
                (StatusCode::OK, r#"{"signature":"AQID"}"#.to_owned())
            }
            () if body.contains("\"bare\"") => {
                (StatusCode::OK, r#"{"certificates":[]}"#.to_owned())
            }
            () => (
                StatusCode::OK,
                r#"{"certificates":["MIIB","AQID"]}"#.to_owned(),
            ),
        };
        keep.lock().expect("kept").push(body);
        async move { answer }
    };
    let routes = Router::new()
        .route("/v1/certificates", post(answer.clone()))
        .route("/v1/signatures", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/v1/", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (url, heard)
}

fn client(url: &str, key: &str) -> HttpSigning {
    let key = Some(("x-api-key".to_owned(), key.to_owned()));
    HttpSigning::new(url, key, Duration::from_secs(5)).expect("a client")
}

#[tokio::test]
async fn each_answer_of_the_service_is_understood() {
    let (url, heard) = service().await;
    let signing = client(&url, "secret");
    let chain = signing.certificates(&signer("an"), now()).await;
    assert_eq!(
        chain.expect("a chain"),
        [vec![0x30, 0x82, 0x01], vec![1, 2, 3]]
    );
    let signature = signing.sign(&signer("an"), &what(), now()).await;
    assert_eq!(signature, Ok(vec![1, 2, 3]));
    {
        let heard = heard.lock().expect("kept");
        assert!(heard[0].contains("\"signer\":\"person\""), "{}", heard[0]);
        assert!(
            heard[1].contains("\"algorithm\":\"sha-256\""),
            "{}",
            heard[1]
        );
        assert!(heard[1].contains("K7QM3XPA9RTD-0"), "{}", heard[1]);
    }
    let none = SigningFault::NoCertificate("nobody".to_owned());
    assert_eq!(
        signing.certificates(&signer("nobody"), now()).await,
        Err(none)
    );
    let bare = signing.certificates(&signer("bare"), now()).await;
    assert!(matches!(bare, Err(SigningFault::NoCertificate(_))));
    let slow = signing.sign(&signer("slow"), &what(), now()).await;
    assert_eq!(slow, Err(SigningFault::Waiting));
    for away in ["broken", "busy", "endless"] {
        let fault = signing.sign(&signer(away), &what(), now()).await;
        assert!(
            matches!(fault, Err(SigningFault::Away(_))),
            "{away}: {fault:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_refusal_and_nobody_there_is_away() {
    let (url, _) = service().await;
    let wrong = client(&url, "guessed");
    let fault = wrong.sign(&signer("an"), &what(), now()).await;
    assert!(matches!(fault, Err(SigningFault::Refused(_))), "{fault:?}");
    let nowhere = client("http://127.0.0.1:9", "secret");
    let fault = nowhere.certificates(&signer("an"), now()).await;
    assert!(matches!(fault, Err(SigningFault::Away(_))), "{fault:?}");
}
