//! The money of one case on its page: what is asked, paid, waived, on its way back; and what the official
//! standing there may do about it. `POST /cases/{code}/money/{what}` does it.

use actions::money::Deed;
use actions::{Change, Law, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::case::money::{Claim, RefundStage, RefundWhy, Way};
use rules::case::{Case, Refusal};
use rules::duty::{Act, may};
use rules::person::Person;
use service::Definition;
use service::field::number;
use store::Seen;

use super::code::transfer;
use super::pay::receipt_address;
use super::till::columns;
use super::words::{fee_words, receipt_words, standing_words, way_words};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::act::{again, blame};
use crate::official::case::{self, Typed};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, note, table, tag};
use crate::visit::Visit;

/// The file that proves an exemption, among the files of the case.
pub const PROOF: &str = "exemption-proof";

/// `POST /cases/{code}/money/{what}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, what)): Path<(String, String)>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let Seen { case, .. } = case::whole(&hall, &visit, &code).await?;
    let mut typed = Typed {
        form: form_of(&what, &posted),
        words: posted.get("words").to_owned(),
        pairs: posted.pairs.clone(),
        files: !posted.files.is_empty(),
        ..Typed::default()
    };
    let deed = match deed(&what, &posted) {
        Some(Ok(deed)) => deed,
        Some(Err(refusal)) => {
            typed.wrong = Some(refusal_words(visit.lang, &refusal));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&hall, &visit, &code, &typed, status).await;
        }
        None => return Err(Failure::NotFound),
    };
    let mut uploads = std::mem::take(&mut posted.files);
    for upload in &mut uploads {
        upload.what = PROOF.to_owned();
    }
    let change = Change {
        seen: posted.number("version"),
        words: Some(typed.words.clone()),
        uploads,
        ..Change::new(case.id, Verb::Money(deed))
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(redirect::to(&format!("/cases/{}#money", after.code)).into_response()),
        Err(error) => {
            let status = blame(&mut typed, visit.lang, error)?;
            again(&hall, &visit, &code, &typed, status).await
        }
    }
}

/// Which of the forms was sent.
fn form_of(what: &str, posted: &Posted) -> String {
    match what {
        "waive" | "reject" => format!("money/claim/{}", posted.get("fee")),
        "answer" | "pay-out" => format!("money/refund/{}", posted.get("refund")),
        _ => format!("money/{what}"),
    }
}

/// `None`: there is no such form.
fn deed(what: &str, posted: &Posted) -> Option<Result<Deed, Refusal>> {
    let amount = || number::whole(posted.get("amount")).ok_or(Refusal::NoAmount);
    let way = || Way::of_code(posted.get("way")).ok_or(Refusal::NoSuchMoney);
    let own = |name: &str| Some(posted.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let count = |name: &str| posted.number(name).ok_or(Refusal::NoSuchMoney);
    let fee = || posted.get("fee").to_owned();
    Some(match what {
        "ask" => Ok(Deed::Ask),
        "take" => amount().and_then(|amount| {
            Ok(Deed::Take {
                amount,
                way: way()?,
                bank: own("bank"),
            })
        }),
        "void" => count("payment").map(|payment| Deed::Void { payment }),
        "waive" => Ok(Deed::Waive {
            fee: fee(),
            register: own("register"),
        }),
        "reject" => Ok(Deed::RejectWaiver { fee: fee() }),
        "refund" => amount().map(|amount| Deed::AskRefund {
            amount,
            why: match posted.get("why") {
                "" | SURPLUS => RefundWhy::Surplus,
                fee => RefundWhy::NotDue {
                    fee: fee.to_owned(),
                },
            },
        }),
        "answer" => count("refund").map(|refund| Deed::AnswerRefund {
            refund,
            approve: posted.get("approve") == "yes",
        }),
        "pay-out" => count("refund").and_then(|refund| {
            Ok(Deed::PayRefund {
                refund,
                way: way()?,
                bank: own("bank"),
            })
        }),
        _ => return None,
    })
}

const SURPLUS: &str = "surplus";

/// What the official in front of it may do.
struct May {
    collect: bool,
    approve: bool,
}

struct Panel<'a> {
    l: Lang,
    law: &'a Law,
    definition: &'a Definition,
    case: &'a Case,
    typed: &'a Typed,
    may: May,
    open: bool,
    today: Option<Date>,
}

/// The panel; nothing for a case that costs nothing.
pub fn panel(
    l: Lang,
    law: &Law,
    definition: &Definition,
    case: &Case,
    person: &Person,
    typed: &Typed,
    today: Option<Date>,
) -> Markup {
    if case.money.is_empty() && definition.fees.is_empty() {
        return html! {};
    }
    let can = |act: Act| may(person, &act, Some(case)).is_ok();
    Panel {
        l,
        law,
        definition,
        case,
        typed,
        may: May {
            collect: can(Act::Collect),
            approve: can(Act::ApproveMoney),
        },
        open: case.life.ended().is_none() || !case.tasks.is_empty(),
        today,
    }
    .draw()
}

impl Panel<'_> {
    fn draw(&self) -> Markup {
        let (l, money) = (self.l, &self.case.money);
        html! {
            section.card #money aria-labelledby="money-title" {
                h2 #money-title { (l.t("money.title")) }
                @if money.is_empty() {
                    p.muted { (l.t("money.nothing-asked")) }
                    @if self.may.collect && self.open { (self.ask()) }
                } @else {
                    (self.charges())
                    (self.sums())
                    @for charge in &money.charges { @if charge.claim == Claim::Made && self.may.collect && self.open { (self.claim(&charge.fee)) } }
                    @if self.may.collect && self.open && money.left() > 0 { (self.take()) }
                    (self.payments())
                    @for refund in &money.refunds { (self.refund(refund.number)) }
                    @if self.may.collect { (self.ask_refund()) }
                    @if self.may.approve { (self.void()) }
                    @if self.may.collect && self.open { (self.unclaimed()) }
                }
            }
        }
    }

    fn to(&self, what: &str) -> String {
        format!("/cases/{}/money/{what}", self.case.code)
    }

    fn version(&self) -> Markup {
        html! { input type="hidden" name="version" value=(self.case.version); }
    }

    fn here(&self, form: &str) -> bool {
        self.typed.form == form
    }

    /// What was typed into this form before the city said no.
    fn was<'a>(&'a self, form: &str, name: &str) -> Option<&'a str> {
        let pairs = self.typed.pairs.iter().filter(|_| self.here(form));
        let mut pairs = pairs.filter(|(known, _)| known == name);
        pairs.next().map(|(_, value)| value.as_str())
    }

    fn wrong(&self, form: &str) -> Markup {
        let wrong = self.typed.wrong.as_ref().filter(|_| self.here(form));
        html! { @if let Some(wrong) = wrong { p.says role="alert" { (wrong) } } }
    }

    fn words(&self, form: &str, label: &str, required: bool) -> Markup {
        let id = format!("{}-words", form.replace('/', "-"));
        html! {
            div.field {
                label for=(id) { (label) @if !required { " " span.optional { (self.l.t("form.optional")) } } }
                textarea id=(id) name="words" rows="2" maxlength="4000" { (self.was(form, "words").unwrap_or_default()) }
            }
        }
    }

    fn charges(&self) -> Markup {
        let (l, money) = (self.l, &self.case.money);
        html! {
            ul.list.flush.charges {
                @for charge in &money.charges {
                    @let (tone, word) = standing_words(l, money, &charge.fee);
                    li {
                        div.row.between { span { (fee_words(l, self.definition, &charge.fee)) } b.num { (say::money(l, charge.amount)) } }
                        (tag(tone, &word))
                        @if charge.remitted > 0 { " " span.small.muted { (l.f("money.remitted", &[("money", &say::money(l, charge.remitted))])) } }
                    }
                }
            }
        }
    }

    fn sums(&self) -> Markup {
        let (l, money) = (self.l, &self.case.money);
        let surplus = money.surplus();
        html! {
            dl.facts.one.sums {
                dt { (l.t("money.owed")) } dd.num { (say::money(l, money.owed())) }
                dt { (l.t("money.paid")) } dd.num { (say::money(l, money.paid())) }
                dt { (l.t("money.left")) } dd.num { b { (say::money(l, money.left())) } }
                @if surplus > 0 { dt { (l.t("money.surplus")) } dd.num { b { (say::money(l, surplus)) } } }
            }
            @if surplus > 0 { (note(Tone::Soon, &html! { p { (l.f("money.surplus-says", &[("money", &say::money(l, surplus))])) } })) }
        }
    }

    fn ask(&self) -> Markup {
        html! {
            form method="post" action=(self.to("ask")) {
                (self.version())
                (self.wrong("money/ask"))
                button.btn type="submit" { (self.l.t("money.ask")) }
            }
        }
    }

    fn take(&self) -> Markup {
        let (l, form) = (self.l, "money/take");
        let left = number::grouped(self.case.money.left());
        let way = self.was(form, "way").unwrap_or("cash");
        let desk = Way::ALL.into_iter().filter(|way| way.at_desk());
        html! {
            form method="post" action=(self.to("take")) {
                h3 { (l.t("money.take")) }
                (self.version())
                (self.wrong(form))
                div.field { label for="take-amount" { (l.t("money.amount")) } input.shorter.num type="text" inputmode="numeric" id="take-amount" name="amount" value=(self.was(form, "amount").unwrap_or(&left)); }
                fieldset.field {
                    legend { (l.t("money.way")) }
                    div.picks.side { @for known in desk { label.pick { input type="radio" name="way" value=(known.code()) checked[known.code() == way]; span { (way_words(l, known)) } } } }
                }
                div.field { label for="take-bank" { (l.t("money.slip")) " " span.optional { (l.t("form.optional")) } } p.help { (l.t("money.slip-says")) } input.short type="text" id="take-bank" name="bank" maxlength="60" value=(self.was(form, "bank").unwrap_or_default()); }
                p { button.btn type="submit" { (l.t("money.take-send")) } }
            }
            @if let Some(code) = self.today.and_then(|day| transfer(l, self.law, self.case, day, false)) {
                details.more { summary { (l.t("money.by-transfer")) } (code) p.small.muted { (l.t("money.transfer-says")) } }
            }
        }
    }

    /// An exemption claimed in the form waits for an answer.
    fn claim(&self, fee: &str) -> Markup {
        let (l, form) = (self.l, format!("money/claim/{fee}"));
        let name = fee_words(l, self.definition, fee);
        html! {
            form method="post" action=(self.to("waive")) enctype="multipart/form-data" {
                h3 { (l.f("money.claim", &[("fee", &name)])) }
                p.small.muted { (l.t("money.claim-says")) }
                (self.version())
                input type="hidden" name="fee" value=(fee);
                (self.wrong(&form))
                (self.proof(fee, &form))
                (self.words(&form, l.t("money.claim-words"), false))
                div.ways {
                    button.btn type="submit" { (l.t("money.waive")) }
                    button.btn.quiet type="submit" formaction=(self.to("reject")) { (l.t("money.reject")) }
                }
            }
        }
    }

    fn proof(&self, fee: &str, form: &str) -> Markup {
        let l = self.l;
        let register = self.was(form, "register").unwrap_or_default();
        html! {
            div.field { label for={ "proof-" (fee) } { (l.t("money.proof")) } div.upload { input type="file" id={ "proof-" (fee) } name=(PROOF) accept="image/jpeg,image/png,image/webp,application/pdf"; } }
            div.field {
                label for={ "register-" (fee) } { (l.t("money.register")) }
                select id={ "register-" (fee) } name="register" {
                    option value="" { (l.t("money.register-none")) }
                    @for known in REGISTERS { option value=(known) selected[known == register] { (l.of("money-register", known, &[])) } }
                }
            }
        }
    }

    /// Fees with an exemption that nobody claimed: forgotten in the form, shown at the desk.
    fn unclaimed(&self) -> Markup {
        let (l, money) = (self.l, &self.case.money);
        let exempts = self
            .definition
            .fees
            .iter()
            .filter(|fee| fee.exempt.is_some());
        let open = exempts.filter(|fee| {
            let charge = money.charge(&fee.code);
            charge.is_some_and(|charge| {
                matches!(charge.claim, Claim::None | Claim::Rejected) && charge.owed() > 0
            })
        });
        html! {
            @for fee in open {
                @let form = format!("money/claim/{}", fee.code);
                details.more open[self.here(&form)] {
                    summary { (l.f("money.exempt", &[("fee", &fee.label.get(l.code()))])) }
                    form method="post" action=(self.to("waive")) enctype="multipart/form-data" {
                        (self.version())
                        input type="hidden" name="fee" value=(fee.code);
                        (self.wrong(&form))
                        (self.proof(&fee.code, &form))
                        (self.words(&form, l.t("money.claim-words"), false))
                        p { button.btn.quiet type="submit" { (l.t("money.waive")) } }
                    }
                }
            }
        }
    }

    fn payments(&self) -> Markup {
        let (l, money) = (self.l, &self.case.money);
        let rows: Vec<Vec<Markup>> = money
            .payments
            .iter()
            .map(|paid| {
                let number = paid.receipt.as_ref().map(receipt_words).unwrap_or_default();
                vec![
                    html! { (say::short(paid.at)) },
                    html! { (way_words(l, paid.way)) @if paid.voided { " " (tag(Tone::Stopped, l.t("money.voided"))) } },
                    html! { @if !number.is_empty() { a href=(receipt_address(&self.case.code, paid.number, "")) target="_blank" { (l.f("money.receipt-print", &[("number", &number)])) } } },
                    html! { @if paid.voided { s { (say::money(l, paid.amount)) } } @else { (say::money(l, paid.amount)) } },
                ]
            })
            .collect();
        let columns = columns(&[
            (l.t("money.when"), false),
            (l.t("money.way"), false),
            (l.t("money.receipt"), false),
            (l.t("money.amount"), true),
        ]);
        html! { @if !rows.is_empty() { h3 { (l.t("money.payments")) } (table(l.t("money.payments"), &columns, &rows)) } }
    }

    fn void(&self) -> Markup {
        let (l, form) = (self.l, "money/void");
        let money = &self.case.money;
        let here = || {
            let paid = money.payments.iter();
            paid.filter(|paid| !paid.voided && paid.way.at_desk())
        };
        html! {
            @if here().next().is_some() {
                details.more open[self.here(form)] {
                    summary { (l.t("money.void")) }
                    form method="post" action=(self.to("void")) {
                        (self.version())
                        p.small.muted { (l.t("money.void-says")) }
                        (self.wrong(form))
                        div.field { label for="void-payment" { (l.t("money.receipt")) } select id="void-payment" name="payment" {
                            @for paid in here() { option value=(paid.number) { (paid.receipt.as_ref().map(receipt_words).unwrap_or_default()) " · " (say::money(l, paid.amount)) } }
                        } }
                        (self.words(form, l.t("case.reason"), true))
                        p { button.btn.stop type="submit" { (l.t("money.void-send")) } }
                    }
                }
            }
        }
    }

    fn ask_refund(&self) -> Markup {
        let (l, form) = (self.l, "money/refund");
        let money = &self.case.money;
        let (surplus, free) = (money.surplus(), money.paid() - money.going_back());
        let cover = money.cover();
        let covered = || {
            money
                .charges
                .iter()
                .zip(&cover)
                .filter(|(_, share)| **share > 0)
        };
        let first = if surplus > 0 {
            surplus
        } else {
            covered().next().map_or(0, |(_, share)| *share)
        };
        let why = self.was(form, "why").unwrap_or_default();
        html! {
            @if free > 0 {
                details.more open[self.here(form)] {
                    summary { (l.t("money.refund")) }
                    form method="post" action=(self.to("refund")) {
                        (self.version())
                        p.small.muted { (l.t("money.refund-says")) }
                        (self.wrong(form))
                        div.field { label for="refund-amount" { (l.t("money.amount")) } input.shorter.num type="text" inputmode="numeric" id="refund-amount" name="amount" value=(self.was(form, "amount").unwrap_or(&number::grouped(first))); }
                        div.field { label for="refund-why" { (l.t("money.refund-why")) } select id="refund-why" name="why" {
                            @if surplus > 0 { option value=(SURPLUS) { (l.t("money.refund-surplus")) } }
                            @for (charge, _) in covered() { option value=(charge.fee) selected[why == charge.fee] { (l.f("money.refund-fee", &[("fee", &fee_words(l, self.definition, &charge.fee))])) } }
                        } }
                        (self.words(form, l.t("case.reason"), true))
                        p { button.btn.quiet type="submit" { (l.t("money.refund-send")) } }
                    }
                }
            }
        }
    }

    fn refund(&self, number: u32) -> Markup {
        let (l, form) = (self.l, format!("money/refund/{number}"));
        let Some(refund) = self.case.money.refund(number) else {
            return html! {};
        };
        let (tone, stage) = match refund.stage {
            RefundStage::Asked => (Tone::Soon, "asked"),
            RefundStage::Approved => (Tone::Run, "approved"),
            RefundStage::Rejected => (Tone::Stopped, "rejected"),
            RefundStage::PaidOut => (Tone::Done, "paid-out"),
        };
        let why = match &refund.why {
            RefundWhy::Surplus => l.t("money.refund-surplus").to_owned(),
            RefundWhy::NotDue { fee } => {
                let fee = fee_words(l, self.definition, fee);
                l.f("money.refund-fee", &[("fee", &fee)])
            }
        };
        let back = [Way::Cash, Way::Transfer];
        html! {
            div.refund {
                h3 { (l.f("money.refund-of", &[("money", &say::money(l, refund.amount))])) " " (tag(tone, &l.of("money-refund", stage, &[]))) }
                p.small.muted { (why) }
                (self.wrong(&form))
                @if refund.stage == RefundStage::Asked && self.may.approve {
                    form method="post" action=(self.to("answer")) {
                        (self.version())
                        input type="hidden" name="refund" value=(number);
                        (self.words(&form, l.t("case.words"), false))
                        div.ways {
                            button.btn type="submit" name="approve" value="yes" { (l.t("money.refund-approve")) }
                            button.btn.quiet type="submit" name="approve" value="no" { (l.t("money.refund-reject")) }
                        }
                    }
                }
                @if refund.stage == RefundStage::Approved && self.may.collect {
                    form method="post" action=(self.to("pay-out")) {
                        (self.version())
                        input type="hidden" name="refund" value=(number);
                        fieldset.field { legend { (l.t("money.way")) } div.picks.side { @for way in back { label.pick { input type="radio" name="way" value=(way.code()) checked[way == Way::Cash]; span { (way_words(l, way)) } } } } }
                        div.field { label for={ "back-" (number) } { (l.t("money.back-bank")) " " span.optional { (l.t("form.optional")) } } input.short type="text" id={ "back-" (number) } name="bank" maxlength="60" value=(self.was(&form, "bank").unwrap_or_default()); }
                        p { button.btn type="submit" { (l.t("money.refund-pay")) } }
                    }
                }
            }
        }
    }
}

/// Registers in which an exemption can be seen.
const REGISTERS: [&str; 3] = ["merit", "poor-household", "disabled"];
