//! What answers hold. Stories hold every answer against these (`motcua/tests/stories/openapi.rs`).

use serde_json::{Value, json};

use super::calls::reference;

pub(super) fn all() -> Value {
    let text = || json!({"type": "string"});
    let maybe = || json!({"type": ["string", "null"]});
    let number = || json!({"type": ["number", "null"]});
    let list = |of: &str| json!({"type": "array", "items": reference(of)});
    let moment = || json!({"type": "string", "format": "date-time"});
    let closed = |fields: Value| {
        let names = fields.as_object().into_iter().flatten();
        let required: Vec<String> = names.map(|(name, _)| name.clone()).collect();
        json!({"type": "object", "properties": fields, "required": required, "additionalProperties": false})
    };
    let loose = |required: &[&str], fields: Value| json!({"type": "object", "properties": fields, "required": required});
    json!({
        "Anything": {"type": "object"},
        "Errors": {"type": "array", "minItems": 1, "items": closed(json!({"code": text(), "description": maybe()}))},
        "Refused": loose(&["error"], json!({"error": text()})),
        "Discovery": closed(json!({
            "changeset": moment(), "contact": text(), "key_service": text(),
            "endpoints": {"type": "array", "minItems": 1, "items": closed(json!({
                "specification": text(), "url": text(), "changeset": moment(),
                "type": {"type": "string", "enum": ["production", "test"]},
                "formats": {"type": "array", "items": text()},
            }))},
        })),
        "Services": {"type": "array", "items": closed(json!({
            "service_code": text(), "service_name": text(), "description": maybe(), "metadata": {"type": "boolean"},
            "type": {"type": "string", "enum": ["realtime"]}, "keywords": maybe(), "group": maybe(),
        }))},
        "ServiceDefinition": closed(json!({
            "service_code": text(),
            "attributes": {"type": "array", "items": loose(&["variable", "code", "datatype", "required", "order", "description"], json!({
                "variable": {"type": "boolean"}, "code": text(), "required": {"type": "boolean"}, "order": {"type": "number"},
                "datatype": {"type": "string", "enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
                "datatype_description": maybe(), "description": maybe(),
                "values": {"type": "array", "items": closed(json!({"key": text(), "name": text()}))},
            }))},
        })),
        "ServiceRequests": {"type": "array", "items": loose(
            &["service_request_id", "status", "service_code", "requested_datetime", "updated_datetime", "lat", "long"],
            json!({
                "service_request_id": text(), "status": {"type": "string", "enum": ["open", "closed"]}, "status_notes": maybe(),
                "service_name": maybe(), "service_code": text(), "description": maybe(), "agency_responsible": maybe(),
                "service_notice": maybe(), "requested_datetime": moment(), "updated_datetime": moment(),
                "expected_datetime": maybe(), "address": maybe(), "address_id": maybe(), "zipcode": maybe(),
                "lat": number(), "long": number(), "media_url": maybe(),
                "attributes": {"type": "array", "items": {"type": "object"}},
                "extended_attributes": {"type": "object"},
                "notes": {"type": "array", "items": loose(&["datetime", "type"], json!({"datetime": moment(), "type": text(), "summary": maybe()}))},
            }),
        )},
        "Created": {"type": "array", "items": closed(json!({"service_request_id": maybe(), "service_notice": maybe(), "account_id": maybe()}))},
        "Updates": {"type": "array", "items": closed(json!({
            "update_id": text(), "service_request_id": text(), "status": {"type": "string", "enum": ["open", "closed"]},
            "updated_datetime": moment(), "description": maybe(), "media_url": maybe(),
        }))},
        "UpdateTaken": {"type": "array", "items": closed(json!({"update_id": text()}))},
        "ReportPoints": closed(json!({
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": list("ReportPoint"),
        })),
        "ReportPoint": closed(json!({
            "type": {"type": "string", "enum": ["Feature"]},
            "id": text(),
            "geometry": {"type": ["object", "null"], "properties": {
                "type": {"type": "string", "enum": ["Point"]},
                "coordinates": {"type": "array", "items": {"type": "number"}},
            }},
            "properties": closed(json!({
                "code": text(), "title": maybe(), "service": text(), "service_name": maybe(), "unit": text(), "unit_name": maybe(),
                "area": maybe(), "opened": moment(), "due": maybe(), "ended": maybe(), "outcome": maybe(), "link": text(),
            })),
        })),
        "Payment": loose(&["transaction", "account", "amount", "words", "at"], json!({
            "transaction": text(), "account": text(), "amount": {"type": "integer"}, "words": text(), "at": moment(),
        })),
        "PaymentTaken": closed(json!({"state": text(), "why": maybe(), "case": maybe(), "again": {"type": "boolean"}})),
        "Dossiers": loose(&["dossiers"], json!({"dossiers": {"type": "array", "items": {"type": "object"}}})),
        "DossiersTaken": closed(json!({"taken": {"type": "integer"}, "refused": {"type": "integer"}, "dossiers": {"type": "array", "items": {"type": "object"}}})),
        "CallTold": loose(&["event", "call", "type", "at"], json!({
            "event": text(), "call": text(), "at": moment(), "direction": {"type": "string", "enum": ["in", "out"]}, "number": text(), "line": maybe(),
            "type": {"type": "string", "enum": ["ringing", "answered", "transferred", "ended", "missed"]},
        })),
        "CallTaken": loose(&["again"], json!({"again": {"type": "boolean"}, "call": text(), "state": text()})),
        "TextTold": loose(&["id", "way", "from", "text"], json!({
            "id": text(), "way": {"type": "string", "enum": ["sms", "zalo"]}, "from": text(), "text": text(),
        })),
        "WordsTaken": closed(json!({"state": {"type": "string", "enum": ["waiting", "filed", "added", "known", "refused"]}, "detail": text()})),
        "Communes": loose(&["areas"], json!({"areas": {"type": "array", "items": loose(&["c", "n", "p"], json!({
            "c": text(), "n": text(), "p": {"type": "array", "items": {"type": "number"}},
        }))}})),
        "Delivery": loose(&["id", "state"], json!({"id": text(), "state": {"type": "string", "enum": ["delivered", "failed"]}, "reason": text()})),
        "DeliveryTaken": closed(json!({"id": text()})),
    })
}
