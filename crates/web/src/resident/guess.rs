//! Which kind of report do these words mean? Marks and capitals do not matter; rare words weigh more
//! than common ones, and a keyword of the service found whole weighs most. The person decides.

use std::collections::{BTreeMap, BTreeSet};

use service::Definition;
use service::fold::fold;

/// The kinds that the words point to, the likeliest first; none where no word tells anything.
pub fn guess<'d>(words: &str, kinds: &[&'d Definition]) -> Vec<&'d Definition> {
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
    let mut scored: Vec<(f64, &Definition)> = kinds
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
            (heard + whole, *definition)
        })
        .filter(|(score, _)| *score >= 0.5)
        .collect();
    scored.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| a.1.service.cmp(&b.1.service))
    });
    scored
        .into_iter()
        .map(|(_, definition)| definition)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_to_the_kind_they_mean() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services");
        let kinds: Vec<Definition> = std::fs::read_dir(folder)
            .expect("shipped services")
            .map(|entry| entry.expect("readable").path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("report."))
            })
            .map(|path| service::read(&std::fs::read_to_string(path).expect("text")).definition)
            .collect();
        let kinds: Vec<&Definition> = kinds.iter().collect();
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
            let found = guess(words, &kinds);
            assert_eq!(
                found.first().map(|d| d.service.as_str()),
                Some(kind),
                "{words}"
            );
        }
        assert!(guess("xin chào", &kinds).is_empty());
        assert!(guess("", &kinds).is_empty());
    }
}
