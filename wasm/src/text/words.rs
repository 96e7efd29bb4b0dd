//! The list of all texts. Each stands here once, with what may be put into it; a language has a line for
//! each (`en.rs`), and a screen reads it by its name: `text.start()`.

use super::Text;

macro_rules! texts {
    ($($name:ident $(($($hole:ident),+))?,)+) => {
        /// The texts of one language, as it is written: without one of them it does not compile.
        pub struct Words {
            $(
                #[doc = concat!("The text `", stringify!($name), "`; `EN` says what it means.")]
                pub $name: &'static str,
            )+
        }

        impl Words {
            /// The texts in the order of this list.
            pub const fn list(&self) -> [&'static str; COUNT] {
                [$(self.$name),+]
            }
        }

        impl Text {
            $(
                #[doc = concat!("The text `", stringify!($name), "`; `EN` says what it means.")]
                pub fn $name(&self) -> &str {
                    self.at(Place::$name as usize)
                }
            )+
        }

        #[expect(non_camel_case_types, reason = "a place has the name of its text")]
        enum Place {
            $($name),+
        }

        /// How many texts there are.
        pub const COUNT: usize = [$(stringify!($name)),+].len();

        /// The names of the texts, in the order of this list.
        pub const NAMES: [&str; COUNT] = [$(stringify!($name)),+];

        /// What is put into each text: it stands there in braces.
        pub const HOLES: [&[&str]; COUNT] = [$(&[$($(stringify!($hole)),+)?]),+];
    };
}

texts! {
    idle_heading,
    start,
    loading_heading,
    banks_heading,
    search,
    matches(count),
    no_match(query),
    no_banks,
    ready_heading(bank),
    ready_lead(service),
    reads_accounts,
    reads_balances,
    reads_transactions,
    ready_terms(date, times),
    ready_clock(seconds),
    ready_away(service),
    ready_warning(service),
    begin_other,
    begin_this,
    go(bank),
    back,
    preparing_heading(bank),
    preparing_help,
    scan_heading,
    scan_help,
    open_heading,
    open_help,
    open,
    qr_label,
    qr_failed,
    seconds_left(seconds),
    seconds_over,
    step(step),
    step_first(steps),
    step_of(step, steps),
    new_code,
    stale,
    enlarge,
    close,
    cut,
    open_otherwise,
    other_device,
    this_device,
    own_page,
    methods_heading,
    method_help,
    in_app(browser),
    address,
    copy,
    copied,
    signing_heading,
    signing_help,
    away_heading(bank),
    popup_help,
    at_bank_help(bank),
    finishing_heading,
    finishing_help(bank),
    linked_heading(bank),
    linked_lead(service),
    linked_none,
    another,
    troubled,
    cancel,
    retry,
    other_bank,
    support(code),
    cancelled_heading,
    cancelled_help,
    rejected_heading,
    rejected_help(bank),
    expired_heading,
    expired_help,
    unreachable_heading,
    unreachable_help,
    platform_failed_heading(bank),
    platform_failed_help,
    service_failed_heading,
    service_failed_help,
    busy_heading,
    busy_help(bank),
    session_lost_heading,
    session_lost_help,
    refused_heading(bank),
    refused_help,
    unconfirmed_heading,
    unconfirmed_help(bank),
    foreign_completion_heading,
    foreign_completion_help(bank),
    late_heading,
    late_help(bank),
    exchange_failed_heading,
    exchange_failed_help(bank),
    return_failed_heading(bank),
    return_failed_help,
    misconfigured_heading,
    misconfigured_help,
}
