//! The registry of texts: what ships, overlaid by what the city approved. A kind's own text for a channel, else the
//! channel's frame around the kind's words.
//!
//! Texts are minijinja with a bound on work and strict names: a text that names what does not exist cannot be
//! approved, and values (a reason that an official wrote) are never read as text of a template.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::{Deserialize, Serialize};

use super::Channel;
use super::safe::without_ids;
use crate::notice::Kind;

/// What ships: `data/messages/templates.toml`.
const SHIPPED: &str = include_str!("../../../../data/messages/templates.toml");
/// Steps that one rendering may take.
const FUEL: u64 = 20_000;
/// The longest message, in characters; an SMS is cut by its provider into parts that cost.
pub const LONGEST: usize = 8_000;

/// Which text: of a kind (or `None`: the frame of the channel) for a channel (or `None`: the kind's words for all).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TemplateKey {
    pub kind: Option<Kind>,
    pub channel: Option<Channel>,
    /// `vi`, `en`
    pub language: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Template {
    pub subject: String,
    pub body: String,
    /// Id of the text that the provider approved (Zalo ZNS, SMS brand name). Zalo sends no other text.
    pub provider_id: String,
    /// Named parameters of the provider's text, each a small template.
    pub parameters: BTreeMap<String, String>,
}

/// What a text may say. Everything is there in every message; what does not apply is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub city: String,
    pub service: String,
    pub code: String,
    /// A summary safe for anybody.
    pub about: String,
    /// The competent agency (NĐ 224/2026 Đ.15).
    pub agency: String,
    /// Who receives or handles it now: title, unit and, where somebody holds it, the name.
    pub handler: String,
    /// When it was received, when this happened, when it is promised, when the result came: in words.
    pub received: String,
    pub processed: String,
    pub due: String,
    /// From when on a result that came before its day may be fetched; empty: it did not.
    pub collect: String,
    /// By when a wrong result is put right.
    pub corrected: String,
    pub result: String,
    pub step: String,
    /// Parts of a linked procedure, by name: those that are not begun for want of another's result, and those that
    /// go on.
    pub dropped: Vec<String>,
    pub goes_on: Vec<String>,
    /// What the official wrote to whoever asked.
    pub reason: String,
    /// Working days late.
    pub days_late: String,
    pub link: String,
    /// Lines of a list: the digest, the weekly list.
    pub lines: Vec<String>,
    /// Codes of cases that the lines name: they are said as they are.
    #[serde(skip)]
    pub codes: Vec<String>,
    /// The name of whoever is written to, where the city knows it.
    pub name: String,
}

/// A message ready to go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    pub subject: String,
    pub body: String,
    pub provider: Option<ProviderCall>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderCall {
    pub template: String,
    pub parameters: BTreeMap<String, String>,
}

/// Why a text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// What the reader of templates says, with the line.
    #[error("line {line}: {says}")]
    Template { line: usize, says: String },
    #[error("longer than {LONGEST} characters")]
    TooLong,
    #[error("no text for this kind and channel")]
    NoText,
    /// Zalo sends only what it approved.
    #[error("the provider's template id is missing")]
    NoProviderId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    texts: BTreeMap<TemplateKey, Template>,
}

impl Default for Registry {
    fn default() -> Self {
        Self::shipped()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    template: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    kind: Option<Kind>,
    channel: Option<Channel>,
    language: String,
    #[serde(default)]
    subject: String,
    body: String,
}

impl Registry {
    pub fn shipped() -> Self {
        // The shipped file is read by a test; without it nothing could be said at all.
        let entries = toml::from_str::<File>(SHIPPED).map_or_else(|_| Vec::new(), |f| f.template);
        let texts = entries.into_iter().map(|entry| {
            let key = TemplateKey {
                kind: entry.kind,
                channel: entry.channel,
                language: entry.language,
            };
            let template = Template {
                subject: entry.subject,
                body: entry.body.trim_end().to_owned(),
                ..Template::default()
            };
            (key, template)
        });
        Self {
            texts: texts.collect(),
        }
    }

    /// The city's own text in place of the shipped one.
    pub fn put(&mut self, key: TemplateKey, template: Template) {
        self.texts.insert(key, template);
    }

    pub fn get(&self, key: &TemplateKey) -> Option<&Template> {
        self.texts.get(key)
    }

    pub fn all(&self) -> impl Iterator<Item = (&TemplateKey, &Template)> {
        self.texts.iter()
    }

    /// Whether this kind can be said on this channel: Zalo needs the provider's approved text.
    pub fn can(&self, kind: Kind, channel: Channel, language: &str) -> bool {
        let own = self.own(kind, channel, language);
        match channel {
            Channel::Zalo => own.is_some_and(|text| !text.provider_id.is_empty()),
            _ => own.is_some() || self.words(kind, language).is_some(),
        }
    }

    fn own(&self, kind: Kind, channel: Channel, language: &str) -> Option<&Template> {
        self.look(Some(kind), Some(channel), language)
    }

    fn words(&self, kind: Kind, language: &str) -> Option<&Template> {
        self.look(Some(kind), None, language)
    }

    fn look(&self, kind: Option<Kind>, channel: Option<Channel>, lang: &str) -> Option<&Template> {
        let key = |language: &str| TemplateKey {
            kind,
            channel,
            language: language.to_owned(),
        };
        let own = self.texts.get(&key(lang));
        own.or_else(|| self.texts.get(&key("vi")))
    }

    /// What is said.
    ///
    /// # Errors
    /// [`Flaw`] where there is no text or it cannot be rendered.
    pub fn render(
        &self,
        kind: Kind,
        channel: Channel,
        language: &str,
        facts: &Facts,
    ) -> Result<Rendered, Flaw> {
        if let Some(own) = self.own(kind, channel, language) {
            return rendered(own, channel, facts, None);
        }
        let words = self.words(kind, language).ok_or(Flaw::NoText)?;
        let frame = self.look(None, Some(channel), language);
        match frame {
            None => rendered(words, channel, facts, None),
            Some(frame) => {
                let said = rendered(words, channel, facts, None)?;
                rendered(frame, channel, facts, Some(&said))
            }
        }
    }

    /// Tries a text with facts of every kind of message before anybody approves it.
    ///
    /// # Errors
    /// The first [`Flaw`].
    pub fn check(&self, key: &TemplateKey, template: &Template) -> Result<Rendered, Flaw> {
        let channel = key.channel.unwrap_or(Channel::App);
        if channel == Channel::Zalo && template.provider_id.trim().is_empty() {
            return Err(Flaw::NoProviderId);
        }
        let said = Rendered {
            subject: "Tiêu đề".to_owned(),
            body: "Nội dung".to_owned(),
            provider: None,
        };
        // The empty one finds a text that breaks where something does not apply.
        for facts in [Facts::default(), Facts::sample()] {
            let rendered = rendered(template, channel, &facts, Some(&said))?;
            if facts == Facts::sample() {
                return Ok(rendered);
            }
        }
        Err(Flaw::NoText)
    }
}

impl Facts {
    /// A message as it may be: for the preview of a text.
    pub fn sample() -> Self {
        let text = |words: &str| words.to_owned();
        Self {
            city: text("Thành phố Cần Thơ"),
            service: text("Cấp giấy phép xây dựng mới nhà ở riêng lẻ"),
            code: text("H13.26.107-260302-0042"),
            about: text("Cấp giấy phép xây dựng mới nhà ở riêng lẻ"),
            agency: text("Ủy ban nhân dân phường Ninh Kiều"),
            handler: text("Công chức phòng chuyên môn về xây dựng"),
            received: text("08:00 thứ Hai 02/03/2026"),
            processed: text("09:10 thứ Ba 03/03/2026"),
            due: text("08:00 thứ Tư 11/03/2026"),
            collect: text(""),
            corrected: text(""),
            result: text(""),
            step: text("Kiểm tra hồ sơ"),
            dropped: vec![text("Đăng ký thường trú")],
            goes_on: vec![text("Cấp thẻ bảo hiểm y tế")],
            reason: text("Bản vẽ mặt cắt chưa có kích thước móng."),
            days_late: text("2"),
            link: text("https://motcua.example.vn/track/H13.26.107-260302-0042"),
            lines: vec![text("Dòng thứ nhất"), text("Dòng thứ hai")],
            codes: Vec::new(),
            name: text("Nguyễn Thị Hoa"),
        }
    }
}

#[derive(Serialize)]
struct Context<'a> {
    #[serde(flatten)]
    facts: &'a Facts,
    /// Of a frame: what the kind says.
    title: &'a str,
    says: &'a str,
}

fn rendered(
    template: &Template,
    channel: Channel,
    facts: &Facts,
    inside: Option<&Rendered>,
) -> Result<Rendered, Flaw> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    // Vietnamese without marks: one SMS holds 160 such letters and 70 with marks.
    environment.add_filter("plain", |words: String| {
        service::fold::without_marks(&words)
    });
    let context = Value::from(Serde(Context {
        facts,
        title: inside.map_or("", |said| said.subject.as_str()),
        says: inside.map_or("", |said| said.body.as_str()),
    }));
    let named = facts.codes.iter().map(String::as_str);
    let keep: Vec<&str> = [facts.link.as_str(), facts.code.as_str()]
        .into_iter()
        .chain(named)
        .collect();
    let say = |text: &str| -> Result<String, Flaw> {
        let words = environment
            .render_str(text, context.clone())
            .map_err(|error| Flaw::Template {
                line: error.line().unwrap_or(1),
                says: error.to_string(),
            })?;
        if words.chars().count() > LONGEST {
            return Err(Flaw::TooLong);
        }
        Ok(without_ids(words.trim(), &keep))
    };
    let provider = (!template.provider_id.is_empty() && channel != Channel::App)
        .then(|| {
            let parameters = template.parameters.iter();
            let said = parameters.map(|(name, text)| Ok((name.clone(), say(text)?)));
            Ok(ProviderCall {
                template: template.provider_id.clone(),
                parameters: said.collect::<Result<_, Flaw>>()?,
            })
        })
        .transpose()?;
    Ok(Rendered {
        subject: say(&template.subject)?.replace(['\r', '\n'], " "),
        body: say(&template.body)?,
        provider,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(body: &str) -> (Registry, TemplateKey) {
        let key = TemplateKey {
            kind: Some(Kind::Received),
            channel: Some(Channel::Sms),
            language: "vi".to_owned(),
        };
        let template = Template {
            body: body.to_owned(),
            ..Template::default()
        };
        let mut registry = Registry::shipped();
        registry.put(key.clone(), template);
        (registry, key)
    }

    #[test]
    fn every_shipped_text_reads_and_every_kind_has_words_in_both_languages() {
        let registry = Registry::shipped();
        for (key, template) in registry.all() {
            registry
                .check(key, template)
                .unwrap_or_else(|flaw| panic!("{key:?}: {flaw}"));
        }
        let policy = super::super::Policy::default();
        assert!(policy.version > 0, "the shipped policy reads");
        for (kind, ways) in &policy.ways {
            for language in ["vi", "en"] {
                for channel in ways.applicant.iter().chain(&ways.staff).flatten() {
                    if *channel == Channel::Zalo {
                        continue;
                    }
                    let facts = Facts::sample();
                    let said = registry.render(*kind, *channel, language, &facts);
                    let said = said.unwrap_or_else(|flaw| panic!("{kind:?} {channel:?}: {flaw}"));
                    assert!(!said.body.is_empty(), "{kind:?} {channel:?} {language}");
                }
            }
        }
    }

    #[test]
    fn what_residents_get_says_agency_handler_times_and_a_link() {
        let registry = Registry::shipped();
        let facts = Facts::sample();
        for (kind, ways) in &super::super::Policy::default().ways {
            if ways.applicant.is_empty() {
                continue;
            }
            let letter = registry.render(*kind, Channel::Email, "vi", &facts);
            let letter = letter.expect("a letter").body;
            for part in [
                &facts.agency,
                &facts.handler,
                &facts.received,
                &facts.processed,
                &facts.due,
                &facts.link,
                &facts.code,
            ] {
                assert!(
                    letter.contains(part.as_str()),
                    "{kind:?} lacks {part}:\n{letter}"
                );
            }
        }
    }

    #[test]
    fn a_text_that_names_what_is_not_there_or_works_for_ever_is_no_text() {
        for body in [
            "{{ nobody }}",
            "{% if due %}",
            "{% for i in range(1000000) %}x{% endfor %}",
        ] {
            let (registry, key) = registry(body);
            let template = registry.get(&key).expect("put").clone();
            let flaw = registry.check(&key, &template).expect_err(body);
            assert!(matches!(flaw, Flaw::Template { .. }), "{body}: {flaw}");
        }
    }

    #[test]
    fn what_an_official_wrote_is_never_read_as_a_template_and_loses_its_numbers() {
        let (registry, _) = registry("{{ reason }}");
        let facts = Facts {
            reason: "{{ city }} 092201001234".to_owned(),
            ..Facts::sample()
        };
        let said = registry.render(Kind::Received, Channel::Sms, "vi", &facts);
        assert_eq!(said.expect("said").body, "{{ city }} •••");
    }

    #[test]
    fn zalo_needs_the_providers_text() {
        let registry = Registry::shipped();
        assert!(!registry.can(Kind::Received, Channel::Zalo, "vi"));
        assert!(registry.can(Kind::Received, Channel::Sms, "en"));
        let key = TemplateKey {
            kind: Some(Kind::Received),
            channel: Some(Channel::Zalo),
            language: "vi".to_owned(),
        };
        let text = Template {
            body: "x".to_owned(),
            ..Template::default()
        };
        assert_eq!(registry.check(&key, &text), Err(Flaw::NoProviderId));
    }

    #[test]
    fn an_sms_without_marks_is_possible() {
        let (registry, _) = registry("{{ agency | plain }}");
        let said = registry.render(Kind::Received, Channel::Sms, "vi", &Facts::sample());
        assert_eq!(said.expect("said").body, "Uy ban nhan dan phuong Ninh Kieu");
    }
}
