//! Which kind of report do these words mean? Keywords and rare words of the definitions to begin with; the city's own
//! closed reports once it has some. Marks and capitals do not matter. The person decides.
//!
//! What was learned holds counts of words and pairs of words, no sentence and nobody's name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use service::Definition;
use service::definition::Code;
use service::fold::fold;

/// So many closed reports weigh as much as the rules.
const EVEN: f64 = 300.0;
/// The rules never fall silent: a new kind, a new word.
const MOST: f64 = 0.8;
/// What a word weighs that a kind was never described with.
const UNSEEN: f64 = 0.2;
/// A part counts that was seen so often, and of whose use one kind has this share.
const SEEN: u32 = 3;
const LEANS: f64 = 0.5;
/// So many known parts weigh half of what many would: a single one may be chance.
const FEW: f64 = 1.5;
/// A guess from experience alone must be this sure, and know as many of the words.
const SURE: f64 = 0.5;
const KNOWN: usize = 2;
/// A keyword of two words found whole weighs so much: below it nobody should be taken at their word.
const BEYOND_DOUBT: f64 = 2.0;
/// How far the likeliest must stand before the next.
const AHEAD: f64 = 1.5;

/// What the city's closed reports taught.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    kinds: BTreeMap<Code, Words>,
    vocabulary: usize,
    reports: u32,
}

#[derive(Debug, Clone, Default)]
struct Words {
    reports: u32,
    of: HashMap<String, u32>,
    total: u32,
}

impl Learned {
    /// From the kind that each report ended in, and its words.
    pub fn of<'a>(reports: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut learned = Self::default();
        for (service, words) in reports {
            let kind = learned.kinds.entry(service.to_owned()).or_default();
            kind.reports += 1;
            learned.reports += 1;
            for part in parts(words) {
                *kind.of.entry(part).or_default() += 1;
            }
        }
        let telling = learned.telling();
        learned.vocabulary = telling.len();
        for kind in learned.kinds.values_mut() {
            kind.of.retain(|part, _| telling.contains(part));
            kind.total = kind.of.values().sum();
        }
        learned
    }

    /// Parts that lean to one kind. A street's name stands in reports of every kind and would only drown those that tell.
    fn telling(&self) -> HashSet<String> {
        let mut seen: HashMap<&str, (u32, f64, f64)> = HashMap::new();
        for kind in self.kinds.values() {
            for (part, times) in &kind.of {
                let share = f64::from(*times) / f64::from(kind.reports);
                let (count, sum, most) = seen.entry(part).or_default();
                *count += times;
                *sum += share;
                *most = most.max(share);
            }
        }
        let leans = |(count, sum, most): &(u32, f64, f64)| *count >= SEEN && *most >= LEANS * *sum;
        let telling = seen.iter().filter(|(_, found)| leans(found));
        telling.map(|(part, _)| (*part).to_owned()).collect()
    }

    pub fn reports(&self) -> u32 {
        self.reports
    }

    /// How likely each of these kinds is, together 1; and how many of the words are known. Naive Bayes over words and
    /// pairs; all words of one sentence hang together, so their evidence is damped.
    fn likely(&self, words: &str, among: &[&str]) -> (Vec<f64>, usize) {
        let said = parts(words);
        let known: Vec<&String> = said
            .iter()
            .filter(|part| self.kinds.values().any(|kind| kind.of.contains_key(*part)))
            .collect();
        let damp = 1.0 / (known.len().max(1) as f64).sqrt();
        let size = self.vocabulary as f64;
        let logs: Vec<f64> = among
            .iter()
            .map(|service| {
                let Some(kind) = self.kinds.get(*service) else {
                    return f64::NEG_INFINITY;
                };
                let whole = f64::from(kind.total) + UNSEEN * size;
                let told: f64 = known
                    .iter()
                    .map(|part| {
                        let times = f64::from(kind.of.get(*part).copied().unwrap_or(0));
                        ((times + UNSEEN) / whole).ln()
                    })
                    .sum();
                0.5 * f64::from(kind.reports).ln() + 2.0 * damp * told
            })
            .collect();
        let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !best.is_finite() || known.is_empty() {
            return (vec![0.0; among.len()], 0);
        }
        let shares: Vec<f64> = logs.iter().map(|log| (log - best).exp()).collect();
        let sum: f64 = shares.iter().sum();
        (
            shares.iter().map(|share| share / sum).collect(),
            known.len(),
        )
    }
}

/// The kinds that the words point to, the likeliest first; none where no word tells anything.
pub fn guess<'d>(words: &str, kinds: &[&'d Definition], learned: &Learned) -> Vec<&'d Definition> {
    let ruled = by_rules(words, kinds);
    let sum: f64 = ruled.iter().sum();
    let among: Vec<&str> = kinds.iter().map(|kind| kind.service.as_str()).collect();
    let (likely, known) = learned.likely(words, &among);
    let n = f64::from(learned.reports);
    let sure = known as f64 / (known as f64 + FEW);
    let weight = (n / (n + EVEN)).min(MOST) * sure;
    let surest = likely.iter().copied().fold(0.0, f64::max);
    if sum == 0.0 && (surest < SURE || known < KNOWN) {
        return Vec::new();
    }
    let mut scored: Vec<(f64, &Definition)> = kinds
        .iter()
        .zip(ruled.iter().zip(&likely))
        .map(|(kind, (rule, likely))| {
            let rule = if sum > 0.0 { rule / sum } else { 0.0 };
            ((1.0 - weight) * rule + weight * likely, *kind)
        })
        .filter(|(score, _)| *score > 0.02)
        .collect();
    scored.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| a.1.service.cmp(&b.1.service))
    });
    scored.into_iter().map(|(_, kind)| kind).collect()
}

/// The one kind that the words mean beyond doubt by the definitions alone, where they do.
pub fn sure<'d>(words: &str, kinds: &[&'d Definition]) -> Option<&'d Definition> {
    let mut scored: Vec<(f64, &Definition)> = by_rules(words, kinds)
        .into_iter()
        .zip(kinds.iter().copied())
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (first, kind) = *scored.first()?;
    let next = scored.get(1).map_or(0.0, |(score, _)| *score);
    (first >= BEYOND_DOUBT && first >= next * AHEAD).then_some(kind)
}

/// What the definitions alone say of each kind: rare words weigh more than common ones, and a keyword found whole weighs
/// most. 0 where too little was said.
fn by_rules(words: &str, kinds: &[&Definition]) -> Vec<f64> {
    let said = tokens(words);
    let line = format!(" {} ", said.join(" "));
    let said: BTreeSet<&str> = said.iter().map(String::as_str).collect();
    let known: Vec<BTreeSet<String>> = kinds.iter().map(|d| vocabulary(d)).collect();
    let mut common: BTreeMap<&str, f64> = BTreeMap::new();
    for words in &known {
        for word in words {
            *common.entry(word).or_default() += 1.0;
        }
    }
    let half = kinds.len() as f64 / 2.0;
    kinds
        .iter()
        .zip(&known)
        .map(|(definition, vocabulary)| {
            let rare = |word: &&String| {
                let in_kinds = common.get(word.as_str()).copied().unwrap_or(1.0);
                // A word that half of the kinds share tells nothing.
                if in_kinds > half.max(1.0) {
                    0.0
                } else {
                    1.0 / in_kinds
                }
            };
            let heard = vocabulary
                .iter()
                .filter(|word| said.contains(word.as_str()))
                .map(|word| rare(&word))
                .sum::<f64>();
            let whole = definition
                .keywords
                .iter()
                .map(|keyword| tokens(keyword))
                .filter(|keyword| line.contains(&format!(" {} ", keyword.join(" "))))
                .map(|keyword| 2.0 * keyword.len() as f64)
                .sum::<f64>();
            heard + whole
        })
        .map(|score| if score >= 0.5 { score } else { 0.0 })
        .collect()
}

fn vocabulary(definition: &Definition) -> BTreeSet<String> {
    let texts = [&definition.name, &definition.summary];
    texts
        .iter()
        .flat_map(|text| [text.vi.as_str(), text.get("en")])
        .chain(definition.keywords.iter().map(String::as_str))
        .flat_map(tokens)
        .collect()
}

fn tokens(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_owned)
        .collect()
}

/// Words and pairs of words, each once; numbers tell nothing of the kind.
fn parts(text: &str) -> BTreeSet<String> {
    let words = tokens(text);
    let words: Vec<&String> = words
        .iter()
        .filter(|word| !word.chars().all(|c| c.is_ascii_digit()))
        .collect();
    let pairs = words
        .windows(2)
        .map(|pair| format!("{} {}", pair[0], pair[1]));
    let pairs: Vec<String> = pairs.collect();
    words.into_iter().cloned().chain(pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds() -> Vec<Definition> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services");
        std::fs::read_dir(folder)
            .expect("shipped services")
            .map(|entry| entry.expect("readable").path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("report."))
            })
            .map(|path| service::read(&std::fs::read_to_string(path).expect("text")).definition)
            // Work that units share is opened by them alone.
            .filter(|kind| {
                kind.applicants
                    .channels
                    .contains(&service::definition::Channel::Web)
            })
            .collect()
    }

    #[test]
    fn words_lead_to_the_kind_they_mean() {
        let kinds = kinds();
        let kinds: Vec<&Definition> = kinds.iter().collect();
        let nothing = Learned::default();
        for (words, kind) in [
            ("den duong truoc nha toi khong sang", "report.street-light"),
            (
                "Cột đèn ở hẻm 51 bị nghiêng, sắp ngã",
                "report.street-light",
            ),
            ("Rác đổ trộm bên kênh, mùi hôi", "report.litter"),
            ("ổ gà lớn giữa đường 30 Tháng 4", "report.road-damage"),
            ("nước ngập tới đầu gối sau mưa", "report.flooding"),
            ("hát karaoke ồn ào suốt đêm", "report.noise"),
            ("cây xanh gãy nhánh chắn đường", "report.tree"),
            ("cúp nước hai ngày nay", "report.water-supply"),
        ] {
            let found = guess(words, &kinds, &nothing);
            assert_eq!(
                found.first().map(|d| d.service.as_str()),
                Some(kind),
                "{words}"
            );
        }
        assert!(guess("xin chào", &kinds, &nothing).is_empty());
        assert!(guess("", &kinds, &nothing).is_empty());
        let sure = |words| super::sure(words, &kinds).map(|d| d.service.as_str());
        assert_eq!(
            sure("Đèn đường trước nhà tôi không sáng"),
            Some("report.street-light")
        );
        assert_eq!(sure("Cây xanh đè lên nắp cống"), None, "too much at once");
    }

    #[test]
    fn the_city_teaches_words_that_no_definition_has() {
        let kinds = kinds();
        let kinds: Vec<&Definition> = kinds.iter().collect();
        let words = "lục bình dồn ứ";
        assert!(guess(words, &kinds, &Learned::default()).is_empty());
        let closed = (0..400).map(|n| match n % 2 {
            0 => ("report.litter", "Lục bình dồn ứ kín mặt kênh"),
            _ => ("report.noise", "Loa kẹo kéo hát tới khuya"),
        });
        let learned = Learned::of(closed);
        assert_eq!(learned.reports(), 400);
        let found = guess(words, &kinds, &learned);
        assert_eq!(
            found.first().map(|d| d.service.as_str()),
            Some("report.litter")
        );
        // What it knows nothing of stays unguessed.
        assert!(guess("xin chào", &kinds, &learned).is_empty());
    }
}
