//! Any text as a body: the types of the wire read it or refuse it, in the relay and in a browser alike.

use std::fmt::Debug;

use protocol::flow::{Answer, Target};
use protocol::profile::Profile;
use protocol::wire::{
    AccountReport, AuthorisationList, BalanceReport, CityList, ConsentRequest, CountryList, Loose,
    Problem, Token, TokenError, TokenGranted, Transaction, TransactionList, UpdatePsuData,
};
use protocol::{Balances, Call};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_str, from_value, to_string};

/// Checks the text `data`.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(body) = from_str::<Loose>(text) else { return };
    // A browser parses a body first, and this parser forgets what a name that comes twice said first.
    let parsed = from_str::<Value>(text).ok();
    for target in targets() {
        let read = Answer::read(&target, body.clone());
        let alike = parsed.clone().map(|parsed| {
            Answer::read(&target, from_value(parsed).expect("it was read a moment ago"))
        });
        if !has_doubles(&body) && alike.is_some() {
            assert_eq!(Some(read), alike, "{target:?}");
        }
    }
    again::<BalanceReport>(text);
    again::<Transaction>(text);
    again::<ConsentRequest>(text);
    again::<UpdatePsuData>(text);
    no_panic::<AccountReport>(text);
    no_panic::<AuthorisationList>(text);
    no_panic::<CityList>(text);
    no_panic::<CountryList>(text);
    no_panic::<Problem>(text);
    no_panic::<Profile>(text);
    no_panic::<Token>(text);
    no_panic::<TokenError>(text);
    no_panic::<TokenGranted>(text);
    no_panic::<TransactionList>(text);
}

/// What was read and is written must be read as the same.
fn again<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) {
    let Ok(read) = from_str::<T>(text) else { return };
    let written = to_string(&read).expect("it can be written");
    assert_eq!(from_str::<T>(&written).expect("it can be read"), read, "{written}");
}

fn no_panic<T: DeserializeOwned>(text: &str) {
    let _ = from_str::<T>(text);
}

fn has_doubles(body: &Loose) -> bool {
    match body {
        Loose::List(items) => items.iter().any(has_doubles),
        Loose::Object(members) => {
            let mut names: Vec<_> = members.iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            names.len() < count || members.iter().any(|(_, value)| has_doubles(value))
        }
        _ => false,
    }
}

/// A target of each kind of answer.
fn targets() -> Vec<Target> {
    let consent = || "c".parse().expect("an id");
    let authorisation = || "a".parse().expect("an id");
    let bic = || "ESSESESS".parse().expect("a BIC");
    let calls = [
        Call::ListAspsps { countries: Vec::new(), cities: Vec::new() },
        Call::ReadAspsp { bic: bic() },
        Call::CreateConsent,
        Call::StartAuthorisation { consent: consent() },
        Call::ReadScaStatus { consent: consent(), authorisation: authorisation() },
        Call::ReadConsentStatus { consent: consent() },
        Call::ReadConsent { consent: consent() },
        Call::ListAccounts { balances: Balances::Included },
    ];
    let own = [Target::SessionConsents, Target::Profile(bic()), Target::ClaimLinkSession];
    calls.into_iter().map(Target::Call).chain(own).collect()
}
