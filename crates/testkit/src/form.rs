//! A form as a person fills it in: fields by their labels, choices by their words. What would be sent is what
//! a browser without script sends.

use std::fmt;

use scraper::ElementRef;

use crate::page::{first, select, squeeze, words};

#[derive(Debug, Clone, Default)]
pub struct Form {
    pub method: String,
    pub action: Option<String>,
    pub multipart: bool,
    pub controls: Vec<Control>,
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone)]
pub struct Control {
    pub kind: Kind,
    pub name: String,
    pub label: String,
    /// The legend it stands under.
    pub legend: String,
    pub value: String,
    /// Of boxes and picks.
    pub checked: bool,
    /// Of files: name and content.
    pub files: Vec<(String, Vec<u8>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Hidden,
    Text,
    /// A box to tick.
    Box,
    /// One of several.
    Pick,
    /// A list: value and words.
    List(Vec<(String, String)>),
    File,
}

#[derive(Debug, Clone)]
pub struct Button {
    pub words: String,
    pub name: Option<String>,
    pub value: String,
    pub action: Option<String>,
}

/// What a person does to a form before pressing a button.
#[derive(Debug, Clone)]
pub enum Edit {
    Fill {
        label: String,
        value: String,
    },
    /// Under a legend, or from the list of this label, the choice with these words.
    Choose {
        label: String,
        words: String,
    },
    Tick {
        label: String,
        yes: bool,
    },
    Attach {
        label: String,
        name: String,
        bytes: Vec<u8>,
    },
}

impl Form {
    /// Does it to this form; `false` where there is no such field or choice.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        match edit {
            Edit::Fill { label, value } => self.set(
                label,
                |c| c.kind == Kind::Text,
                |c| c.value.clone_from(value),
            ),
            Edit::Tick { label, yes } => {
                self.set(label, |c| c.kind == Kind::Box, |c| c.checked = *yes)
            }
            Edit::Attach { label, name, bytes } => self.set(
                label,
                |c| c.kind == Kind::File,
                |c| c.files.push((name.clone(), bytes.clone())),
            ),
            Edit::Choose { label, words } => self.choose(label, words),
        }
    }

    fn set(
        &mut self,
        label: &str,
        fits: impl Fn(&Control) -> bool,
        act: impl FnOnce(&mut Control),
    ) -> bool {
        let wanted = squeeze(label);
        let place = |near: fn(&str, &str) -> bool| {
            let named = |c: &Control| near(&c.label, &wanted) || near(&c.legend, &wanted);
            self.controls.iter().position(|c| fits(c) && named(c))
        };
        let at = place(|has, wanted| has == wanted)
            .or_else(|| place(|has, wanted| has.starts_with(wanted)));
        match at {
            Some(at) => {
                act(&mut self.controls[at]);
                true
            }
            None => false,
        }
    }

    fn choose(&mut self, label: &str, choice: &str) -> bool {
        let (label, choice) = (squeeze(label), squeeze(choice));
        for control in &mut self.controls {
            if let Kind::List(options) = &control.kind
                && control.label.starts_with(&label)
                && let Some((value, _)) = options.iter().find(|(_, words)| *words == choice)
            {
                control.value.clone_from(value);
                return true;
            }
        }
        let fits = |c: &Control, near: fn(&str, &str) -> bool| {
            matches!(c.kind, Kind::Pick | Kind::Box)
                && c.legend.starts_with(&label)
                && near(&c.label, &choice)
        };
        let exact = self
            .controls
            .iter()
            .position(|c| fits(c, |has, wanted| has == wanted));
        let at = exact.or_else(|| {
            self.controls
                .iter()
                .position(|c| fits(c, |has, wanted| has.starts_with(wanted)))
        });
        let Some(at) = at else { return false };
        let name = self.controls[at].name.clone();
        if self.controls[at].kind == Kind::Pick {
            self.controls
                .iter_mut()
                .filter(|c| c.name == name && c.kind == Kind::Pick)
                .for_each(|c| c.checked = false);
        }
        self.controls[at].checked = true;
        true
    }

    /// What stands in the field of this label.
    pub fn value(&self, label: &str) -> Option<&str> {
        let wanted = squeeze(label);
        let named = self
            .controls
            .iter()
            .find(|c| c.label.starts_with(&wanted))?;
        Some(&named.value)
    }

    /// The words of what is chosen under a legend or in a list.
    pub fn chosen(&self, label: &str) -> Option<&str> {
        let wanted = squeeze(label);
        self.controls.iter().find_map(|c| match &c.kind {
            Kind::List(options) if c.label.starts_with(&wanted) => options
                .iter()
                .find(|(value, _)| *value == c.value)
                .map(|(_, words)| words.as_str()),
            Kind::Pick if c.checked && c.legend.starts_with(&wanted) => Some(c.label.as_str()),
            _ => None,
        })
    }

    /// Name and value of every field that a browser sends, without files.
    pub fn fields(&self, button: &Button) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = self
            .controls
            .iter()
            .filter(|c| match c.kind {
                Kind::File => false,
                Kind::Box | Kind::Pick => c.checked,
                Kind::Hidden | Kind::Text | Kind::List(_) => true,
            })
            .map(|c| (c.name.clone(), c.value.clone()))
            .collect();
        fields.extend(button.name.clone().map(|name| (name, button.value.clone())));
        fields
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, &[(String, Vec<u8>)])> {
        let files = self.controls.iter().filter(|c| c.kind == Kind::File);
        files.map(|c| (c.name.as_str(), c.files.as_slice()))
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "  form {} {}",
            self.method,
            self.action.as_deref().unwrap_or("(here)")
        )?;
        for c in &self.controls {
            let (legend, label) = (&c.legend, &c.label);
            match &c.kind {
                Kind::Hidden => writeln!(f, "    hidden {}={}", c.name, c.value)?,
                Kind::List(options) => {
                    let most: Vec<_> = options.iter().take(8).map(|(_, words)| words).collect();
                    writeln!(f, "    list “{label}” {}={} of {most:?}", c.name, c.value)?;
                }
                Kind::Box | Kind::Pick => {
                    let mark = if c.checked { "x" } else { " " };
                    writeln!(
                        f,
                        "    [{mark}] “{legend}” › “{label}” {}={}",
                        c.name, c.value
                    )?;
                }
                kind => writeln!(f, "    {kind:?} “{label}” {}={}", c.name, c.value)?,
            }
        }
        for button in &self.buttons {
            writeln!(f, "    button “{}”", button.words)?;
        }
        Ok(())
    }
}

pub(crate) fn forms(root: ElementRef<'_>) -> Vec<Form> {
    let controls = select("input, textarea, select, button");
    root.select(&select("form"))
        .map(|element| {
            let own = |attribute: &str| element.attr(attribute).map(str::to_owned);
            let mut form = Form {
                method: own("method").unwrap_or_else(|| "get".into()).to_lowercase(),
                action: own("action"),
                multipart: element.attr("enctype") == Some("multipart/form-data"),
                ..Form::default()
            };
            let inside = element
                .select(&controls)
                .filter(|c| c.attr("form").is_none());
            let outside = own("id").map(|id| {
                root.select(&controls)
                    .filter(move |c| c.attr("form") == Some(&id))
                    .collect::<Vec<_>>()
            });
            for control in inside.chain(outside.into_iter().flatten()) {
                take(&mut form, root, control);
            }
            form
        })
        .collect()
}

fn take(form: &mut Form, root: ElementRef<'_>, element: ElementRef<'_>) {
    if element.attr("disabled").is_some() {
        return;
    }
    let attribute = |name: &str| element.attr(name).unwrap_or_default().to_owned();
    let (tag, kind) = (element.value().name(), attribute("type"));
    let pressed = tag == "button" || ["submit", "image"].contains(&kind.as_str());
    if pressed {
        if kind != "button" && kind != "reset" {
            form.buttons.push(Button {
                words: label(root, element, tag == "button"),
                name: element.attr("name").map(str::to_owned),
                value: attribute("value"),
                action: element.attr("formaction").map(str::to_owned),
            });
        }
        return;
    }
    let Some(name) = element.attr("name").map(str::to_owned) else {
        return;
    };
    let (kind, value) = match (tag, kind.as_str()) {
        ("select", _) => list(element),
        ("textarea", _) => (Kind::Text, element.text().collect::<String>()),
        (_, "hidden") => (Kind::Hidden, attribute("value")),
        (_, "checkbox") => (Kind::Box, element.attr("value").unwrap_or("on").to_owned()),
        (_, "radio") => (Kind::Pick, element.attr("value").unwrap_or("on").to_owned()),
        (_, "file") => (Kind::File, String::new()),
        _ => (Kind::Text, attribute("value")),
    };
    form.controls.push(Control {
        kind,
        name,
        label: label(root, element, false),
        legend: legend(element),
        value,
        checked: element.attr("checked").is_some(),
        files: Vec::new(),
    });
}

fn list(element: ElementRef<'_>) -> (Kind, String) {
    let read = |option: ElementRef<'_>| {
        let words = squeeze(&option.text().collect::<String>());
        (option.attr("value").unwrap_or(&words).to_owned(), words)
    };
    let options: Vec<(String, String)> = element.select(&select("option")).map(read).collect();
    let chosen = first(element, "option[selected]").map(|option| read(option).0);
    let value = chosen.or_else(|| options.first().map(|(value, _)| value.clone()));
    (Kind::List(options), value.unwrap_or_default())
}

/// `aria-label`, the label that points here, the label around it, or its own words.
fn label(root: ElementRef<'_>, element: ElementRef<'_>, own: bool) -> String {
    if let Some(label) = element.attr("aria-label") {
        return squeeze(label);
    }
    if own {
        return words(element);
    }
    let pointing = element.attr("id").and_then(|id| {
        root.select(&select("label[for]"))
            .find(|label| label.attr("for") == Some(id))
    });
    let around = || {
        element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|above| above.value().name() == "label")
    };
    match pointing.or_else(around) {
        Some(label) => words(label),
        None => String::new(),
    }
}

fn legend(element: ElementRef<'_>) -> String {
    let mut around = element.ancestors().filter_map(ElementRef::wrap);
    let set = around.find(|above| above.value().name() == "fieldset");
    set.and_then(|set| first(set, "legend"))
        .map(words)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    const PAGE: &str = r#"<form method=post action=/a>
        <label for=w>Nội dung <span>(bắt buộc)</span></label><textarea id=w name=what>cũ</textarea>
        <fieldset><legend>Loại đường</legend><label><input type=radio name=road value=a checked>Quốc lộ</label>
        <label><input type=radio name=road value=b>Đường phố</label></fieldset>
        <label for=s>Phường</label><select id=s name=area><option value="">—<option value=1 selected>Ninh Kiều</select>
        <input name=off disabled value=1><button name=go value=next>Tiếp tục</button></form>"#;

    #[test]
    fn what_is_sent_is_what_a_browser_sends() {
        let tree = Html::parse_document(PAGE);
        let mut form = forms(tree.root_element()).remove(0);
        assert!(form.apply(&Edit::Fill {
            label: "Nội dung".into(),
            value: "mới".into()
        }));
        assert!(form.apply(&Edit::Choose {
            label: "Loại đường".into(),
            words: "Đường phố".into()
        }));
        assert!(!form.apply(&Edit::Fill {
            label: "Không có".into(),
            value: String::new()
        }));
        assert!(!form.apply(&Edit::Choose {
            label: "Loại đường".into(),
            words: "Hẻm".into()
        }));
        let sent = form.fields(&form.buttons[0]);
        let sent: Vec<_> = sent
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            sent,
            [
                ("what", "mới"),
                ("road", "b"),
                ("area", "1"),
                ("go", "next")
            ]
        );
        assert_eq!(form.chosen("Loại đường"), Some("Đường phố"));
    }
}
