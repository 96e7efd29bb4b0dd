//! How the texts of an element are listed. Each is declared once, with the values that it takes; a language has a line for
//! each (`en.rs`), a screen reads it by its name, `text.start()`, and a page by the name in camel case.

/// Lists the texts of an element, after the name of their type in TypeScript. Where it stands, `Text` has a method `at`.
macro_rules! texts {
    ($interface:literal $($name:ident $(($($hole:ident),+))?,)+) => {
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
            "export interface ", $interface, " {\n",
            $(
                $("  /** With", $(" `{", stringify!($hole), "}`",)+ ". */\n",)?
                "  ", stringify!($name), "?: string;\n",
            )+
            "}",
        );

        /// The values that each text takes; their names are in braces.
        pub const HOLES: [&[&str]; COUNT] = [$(&[$($(stringify!($hole)),+)?]),+];

        /// The names of the texts in camel case, in the order of the list.
        pub fn names() -> impl Iterator<Item = &'static str> {
            NAMES.split_ascii_whitespace()
        }

        const NAMES: &str = $crate::text::list::utf8(&$crate::text::list::camel::<
                    { $crate::text::list::camel_length(SNAKE_NAMES) },
                >(SNAKE_NAMES));

        /// The type of a page's own texts, for TypeScript.
        pub const TYPES: &str = $crate::text::list::utf8(&$crate::text::list::camel::<
                    { $crate::text::list::camel_length(SNAKE_TYPES) },
                >(SNAKE_TYPES));
    };
}
pub(crate) use texts;

/// A text with its names in camel case: each letter after `_` becomes large, and the `_` is dropped.
pub(crate) const fn camel<const LENGTH: usize>(snake: &str) -> [u8; LENGTH] {
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

/// The length of such a text.
pub(crate) const fn camel_length(snake: &str) -> usize {
    let (mut at, mut length) = (0, 0);
    while at < snake.len() {
        length += (snake.as_bytes()[at] != b'_') as usize;
        at += 1;
    }
    length
}

/// Bytes that are text.
pub(crate) const fn utf8(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("it was made of text"),
    }
}
