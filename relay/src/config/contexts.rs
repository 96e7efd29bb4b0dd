//! Whose accounts may be asked for: the contexts that the platform's client has, and the order in which
//! they count.

use std::fmt;
use std::iter::once;

use protocol::profile::Context;

/// One context, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contexts {
    /// The one that counts where a page names none.
    pub first: Context,
    /// The other one, if it may be asked for.
    pub second: Option<Context>,
}

impl Contexts {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(',').map(|word| word.trim().parse());
        let first = words.next()?.ok()?;
        let second = words.next().transpose().ok()?;
        (second != Some(first) && words.next().is_none()).then_some(Self { first, second })
    }

    /// Whether it is one of them.
    pub fn has(self, context: Context) -> bool {
        self.all().any(|one| one == context)
    }

    /// All of them, the first one first.
    pub fn all(self) -> impl Iterator<Item = Context> {
        once(self.first).chain(self.second)
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
            assert_eq!((contexts.first, contexts.to_string().as_str()), (first, shown));
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
