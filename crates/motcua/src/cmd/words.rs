//! Words of the rules as codes: what JSON, filters and tables call a channel, a state, an ending.

use serde::Serialize;

/// The code that a plain word of the rules is written as (`hotline`, `granted`); for one with content,
/// the name of its kind.
pub fn code_of<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(code)) => code,
        Ok(serde_json::Value::Object(fields)) => {
            let tag = ["event", "state"]
                .iter()
                .find_map(|tag| fields.get(*tag)?.as_str());
            let first = || fields.keys().next().map(String::as_str);
            tag.or_else(first).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use rules::Moment;
    use rules::case::Life;
    use rules::case::event::Event;
    use service::definition::{Channel, Ending};

    use super::code_of;

    #[test]
    fn words_are_called_as_files_call_them() {
        assert_eq!(code_of(&Channel::Open311), "open311");
        assert_eq!(code_of(&Event::TakenUp), "taken-up");
        let at = Moment::UNIX_EPOCH;
        assert_eq!(code_of(&Life::Accepted { at }), "accepted");
        let ending = Ending::Granted;
        assert_eq!(code_of(&Event::Issued { ending }), "issued");
    }
}
