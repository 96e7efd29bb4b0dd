//! The person's ids at the bank: asked only where the bank's profile says so, and checked before anything
//! is sent. The input is handed over once and not stored.

use std::rc::Rc;

use protocol::Day;
use protocol::flow::{Ids, Offer};
use protocol::profile::{IdFormat, Need, PsuId, PsuIdError};

use super::build::Build;
use super::dom::{El, el, key};
use crate::browser::clock;
use crate::names::PART_FIELD;
use crate::text::{Text, fill};

/// The fields for the person and for their company; none where the bank does not need them.
pub(super) struct Fields([Option<Field>; 2]);

struct Field {
    input: El,
    error: El,
    need: Need,
    format: IdFormat,
    /// The present one: a short number leaves its century open.
    year: u32,
    /// Ids that pass without that format.
    tests: Vec<String>,
    text: Rc<Text>,
}

impl Fields {
    /// The fields that a bank wants, on the screen under construction.
    pub(super) fn new(build: &Build<'_>, offer: &Offer<'_>) -> Self {
        let text = build.words();
        let person = offer.facts.person_in(offer.context);
        let company = offer.facts.company_in(offer.context);
        let (person_label, company_label) = (
            if person.1 == IdFormat::Text { text.user_id() } else { text.personal_number() },
            if company.1 == IdFormat::Text { text.company_id() } else { text.company_number() },
        );
        let year = offer.today.map_or_else(clock::year, Day::year);
        let tests = &offer.facts.corporate_id_tests[..];
        Self([
            Field::new(build, "person", person_label, person, year, &[]),
            Field::new(build, "company", company_label, company, year, tests),
        ])
    }

    /// Makes Enter in a field click `main`.
    pub(super) fn enter(&self, build: &mut Build<'_>, main: &El) {
        for field in self.0.iter().flatten() {
            let main = main.clone();
            build.listen(&field.input, "keydown", move |event| {
                if key(event) == "Enter" {
                    main.click();
                }
            });
        }
    }

    /// Takes the ids and clears the fields. `None` where one is wrong: the field explains, and the first
    /// wrong one gets the focus.
    pub(super) fn take(&self) -> Option<Ids> {
        let mut wrong = None;
        let [person, company] = self.0.each_ref().map(|field| {
            let field = field.as_ref()?;
            field.read().unwrap_or_else(|()| {
                wrong.get_or_insert(field);
                None
            })
        });
        if let Some(field) = wrong {
            field.input.focus();
            return None;
        }
        for field in self.0.iter().flatten() {
            field.input.empty();
        }
        Some(Ids { person, company })
    }
}

impl Field {
    fn new(
        build: &Build<'_>,
        id: &str,
        label: &str,
        (need, format): (Need, IdFormat),
        year: u32,
        tests: &[String],
    ) -> Option<Self> {
        if need == Need::Never {
            return None;
        }
        let text = build.words();
        let mut label = build.fill(label);
        if need == Need::May {
            label = fill(text.optional(), &[("label", &label)]);
        }
        // Invented: their check digits are valid, and no person has them.
        let example = match format {
            IdFormat::Text => None,
            IdFormat::SePersonal => Some("19811218-9876"),
            IdFormat::SeOrganisation => Some("555555-5555"),
            IdFormat::FiOrganisation => Some("9876543-0"),
        };
        let hint = example.map(|example| fill(text.example(), &[("example", example)]));
        let words = protocol::concat(&[id, "-words"]);
        let input = el("input").attr("id", id).attr("autocomplete", "off");
        let input =
            input.attr("aria-describedby", &words).attr("spellcheck", "false").part(PART_FIELD);
        // The Finnish form has a hyphen, which a numeric keypad lacks.
        if matches!(format, IdFormat::SePersonal | IdFormat::SeOrganisation) {
            input.set("inputmode", "numeric");
        }
        let error = el("p").class("error");
        let hint = el("p").class("note").text(&hint.unwrap_or_default());
        let label = el("label").attr("for", id).text(&label);
        let words = el("div").attr("id", &words).add_all([error.clone(), hint]);
        build.add(&el("div").class("ask").add_all([label, input.clone(), words]));
        Some(Self { input, error, need, format, year, tests: tests.to_vec(), text })
    }

    /// The id in the field, if there is one.
    fn read(&self) -> Result<Option<PsuId>, ()> {
        let typed = self.input.value();
        let read = match typed.trim() {
            "" if self.need == Need::May => Ok(None),
            "" => Err(self.text.id_missing()),
            typed => match self.format.read_among(typed, self.year, &self.tests) {
                Ok(id) => Ok(Some(id)),
                Err(PsuIdError::Form) => Err(self.text.id_form()),
                Err(PsuIdError::CheckDigit) => Err(self.text.id_digit()),
            },
        };
        let error = read.as_ref().err().copied().unwrap_or_default();
        self.input.set("aria-invalid", if error.is_empty() { "false" } else { "true" });
        self.error.say(error);
        read.map_err(|_| ())
    }
}
