//! English.

use super::{Ended, Text};

/// English. What the BankID app asks for is in BankID's recommended wording (RFA 1, 9, 13).
pub const EN: Text = Text {
    lang: "en",
    idle_heading: "Connect your bank",
    start: "Choose your bank",
    loading_heading: "Choose your bank",
    banks_heading: "Choose your bank",
    search: "Search for your bank",
    matches: "Banks found: {count}",
    no_match: "No bank matches “{query}”.",
    no_banks: "No bank can be connected here at the moment.",
    ready_heading: "Connect {bank}",
    ready_lead: "{service} asks to read from your bank:",
    reads_accounts: "Your accounts",
    reads_balances: "Their balances",
    reads_transactions: "Their transactions",
    ready_terms: "Until {date}, and at most {times} times a day when you are not here. \
                  You can end it at your bank at any time.",
    ready_clock: "Have your BankID at hand: the bank gives you {seconds} seconds to start the app. \
                  If that is too short, you get a new code.",
    ready_away: "The bank's own page is outside {service}. You come back here when you are done.",
    ready_warning: "Only go on if you came to {service} by yourself.",
    begin_other: "Show QR code",
    begin_this: "BankID on this device",
    go: "Continue to {bank}",
    back: "Choose another bank",
    preparing_heading: "Contacting {bank}",
    preparing_help: "It takes a few seconds.",
    scan_heading: "Scan the QR code",
    scan_help: "Start the BankID app and scan the QR code.",
    open_heading: "Open BankID",
    open_help: "Start the BankID app on this device, and come back to this page when you are done.",
    open: "Open BankID on this device",
    qr_label: "QR code for the BankID app",
    qr_failed: "The QR code cannot be shown.",
    seconds_left: "{seconds} seconds left to start the app",
    seconds_over: "If the BankID app is open already, continue there.",
    step: "Step {step}: your bank asks for one more signature.",
    signing_heading: "Continue in your BankID app",
    signing_help: "Enter your security code in the BankID app and select Identify or Sign.",
    away_heading: "Approve at {bank}",
    popup_help: "Continue in the window that opened. If you cannot see it, open it again.",
    at_bank_help: "You have not come back from {bank} yet. Continue there, or finish in the window where it is open.",
    finishing_heading: "Almost done",
    finishing_help: "Getting your accounts from {bank}.",
    linked_heading: "{bank} is connected",
    linked_lead: "{service} can now read:",
    linked_none: "The bank shows no accounts.",
    another: "Connect another bank",
    troubled: "The connection is poor. We keep trying.",
    cancel: "Cancel",
    retry: "Try again",
    other_bank: "Choose another bank",
    support: "Support code {code}",
    cancelled: Ended {
        heading: "Cancelled",
        help: "Nothing was shared. You can begin again whenever you like.",
    },
    rejected: Ended {
        heading: "Not approved",
        help: "You or {bank} declined. Nothing was shared.",
    },
    expired: Ended {
        heading: "The time ran out",
        help: "Nobody approved in time. Have your BankID at hand and try again.",
    },
    unreachable: Ended {
        heading: "No connection",
        help: "We could not reach the service. Check your internet connection and try again.",
    },
    platform_failed: Ended {
        heading: "{bank} does not answer",
        help: "The fault is not yours. Wait a little, then try again.",
    },
    service_failed: Ended {
        heading: "Not available right now",
        help: "The list of banks does not come. The fault is not yours: wait a little, then try again.",
    },
    busy: Ended {
        heading: "Too many attempts",
        help: "{bank} asks us to wait. Try again in a few minutes.",
    },
    session_lost: Ended {
        heading: "We lost track",
        help: "This browser no longer has the connection that was begun. Begin again.",
    },
    refused: Ended {
        heading: "{bank} said no",
        help: "The request was refused. Try again, or choose another bank.",
    },
    unconfirmed: Ended {
        heading: "Not confirmed yet",
        help: "You approved, but {bank} has not confirmed it. Try again: you need not approve twice.",
    },
    foreign_completion: Ended {
        heading: "Finished in another browser",
        help: "Somebody came back from {bank} in another browser, so the connection was ended and nothing was shared. Begin and finish in one browser.",
    },
    late: Ended {
        heading: "Too late",
        help: "You came back from {bank} when the time was over. Nothing was shared. Try again.",
    },
    exchange_failed: Ended {
        heading: "Not confirmed",
        help: "You came back from {bank}, but its answer was not accepted. Nothing was shared. Try again.",
    },
    return_failed: Ended {
        heading: "{bank} reported a fault",
        help: "You came back without an approval. Nothing was shared. Try again, or choose another bank.",
    },
    misconfigured: Ended {
        heading: "Not available",
        help: "This page is not set up correctly. Please tell its owner.",
    },
};
