//! Transactions (OpenAPI `transactionsResponse-200_json`, `transactionDetails`). Personal data: never logged.
//!
//! What of a transaction is kept: each member that the OpenAPI document names, as the bank wrote it. Amounts and
//! rates stay decimal text. A member that the document does not name is dropped, since nothing says what it holds;
//! so are the full number of a card (`pan`) and the link to the transaction's details, whose path the id gives. An
//! odd member counts as missing. A transaction without a readable amount is left out of its list, and counted.

use super::consent::Link;
use super::lenient::{Loose, OfLoose, reads};
use super::{Amount, ReportedBalance};
use crate::writes;

/// The answer to a list of transactions: one page of it.
///
/// An answer without `transactions` is none, so that it is not taken for a list without entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionList {
    /// The account, by its number.
    pub account: Option<AccountReference>,
    /// The transactions of this page.
    pub transactions: AccountReport,
    /// The account's balances, where the call asked for them or the bank adds them.
    pub balances: Vec<ReportedBalance>,
}

writes!(TransactionList, it => {
    "account": it.account.as_ref(),
    "transactions": Some(&it.transactions),
    "balances": Some(&it.balances).filter(|value| !value.is_empty()),
});

reads!(TransactionList, of => Self {
    account: of.perhaps("account"),
    transactions: of.must("transactions")?,
    balances: of.list("balances"),
});

/// Transactions by whether they are booked (OpenAPI `accountReport`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountReport {
    /// Those that are booked; `None` where the call did not ask for them.
    pub booked: Option<Vec<Transaction>>,
    /// Those that are not booked yet; `None` where the call did not ask for them.
    pub pending: Option<Vec<Transaction>>,
    /// The links to other pages.
    pub links: ReportLinks,
}

writes!(AccountReport, it => {
    "booked": it.booked.as_ref(),
    "pending": it.pending.as_ref(),
    "_links": Some(&it.links),
});

reads!(AccountReport, of => Self {
    booked: of.listed("booked"),
    pending: of.listed("pending"),
    links: of.or_default("_links"),
});

/// The links of a list of transactions (OpenAPI `_linksAccountReport`), as the platform sent them: unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportLinks {
    /// The account.
    pub account: Option<Link>,
    /// The first page.
    pub first: Option<Link>,
    /// The next page; without one, this page is the last.
    pub next: Option<Link>,
    /// The page before.
    pub previous: Option<Link>,
    /// The last page.
    pub last: Option<Link>,
}

writes!(ReportLinks, it => {
    "account": it.account.as_ref(),
    "first": it.first.as_ref(),
    "next": it.next.as_ref(),
    "previous": it.previous.as_ref(),
    "last": it.last.as_ref(),
});

reads!(ReportLinks, of => Self {
    account: of.perhaps("account"),
    first: of.perhaps("first"),
    next: of.perhaps("next"),
    previous: of.perhaps("previous"),
    last: of.perhaps("last"),
});

/// One transaction (OpenAPI `transactionDetails`), in a list or alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its id at the platform. Banks without details of transactions give none, and a pending one may have
    /// another id once it is booked.
    pub transaction_id: Option<String>,
    /// Its name in the bank's books.
    pub entry_reference: Option<String>,
    /// The payer's own id of the payment.
    pub end_to_end_id: Option<String>,
    /// The mandate of a direct debit.
    pub mandate_id: Option<String>,
    /// The number of a cheque.
    pub check_id: Option<String>,
    /// The id of the creditor of a direct debit.
    pub creditor_id: Option<String>,
    /// The day of booking, `yyyy-MM-dd`; a pending one has none.
    pub booking_date: Option<String>,
    /// The day from which it bears interest, `yyyy-MM-dd`.
    pub value_date: Option<String>,
    /// The amount in the account's currency; negative where money leaves the account.
    pub transaction_amount: Amount,
    /// The rates, where another currency was paid.
    pub currency_exchange: Vec<ExchangeRate>,
    /// Who is paid.
    pub creditor_name: Option<String>,
    /// Their account.
    pub creditor_account: Option<AccountReference>,
    /// For whom they are paid.
    pub ultimate_creditor: Option<String>,
    /// Who pays.
    pub debtor_name: Option<String>,
    /// Their account.
    pub debtor_account: Option<AccountReference>,
    /// For whom they pay.
    pub ultimate_debtor: Option<String>,
    /// The message of the payment, as a person reads it.
    pub remittance_information_unstructured: Option<String>,
    /// The reference of the payment, such as an OCR number.
    pub remittance_information_structured: Option<String>,
    /// What the bank adds.
    pub additional_information: Option<String>,
    /// The purpose by ISO 20022, such as `SALA`.
    pub purpose_code: Option<String>,
    /// The kind by ISO 20022, such as `PMNT-RCDT-ESCT`.
    pub bank_transaction_code: Option<String>,
    /// The kind by the bank's own list.
    pub proprietary_bank_transaction_code: Option<String>,
    /// The list of transactions of which this is the sum.
    pub transaction_list_id: Option<String>,
}

writes!(Transaction, it => {
    "transactionId": it.transaction_id.as_ref(),
    "entryReference": it.entry_reference.as_ref(),
    "endToEndId": it.end_to_end_id.as_ref(),
    "mandateId": it.mandate_id.as_ref(),
    "checkId": it.check_id.as_ref(),
    "creditorId": it.creditor_id.as_ref(),
    "bookingDate": it.booking_date.as_ref(),
    "valueDate": it.value_date.as_ref(),
    "transactionAmount": Some(&it.transaction_amount),
    "currencyExchange": Some(&it.currency_exchange).filter(|value| !value.is_empty()),
    "creditorName": it.creditor_name.as_ref(),
    "creditorAccount": it.creditor_account.as_ref(),
    "ultimateCreditor": it.ultimate_creditor.as_ref(),
    "debtorName": it.debtor_name.as_ref(),
    "debtorAccount": it.debtor_account.as_ref(),
    "ultimateDebtor": it.ultimate_debtor.as_ref(),
    "remittanceInformationUnstructured": it.remittance_information_unstructured.as_ref(),
    "remittanceInformationStructured": it.remittance_information_structured.as_ref(),
    "additionalInformation": it.additional_information.as_ref(),
    "purposeCode": it.purpose_code.as_ref(),
    "bankTransactionCode": it.bank_transaction_code.as_ref(),
    "proprietaryBankTransactionCode": it.proprietary_bank_transaction_code.as_ref(),
    "transactionListId": it.transaction_list_id.as_ref(),
});

reads!(Transaction, of => Self {
    transaction_id: of.perhaps("transactionId").map(Id::text),
    entry_reference: of.perhaps("entryReference").map(Id::text),
    end_to_end_id: of.perhaps("endToEndId").map(Id::text),
    mandate_id: of.perhaps("mandateId").map(Id::text),
    check_id: of.perhaps("checkId").map(Id::text),
    creditor_id: of.perhaps("creditorId").map(Id::text),
    booking_date: of.perhaps("bookingDate"),
    value_date: of.perhaps("valueDate"),
    transaction_amount: of.must("transactionAmount")?,
    currency_exchange: of.list("currencyExchange"),
    creditor_name: of.perhaps("creditorName"),
    creditor_account: of.perhaps("creditorAccount"),
    ultimate_creditor: of.perhaps("ultimateCreditor"),
    debtor_name: of.perhaps("debtorName"),
    debtor_account: of.perhaps("debtorAccount"),
    ultimate_debtor: of.perhaps("ultimateDebtor"),
    remittance_information_unstructured: of.perhaps("remittanceInformationUnstructured"),
    remittance_information_structured: of.perhaps("remittanceInformationStructured"),
    additional_information: of.perhaps("additionalInformation"),
    purpose_code: of.perhaps("purposeCode"),
    bank_transaction_code: of.perhaps("bankTransactionCode"),
    proprietary_bank_transaction_code: of.perhaps("proprietaryBankTransactionCode"),
    transaction_list_id: of.perhaps("transactionListId").map(Id::text),
});

/// An account by its number (OpenAPI `accountReference`, `trnsCreditorAccountReference`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountReference {
    /// The IBAN.
    pub iban: Option<String>,
    /// The national number.
    pub bban: Option<String>,
    /// The number of a card, most of it hidden.
    pub masked_pan: Option<String>,
    /// The phone number that identifies the account.
    pub msisdn: Option<String>,
    /// The number before the national number in Sweden.
    pub clearing_number: Option<String>,
    /// The number at Bankgirot.
    pub bank_giro: Option<String>,
    /// The number at Plusgirot.
    pub plus_giro: Option<String>,
    /// Three letters by ISO 4217.
    pub currency: Option<String>,
}

writes!(AccountReference, it => {
    "iban": it.iban.as_ref(),
    "bban": it.bban.as_ref(),
    "maskedPan": it.masked_pan.as_ref(),
    "msisdn": it.msisdn.as_ref(),
    "clearingNumber": it.clearing_number.as_ref(),
    "bankGiro": it.bank_giro.as_ref(),
    "plusGiro": it.plus_giro.as_ref(),
    "currency": it.currency.as_ref(),
});

reads!(AccountReference, of => Self {
    iban: of.perhaps("iban"),
    bban: of.perhaps("bban"),
    masked_pan: of.perhaps("maskedPan"),
    msisdn: of.perhaps("msisdn"),
    clearing_number: of.perhaps("clearingNumber"),
    bank_giro: of.perhaps("bankGiro"),
    plus_giro: of.perhaps("plusGiro"),
    currency: of.perhaps("currency"),
});

/// A rate between two currencies (OpenAPI `reportExchangeRate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRate {
    /// What was paid.
    pub source_currency: Option<String>,
    /// The rate, as decimal text.
    pub exchange_rate: Option<String>,
    /// The currency of which the rate counts one.
    pub unit_currency: Option<String>,
    /// The account's currency.
    pub target_currency: Option<String>,
    /// The day of the rate, `yyyy-MM-dd`.
    pub quotation_date: Option<String>,
    /// The contract that fixes the rate.
    pub contract_identification: Option<String>,
}

writes!(ExchangeRate, it => {
    "sourceCurrency": it.source_currency.as_ref(),
    "exchangeRate": it.exchange_rate.as_ref(),
    "unitCurrency": it.unit_currency.as_ref(),
    "targetCurrency": it.target_currency.as_ref(),
    "quotationDate": it.quotation_date.as_ref(),
    "contractIdentification": it.contract_identification.as_ref(),
});

reads!(ExchangeRate, of => Self {
    source_currency: of.perhaps("sourceCurrency"),
    exchange_rate: of.perhaps("exchangeRate"),
    unit_currency: of.perhaps("unitCurrency"),
    target_currency: of.perhaps("targetCurrency"),
    quotation_date: of.perhaps("quotationDate"),
    contract_identification: of.perhaps("contractIdentification").map(Id::text),
});

/// An id, which some banks write as a whole number.
struct Id(String);

impl Id {
    fn text(self) -> String {
        self.0
    }
}

impl OfLoose for Id {
    fn of_loose(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Text(text) => Some(Self(text)),
            Loose::Number(number) => Some(Self(number.to_string())),
            _ => None,
        }
    }
}
