//! The closed list of calls: print and parse are inverses, and nothing else parses.

use proptest::prelude::*;
use protocol::id::{AccountId, AffiliatedId, AuthorisationId, ConsentId, TransactionId};
use protocol::{AccountPart, Balances, Booking, Call, Day, Delta, Refusal, TransactionQuery};

fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{1,128}"
}

/// Texts that a platform may invent: plain letters, letters that a path must encode, letters of other
/// scripts, and texts that look encoded.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        token(),
        "[A-Za-z0-9:;/+=%.,@!~ _-]{1,60}",
        "[åäö漢字🦀%/.a]{1,40}",
        "(%[0-9A-Fa-f]{2}|\\.|/|a){1,12}",
        ".{1,80}",
        "[a-z]{500}",
    ]
    .prop_filter("an identifier", |text| text.parse::<ConsentId>().is_ok())
}

fn bic() -> impl Strategy<Value = String> {
    "[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a text of the form of its kind")
}

fn countries() -> impl Strategy<Value = Vec<protocol::id::CountryCode>> {
    prop::collection::vec("[A-Z]{2}".prop_map(|text| parsed(&text)), 0..4)
}

fn cities() -> impl Strategy<Value = Vec<protocol::id::CityId>> {
    prop::collection::vec(token().prop_map(|text| parsed(&text)), 0..3)
}

fn balances() -> impl Strategy<Value = Balances> {
    prop_oneof![Just(Balances::Included), Just(Balances::Omitted)]
}

fn day() -> impl Strategy<Value = Option<Day>> {
    prop::option::of((0..2_932_897_u32).prop_map(|days| Day::at_millis(0).plus(days)))
}

fn transactions() -> impl Strategy<Value = TransactionQuery> {
    let booking = prop_oneof![Just(Booking::Booked), Just(Booking::Pending), Just(Booking::Both)];
    let delta = prop_oneof![Just(Delta::Asked), Just(Delta::Omitted)];
    let after = prop::option::of(text().prop_map(|text| parsed(&text)));
    (day(), day(), after, booking, delta, balances()).prop_map(
        |(from, to, after, booking, delta, balances)| TransactionQuery {
            from,
            to,
            after,
            booking,
            delta,
            balances,
        },
    )
}

fn part() -> impl Strategy<Value = AccountPart> {
    prop_oneof![
        balances().prop_map(AccountPart::Details),
        Just(AccountPart::Balances),
        transactions().prop_map(AccountPart::Transactions),
        text().prop_map(|text| AccountPart::Transaction(parsed(&text))),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let consent = || text().prop_map(|text| parsed(&text));
    let both = || (text(), text()).prop_map(|(a, b)| (parsed(&a), parsed(&b)));
    prop_oneof![
        countries().prop_map(|countries| Call::ListCountries { countries }),
        "[A-Z]{2}".prop_map(|text| Call::ReadCountry { country: parsed(&text) }),
        (countries(), cities())
            .prop_map(|(countries, cities)| Call::ListCities { countries, cities }),
        token().prop_map(|text| Call::ReadCity { city: parsed(&text) }),
        (countries(), cities())
            .prop_map(|(countries, cities)| Call::ListAspsps { countries, cities }),
        bic().prop_map(|text| Call::ReadAspsp { bic: parsed(&text) }),
        Just(Call::CreateConsent),
        consent().prop_map(|consent| Call::ReadConsent { consent }),
        consent().prop_map(|consent| Call::DeleteConsent { consent }),
        consent().prop_map(|consent| Call::ReadConsentStatus { consent }),
        consent().prop_map(|consent| Call::StartAuthorisation { consent }),
        consent().prop_map(|consent| Call::ListAuthorisations { consent }),
        both().prop_map(|(consent, authorisation)| Call::UpdatePsuData { consent, authorisation }),
        both().prop_map(|(consent, authorisation)| Call::ReadScaStatus { consent, authorisation }),
        balances().prop_map(|balances| Call::ListAccounts { balances }),
        (text(), part()).prop_map(|(id, part)| Call::ReadAccount { account: parsed(&id), part }),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same_call(call in call()) {
        prop_assert_eq!(Call::parse(call.method().as_str(), &call.target()), Ok(call));
    }

    #[test]
    fn a_target_has_one_reading(call in call()) {
        let target = call.target();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%?=&,".contains(&byte);
        prop_assert!(target.bytes().all(is_plain), "{target}");
        let mut segments = target.split('?').next().unwrap_or_default().split('/').skip(1);
        prop_assert!(segments.all(|one| !matches!(one, "" | "." | "..")), "{target}");
    }

    #[test]
    fn an_id_has_one_spelling(id in text(), at in 0..200_usize) {
        let id: ConsentId = parsed(&id);
        let encoded = id.encoded();
        prop_assert_eq!(ConsentId::decoded(&encoded), Ok(id.clone()));
        // The same letter in another spelling.
        if let Some(letter) = encoded.chars().nth(at).filter(|letter| *letter != '%') {
            let (before, after) = encoded.split_at(at);
            let escaped = format!("{before}%{:02X}{}", u32::from(letter), &after[1..]);
            prop_assert!(ConsentId::decoded(&escaped) != Ok(id.clone()), "{escaped}");
        }
        let lower = encoded.to_lowercase();
        if lower != encoded {
            prop_assert!(ConsentId::decoded(&lower) != Ok(id), "{lower}");
        }
    }

    #[test]
    fn what_parses_prints_the_same_path(target in "/psd2/[a-z0-9/.%;?=&,-]{0,60}") {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            if let Ok(call) = Call::parse(method, &target) {
                prop_assert_eq!(call.path(), target.split('?').next().unwrap());
            }
        }
    }

    #[test]
    fn a_call_says_whose_consent_and_which_product_it_is_about(call in call()) {
        let path = call.path();
        let product = path.split('/').nth(2).unwrap();
        prop_assert_eq!(call.reads_accounts(), product == "accountinformation");
        let is_about_banks = product == "aspspinformation";
        let scope = if is_about_banks { "aspspinformation" } else { "accountinformation" };
        prop_assert_eq!(call.scope().as_str(), scope);
        let consent = path.strip_prefix("/psd2/consent/v1/consents/");
        let consent = consent.and_then(|rest| rest.split('/').next().map(str::to_owned));
        prop_assert_eq!(call.consent().map(ConsentId::encoded), consent);
        prop_assert_eq!(call.method().to_string(), call.method().as_str());
    }

    #[test]
    fn no_text_makes_the_parser_panic(method in ".{0,8}", target in ".{0,200}") {
        let _ = Call::parse(&method, &target);
    }
}

#[test]
fn ids_are_any_text_that_the_document_allows() {
    let long = "a".repeat(500);
    for (id, encoded) in [
        ("1234-wertiq-983", "1234-wertiq-983"),
        ("a.b", "a.b"),
        ("...", "..."),
        ("urn:consent:1", "urn%3Aconsent%3A1"),
        ("a/b", "a%2Fb"),
        ("YWI+Yz0=", "YWI%2BYz0%3D"),
        ("100%", "100%25"),
        ("a%2Fb", "a%252Fb"),
        ("a b", "a%20b"),
        ("a;b,c@d", "a%3Bb%2Cc%40d"),
        ("a?b#c", "a%3Fb%23c"),
        ("a\\b", "a%5Cb"),
        ("åäö", "%C3%A5%C3%A4%C3%B6"),
        ("漢", "%E6%BC%A2"),
        (&long, &long),
    ] {
        let consent: ConsentId = parsed(id);
        assert_eq!(consent.encoded(), encoded);
        assert!(consent.fits(), "{id}");
        let target = format!("/psd2/consent/v1/consents/{encoded}/authorisations/{encoded}");
        let call = Call::ReadScaStatus { consent, authorisation: parsed(id) };
        assert_eq!(call.target(), target);
        assert_eq!(Call::parse("GET", &target), Ok(call), "{id}");
        let target =
            format!("/psd2/accountinformation/v1/accounts/{encoded}/transactions/{encoded}");
        let call =
            Call::ReadAccount { account: parsed(id), part: AccountPart::Transaction(parsed(id)) };
        assert_eq!(call.target(), target);
        assert_eq!(Call::parse("GET", &target), Ok(call), "{id}");
    }
}

#[test]
fn texts_that_climb_a_path_or_end_a_line_are_no_ids() {
    for text in [
        "",
        ".",
        "..",
        "a/../b",
        "../a",
        "a/..",
        "a\\..\\b",
        "a/./b",
        "..;x/a",
        "a\n",
        "a\r\nb",
        "a\0",
        "\u{7f}",
        "\u{85}",
        "%2e%2e",
        "%2E%2e/a",
        ".%2e",
        "%252e%252e",
        "a%2f..%2fb",
        "a%252f..",
        "%0d%0a",
        "%00",
        "%25252525252e",
    ] {
        assert!(text.parse::<ConsentId>().is_err(), "{text:?}");
        assert!(text.parse::<AuthorisationId>().is_err(), "{text:?}");
        assert!(text.parse::<AffiliatedId>().is_err(), "{text:?}");
        assert!(text.parse::<AccountId>().is_err(), "{text:?}");
        assert!(text.parse::<TransactionId>().is_err(), "{text:?}");
    }
    assert!("a".repeat(4097).parse::<ConsentId>().is_err());
}

#[test]
fn ids_that_no_request_can_carry_do_not_fit() {
    for text in [" a".to_owned(), "a ".to_owned(), "a".repeat(4001), "å".repeat(700)] {
        let id: ConsentId = parsed(&text);
        assert!(!id.fits(), "{text}");
    }
}

#[test]
fn hostile_targets_do_not_parse() {
    let hostile = [
        "",
        "/",
        "*",
        "psd2/consent/v1/consents",
        "http://evil.example/psd2/consent/v1/consents",
        "//psd2/consent/v1/consents",
        "/psd2//consent/v1/consents",
        "/psd2/consent/v1/consents/",
        "/psd2/consent/v1/consents/..",
        "/psd2/consent/v1/consents/.",
        "/psd2/consent/v1/consents/abc/..",
        "/psd2/consent/v1/consents/abc/../def",
        "/psd2/consent/v1/consents/%2e%2e",
        "/psd2/consent/v1/consents/%2E%2E/status",
        "/psd2/consent/v1/consents/.%2e/status",
        "/psd2/consent/v1/consents/abc%2F..%2Fdef",
        "/psd2/consent/v1/consents/..%2Fdef",
        "/psd2/consent/v1/consents/%2E",
        "/psd2/consent/v1/consents/abc%41",
        "/psd2/consent/v1/consents/abc%2",
        "/psd2/consent/v1/consents/abc%",
        "/psd2/consent/v1/consents/abc%zz",
        "/psd2/consent/v1/consents/abc:def",
        "/psd2/consent/v1/consents/%FF",
        "/psd2/consent/v1/consents//authorisations/a",
        "/psd2/consent/v1/consents/abc%C2%85",
        "/psd2/consent/v1/consents/%E2%82",
        "/psd2/consent/v1/consents/abc%2fstatus",
        "/psd2/consent/v1/consents/abc%00",
        "/psd2/consent/v1/consents/abc%0d%0aHost:evil",
        "/psd2/consent/v1/consents/abc\r\nHost: evil",
        "/psd2/consent/v1/consents/abc\\status",
        "/psd2/consent/v1/consents/abc;status",
        "/psd2/consent/v1/consents;/abc",
        "/psd2/consent/v1/consents/a b",
        "/psd2/consent/v1/consents/a+b",
        "/psd2/consent/v1/consents/åäö",
        "/psd2/consent/v1/consents/%c0%ae%c0%ae",
        "/psd2/consent/v1/consents/%252e%252e",
        "/psd2/consent/v1/consents#/status",
        "/psd2/consent/v1/consents/abc#x",
        "/PSD2/consent/v1/consents",
        "/psd2/Consent/v1/consents",
        "/psd2/consent/v1/CONSENTS",
        "/psd2/consent/V1/consents",
        "/psd2/consent/v2/consents",
        "/psd2/consent/v1/consents/abc/STATUS",
        "/psd2/consent/v1/consents/abc/status/x",
        "/psd2/consent/v1/consents/abc/authorisations/def/ghi",
        "/psd2/paymentinitiation/v1/payments/sepa-credit-transfers",
        "/psd2/accountinformation/v1/accounts/%2e%2e/%2e%2e/%2e%2e/consent/v1/consents",
        "/psd2/accountinformation/v1/accounts/",
        "/psd2/accountinformation/v1/accounts/a:1",
        "/psd2/accountinformation/v1/accounts/a/",
        "/psd2/accountinformation/v1/accounts/a/balances/",
        "/psd2/accountinformation/v1/accounts/a/balances/x",
        "/psd2/accountinformation/v1/accounts/a/Balances",
        "/psd2/accountinformation/v1/accounts/a/../b/balances",
        "/psd2/accountinformation/v1/accounts/a/transactions/",
        "/psd2/accountinformation/v1/accounts/a/transactions/..",
        "/psd2/accountinformation/v1/accounts/a/transactions/%2E%2E",
        "/psd2/accountinformation/v1/accounts/a/transactions/a%2F..%2Fb",
        "/psd2/accountinformation/v1/accounts/a/transactions/t/u",
        "/psd2/accountinformation/v1/accounts//transactions/t",
        "/psd2/accountinformation/v1/card-accounts/a",
        "/psd2/aspspinformation/v1/aspsps/essesess",
        "/psd2/aspspinformation/v1/aspsps/ESSESES",
        "/psd2/aspspinformation/v1/countries/se",
        "/connect/token",
        "/psd2",
        "/psd2/",
    ];
    for target in hostile {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let call = Call::parse(method, target);
            assert_eq!(call, Err(Refusal::UnknownPath), "{method} {target:?}");
        }
    }
}

#[test]
fn hostile_queries_do_not_parse() {
    let accounts = "/psd2/accountinformation/v1/accounts";
    let banks = "/psd2/aspspinformation/v1/aspsps";
    let consent = "/psd2/consent/v1/consents/abc";
    let transactions = "/psd2/accountinformation/v1/accounts/a/transactions";
    let hostile = [
        (accounts, "withBalance=true&withBalance=true"),
        (accounts, "withBalance=TRUE"),
        (accounts, "withBalance"),
        (accounts, "withbalance=true"),
        (accounts, "withBalance=true&"),
        (accounts, "&withBalance=true"),
        (accounts, ""),
        (accounts, "x=1"),
        (accounts, "withBalance=true#x"),
        (accounts, "withBalance=true?x=1"),
        (banks, "isoCountryCodes=SE&isoCountryCodes=FI"),
        (banks, "isoCountryCodes="),
        (banks, "isoCountryCodes=SE,"),
        (banks, "isoCountryCodes=SE%2cFI"),
        (banks, "isoCountryCodes=SE%26cityIds=1"),
        (banks, "isoCountryCodes=S%45"),
        (banks, "isoCountryCodes[]=SE"),
        (banks, "withBalance=true"),
        (consent, "x=/psd2/consent/v1/consents"),
        (consent, ""),
        ("/psd2/accountinformation/v1/accounts/a", "withBalance=1"),
        ("/psd2/accountinformation/v1/accounts/a", "bookingStatus=both"),
        ("/psd2/accountinformation/v1/accounts/a/balances", "withBalance=true"),
        ("/psd2/accountinformation/v1/accounts/a/transactions/t", "bookingStatus=both"),
        (transactions, ""),
        (transactions, "dateFrom=2026-01-01"),
        (transactions, "bookingStatus="),
        (transactions, "bookingStatus=all"),
        (transactions, "bookingStatus=Both"),
        (transactions, "bookingStatus=both&bookingStatus=both"),
        (transactions, "bookingStatus=both&dateFrom=2026-02-30"),
        (transactions, "bookingStatus=both&dateFrom=20260101"),
        (transactions, "bookingStatus=both&dateTo="),
        (transactions, "bookingStatus=both&dateTo=2026-01-01%26x=1"),
        (transactions, "bookingStatus=both&deltaList=yes"),
        (transactions, "bookingStatus=both&entryReferenceFrom="),
        (transactions, "bookingStatus=both&entryReferenceFrom=a+b"),
        (transactions, "bookingStatus=both&entryReferenceFrom=%2e%2e"),
        (transactions, "bookingStatus=both&entryReferenceFrom=a%0Ab"),
        (transactions, "bookingStatus=both&page=2"),
    ];
    for (path, query) in hostile {
        let call = Call::parse("GET", &format!("{path}?{query}"));
        assert_eq!(call, Err(Refusal::BadQuery), "{path}?{query}");
    }
}

#[test]
fn other_methods_do_not_parse() {
    let accounts = "/psd2/accountinformation/v1/accounts";
    for method in
        ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", ""]
    {
        assert_eq!(Call::parse(method, accounts), Err(Refusal::WrongMethod), "{method}");
        let one = format!("{accounts}/a/balances");
        assert_eq!(Call::parse(method, &one), Err(Refusal::WrongMethod), "{method}");
    }
    assert_eq!(Call::parse("GET", "/psd2/consent/v1/consents"), Err(Refusal::WrongMethod));
    assert_eq!(Call::parse("POST", "/psd2/consent/v1/consents/abc"), Err(Refusal::WrongMethod));
}

#[test]
fn an_encoded_comma_separates_as_a_bare_one() {
    let path = "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=";
    let bare = Call::parse("GET", &format!("{path}SE,FI")).unwrap();
    assert_eq!(Call::parse("GET", &format!("{path}SE%2CFI")), Ok(bare));
}
