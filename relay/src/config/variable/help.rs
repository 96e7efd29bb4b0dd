//! The variables as `--help` shows them.

use std::fmt::Write as _;

use super::VARIABLES;

/// All variables, with their defaults, as `--help` shows them.
pub fn help() -> String {
    let mut text = String::from(
        "Configuration, from the environment and, for what is not set there, from the TOML file\n\
         (the same names in lower case without the prefix; lists as arrays or with commas):\n",
    );
    for variable in VARIABLES {
        let default = variable.default.unwrap_or("none");
        let _ = write!(
            text,
            "\n  {}\n      {}\n      {}. Default: {default}\n",
            variable.env_name(),
            variable.about,
            sentence(variable.expected),
        );
    }
    text
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
