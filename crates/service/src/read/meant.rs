//! The word a person probably meant.

/// Vietnamese and everyday words people write in place of the language's own.
const TWINS: &[(&str, &str)] = &[
    ("ai", "by"),
    ("bảng", "tables"),
    ("bắt buộc", "required"),
    ("bắt buộc khi", "required-when"),
    ("bước", "steps"),
    ("bước sau", "next"),
    ("có", "true"),
    ("đúng", "true"),
    ("deadline", "within"),
    ("dịch vụ", "service"),
    ("duration", "within"),
    ("fields", "fields"),
    ("giấy tờ", "documents"),
    ("hạn", "within"),
    ("hiện khi", "show-when"),
    ("hiệu lực từ", "effective"),
    ("id", "code"),
    ("integer", "whole"),
    ("number", "whole"),
    ("boolean", "yes-no"),
    ("bool", "yes-no"),
    ("string", "text"),
    ("select", "choice"),
    ("tel", "phone"),
    ("ke tiep", "next"),
    ("kênh", "channels"),
    ("kết quả", "outcomes"),
    ("khi", "when"),
    ("không", "false"),
    ("khung", "frame"),
    ("kiểu", "type"),
    ("kind", "type"),
    ("lệ phí", "fees"),
    ("lĩnh vực", "field"),
    ("loại", "kind"),
    ("mã", "code"),
    ("mandatory", "required"),
    ("mẫu", "pattern"),
    ("name", "label"),
    ("label", "name"),
    ("nhãn", "label"),
    ("no", "false"),
    ("off", "false"),
    ("on", "true"),
    ("order", "steps"),
    ("phí", "fees"),
    ("quy trình", "process"),
    ("quyền", "access"),
    ("role", "by"),
    ("số tiền", "amount"),
    ("tên", "name"),
    ("thời hạn", "limit"),
    ("thử", "tests"),
    ("tiếp", "next"),
    ("title", "name"),
    ("tờ khai", "form"),
    ("trang", "page"),
    ("trường", "fields"),
    ("vai trò", "roles"),
    ("văn bản", "papers"),
    ("visible-when", "show-when"),
    ("who", "by"),
    ("yes", "true"),
];

/// The word among `known` that `written` probably stands for.
pub fn meant<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let low = written.trim().to_lowercase();
    let known: Vec<&str> = known.into_iter().collect();
    let plain = low.replace(['_', ' '], "-");
    if let Some(same) = known.iter().find(|word| word.to_lowercase() == plain) {
        return Some(same);
    }
    let twin = TWINS
        .iter()
        .filter(|(from, _)| *from == low)
        .find_map(|(_, to)| known.iter().find(|word| *word == to));
    if let Some(twin) = twin {
        return Some(twin);
    }
    let mut longer = known
        .iter()
        .filter(|word| plain.len() >= 4 && word.starts_with(&plain));
    if let (Some(only), None) = (longer.next(), longer.next()) {
        return Some(only);
    }
    let most = (low.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&plain, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn the_word_meant() {
        let keys = ["code", "label", "required", "required-when", "show-when"];
        for (written, expected) in [
            ("lable", Some("label")),
            ("show_when", Some("show-when")),
            ("bắt buộc", Some("required")),
            ("name", Some("label")),
            ("zzz", None),
        ] {
            assert_eq!(meant(written, keys), expected, "{written}");
        }
    }
}
