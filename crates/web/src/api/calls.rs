//! The calls, one each, with the door behind it and what it takes and answers.

use actions::Law;
use serde_json::{Value, json};
use service::Definition;

use crate::open311::{CODES, PAGE, WORDS, asked, choices, datatype};
use crate::text::Lang;

/// What a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// A part of the address.
    Code(&'static str),
    /// Narrowing of lists of requests.
    Narrowing,
    /// The span of updates.
    Span,
    /// The filters of public lists.
    Filters,
    /// The filters of figures.
    Figures,
    /// A month.
    Month,
    /// A new request.
    Request,
    /// Words for a request that was handed in before.
    Update,
    /// A signed body of an agreed party: the part of the address and what it holds, a schema or a media type.
    Signed(&'static str, &'static str),
}

/// A method of an address.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// As the routes have it.
    pub door: &'static str,
    pub path: &'static str,
    pub method: &'static str,
    says: &'static str,
    takes: Takes,
    /// The schema of a good answer; of one that is not JSON, its media type.
    gives: &'static str,
    /// Statuses beside 200.
    others: &'static [u16],
}

const V2: &str = "/open311/v2/{file}";
const V2_ONE: &str = "/open311/v2/{list}/{file}";
const TRY: &str = "/open311/test/v2/{file}";
const TRY_ONE: &str = "/open311/test/v2/{list}/{file}";

const fn call(
    (door, path): (&'static str, &'static str),
    method: &'static str,
    says: &'static str,
    takes: Takes,
    gives: &'static str,
    others: &'static [u16],
) -> Call {
    Call {
        door,
        path,
        method,
        says,
        takes,
        gives,
        others,
    }
}

use Takes::{Code, Figures, Filters, Month, Narrowing, Nothing, Request, Signed, Span, Update};

/// Every call that is described. `{format}` of an address is `json` or `xml`.
#[rustfmt::skip]
pub const CALLS: &[Call] = &[
    call((super::ADDRESS, super::ADDRESS), "get", "This description", Nothing, "Anything", &[]),
    call(("/open311/{file}", "/open311/discovery.{format}"), "get", "Where the interface is and what it speaks", Nothing, "Discovery", &[404]),
    call((V2, "/open311/v2/services.{format}"), "get", "What may be reported", Nothing, "Services", &[404]),
    call((V2_ONE, "/open311/v2/services/{service_code}.{format}"), "get", "What is asked about one kind", Code("service_code"), "ServiceDefinition", &[400, 404]),
    call((V2, "/open311/v2/requests.{format}"), "get", "Public requests, newest first", Narrowing, "ServiceRequests", &[400, 404]),
    call((V2, "/open311/v2/requests.{format}"), "post", "A new request; the header Idempotency-Key makes one of a repetition", Request, "Created", &[400, 403, 404, 413, 415, 422, 429, 503]),
    call((V2_ONE, "/open311/v2/requests/{service_request_id}.{format}"), "get", "One public request", Code("service_request_id"), "ServiceRequests", &[400, 404]),
    call((V2_ONE, "/open311/v2/tokens/{token}.{format}"), "get", "Every service answers with a code at once: any token is unknown", Code("token"), "Created", &[404]),
    call((V2, "/open311/v2/servicerequestupdates.{format}"), "get", "What happened to public requests (an extension)", Span, "Updates", &[400, 404]),
    call((V2, "/open311/v2/servicerequestupdates.{format}"), "post", "Words for a request that the same key sent", Update, "UpdateTaken", &[400, 403, 404, 413, 415, 422, 429, 503]),
    call((TRY, "/open311/test/v2/services.{format}"), "get", "As above, for trying", Nothing, "Services", &[404]),
    call((TRY_ONE, "/open311/test/v2/services/{service_code}.{format}"), "get", "As above, for trying", Code("service_code"), "ServiceDefinition", &[400, 404]),
    call((TRY, "/open311/test/v2/requests.{format}"), "get", "As above, for trying", Narrowing, "ServiceRequests", &[400, 404]),
    call((TRY, "/open311/test/v2/requests.{format}"), "post", "Judged as a real one, and nothing is opened", Request, "Created", &[400, 403, 404, 413, 415, 422, 429, 503]),
    call((TRY_ONE, "/open311/test/v2/requests/{service_request_id}.{format}"), "get", "As above, for trying", Code("service_request_id"), "ServiceRequests", &[400, 404]),
    call(("/open/reports.geojson", "/open/reports.geojson"), "get", "The newest public reports as GeoJSON (RFC 7946)", Filters, "ReportPoints", &[400]),
    call(("/open/reports.atom", "/open/reports.atom"), "get", "The newest public reports as Atom (RFC 4287)", Filters, "application/atom+xml", &[400]),
    call(("/open/reports/{code}/feed.atom", "/open/reports/{code}/feed.atom"), "get", "What happens to one public report, as Atom", Code("code"), "application/atom+xml", &[404]),
    call(("/open/areas.json", "/open/areas.json"), "get", "The communes as the map draws them", Nothing, "Communes", &[]),
    call(("/open/sample/list.csv", "/open/sample/list.csv"), "get", "The list that a month's sample was drawn from, and which were drawn", Month, "text/csv", &[400, 404]),
    call(("/open/data.csv", "/open/data.csv"), "get", "Counts by unit and service", Figures, "text/csv", &[400]),
    call(("/payments/webhook/{provider}", "/payments/webhook/{provider}"), "post", "A bank says that money came (docs/payments.md)", Signed("provider", "Payment"), "PaymentTaken", &[401, 404, 413, 422]),
    call(("/mirrored/{system}", "/mirrored/{system}"), "post", "A ministry's system says how its dossiers stand (docs/MIRRORED.md)", Signed("system", "Dossiers"), "DossiersTaken", &[401, 404, 413, 422]),
    call(("/hooks/calls/{system}", "/hooks/calls/{system}"), "post", "A telephone exchange says what happened to a call (docs/HOTLINE.md)", Signed("system", "CallTold"), "CallTaken", &[400, 401, 404, 413, 422]),
    call(("/hooks/mail/{system}", "/hooks/mail/{system}"), "post", "A mail server hands a letter over as it came (docs/HOTLINE.md)", Signed("system", "message/rfc822"), "WordsTaken", &[400, 401, 404, 413, 422]),
    call(("/hooks/texts/{system}", "/hooks/texts/{system}"), "post", "A gateway hands over an SMS or a Zalo message (docs/HOTLINE.md)", Signed("system", "TextTold"), "WordsTaken", &[400, 401, 404, 413, 422]),
    call(("/hooks/messages", "/hooks/messages"), "post", "A provider says what became of a message (docs/MESSAGES.md)", Signed("", "Delivery"), "DeliveryTaken", &[400, 404, 413, 422]),
];

impl Call {
    /// The described address is one of the door's.
    #[cfg(test)]
    pub fn fits_its_door(&self) -> bool {
        let (door, path) = (self.door.split('/'), self.path.split('/'));
        door.clone().count() == path.clone().count()
            && door
                .zip(path)
                .all(|(door, path)| door.starts_with('{') || door == path)
    }

    fn in_formats(&self) -> bool {
        self.path.ends_with("{format}")
    }

    pub(super) fn operation(&self, law: &Law, offered: &[&Definition]) -> Value {
        let mut parameters = Vec::new();
        if self.in_formats() {
            parameters.push(parameter(
                "format",
                "path",
                json!({"type": "string", "enum": ["json", "xml"]}),
                "",
            ));
            if self.method == "get" {
                parameters.push(query("jurisdiction_id", string(), "This city, or nothing"));
            }
        }
        parameters.extend(self.parameters(law, offered));
        let mut operation = json!({
            "operationId": self.name(),
            "summary": self.says,
            "parameters": parameters,
            "responses": self.responses(),
        });
        match self.takes {
            Request => operation["requestBody"] = form(request_fields(offered)),
            Update => operation["requestBody"] = form(update_fields()),
            Signed(_, body) => {
                let content = match body.contains('/') {
                    true => json!({body: {"schema": string()}}),
                    false => json!({"application/json": {"schema": reference(body)}}),
                };
                operation["requestBody"] = json!({"required": true, "content": content});
                operation["security"] = json!([{"signature": [], "timestamp": []}]);
            }
            _ => {}
        }
        operation
    }

    /// `get-open311-v2-requests`
    fn name(&self) -> String {
        let path = self.path.replace(".{format}", "");
        let path = path.replace(['{', '}'], "");
        format!("{}{}", self.method, path.replace(['/', '.'], "-"))
    }

    fn parameters(&self, law: &Law, offered: &[&Definition]) -> Vec<Value> {
        let codes: Vec<&str> = offered.iter().map(|d| d.service.as_str()).collect();
        let moment = || json!({"type": "string", "format": "date-time"});
        match self.takes {
            Code(name) => {
                let schema = match name {
                    "service_code" => json!({"type": "string", "examples": codes}),
                    _ => json!({"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"}),
                };
                let mut all = vec![parameter(name, "path", schema, "")];
                if name == "service_request_id" {
                    all.push(extensions());
                }
                all
            }
            Narrowing => vec![
                query(
                    "service_request_id",
                    string(),
                    &format!("Codes with commas between them, {CODES} at most"),
                ),
                query("service_code", string(), "Codes with commas between them"),
                query(
                    "start_date",
                    moment(),
                    "Requested from this moment; 90 days at most",
                ),
                query("end_date", moment(), "Until this moment, itself inside"),
                query(
                    "updated_after",
                    moment(),
                    "Changed from this moment (an extension)",
                ),
                query("updated_before", moment(), "Changed until this moment"),
                query(
                    "status",
                    json!({"type": "string", "enum": ["open", "closed", "open,closed", ""]}),
                    "",
                ),
                query(
                    "page",
                    json!({"type": "integer", "minimum": 0, "maximum": 1_000_000}),
                    "From 1",
                ),
                query(
                    "page_size",
                    json!({"type": "integer", "minimum": 0, "maximum": PAGE}),
                    "",
                ),
                extensions(),
            ],
            Span => vec![
                query("start_date", moment(), "Happened from this moment"),
                query("end_date", moment(), "Until this moment"),
            ],
            Filters => vec![
                query(
                    "service",
                    json!({"type": "string", "examples": codes}),
                    "A kind of report",
                ),
                query("area", areas(law), "A commune by its code"),
                query("unit", string(), "A unit by its code"),
                query(
                    "which",
                    json!({"type": "string", "enum": ["open", "done", ""]}),
                    "",
                ),
                query("at", string(), "lat,lon: around this place"),
                query("km", json!({"type": "number"}), "How far around it"),
            ],
            Figures => vec![
                query("service", string(), "A kind, kind:report or group:NAME"),
                query("area", areas(law), "A commune by its code"),
                query(
                    "period",
                    json!({"type": "string", "enum": ["30", "90", "365", "all", "range"]}),
                    "",
                ),
                query("from", string(), "First day of a range"),
                query("to", string(), "Last day of a range"),
            ],
            Month => vec![query(
                "month",
                json!({"type": "string", "examples": ["2026-03"]}),
                "As the page of the sample names it",
            )],
            Request => vec![parameter("Idempotency-Key", "header", string(), "")],
            Signed(name, _) if !name.is_empty() => vec![parameter(name, "path", string(), "")],
            Nothing | Update | Signed(..) => Vec::new(),
        }
    }

    fn responses(&self) -> Value {
        let content = |schema: &str| match schema.contains('/') {
            true => json!({schema: {"schema": string()}}),
            false if self.gives == "ReportPoints" => {
                json!({"application/geo+json": {"schema": reference(schema)}})
            }
            false if self.in_formats() => {
                json!({"application/json": {"schema": reference(schema)}, "text/xml": {"schema": string()}})
            }
            false => json!({"application/json": {"schema": reference(schema)}}),
        };
        let mut responses =
            json!({"200": {"description": self.says, "content": content(self.gives)}});
        for status in self.others {
            let answer = match (self.in_formats(), self.takes) {
                (true, _) => json!({"description": "What is wrong", "content": content("Errors")}),
                (false, Signed(..)) => {
                    json!({"description": "What is wrong", "content": {"application/json": {"schema": reference("Refused")}}})
                }
                // A page for people.
                (false, _) => {
                    json!({"description": "What is wrong", "content": {"text/html": {"schema": string()}}})
                }
            };
            responses[status.to_string()] = answer;
        }
        responses
    }
}

fn string() -> Value {
    json!({"type": "string"})
}

pub(super) fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn parameter(name: &str, place: &str, schema: Value, says: &str) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": schema, "description": says})
}

fn query(name: &str, schema: Value, says: &str) -> Value {
    parameter(name, "query", schema, says)
}

fn extensions() -> Value {
    let schema = json!({"type": "string", "enum": ["true", "false", ""]});
    query(
        "extensions",
        schema,
        "Attributes, notes and the real moment of change",
    )
}

/// Communes of the city, as examples: another code finds nothing.
fn areas(law: &Law) -> Value {
    let codes = law.boundaries.iter().map(|one| one.area.as_str()).take(5);
    json!({"type": "string", "examples": codes.collect::<Vec<_>>()})
}

fn form(schema: Value) -> Value {
    json!({"required": true, "content": {
        "application/x-www-form-urlencoded": {"schema": schema.clone()},
        "multipart/form-data": {"schema": schema},
    }})
}

/// The form of a new request: what the specification names, and the questions of all kinds.
fn request_fields(offered: &[&Definition]) -> Value {
    let codes: Vec<&str> = offered.iter().map(|d| d.service.as_str()).collect();
    let mut fields = json!({
        "api_key": string(),
        "jurisdiction_id": string(),
        "service_code": {"type": "string", "enum": codes},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "address_string": string(),
        "address_id": string(),
        "email": string(),
        "phone": string(),
        "description": {"type": "string", "maxLength": WORDS},
        "media_url": string(),
    });
    for definition in offered {
        for field in asked(definition) {
            let keys: Vec<String> = choices(field, Lang::Vi)
                .into_iter()
                .map(|(key, _)| key)
                .collect();
            let one = match (datatype(field), keys.is_empty()) {
                (Some("number"), _) => json!({"type": "number"}),
                (Some("datetime"), _) => json!({"type": "string", "format": "date"}),
                (_, true) => string(),
                (_, false) => json!({"type": "string", "enum": keys}),
            };
            let (name, schema) = match datatype(field) {
                Some("multivaluelist") => (
                    format!("attribute[{}][]", field.code),
                    json!({"type": "array", "items": one}),
                ),
                _ => (format!("attribute[{}]", field.code), one),
            };
            // Kinds that ask under the same name may take other values: then any text is told.
            let told = fields.get(&name).is_none_or(|before| *before == schema);
            fields[name] = if told { schema } else { string() };
        }
    }
    json!({"type": "object", "required": ["api_key", "service_code", "description"], "properties": fields})
}

fn update_fields() -> Value {
    json!({"type": "object", "required": ["api_key", "service_request_id", "description"], "properties": {
        "api_key": string(),
        "jurisdiction_id": string(),
        "service_request_id": string(),
        "description": {"type": "string", "maxLength": WORDS},
    }})
}
