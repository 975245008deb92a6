//! The client of OpenID Connect against a small provider of our own over TCP: it checks PKCE like a real one and
//! can be told to lie in each way that must not be believed.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use links::identity::{Asking, Claims, IdentityFault, IdentityProvider, OidcIdentity, OidcServer};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rules::Moment;
use rules::resident::Identity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const NOW: i64 = 1_790_000_000;
const NONCE: &str = "nonce-of-this-trip";

fn now() -> Moment {
    Moment::from_second(NOW).expect("a moment")
}

/// What the provider says next.
#[derive(Clone)]
struct Says {
    claims: Value,
    /// Signs with a key that is not published.
    forged: bool,
    unsigned: bool,
    told: Value,
    issuer: Option<String>,
}

struct Provider {
    address: String,
    says: Arc<Mutex<Says>>,
}

fn key() -> (EncodingKey, Value) {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
    let made = made.expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random);
    let pair = pair.expect("the same key");
    let point = &pair.public_key().as_ref()[1..];
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = json!({"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
        "x": part(&point[..32]), "y": part(&point[32..])});
    (EncodingKey::from_ec_der(made.as_ref()), public)
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let claims = json!({"iss": address, "aud": "mot-cua", "sub": "s1", "nonce": NONCE,
            "iat": NOW - 5, "exp": NOW + 300, "name": "Lê Thị Mẫu", "acr": "2"});
        let says = Arc::new(Mutex::new(Says {
            claims,
            forged: false,
            unsigned: false,
            told: json!({"sub": "s1", "personal_id": "092185001234", "name": "another name"}),
            issuer: None,
        }));
        let (ours, public) = key();
        let (theirs, _) = key();
        let (place, shared) = (address.clone(), says.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a caller");
                let says = shared.lock().expect("unpoisoned").clone();
                let signing = if says.forged { &theirs } else { &ours };
                answer(stream, &place, &says, signing, &public).await;
            }
        });
        Self { address, says }
    }

    fn client(&self) -> OidcIdentity {
        OidcIdentity::new(OidcServer {
            issuer: self.address.clone(),
            client: "mot-cua".into(),
            secret: Some("bí mật".into()),
            scopes: vec!["profile".into()],
            claims: Claims::default(),
        })
        .expect("a client")
    }

    fn will(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().expect("unpoisoned"));
    }
}

async fn answer(
    mut stream: TcpStream,
    place: &str,
    says: &Says,
    signing: &EncodingKey,
    public: &Value,
) {
    let mut heard = Vec::new();
    let request = loop {
        let mut part = [0; 4096];
        let n = stream.read(&mut part).await.expect("reads");
        heard.extend_from_slice(&part[..n]);
        let text = String::from_utf8_lossy(&heard).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse().ok())?
        });
        if body.len() >= length.unwrap_or(0usize) {
            break text;
        }
    };
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match path {
        "/.well-known/openid-configuration" => (
            200,
            json!({"issuer": says.issuer.clone().unwrap_or(place.to_owned()),
                "authorization_endpoint": format!("{place}/authorize"),
                "token_endpoint": format!("{place}/token"), "jwks_uri": format!("{place}/keys"),
                "userinfo_endpoint": format!("{place}/userinfo")}),
        ),
        "/keys" => (200, json!({"keys": [public]})),
        "/userinfo" => (200, says.told.clone()),
        "/token" => token(&request, says, signing),
        _ => (404, Value::Null),
    };
    let body = body.to_string();
    let answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.expect("writes");
}

/// The code is the challenge, so that the provider needs no memory: PKCE is judged as a real one judges it.
fn token(request: &str, says: &Says, signing: &EncodingKey) -> (u16, Value) {
    let field = |name: &str| {
        let body = request.rsplit("\r\n\r\n").next().unwrap_or_default();
        let mut pairs = body.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(key, _)| *key == name).map(|(_, value)| value);
        found.unwrap_or_default().to_owned()
    };
    let known = format!("Basic {}", STANDARD.encode("mot-cua:bí mật"));
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier").as_bytes()));
    if field("code") != challenge || !request.contains(&known) {
        return (400, json!({"error": "invalid_grant"}));
    }
    let header = Header {
        kid: Some("k1".into()),
        ..Header::new(Algorithm::ES256)
    };
    let mut id_token = encode(&header, &says.claims, signing).expect("signs");
    if says.unsigned {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        id_token = format!("{}.{}.", part(&json!({"alg": "none"})), part(&says.claims));
    }
    (
        200,
        json!({"id_token": id_token, "access_token": "a", "token_type": "Bearer"}),
    )
}

fn asking() -> Asking {
    Asking {
        state: "s".into(),
        nonce: NONCE.into(),
        verifier: "v".repeat(54),
        redirect: "https://mot-cua.example/sign-in/identity/return".into(),
    }
}

#[tokio::test]
async fn the_browser_is_sent_with_state_nonce_and_challenge() {
    let provider = Provider::start().await;
    let door = provider.client().door(&asking()).await.expect("a door");
    assert!(
        door.starts_with(&format!("{}/authorize?", provider.address)),
        "{door}"
    );
    for part in [
        "response_type=code",
        "client_id=mot-cua",
        "scope=openid+profile",
        "state=s",
        "nonce=nonce-of-this-trip",
        "code_challenge_method=S256",
    ] {
        assert!(door.contains(part), "{part} in {door}");
    }
    assert!(door.contains(&format!("code_challenge={}", asking().challenge())));
    assert!(
        !door.contains(&asking().verifier),
        "the verifier stays here"
    );
}

#[tokio::test]
async fn who_comes_back_is_proven_with_what_the_user_page_adds() {
    let provider = Provider::start().await;
    let asking = asking();
    let proven = provider
        .client()
        .who(&asking.challenge(), &asking, now())
        .await;
    let proven = proven.expect("proven");
    assert_eq!(proven.name, "Lê Thị Mẫu", "what is signed goes first");
    assert_eq!(proven.personal_id.as_deref(), Some("092185001234"));
    assert_eq!(
        (proven.level, proven.subject.as_str()),
        (Identity::Level2, "s1")
    );
}

#[tokio::test]
async fn lies_prove_nobody() {
    type Lie = fn(&mut Says);
    let lie: [(&str, Lie); 9] = [
        ("another trip's nonce", |s| s.claims["nonce"] = json!("x")),
        ("no nonce", |s| {
            s.claims.as_object_mut().expect("claims").remove("nonce");
        }),
        ("for another client", |s| s.claims["aud"] = json!("other")),
        ("of another issuer", |s| {
            s.claims["iss"] = json!("https://evil")
        }),
        ("too old", |s| s.claims["exp"] = json!(NOW - 61)),
        ("from tomorrow", |s| s.claims["iat"] = json!(NOW + 3600)),
        ("signed by somebody else", |s| s.forged = true),
        ("not signed", |s| s.unsigned = true),
        ("about somebody else", |s| s.told["sub"] = json!("s2")),
    ];
    for (what, change) in lie {
        let provider = Provider::start().await;
        provider.will(change);
        let asking = asking();
        let answer = provider
            .client()
            .who(&asking.challenge(), &asking, now())
            .await;
        assert!(
            matches!(answer, Err(IdentityFault::Unproven(_))),
            "{what}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_code_stolen_on_its_way_is_worth_nothing_without_the_verifier() {
    let provider = Provider::start().await;
    let thief = Asking {
        verifier: "t".repeat(54),
        ..asking()
    };
    let answer = provider
        .client()
        .who(&asking().challenge(), &thief, now())
        .await;
    assert!(
        matches!(answer, Err(IdentityFault::Unproven(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_provider_that_is_away_or_somebody_else_is_said_so() {
    let nobody = OidcIdentity::new(OidcServer {
        issuer: "http://127.0.0.1:9".into(),
        client: "mot-cua".into(),
        secret: None,
        scopes: Vec::new(),
        claims: Claims::default(),
    });
    let answer = nobody.expect("a client").door(&asking()).await;
    assert!(matches!(answer, Err(IdentityFault::Away(_))), "{answer:?}");
    let provider = Provider::start().await;
    provider.will(|says| says.issuer = Some("https://evil".into()));
    let answer = provider.client().door(&asking()).await;
    assert!(matches!(answer, Err(IdentityFault::Away(_))), "{answer:?}");
}
