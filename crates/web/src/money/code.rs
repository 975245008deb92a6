//! The payment code of what is left of a case, and the words beside it for whoever transfers by hand.

use actions::Law;
use actions::money::collecting_account;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use rules::case::{Case, reference};
use store::CollectingAccount;

use crate::say;
use crate::text::Lang;

/// Where what is left of this case is transferred to.
fn account<'a>(law: &'a Law, case: &Case, day: Date) -> Option<&'a CollectingAccount> {
    let unit = case.money.charges.first().map(|charge| &charge.unit)?;
    collecting_account(law, unit, day)
}

/// The text of the payment code for what is left; `None` where nothing is, or no account collects.
pub fn payment_text(law: &Law, case: &Case, day: Date) -> Option<String> {
    let left = u64::try_from(case.money.left())
        .ok()
        .filter(|left| *left > 0)?;
    let account = account(law, case, day)?;
    let payment = papers::vietqr::Payment {
        bank: &account.bank,
        account: &account.account,
        amount: Some(left),
        reference: &reference::of(case.id),
    };
    papers::vietqr::text(&payment).ok()
}

/// The same for a paper that goes home.
pub fn slip(law: &Law, case: &Case, day: Date) -> Option<papers::Transfer> {
    let account = account(law, case, day)?;
    Some(papers::Transfer {
        code: payment_text(law, case, day)?,
        amount: say::money(Lang::Vi, case.money.left()),
        account: account.account.clone(),
        bank: account.bank_name.clone(),
        holder: account.holder.clone(),
        reference: reference::of(case.id),
        demonstration: account.demonstration,
    })
}

/// The code of what is left, with the words that find it again. `own`: on the payer's own page.
pub fn transfer(l: Lang, law: &Law, case: &Case, day: Date, own: bool) -> Option<Markup> {
    let left = say::money(l, case.money.left());
    let account = account(law, case, day)?;
    let says = l.f("money.qr-says", &[("money", &left)]);
    let svg = papers::qr::svg(&payment_text(law, case, day)?, &says).ok()?;
    Some(html! {
        div.pay {
            div.qr { (PreEscaped(svg)) }
            dl.facts.one {
                dt { (l.t("money.amount")) } dd { b.num { (left) } }
                dt { (l.t("money.reference")) } dd { b.code { (reference::of(case.id)) } @if own { br; span.small.muted { (l.t("money.reference-says")) } } }
                dt { (l.t("money.account")) } dd { span.code { (account.account) } " · " (account.bank_name) br; (account.holder) }
            }
        }
        @if account.demonstration { p.small.muted { (l.t("money.demonstration")) } }
    })
}
