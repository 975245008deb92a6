//! The national record as its files have it. Everything that may be missing may be missing.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Procedure {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub category: Option<Category>,
    #[serde(default)]
    pub channels: Vec<Channel>,
    #[serde(default)]
    pub checklist_raw: Vec<Papers>,
    #[serde(default)]
    pub executing_agency: Option<String>,
    #[serde(default)]
    pub legal_basis: Vec<Basis>,
    #[serde(default)]
    pub processing_cases: Vec<Time>,
    #[serde(default)]
    pub promulgating_agency: Option<String>,
    #[serde(default)]
    pub requirements: Option<String>,
    #[serde(default)]
    pub results: Vec<String>,
    #[serde(default)]
    pub source: Source,
    #[serde(default)]
    pub steps_raw: Vec<Step>,
    #[serde(default)]
    pub subject_types: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Category {
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct Channel {
    /// `ONLINE`, `DIRECT`, `POSTAL`
    pub method: String,
    #[serde(default)]
    pub fees: Vec<Fee>,
    #[serde(default)]
    pub note: String,
    pub processing: Time,
}

#[derive(Debug, Deserialize)]
pub struct Fee {
    #[serde(default)]
    pub text: String,
    /// `FEE`, `SERVICE_FEE`, `PRICE_LEVEL`
    #[serde(default, rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub value_vnd: Option<i64>,
}

/// `qty` is a number, or a sentence with the unit `OTHER`.
#[derive(Debug, Deserialize)]
pub struct Time {
    #[serde(default)]
    pub case_code: Option<String>,
    pub qty: serde_json::Value,
    pub unit: String,
}

#[derive(Debug, Deserialize)]
pub struct Papers {
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub items: Vec<Paper>,
}

#[derive(Debug, Deserialize)]
pub struct Paper {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub original_qty: u32,
    #[serde(default)]
    pub copy_qty: u32,
    #[serde(default)]
    pub is_processing_result: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub struct Basis {
    pub code: String,
    #[serde(default)]
    pub name: String,
}

#[derive(Debug, Default, Deserialize)]
pub struct Source {
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub crawled_at: String,
    #[serde(default)]
    pub updated_at: String,
}

#[derive(Debug, Deserialize)]
pub struct Step {
    #[serde(default)]
    pub text: String,
}
