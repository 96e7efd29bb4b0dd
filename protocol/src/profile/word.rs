//! Closed vocabularies: each word is a variant, and any other word is an error. The error lists the valid
//! words and does not repeat the other one.

/// An enum whose variants are words, read and written as strings.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$word_meta:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$word_meta])* $variant,)+
        }

        impl $name {
            /// All words.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The variants, in the order of their words.
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The variant of a word. Where it is none, nothing is said of those that there are.
            fn of(word: &str) -> Option<Self> {
                $crate::profile::word::place(word, Self::WORDS)
                    .and_then(|place| Self::ALL.get(place).copied())
            }

            /// The word as sent.
            pub const fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            /// The list of valid words.
            type Err = &'static str;

            fn from_str(word: &str) -> Result<Self, &'static str> {
                Self::of(word).ok_or(concat!("the word must be one of:" $(, " ", $word)+))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::wire::lenient::OfLoose for $name {
            fn of_loose(loose: $crate::wire::lenient::Loose) -> Option<Self> {
                Self::of(&String::of_loose(loose)?)
            }
        }
    };
}
pub(super) use words;

/// The index of `word` in `words`: one function for all vocabularies, to keep the widget small.
pub(super) fn place(word: &str, words: &[&str]) -> Option<usize> {
    words.iter().position(|known| *known == word)
}
