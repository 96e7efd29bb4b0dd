//! What is read of banks: their list, their details, what is known of them, and their accounts.

use protocol::profile::{Facts, IdFormat, Need, Note, Start};
use protocol::wire::{
    Account, AccountList, AffiliatedAspsp, Amount, Approach, Aspsp, AspspDetails, AspspList,
    AuthorizationMethod, Balance,
};

use super::Object;

/// A list, bare or in its field.
pub(super) fn aspsps(body: &Object<'_>) -> AspspList {
    let listed = body.member("aspsps");
    let aspsps = listed.as_ref().unwrap_or(body).items(|bank| {
        let (bic_fi, name) = (bank.text("bicFi"), bank.text("name"));
        Some(Aspsp { id: bank.perhaps("id"), bic_fi, name, logo_url: bank.perhaps("logoUrl") })
    });
    AspspList { aspsps }
}

pub(super) fn details(body: &Object<'_>) -> AspspDetails {
    let methods = body.list("supportedAuthorizationMethods", |method| {
        Some(AuthorizationMethod { name: method.text("name"), uri: method.perhaps("uri") })
    });
    AspspDetails {
        affiliated_aspsps: affiliated(body, "affiliatedAspsps"),
        supported_authorization_methods: methods,
        ..AspspDetails::default()
    }
}

fn affiliated(body: &Object<'_>, name: &str) -> Vec<AffiliatedAspsp> {
    body.list(name, |bank| Some(AffiliatedAspsp { id: bank.text("id"), name: bank.text("name") }))
}

/// A word that nobody knows is as one that is left out.
pub(super) fn facts(body: &Object<'_>) -> Facts {
    let word = |name| body.perhaps(name).unwrap_or_default();
    let need = |name| word(name).parse::<Need>().unwrap_or_default();
    let format = |name| word(name).parse::<IdFormat>().unwrap_or_default();
    let usual = Facts::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, positive and small; what is not saturates"
    )]
    let number = |name| body.number(name).map(|number| number as u32);
    let or = |name, usual| number(name).unwrap_or(usual);
    Facts {
        approaches: body.list("approaches", |word| word.value.as_string().map(Approach::from)),
        methods: body.list("methods", |method| {
            let device = method.text("device").parse().ok()?;
            Some(Start { id: method.id("id")?, device })
        }),
        affiliated: affiliated(body, "affiliated"),
        psu_id: need("psu_id"),
        psu_id_corporate: need("psu_id_corporate"),
        psu_id_format: format("psu_id_format"),
        corporate_id: need("corporate_id"),
        corporate_id_format: format("corporate_id_format"),
        corporate_id_tests: body.list("corporate_id_tests", |id| id.value.as_string()),
        scans: or("scans", usual.scans),
        after_pick_up: word("after_pick_up").parse().unwrap_or_default(),
        pick_up_seconds: or("pick_up_seconds", usual.pick_up_seconds),
        pick_up_from: word("pick_up_from").parse().unwrap_or_default(),
        sign_seconds: number("sign_seconds"),
        longest_days: or("longest_days", usual.longest_days),
        usual_days: or("usual_days", usual.usual_days),
        app_returns: word("app_returns").parse().unwrap_or_default(),
        notes: body.list("notes", |note| {
            Some(Note {
                context: note.perhaps("context").and_then(|word| word.parse().ok()),
                sv: note.text("sv"),
                en: note.text("en"),
                fi: note.text("fi"),
                nb: note.text("nb"),
                da: note.text("da"),
            })
        }),
    }
}

pub(super) fn accounts(body: &Object<'_>) -> AccountList {
    AccountList { accounts: body.must("accounts", |it| Some(account(it))) }
}

fn account(account: &Object<'_>) -> Account {
    Account {
        resource_id: account.perhaps("resourceId").unwrap_or_default(),
        iban: account.perhaps("iban"),
        bban: account.perhaps("bban"),
        currency: account.perhaps("currency"),
        name: account.perhaps("name"),
        product: account.perhaps("product"),
        cash_account_type: account.perhaps("cashAccountType"),
        owner_name: account.perhaps("ownerName"),
        balances: account.list("balances", |balance| {
            let total = balance.member("balanceAmount")?;
            let (currency, amount) = (total.text("currency"), total.text("amount"));
            let balance_amount = Amount { currency, amount };
            Some(Balance { balance_amount, balance_type: balance.text("balanceType") })
        }),
        ..Account::default()
    }
}
