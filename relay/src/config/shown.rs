//! The configuration as operations may see it: all variables, and no secret.

use std::collections::BTreeMap;

use super::reader::Reader;
use super::variable::{CLIENT_SECRET, STORE, VARIABLES, Variable, WEBHOOK_URL};

/// Each variable, by its name in the file, with its value: the set one, the default, or none. A value that is or may
/// contain a secret is not in it.
pub type Shown = BTreeMap<String, Option<String>>;

pub(super) fn of(reader: &Reader<'_>) -> Shown {
    let value = |variable: &&Variable| {
        let set = reader.raw(variable).or(variable.default.map(str::to_owned));
        let is_hidden = HIDDEN.iter().any(|hidden| hidden.name == variable.name);
        let set = set.map(|value| if is_hidden { "(hidden)".to_owned() } else { value });
        (variable.file_name(), set)
    };
    VARIABLES.iter().map(value).collect()
}

/// The secret itself, and addresses that may contain a password. Files are named, and not read.
const HIDDEN: [&Variable; 3] = [&CLIENT_SECRET, &STORE, &WEBHOOK_URL];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{PREFIX, Vars};

    fn vars(pairs: &[(&str, &str)]) -> Vars {
        pairs.iter().map(|(name, value)| ([PREFIX, name].concat(), (*value).to_owned())).collect()
    }

    #[test]
    fn operations_may_see_each_variable_and_no_secret() {
        let set = [
            ("WEBHOOK_URL", "https://shop.example/canary-hook"),
            ("CLIENT_SECRET", "canary"),
            ("STORE", "postgres://r:canary@db/relay"),
        ];
        let set = [&set[..], &[("DRAIN_DELAY", "0.5")]].concat();
        let set = vars(&set);
        let shown = of(&Reader::new(&set, Some("log = \"json\"")).unwrap());
        assert_eq!(shown.len(), VARIABLES.len());
        let value = |name: &str| shown[name].as_deref();
        assert_eq!(value("drain_delay"), Some("0.5"));
        assert_eq!(value("log"), Some("json"), "from the file");
        assert_eq!(value("admin_listen"), Some("127.0.0.1:9419"), "a default");
        assert_eq!(value("ca_file"), None);
        for hidden in ["client_secret", "store", "webhook_url"] {
            assert_eq!(value(hidden), Some("(hidden)"), "{hidden}");
        }
        let text = format!("{shown:?}");
        assert!(!text.contains("canary"), "{text}");
    }

    #[test]
    fn a_variable_with_a_secret_is_hidden_or_names_a_file() {
        let set =
            VARIABLES.iter().map(|variable| (variable.env_name(), "canary".to_owned())).collect();
        let shown = of(&Reader::new(&set, None).unwrap());
        for variable in VARIABLES.iter().filter(|variable| !variable.name.ends_with("_FILE")) {
            let about = [variable.about, variable.expected].concat();
            let is_secret = ["secret", "password"].iter().any(|word| about.contains(word));
            let is_shown = shown[&variable.file_name()].as_deref() == Some("canary");
            assert!(!(is_secret && is_shown), "{}", variable.name);
        }
    }
}
