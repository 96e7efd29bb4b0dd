//! Rules for the texts of every language.

use super::*;
use crate::accounts::text as accounts;

/// Texts that may equal the English ones.
const SAME: &[(&str, &str)] = &[];

#[test]
fn a_value_replaces_its_name() {
    let filled = fill("{service} reads {bank}: {bank}.", &[("bank", "{x}"), ("service", "A")]);
    assert_eq!(filled, "A reads {x}: {x}.");
}

#[test]
fn a_language_is_found_by_its_tag() {
    let rows = [
        ("sv", "sv"),
        ("sv-SE", "sv"),
        ("SV_fi", "sv"),
        ("nb-NO", "nb"),
        ("nn", "nb"),
        ("no-NO", "nb"),
        ("da-DK", "da"),
        ("fi", "fi"),
        ("en-GB", "en"),
        ("", ""),
    ];
    for (tag, lang) in rows {
        assert_eq!(language(tag), lang, "{tag}");
    }
}

#[test]
fn dates_and_amounts_are_in_the_language_of_the_words() {
    let rows = [
        ("sv", "sv-FI", "sv-FI"),
        ("nb", "nn-NO", "nn-NO"),
        ("en", "en-US", "en-US"),
        ("en", "en", "en-GB"),
        ("en", "sv", "en-GB"),
        ("en", "", "en-GB"),
    ];
    for (lang, tag, expected) in rows {
        assert_eq!(locale(lang, tag), expected, "{lang} {tag}");
    }
}

#[test]
fn a_text_is_read_by_its_name() {
    for (lang, words) in &LANGUAGES {
        let lines = words.list().join("\n");
        let text = Text::new((*lang).to_owned(), lines, lang, Overrides::default());
        assert_eq!((text.lang(), text.start()), (*lang, words.start));
        assert_eq!(text.idle_heading(), words.idle_heading);
        assert_eq!(text.misconfigured_help(), words.misconfigured_help);
    }
}

#[test]
fn names_are_in_the_order_of_the_texts_and_in_the_way_of_scripts() {
    assert_eq!(names().count(), COUNT);
    assert_eq!(names().next(), Some("idleHeading"));
    assert_eq!(names().last(), Some("misconfiguredHelp"));
}

/// The names in braces, sorted.
fn holes(text: &str) -> Vec<&str> {
    let mut holes: Vec<&str> =
        text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
    holes.sort_unstable();
    holes
}

/// The texts of an element: their names, their holes, and each language with its texts.
struct List {
    names: Vec<&'static str>,
    holes: Vec<&'static [&'static str]>,
    languages: Vec<(&'static str, Vec<&'static str>)>,
}

/// Those of both elements.
fn lists() -> [List; 2] {
    [
        List {
            names: names().collect(),
            holes: HOLES.to_vec(),
            languages: LANGUAGES.iter().map(|(lang, it)| (*lang, it.list().to_vec())).collect(),
        },
        List {
            names: accounts::names().collect(),
            holes: accounts::HOLES.to_vec(),
            languages: accounts::LANGUAGES
                .iter()
                .map(|(lang, it)| (*lang, it.list().to_vec()))
                .collect(),
        },
    ]
}

/// Calls `check` with each text, its language, its name, its holes and the English text.
fn each(mut check: impl FnMut(&'static str, &'static str, &str, &[&str], &str)) {
    for List { names, holes, languages } in lists() {
        for (lang, texts) in &languages {
            for (at, text) in texts.iter().enumerate() {
                check(lang, names[at], text, holes[at], languages[0].1[at]);
            }
        }
    }
}

#[test]
fn every_text_has_exactly_the_holes_of_its_name() {
    each(|lang, name, text, expected, _| {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(holes(text), expected, "{lang} {name}: {text}");
    });
}

#[test]
fn every_text_is_one_clean_line() {
    each(|lang, name, text, _, _| {
        assert_ne!(lang, NAMES);
        assert!(!text.is_empty() && text.trim() == text, "{lang} {name}: {text:?}");
        assert!(!text.contains("  ") && !text.contains(char::is_control), "{lang} {name}");
        assert!(!text.contains(['<', '>', '&']), "{lang} {name}: no markup");
    });
}

#[test]
fn every_text_ends_as_the_english_one_does() {
    let end = |text: &str| text.chars().last().filter(|last| ".:?".contains(*last));
    each(|lang, name, text, _, english| {
        assert_eq!(end(text), end(english), "{lang} {name}: {text}");
    });
}

/// A number before its noun needs another form of the noun, which differs by language.
#[test]
fn what_is_counted_down_stands_before_its_number() {
    for (lang, words) in &LANGUAGES {
        assert!(words.seconds_left.ends_with(": {seconds}"), "{lang}: {}", words.seconds_left);
        assert!(words.matches.ends_with(": {count}"), "{lang}: {}", words.matches);
    }
}

#[test]
fn no_text_was_left_in_english() {
    let mut same = Vec::new();
    each(|lang, name, text, _, english| {
        if lang != ENGLISH && text == english {
            same.push((lang, name));
        }
    });
    assert_eq!(same, SAME);
}

#[test]
fn both_elements_have_the_same_languages() {
    let [link, accounts] =
        lists().map(|list| list.languages.into_iter().map(|(lang, _)| lang).collect::<Vec<_>>());
    assert_eq!(link, accounts);
}
