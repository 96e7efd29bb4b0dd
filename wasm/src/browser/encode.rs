//! What the widget writes: two bodies, and the objects in its events. Each field is named here once more;
//! a field that is added to a type does not compile until it is written.

use js_sys::{Array, Object, Reflect};
use protocol::flow::Body;
use protocol::wire::{Access, Account, Amount, Balance, ConsentRequest, OfAll, UpdatePsuData};
use wasm_bindgen::JsValue;

/// The text of a body.
pub(crate) fn json(body: &Body) -> Option<String> {
    let value = match body {
        Body::Consent(consent) => consent_request(consent),
        Body::PsuData(UpdatePsuData { authentication_method_id }) => {
            object(&[("authenticationMethodId", authentication_method_id.as_str().into())])
        }
    };
    js_sys::JSON::stringify(&value).ok()?.as_string()
}

/// Accounts as a list of plain objects.
pub(crate) fn accounts(accounts: &[Account]) -> JsValue {
    accounts.iter().map(account).collect::<Array>().into()
}

/// A plain object. What is undefined is left out.
pub(crate) fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        if !value.is_undefined() {
            // Setting a property of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &JsValue::from_str(name), value);
        }
    }
    object.into()
}

fn consent_request(request: &ConsentRequest) -> JsValue {
    let ConsentRequest {
        access,
        recurring_indicator,
        valid_until,
        frequency_per_day,
        combined_service_indicator,
    } = request;
    object(&[
        ("access", consent_access(*access)),
        ("recurringIndicator", (*recurring_indicator).into()),
        ("validUntil", valid_until.into()),
        ("frequencyPerDay", (*frequency_per_day).into()),
        ("combinedServiceIndicator", (*combined_service_indicator).into()),
    ])
}

fn consent_access(Access { accounts, balances, transactions }: Access) -> JsValue {
    let list = |asked: Option<OfAll>| asked.map_or(JsValue::UNDEFINED, |_| Array::new().into());
    object(&[
        ("accounts", list(accounts)),
        ("balances", list(balances)),
        ("transactions", list(transactions)),
    ])
}

fn account(account: &Account) -> JsValue {
    let Account {
        resource_id,
        iban,
        bban,
        currency,
        name,
        product,
        cash_account_type,
        owner_name,
        balances,
        ..
    } = account;
    let some = |text: &Option<String>| text.as_ref().map_or(JsValue::UNDEFINED, JsValue::from);
    let listed = || balances.iter().map(balance).collect::<Array>().into();
    object(&[
        ("resourceId", resource_id.into()),
        ("iban", some(iban)),
        ("bban", some(bban)),
        ("currency", some(currency)),
        ("name", some(name)),
        ("product", some(product)),
        ("cashAccountType", some(cash_account_type)),
        ("ownerName", some(owner_name)),
        ("balances", if balances.is_empty() { JsValue::UNDEFINED } else { listed() }),
    ])
}

fn balance(balance: &Balance) -> JsValue {
    let Balance { balance_amount: Amount { currency, amount }, balance_type } = balance;
    let total = object(&[("currency", currency.into()), ("amount", amount.into())]);
    object(&[("balanceAmount", total), ("balanceType", balance_type.into())])
}
