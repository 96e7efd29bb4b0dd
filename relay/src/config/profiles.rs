//! The profiles that a relay serves: those that come with it, and over them an operator's own. An unsound file
//! is refused as a whole; the error names the place of the fault, but no values.

use std::path::{Path, PathBuf};
use std::{fs, io};

use protocol::id::BicFi;
use protocol::profile::{Profile, Profiles, Unsound};
use thiserror::Error;

/// The profiles that a relay serves.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The operator's file, where there is one.
    pub file: Option<PathBuf>,
    profiles: Profiles,
    unknown: Profile,
}

/// Why a file of profiles is refused.
#[derive(Debug, Error)]
pub enum ProfilesError {
    /// It cannot be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// It is not TOML, or does not have the form.
    #[error("line {line}: {problem}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What is wrong, without the value.
        problem: String,
    },
    /// It has the form, but makes no sense.
    #[error(transparent)]
    Unsound(#[from] Unsound),
}

impl Catalogue {
    /// The profiles that come with the relay, with those of `file` over them.
    pub fn read(file: Option<&Path>) -> Result<Self, ProfilesError> {
        let mut profiles = parse(BUILT_IN)?;
        if let Some(path) = file {
            profiles = profiles.overridden_by(parse(&fs::read_to_string(path)?)?);
        }
        let unknown = profiles.unknown.clone().unwrap_or_default();
        Ok(Self { file: file.map(Path::to_owned), profiles, unknown })
    }

    /// The same for a platform with real companies, which accepts no ids for tests.
    #[must_use]
    pub(crate) fn without_test_ids(mut self) -> Self {
        self.profiles = self.profiles.without_test_ids();
        self.unknown.corporate_id_tests.clear();
        self
    }

    /// The banks that have a profile.
    pub(crate) fn banks(&self) -> impl Iterator<Item = &BicFi> {
        self.profiles.bank.iter().filter_map(|profile| profile.bic.as_ref())
    }

    /// The profile of a bank, or that of unknown ones.
    pub(crate) fn of(&self, bic: &BicFi) -> &Profile {
        self.profiles.of(bic).unwrap_or(&self.unknown)
    }
}

fn parse(text: &str) -> Result<Profiles, ProfilesError> {
    let profiles: Profiles = toml::from_str(text).map_err(|error| {
        let end = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(end).filter(|byte| *byte == b'\n').count() + 1;
        ProfilesError::Form { line, problem: without_value(error.message()) }
    })?;
    profiles.check()?;
    Ok(profiles)
}

/// The message of the TOML reader, without the value that it may repeat: the operator may have named a wrong
/// file.
fn without_value(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    match message.split_once(", expected ") {
        Some((start, expected)) if start.starts_with("invalid ") => format!("expected {expected}"),
        _ => message.to_owned(),
    }
}

/// The profiles that come with the relay.
const BUILT_IN: &str = include_str!("../../../protocol/data/profiles.toml");

#[cfg(test)]
mod tests {
    use protocol::profile::Need;

    use super::{BUILT_IN, Catalogue, ProfilesError, parse};

    #[track_caller]
    fn refuses(text: &str, expect: &str) {
        let error = parse(text).expect_err("a fault is expected").to_string();
        assert!(error.contains(expect), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }

    /// A file with one bank that has this line more.
    fn bank(line: &str) -> String {
        format!("version = 1\n[[bank]]\nbic = \"TESTSESS\"\napproaches = [\"REDIRECT\"]\n{line}\n")
    }

    /// A bank with all that it needs, and this line more.
    fn whole(line: &str) -> String {
        let method = r#"methods = [{ id = "mbid", device = "any", challenge = "page" }]"#;
        bank(&format!("{method}\n{line}"))
    }

    #[test]
    fn a_file_that_is_not_of_the_form_is_refused_by_its_line() {
        refuses("version = 1\nsecret: canary", "line 2: ");
        refuses("canary", "line 1: ");
        refuses("[[bank]]", "line 1: missing field `version`");
        refuses("version = 2", "profiles: version must be 1");
        refuses("version = \"canary\"", "line 1: expected u64");
        refuses(&whole("colour = 1"), "line 6: unknown field `colour`");
        refuses(&whole("scans = -1"), "line 6: expected u64");
        refuses(&whole("psu_id = \"canary\""), "line 6: the word must be one of: never may must");
        refuses(
            &whole("headers = [\"canary\"]"),
            "line 6: the word must be one of: PSU-IP-Address",
        );
        refuses("version = 1\n[[bank]]\nbic = \"canary\"", "line 3: X-BicFi must be 8 or 11");
        refuses(&whole("notes = [{ sv = \"x\", en = \"x\" }]"), "line 6: missing field");
    }

    /// Lines that a bank must not have, and what is said of them.
    const SENSELESS: &[(&str, &str)] = &[
        ("statuses = [\"received\"]", "statuses must end"),
        ("statuses = [\"received\", \"failed\"]", "statuses must end"),
        ("statuses = [\"canary\", \"finalised\"]", "statuses must be words"),
        ("statuses = [\"exempted\", \"finalised\"]", "statuses must not end before"),
        ("statuses = [\"started\", \"started\", \"finalised\"]", "statuses must have each"),
        ("scans = 0", "scans must be from 1"),
        ("scans = 2", "scans must be left out"),
        ("pick_up_seconds = 0", "pick_up_seconds must be"),
        ("sign_seconds = 3601", "sign_seconds must be"),
        ("longest_days = 0", "longest_days must be"),
        ("longest_days = 90", "usual_days must be"),
        ("usual_days = 181", "usual_days must be"),
        ("history_rows = 0", "history_rows must be"),
        ("history_days = 30\nhistory_later_days = 90", "history_later_days must"),
        ("headers = [\"PSU-IP-Address\", \"PSU-IP-Address\"]", "headers must have each"),
        ("affiliated = [{ id = \"1\", name = \" \" }]", "affiliated must name"),
        (
            "affiliated = [{ id = \"1\", name = \"a\" }, { id = \"1\", name = \"b\" }]",
            "affiliated must have each id once",
        ),
        (
            "notes = [{ sv = \"x\", en = \"x\", fi = \"\", nb = \"x\", da = \"x\" }]",
            "notes must be written",
        ),
    ];

    #[test]
    fn a_profile_that_makes_no_sense_is_refused_by_bank_and_member() {
        for (line, expect) in SENSELESS {
            refuses(&whole(line), &format!("TESTSESS: {expect}"));
        }
    }

    #[test]
    fn an_order_of_preference_has_no_doubles_and_fits_the_approaches() {
        let method = |challenge: &str| {
            format!("{{ id = \"mbid\", device = \"any\", challenge = \"{challenge}\" }}")
        };
        for (challenges, expect) in [
            (&["page", "page"][..], "methods must have each id once"),
            (&["page", "token"], "methods must be of each approach"),
            (&["token"], "methods must be of each approach"),
            (&[], "methods must be of each approach"),
        ] {
            let list: Vec<_> = challenges.iter().map(|challenge| method(challenge)).collect();
            let text = bank(&format!("methods = [{}]", list.join(", ")));
            refuses(&text, &format!("TESTSESS: {expect}"));
        }
        let none = whole("").replace("approaches = [\"REDIRECT\"]", "approaches = [\"EMBEDDED\"]");
        refuses(&none, "TESTSESS: approaches must be DECOUPLED, REDIRECT or both");
    }

    #[test]
    fn each_bank_is_there_once_and_named() {
        let unknown = whole("").replace("[[bank]]", "[unknown]");
        refuses(&unknown, "unknown: bic must be left out");
        let twice = [whole(""), whole("").replace("version = 1\n", "")].concat();
        refuses(&twice, "TESTSESS: bic must be that of one profile only");
        let nameless = whole("").replace("bic = \"TESTSESS\"\n", "");
        refuses(&nameless, "profiles: bic must be said of each bank");
    }

    #[test]
    fn a_file_that_is_not_there_is_refused() {
        let error = Catalogue::read(Some("/no/such/file".as_ref())).expect_err("it is not there");
        assert!(matches!(error, ProfilesError::Read(_)), "{error}");
    }

    #[test]
    fn an_operators_bank_stands_for_the_whole_of_ours() {
        let ours = parse(BUILT_IN).unwrap();
        let before = ours.bank.len();
        let own = whole("psu_id = \"must\"").replace("TESTSESS", "SWEDSESS");
        let more = whole("").replace("version = 1\n", "");
        let both = ours.overridden_by(parse(&[own, more].concat()).unwrap());
        assert_eq!(both.bank.len(), before + 1);
        let swedbank = both.of(&"SWEDSESS".parse().unwrap()).unwrap();
        assert_eq!((swedbank.psu_id, swedbank.scans), (Need::Must, 1));
        assert!(swedbank.affiliated.is_empty(), "nothing of ours is left");
        assert!(both.unknown.is_some(), "what the file does not name stays");
    }
}
