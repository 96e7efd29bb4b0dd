//! Closed vocabularies: a word on the wire is a variant, and any other word is an error. Its text names
//! the words that there are, and never the one that came.

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

            /// The variants, each at the place of its word.
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands on the wire.
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
            /// Which words there are.
            type Err = &'static str;

            fn from_str(word: &str) -> Result<Self, &'static str> {
                $crate::profile::word::place(word, Self::WORDS)
                    .and_then(|place| Self::ALL.get(place).copied())
                    .ok_or(concat!("the word must be one of:" $(, " ", $word)+))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::wire::lenient::OfLoose for $name {
            fn of_loose(loose: $crate::wire::lenient::Loose) -> Option<Self> {
                String::of_loose(loose)?.parse().ok()
            }
        }
    };
}
pub(super) use words;

/// Where `word` stands in `words`: one function for all vocabularies, for each page loads it.
pub(super) fn place(word: &str, words: &[&str]) -> Option<usize> {
    words.iter().position(|known| *known == word)
}
