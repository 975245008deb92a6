//! Whom a city talks to on behalf of its residents: `parties.toml` among the city's data says where they stand.
//! Secrets are not in it: it names the files that hold them. Without the file residents cannot sign in, and
//! every service goes on without an account.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actions::City;
use anyhow::{Context, Result, bail, ensure};
use links::identity::{
    Claims, DemonstrationIdentity, IdentityProvider, Invented, OidcIdentity, OidcServer,
};
use links::payment::webhook::SHORTEST_SECRET;
use links::post::{DemonstrationCarrier, HttpCarrier};
use links::push::{HttpPush, Push};
use links::registers::{HttpRegister, RegisterServer, RegisterSource};
use links::signing::HttpSigning;
use serde::Deserialize;
use service::Text;
use web::parties::{Parties, Purpose, Tiles};

use crate::config::Config;
use crate::demo;
use crate::signers::{Demonstration, KeyFiles, trusted};

/// The named value that holds the city's key for messages to browsers.
const PUSH_KEY: &str = "push-key";

/// A demonstration has it too: only a browser whose own holder asked is told anything.
async fn push(config: &Config, city: &City, more: PushServices) -> Result<Push> {
    let key = match city.reader().value(PUSH_KEY).await? {
        Some(key) => key,
        None => {
            let fresh = links::push::new_key().map_err(anyhow::Error::msg)?;
            city.kept_value(PUSH_KEY, fresh).await?
        }
    };
    let usual = links::push::USUAL.iter().map(|host| (*host).to_owned());
    let services = usual.chain(more.services).collect();
    let service = HttpPush::new(services);
    Push::new(&key, &config.public_url, Arc::new(service)).map_err(anyhow::Error::msg)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    identity: Option<Identity>,
    post: Option<Post>,
    push: Option<PushServices>,
    tiles: Option<Ground>,
    signing: Option<Signing>,
    registers: BTreeMap<String, Register>,
    mirrored: BTreeMap<String, Owner>,
    brings: BTreeMap<String, Owner>,
    partners: BTreeMap<String, Other>,
}

/// Another system of reports that speaks Open311 (docs/OPEN311.md); what it is handed stands in its mapping.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Other {
    /// Up to and with `/v2`.
    url: String,
    /// Holds the `api_key` and nothing else.
    #[serde(default)]
    key_file: Option<PathBuf>,
}

/// The system of a ministry that tells of its own dossiers (docs/MIRRORED.md); an exchange, a mail server or a gateway that brings
/// calls, letters and texts (docs/HOTLINE.md).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Owner {
    /// Holds the secret of its signatures and nothing else.
    secret_file: PathBuf,
}

/// A register that answers over HTTPS (docs/REGISTERS.md).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Register {
    url: String,
    /// Name of the header that carries the key.
    #[serde(default)]
    key_header: Option<String>,
    #[serde(default)]
    key_file: Option<PathBuf>,
    /// Certificate and private key for mutual TLS, PEM in one file.
    #[serde(default)]
    certificate_file: Option<PathBuf>,
    /// The authority that signed the register's own certificate, PEM.
    #[serde(default)]
    authority_file: Option<PathBuf>,
    /// How long somebody may wait for it.
    #[serde(default = "four")]
    seconds: u64,
}

fn four() -> u64 {
    4
}

#[derive(Debug, Deserialize)]
#[serde(tag = "carrier", rename_all = "kebab-case", deny_unknown_fields)]
enum Post {
    /// Parcels arrive by themselves the next day; in the demonstration alone.
    Demonstration,
    Http {
        /// As people call it.
        name: String,
        url: String,
        /// The header that carries the key, and the file that holds it and nothing else.
        #[serde(default, rename = "key-header")]
        key_header: Option<String>,
        #[serde(default, rename = "key-file")]
        key_file: Option<PathBuf>,
    },
}

/// Who puts digital signatures on papers (docs/SIGNING.md), and whose word is taken when one is verified.
#[derive(Debug, Deserialize)]
#[serde(tag = "service", rename_all = "kebab-case", deny_unknown_fields)]
enum Signing {
    /// Certificates that say they have no legal value; in the demonstration alone.
    Demonstration,
    /// PKCS #12 files in a folder.
    Files {
        folder: PathBuf,
        #[serde(default)]
        trust: Vec<PathBuf>,
    },
    Http {
        url: String,
        #[serde(default, rename = "key-header")]
        key_header: Option<String>,
        #[serde(default, rename = "key-file")]
        key_file: Option<PathBuf>,
        #[serde(default)]
        trust: Vec<PathBuf>,
    },
}

/// Pictures of the ground under the map that people tap (docs/FOLLOWING.md).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ground {
    url: String,
    #[serde(default)]
    credit: String,
}

/// Services that carry messages to browsers, where the usual ones are not all (docs/FOLLOWING.md).
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PushServices {
    /// Hosts; a leading dot stands for every host below.
    services: Vec<String>,
}

/// Longest a carrier may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(tag = "provider", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "read once, at the start")]
enum Identity {
    /// The invented people of `demonstration.toml`; nobody in a real city.
    Demonstration,
    OpenidConnect {
        issuer: String,
        client: String,
        /// Holds the client's secret and nothing else.
        #[serde(default, rename = "secret-file")]
        secret_file: Option<PathBuf>,
        #[serde(default)]
        scopes: Vec<String>,
        #[serde(default)]
        claims: Claims,
        /// What needs a proven identity is not begun online without one.
        #[serde(default = "yes")]
        required: bool,
    },
}

fn yes() -> bool {
    true
}

/// Reads `DATA/CITY/parties.toml`. `demonstration`: the city's data is made up.
///
/// # Errors
/// Where the file does not read, or a file of a secret is not there; it is named.
pub async fn read(config: &Config, city: &City, demonstration: bool) -> Result<Parties> {
    let folder = config.data.join(&config.city);
    let mut parties = Parties {
        no_mail: config.smtp.is_none() && !demonstration,
        purposes: purposes(&folder.join("consents.toml"))?,
        ..Parties::default()
    };
    let path = folder.join("parties.toml");
    let mut file = File::default();
    if path.exists() {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        file = toml::from_str(&text).with_context(|| path.display().to_string())?;
    }
    parties.push = Some(push(config, city, file.push.unwrap_or_default()).await?);
    if let Some(ground) = file.tiles {
        let tiles = Tiles {
            address: ground.url,
            credit: ground.credit,
        };
        let placed = ["{z}", "{x}", "{y}"]
            .iter()
            .all(|part| tiles.address.contains(part));
        ensure!(
            placed && tiles.origin().is_some(),
            "parties.toml: tiles.url must be an address with {{z}}, {{x}} and {{y}}"
        );
        parties.tiles = Some(tiles);
    }
    match file.identity {
        None => {}
        Some(Identity::Demonstration) if demonstration => {
            parties.identity = Some(invented(config)?);
        }
        Some(Identity::Demonstration) => {
            tracing::warn!("the demonstration's identities open no door of a real city");
        }
        Some(Identity::OpenidConnect {
            issuer,
            client,
            secret_file,
            scopes,
            claims,
            required,
        }) => {
            let server = OidcServer {
                issuer,
                client,
                secret: secret_file.as_deref().map(secret).transpose()?,
                scopes,
                claims,
            };
            parties.identity = Some(Arc::new(OidcIdentity::new(server)?));
            parties.identity_required = required;
        }
    }
    match file.post {
        None => {}
        Some(Post::Demonstration) if demonstration => {
            parties.carrier = Some(Arc::new(DemonstrationCarrier));
        }
        Some(Post::Demonstration) => {
            tracing::warn!("the demonstration's carrier brings nothing to anybody in a real city");
        }
        Some(Post::Http {
            name,
            url,
            key_header,
            key_file,
        }) => {
            let key = header_key(key_header, key_file)?;
            parties.carrier = Some(Arc::new(HttpCarrier::new(&name, &url, key, PATIENCE)?));
        }
    }
    match file.signing {
        None => {}
        Some(Signing::Demonstration) if demonstration => {
            let signing = Demonstration::of(city).await?;
            parties.trusted = vec![signing.certificate().to_vec()];
            parties.signing = Some(Arc::new(signing));
        }
        Some(Signing::Demonstration) => {
            tracing::warn!("the demonstration's certificates sign nothing in a real city");
        }
        Some(Signing::Files { folder, trust }) => {
            parties.trusted = trusted(&trust)?;
            parties.signing = Some(Arc::new(KeyFiles::new(&folder)?));
        }
        Some(Signing::Http {
            url,
            key_header,
            key_file,
            trust,
        }) => {
            parties.trusted = trusted(&trust)?;
            let key = header_key(key_header, key_file)?;
            parties.signing = Some(Arc::new(HttpSigning::new(&url, key, PATIENCE)?));
        }
    }
    for (systems, told) in [
        (file.mirrored, &mut parties.mirrored),
        (file.brings, &mut parties.brings),
    ] {
        for (system, owner) in systems {
            let secret = secret(&owner.secret_file)?;
            ensure!(
                secret.len() >= SHORTEST_SECRET,
                "{}: the secret of {system} must have {SHORTEST_SECRET} signs or more",
                path.display()
            );
            told.insert(system, secret);
        }
    }
    for (code, other) in file.partners {
        let key = other.key_file.as_deref().map(secret).transpose()?;
        let server = links::georeport::Server {
            url: other.url,
            key,
        };
        let link = links::georeport::HttpGeo::new(server)?;
        parties.partners.insert(code, Arc::new(link));
    }
    for (code, register) in file.registers {
        ensure!(
            service::registers::register(&code).is_some(),
            "{}: there is no register `{code}`; there are {}",
            path.display(),
            service::registers::REGISTERS.join(", ")
        );
        let source = register
            .source()
            .with_context(|| path.display().to_string())?;
        parties.registers.insert(code, source);
    }
    Ok(parties)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purposes {
    purposes: Vec<OnePurpose>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct OnePurpose {
    code: String,
    version: u32,
    name: String,
    name_en: String,
    words: String,
    words_en: String,
}

/// What the city asks consent for; nothing where it has no such file.
fn purposes(path: &Path) -> Result<Vec<Purpose>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let read: Purposes = toml::from_str(&text).with_context(|| path.display().to_string())?;
    let purpose = |one: OnePurpose| Purpose {
        code: one.code,
        version: one.version,
        name: Text::vi(one.name).and("en", one.name_en),
        words: Text::vi(one.words).and("en", one.words_en),
    };
    Ok(read.purposes.into_iter().map(purpose).collect())
}

impl Register {
    fn source(self) -> Result<Arc<dyn RegisterSource>> {
        let key = header_key(self.key_header, self.key_file)?;
        let pem = |file: Option<PathBuf>| {
            let read =
                file.map(|file| std::fs::read(&file).with_context(|| file.display().to_string()));
            read.transpose()
        };
        Ok(Arc::new(HttpRegister::new(RegisterServer {
            url: self.url,
            key,
            certificate: pem(self.certificate_file)?,
            authority: pem(self.authority_file)?,
            patience: Duration::from_secs(self.seconds),
        })?))
    }
}

fn invented(config: &Config) -> Result<Arc<dyn IdentityProvider>> {
    let script = demo::read_script(&config.data, &config.city)?;
    let people = script.residents.into_iter().map(|one| Invented {
        proven: one.proven,
        says: one.says,
    });
    Ok(Arc::new(DemonstrationIdentity::new(people.collect())))
}

/// The header that opens a party's door, and its value.
fn header_key(header: Option<String>, file: Option<PathBuf>) -> Result<Option<(String, String)>> {
    match (header, file) {
        (Some(header), Some(file)) => Ok(Some((header, secret(&file)?))),
        (None, None) => Ok(None),
        _ => bail!("`key-header` and `key-file` need each other"),
    }
}

fn secret(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_provider_is_told_with_its_claims() {
        let text = r#"
            [identity]
            provider = "openid-connect"
            issuer = "https://id.example.vn"
            client = "mot-cua"
            scopes = ["profile"]
            claims = { personal-id = "so_dinh_danh", level = "muc" }
        "#;
        let file: File = toml::from_str(text).expect("reads");
        let Some(Identity::OpenidConnect {
            claims, required, ..
        }) = file.identity
        else {
            panic!("another provider");
        };
        assert_eq!(claims.personal_id, "so_dinh_danh");
        assert_eq!(claims.name, "name", "what is not told is usual");
        assert!(
            required,
            "identity is asked for unless the city says otherwise"
        );
        let wrong = toml::from_str::<File>(&text.replace("client", "klient"));
        assert!(wrong.expect_err("unknown").to_string().contains("klient"));
    }
}
