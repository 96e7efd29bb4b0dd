//! The list of all texts. Each is declared once, with the values that it takes; a language has a line for
//! each (`en.rs`), a screen reads it by its name, `text.start()`, and a page by the name in camel case.

use super::Text;

macro_rules! texts {
    ($($name:ident $(($($hole:ident),+))?,)+) => {
        /// The texts of one language: a language without one of them does not compile.
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
                #[inline(always)]
                pub fn $name(&self) -> &str {
                    self.at(Place::$name as usize)
                }
            )+
        }

        /// The index of a text in the list.
        #[expect(non_camel_case_types, reason = "a place has the name of its text")]
        #[derive(Clone, Copy)]
        pub(crate) enum Place {
            $($name),+
        }

        /// The number of texts.
        pub const COUNT: usize = [$(stringify!($name)),+].len();

        const SNAKE_NAMES: &str = concat!($(stringify!($name), " "),+);

        const SNAKE_TYPES: &str = concat!(
            "/** The texts of the element by their names. `{name}` stands for what is put there. */\n",
            "export interface AisLinkTexts {\n",
            $(
                $("  /** With", $(" `{", stringify!($hole), "}`",)+ ". */\n",)?
                "  ", stringify!($name), "?: string;\n",
            )+
            "}",
        );

        /// The values that each text takes; their names are in braces.
        pub const HOLES: [&[&str]; COUNT] = [$(&[$($(stringify!($hole)),+)?]),+];
    };
}

/// The names of the texts in camel case, in the order of the list.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split_ascii_whitespace()
}

const NAMES: &str = utf8(&camel::<{ camel_length(SNAKE_NAMES) }>(SNAKE_NAMES));

/// The type of a page's own texts, for TypeScript.
pub const TYPES: &str = utf8(&camel::<{ camel_length(SNAKE_TYPES) }>(SNAKE_TYPES));

/// A text with its names in camel case: each letter after `_` becomes large, and the `_` is dropped.
const fn camel<const LENGTH: usize>(snake: &str) -> [u8; LENGTH] {
    let snake = snake.as_bytes();
    let mut camel = [0; LENGTH];
    let (mut from, mut to) = (0, 0);
    while from < snake.len() {
        camel[to] = if snake[from] == b'_' {
            from += 1;
            snake[from].to_ascii_uppercase()
        } else {
            snake[from]
        };
        from += 1;
        to += 1;
    }
    camel
}

const fn camel_length(snake: &str) -> usize {
    let (mut at, mut length) = (0, 0);
    while at < snake.len() {
        length += (snake.as_bytes()[at] != b'_') as usize;
        at += 1;
    }
    length
}

const fn utf8(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("it was made of text"),
    }
}

texts! {
    idle_heading,
    idle_help,
    start,
    banks_heading,
    search,
    matches(count),
    no_match(query),
    all_banks,
    no_banks,
    affiliated_heading,
    purpose(service, purpose),
    ready_heading,
    ready_lead(service),
    reads_accounts,
    reads_balances,
    reads_transactions,
    ready_once(date),
    ready_daily(date),
    ready_often(date, times),
    personal_number,
    user_id(bank),
    company_number,
    company_id(bank),
    optional(label),
    example(example),
    id_missing,
    id_form,
    id_digit,
    ready_clock(seconds),
    ready_clock_approve(seconds),
    ready_away(service),
    ready_warning(service),
    begin_other,
    begin_this,
    go(bank),
    preparing_heading,
    preparing_help,
    scan_heading,
    scan_help,
    open_heading,
    open_help,
    open,
    starting,
    come_back,
    qr_label,
    qr_failed,
    seconds_left(seconds),
    seconds_left_approve(seconds),
    seconds_over,
    seconds_none,
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
    asked_heading,
    asked_help(bank),
    away_heading,
    popup_help,
    close_window,
    at_bank_help(bank),
    finishing_heading,
    finishing_help(bank),
    linked_heading,
    linked_lead(service),
    linked_none,
    another,
    troubled,
    offline,
    cancel,
    retry,
    other_bank,
    support,
    cancelled_heading,
    cancelled_help,
    rejected_heading,
    rejected_help(bank),
    expired_heading,
    expired_help,
    app_silent,
    unexplained_heading,
    unexplained_help,
    undecided_heading,
    undecided_help(bank),
    unreachable_heading,
    unreachable_help,
    platform_failed_heading,
    platform_failed_help,
    service_failed_heading,
    service_failed_help,
    busy_heading,
    busy_help(bank),
    rest_help(when),
    rest_over,
    cookies_heading,
    cookies_help,
    session_lost_heading,
    session_lost_help,
    refused_heading,
    refused_help,
    unconfirmed_heading,
    unconfirmed_help(bank),
    foreign_completion_heading,
    foreign_completion_help(bank),
    opened_elsewhere_heading,
    opened_elsewhere_help(service),
    link_over_heading,
    link_over_help(service),
    late_heading,
    late_help(bank),
    exchange_failed_heading,
    exchange_failed_help(bank),
    return_failed_heading,
    return_failed_help,
    misconfigured_heading,
    misconfigured_help,
}
