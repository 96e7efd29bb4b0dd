//! Normalises names for the search, so that people can spell them on any keyboard. "lansforsakringar",
//! "laensfoersaekringar" and "länsförsäkringar" are equal, and so are "sydost" and "Syd-Öst". It knows
//! letters, and no bank.

use js_sys::JsString;

/// A name in its searchable forms.
pub(super) struct Needle {
    /// Its words, with single letters and with pairs for those beyond English.
    words: String,
    /// All its letters without gaps, each pair as one letter.
    run: String,
}

/// A query: every word must be found, in any order.
pub(super) struct Query(Vec<[String; 3]>);

impl Needle {
    pub(super) fn of(name: &str) -> Self {
        let Folded { short, long } = Folded::of(name);
        Self { run: joined(&long), words: [short, long].join("\n") }
    }

    /// Whether each word of `query` is in the name.
    pub(super) fn has(&self, query: &Query) -> bool {
        query.0.iter().all(|[short, long, run]| {
            contains(&self.words, short)
                || contains(&self.words, long)
                // Short runs of letters occur in many names by chance.
                || (run.len() >= ENOUGH && contains(&self.run, run))
        })
    }
}

impl Query {
    pub(super) fn of(typed: &str) -> Self {
        let Folded { short, long } = Folded::of(typed);
        let words = short.split(' ').zip(long.split(' ')).filter(|(short, _)| !short.is_empty());
        Self(words.map(|(short, long)| [short.to_owned(), long.to_owned(), joined(long)]).collect())
    }
}

/// A text in small letters without marks. Both forms have the same words, with one space between them.
#[derive(Debug, PartialEq, Eq)]
struct Folded {
    /// Each letter beyond English as the letter it resembles: å is a.
    short: String,
    /// Each as the pair that replaces it: å is aa.
    long: String,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self { short: String::new(), long: String::new() };
        for char in decomposed(text).chars() {
            folded.push(char);
        }
        folded
    }

    fn push(&mut self, char: char) {
        let both = match char {
            // A combining mark on the letter before it.
            '\u{300}'..='\u{36f}' => {
                match (self.long.chars().next_back(), char) {
                    (Some('a'), '\u{30a}') => self.long.push('a'),
                    (Some('a' | 'o' | 'u'), '\u{308}') => self.long.push('e'),
                    _ => {}
                }
                return;
            }
            'ø' | 'œ' => return self.pair("o", "oe"),
            'æ' => return self.pair("a", "ae"),
            'ß' => "ss",
            'ð' | 'đ' => "d",
            'þ' => "th",
            'ł' => "l",
            'ı' => "i",
            // Characters that people omit.
            '\'' | '.' | '`' | '´' | '’' | '‘' | 'ʼ' | '\u{ad}' | '\u{200b}' => return,
            '\0'..='/'
            | ':'..='@'
            | '['..='_'
            | '{'..='\u{bf}'
            | '\u{2000}'..='\u{206f}'
            | '\u{3000}' => {
                if !self.short.is_empty() && !self.short.ends_with(' ') {
                    self.pair(" ", " ");
                }
                return;
            }
            other => {
                return self.pair(other.encode_utf8(&mut [0; 4]), other.encode_utf8(&mut [0; 4]));
            }
        };
        self.pair(both, both);
    }

    fn pair(&mut self, short: &str, long: &str) {
        self.short.push_str(short);
        self.long.push_str(long);
    }
}

/// `text` in small letters, decomposed. The browser has the tables beyond ASCII; Rust's own would enlarge
/// the module.
fn decomposed(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    JsString::from(text).to_lower_case().normalize("NFD").into()
}

/// `long` without gaps, and with each pair as the one letter it replaces.
fn joined(long: &str) -> String {
    let mut joined = String::with_capacity(long.len());
    let mut before = ' ';
    for char in long.chars().filter(|char| *char != ' ') {
        let second = matches!((before, char), ('a', 'a' | 'e') | ('o' | 'u', 'e'));
        if second {
            before = ' ';
        } else {
            joined.push(char);
            before = char;
        }
    }
    joined
}

/// Whether `part` is in `text`. The standard library's search is for long texts and would enlarge the
/// module.
fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some(first) = part.first() else { return true };
    text.windows(part.len()).any(|window| window.first() == Some(first) && window == part)
}

/// The least number of letters that are searched for across the gaps of a name.
const ENOUGH: usize = 4;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{Needle, Query};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn a_bank_is_found_as_people_spell_it() {
        for (name, typed) in [
            ("Länsförsäkringar Bank", "lansforsakringar"),
            ("Länsförsäkringar Bank", "LANSFÖRSÄKRINGAR"),
            ("Länsförsäkringar Bank", "laensfoersaekringar"),
            ("Länsförsäkringar Bank", "laensforsak"),
            ("Länsförsäkringar Bank", "la\u{308}nsfo\u{308}r"),
            ("La\u{308}nsfo\u{308}rsa\u{308}kringar", "länsför"),
            ("Länsförsäkringar Bank", "bank  lansf"),
            ("Länsförsäkringar Bank", "försäk"),
            ("Ålandsbanken", "aland"),
            ("Ålandsbanken", "aaland"),
            ("Ålandsbanken", "aa"),
            ("Aalborg Sparekasse", "ålborg"),
            ("Aalborg Sparekasse", "alborg"),
            ("Møns Bank", "mons"),
            ("Møns Bank", "moens"),
            ("Møns Bank", "möns"),
            ("Moens Bank", "møns"),
            ("Sæby Bank", "saeby"),
            ("Sæby Bank", "saby"),
            ("Saeby Bank", "sæby"),
            ("Strauß & Söhne", "strauss sohne"),
            ("Strauss und Soehne", "STRAUẞ söhne"),
            ("Müller Bank", "muller"),
            ("Müller Bank", "mueller"),
            ("Crédit Agricole", "credit"),
            ("L’Oréal Banque", "loreal"),
            ("L'Oréal Banque", "l’oreal"),
            ("Sparbanken Syd-Öst", "sydost"),
            ("Sparbanken Syd\u{2011}Öst", "syd ost"),
            ("Sparbanken SydÖst", "syd-ost bank"),
            ("ICA Banken", "icabanken"),
            ("S.E.B.", "seb"),
            ("SEB", " s.e.b. "),
            ("Danske\u{a0}Bank", "danske bank"),
            ("İş Bankası", "is bankasi"),
            ("Łódź Bank", "lodz"),
            ("Íslandsbanki", "islandsbanki"),
            ("Τράπεζα", "τραπεζα"),
        ] {
            assert!(Needle::of(name).has(&Query::of(typed)), "{typed:?} in {name:?}");
        }
    }

    #[wasm_bindgen_test]
    fn other_banks_are_not_found() {
        for (name, typed) in [
            ("Länsförsäkringar Bank", "lansforz"),
            ("Danske Bank", "eb"),
            ("Nordea", "aa"),
            ("Sparbanken Syd", "sydost"),
            ("Swedbank", "swed bank nord"),
        ] {
            assert!(!Needle::of(name).has(&Query::of(typed)), "{typed:?} in {name:?}");
        }
    }

    #[wasm_bindgen_test]
    fn an_empty_query_finds_all() {
        for typed in ["", "  ", " - ", "'"] {
            assert!(Needle::of("SEB").has(&Query::of(typed)), "{typed:?}");
        }
    }
}
