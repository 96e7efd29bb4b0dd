//! Whose accounts may be asked for: the contexts that the platform's client has, and the order in which
//! they count.

use std::fmt;

use protocol::profile::Context;

/// One context, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contexts {
    /// This one, and no other.
    Only(Context),
    /// Both; the other one where a page asks for it.
    Both {
        /// The one that counts where a page names none.
        first: Context,
    },
}

impl Contexts {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, second) = match text.split_once(',') {
            Some((first, second)) => (first, Some(second)),
            None => (text, None),
        };
        let first = first.trim().parse().ok()?;
        match second {
            None => Some(Self::Only(first)),
            Some(second) => {
                let second: Context = second.trim().parse().ok()?;
                (second != first).then_some(Self::Both { first })
            }
        }
    }

    /// The one that counts where a page names none.
    pub const fn first(self) -> Context {
        match self {
            Self::Only(first) | Self::Both { first } => first,
        }
    }

    /// All of them, the first one first.
    pub fn all(self) -> impl Iterator<Item = Context> {
        let second = match self {
            Self::Only(_) => None,
            Self::Both { first: Context::Private } => Some(Context::Corporate),
            Self::Both { first: Context::Corporate } => Some(Context::Private),
        };
        [self.first()].into_iter().chain(second)
    }
}

impl fmt::Display for Contexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.all().map(Context::as_str).collect();
        f.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_both_may_be_named_each_once() {
        for (text, first, shown) in [
            ("private", Context::Private, "private"),
            ("corporate", Context::Corporate, "corporate"),
            ("private,corporate", Context::Private, "private,corporate"),
            (" corporate , private ", Context::Corporate, "corporate,private"),
        ] {
            let contexts = Contexts::parse(text).unwrap();
            assert_eq!((contexts.first(), contexts.to_string().as_str()), (first, shown));
        }
        for bad in [
            "",
            ",",
            "Private",
            "both",
            "private,",
            ",private",
            "private,private",
            "private;corporate",
            "private corporate",
            "private,corporate,private",
        ] {
            assert_eq!(Contexts::parse(bad), None, "{bad}");
        }
    }
}
