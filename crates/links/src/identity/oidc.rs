//! OpenID Connect, code flow with PKCE: discovery, the code redeemed, the token's signature proven against the
//! provider's keys, its nonce against the trip's. One provider; no refresh tokens are kept.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Client, Url};
use rules::Moment;
use rules::resident::Proven;
use serde::Deserialize;
use serde_json::Value;

use super::{Asking, Claims, IdentityFault, IdentityProvider};

/// Where the provider stands and who we are to it.
#[derive(Clone)]
pub struct OidcServer {
    /// `https://id.example.vn/realms/city`, as its tokens name it.
    pub issuer: String,
    pub client: String,
    /// `None`: a public client, PKCE alone.
    pub secret: Option<String>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    pub claims: Claims,
}

pub struct OidcIdentity {
    server: OidcServer,
    http: Client,
    /// Read once; keys again when a token bears one that is not among them.
    found: Mutex<Option<Found>>,
}

/// What discovery says, as far as it matters here.
#[derive(Debug, Clone, Deserialize)]
struct Endpoints {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
}

#[derive(Clone)]
struct Found {
    endpoints: Endpoints,
    keys: JwkSet,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

const PATIENCE: Duration = Duration::from_secs(8);
/// Clocks of two houses differ a little.
const SKEW_SECONDS: i64 = 60;
/// No shared secret: whoever could check such a token could make one.
const SIGNED_WITH: [Algorithm; 7] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn away(error: impl std::fmt::Display) -> IdentityFault {
    IdentityFault::Away(error.to_string())
}

fn unproven(why: impl std::fmt::Display) -> IdentityFault {
    IdentityFault::Unproven(why.to_string())
}

impl OidcIdentity {
    /// Prepares the client; nothing is asked yet.
    ///
    /// # Errors
    /// [`IdentityFault::Away`] where this machine cannot speak TLS.
    pub fn new(server: OidcServer) -> Result<Self, IdentityFault> {
        let http = Client::builder()
            .timeout(PATIENCE)
            // A redirect would carry code and secret elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(away)?;
        Ok(Self {
            server,
            http,
            found: Mutex::default(),
        })
    }

    async fn json<T: serde::de::DeserializeOwned>(&self, url: &str) -> Result<T, IdentityFault> {
        let answer = self.http.get(url).send().await.map_err(away)?;
        let answer = answer.error_for_status().map_err(away)?;
        let text = answer.text().await.map_err(away)?;
        serde_json::from_str(&text).map_err(away)
    }

    fn known(&self) -> Option<Found> {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Endpoints and keys; `again` reads them anew.
    async fn found(&self, again: bool) -> Result<Found, IdentityFault> {
        if let Some(found) = self.known().filter(|_| !again) {
            return Ok(found);
        }
        let issuer = self.server.issuer.trim_end_matches('/');
        let place = format!("{issuer}/.well-known/openid-configuration");
        let endpoints: Endpoints = self.json(&place).await?;
        if endpoints.issuer.trim_end_matches('/') != issuer {
            return Err(away("discovery names another issuer"));
        }
        let keys = self.json(&endpoints.jwks_uri).await?;
        let found = Found { endpoints, keys };
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    async fn redeem(&self, code: &str, asking: &Asking) -> Result<Tokens, IdentityFault> {
        let found = self.found(false).await?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &asking.redirect),
            ("client_id", &self.server.client),
            ("code_verifier", &asking.verifier),
        ];
        let body = Url::parse_with_params("https://x/", form).map_err(away)?;
        let mut request = self
            .http
            .post(found.endpoints.token_endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned());
        if let Some(secret) = &self.server.secret {
            request = request.basic_auth(&self.server.client, Some(secret));
        }
        let answer = request.send().await.map_err(away)?;
        if answer.status().is_client_error() {
            return Err(unproven(format!(
                "the code was refused: {}",
                answer.status()
            )));
        }
        let answer = answer.error_for_status().map_err(away)?;
        let text = answer.text().await.map_err(away)?;
        serde_json::from_str(&text).map_err(away)
    }

    /// The claims of a token of this provider for us, of this trip, valid now.
    async fn proven(
        &self,
        token: &str,
        asking: &Asking,
        now: Moment,
    ) -> Result<Value, IdentityFault> {
        let header = decode_header(token).map_err(unproven)?;
        if !SIGNED_WITH.contains(&header.alg) {
            return Err(unproven("signed in a way that proves nothing"));
        }
        let mut found = self.found(false).await?;
        let named = |found: &Found| match &header.kid {
            Some(kid) => found.keys.find(kid).cloned(),
            None => found.keys.keys.first().cloned(),
        };
        if named(&found).is_none() {
            found = self.found(true).await?;
        }
        let key = named(&found).ok_or_else(|| unproven("no such key"))?;
        let key = DecodingKey::from_jwk(&key).map_err(unproven)?;
        let mut asked = Validation::new(header.alg);
        asked.set_audience(&[&self.server.client]);
        asked.set_issuer(&[&found.endpoints.issuer]);
        asked.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Time is handed in: judged below.
        asked.validate_exp = false;
        let claims: Value = decode(token, &key, &asked).map_err(unproven)?.claims;
        let second = |name: &str| claims.get(name).and_then(Value::as_i64);
        if second("exp").is_none_or(|exp| exp + SKEW_SECONDS <= now.as_second()) {
            return Err(unproven("the token is too old"));
        }
        if second("iat").is_some_and(|iat| iat - SKEW_SECONDS > now.as_second()) {
            return Err(unproven("the token is from tomorrow"));
        }
        if claims.get("nonce").and_then(Value::as_str) != Some(&asking.nonce) {
            return Err(unproven("the token belongs to another trip"));
        }
        Ok(claims)
    }

    /// Where the token is short of claims, the provider's page of the user tells the rest.
    async fn rest(
        &self,
        claims: Value,
        access: Option<&str>,
        subject: &str,
    ) -> Result<Value, IdentityFault> {
        let found = self.found(false).await?;
        let (Some(place), Some(access)) = (found.endpoints.userinfo_endpoint, access) else {
            return Ok(claims);
        };
        let request = self.http.get(place).bearer_auth(access);
        let answer = request.send().await.map_err(away)?;
        let answer = answer.error_for_status().map_err(away)?;
        let text = answer.text().await.map_err(away)?;
        let told: Value = serde_json::from_str(&text).map_err(away)?;
        if told.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(unproven("the provider tells of somebody else"));
        }
        let mut claims = claims;
        if let (Some(all), Some(told)) = (claims.as_object_mut(), told.as_object()) {
            for (name, value) in told {
                // What is signed goes first.
                all.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(claims)
    }
}

#[async_trait]
impl IdentityProvider for OidcIdentity {
    async fn door(&self, asking: &Asking) -> Result<String, IdentityFault> {
        let found = self.found(false).await?;
        let mut door = Url::parse(&found.endpoints.authorization_endpoint).map_err(away)?;
        let mut scope = "openid".to_owned();
        for more in &self.server.scopes {
            scope.push(' ');
            scope.push_str(more);
        }
        door.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.server.client)
            .append_pair("redirect_uri", &asking.redirect)
            .append_pair("scope", &scope)
            .append_pair("state", &asking.state)
            .append_pair("nonce", &asking.nonce)
            .append_pair("code_challenge", &asking.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(door.into())
    }

    async fn who(&self, code: &str, asking: &Asking, now: Moment) -> Result<Proven, IdentityFault> {
        let tokens = self.redeem(code, asking).await?;
        let claims = self.proven(&tokens.id_token, asking, now).await?;
        let subject = claims.get("sub").and_then(Value::as_str);
        let subject = subject.ok_or_else(|| unproven("no subject"))?.to_owned();
        let access = tokens.access_token.as_deref();
        let claims = self.rest(claims, access, &subject).await?;
        (self.server.claims).read(&self.server.issuer, &subject, &claims)
    }
}
