//! Reads what a page can see of an element from the widget's sources, where each name stands once: `names.rs` with its comments,
//! the types, and the custom properties in the style sheet. It must not know a name itself.

use std::collections::BTreeMap;
use std::mem;

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use super::published::Published;
use crate::folders::root;

/// What a page can see of the element.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) tag: String,
    pub(super) class: String,
    /// What it is.
    pub(super) about: String,
    /// The scripts with the class, and with the definition of the tag.
    pub(super) scripts: [String; 2],
    pub(super) attributes: Vec<Item>,
    pub(super) properties: Vec<Item>,
    pub(super) events: Vec<Item>,
    pub(super) slots: Vec<Item>,
    pub(super) parts: Vec<Item>,
    pub(super) custom_properties: Vec<Item>,
}

/// One name.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    pub(super) name: String,
    /// What it is, in Markdown.
    pub(super) about: String,
    /// Its type in TypeScript; none where it has none, as a slot.
    pub(super) kind: Option<String>,
    pub(super) default: Option<String>,
    /// Whether the element writes it, and not the page.
    pub(super) is_written: bool,
}

impl Names {
    /// Reads those of `element`; `types` are its declarations in TypeScript.
    pub(super) fn read(element: &Published, types: &str) -> Result<Self> {
        let style = fs::read_to_string(root().join("wasm/src/view/style.css"))?;
        let all = of_element(element)?;
        let prefix = element.prefix;
        let of = |start: &str| -> Vec<Item> {
            let named = all.iter().filter(|(constant, _)| constant.starts_with(start));
            named.map(|(_, item)| item.clone()).collect()
        };
        let typed = |items: Vec<Item>, interface: &str| -> Result<Vec<Item>> {
            let members = members(types, interface)?;
            let with = |item: Item| Item { kind: members.get(&item.name).cloned(), ..item };
            Ok(items.into_iter().map(with).collect())
        };
        let mut attributes = typed(of("ATTRIBUTE_"), &format!("{prefix}Attributes"))?;
        for item in attributes.iter_mut().filter(|item| item.kind.is_none()) {
            item.kind = Some(format!("{prefix}State"));
            item.is_written = true;
        }
        let mut properties = of("PROPERTY_");
        for item in &mut properties {
            item.kind = Some(format!("{prefix}Texts | null | undefined"));
        }
        let names = Self {
            tag: of("TAG").first().context("names.rs has no TAG")?.name.clone(),
            class: element.class(),
            about: element.about.to_owned(),
            scripts: ["element.js", "index.js"].map(|name| element.file(name)),
            attributes,
            properties,
            events: typed(of("EVENT_"), &format!("{prefix}EventMap"))?,
            slots: of("SLOT_"),
            parts: parts(of("PART_")),
            custom_properties: custom_properties(&style),
        };
        let lists = [&names.attributes, &names.properties, &names.events, &names.parts];
        let empty = lists.iter().any(|list| list.is_empty());
        ensure!(!empty, "{} is written in a new way: {names:?}", element.names[0]);
        let untyped = names.events.iter().find(|event| event.kind.is_none());
        ensure!(untyped.is_none(), "the types of <{}> have none of {untyped:?}", names.tag);
        let bare = names.custom_properties.iter().find(|it| it.about.is_empty());
        ensure!(bare.is_none(), "wasm/src/view/style.css does not say what this is: {bare:?}");
        Ok(names)
    }
}

/// The constants of an element: its own, and before them those that it shares with another.
fn of_element(element: &Published) -> Result<Vec<(String, Item)>> {
    let mut sources = Vec::new();
    for path in element.names {
        sources.push(fs::read_to_string(root().join(path))?);
    }
    let [own, others @ ..] = &sources[..] else { return Ok(Vec::new()) };
    let shared = shared(own);
    let others = others.iter().flat_map(|source| constants(source));
    let others = others.filter(|(constant, _)| shared.contains(&&**constant));
    Ok(others.chain(constants(own)).collect())
}

/// The constants in the list `SHARED`.
fn shared(source: &str) -> Vec<&str> {
    let list = source.split_once("pub const SHARED: ").and_then(|(_, rest)| rest.split_once("= ["));
    let list = list.and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// The constants with their comments, in their order.
fn constants(source: &str) -> Vec<(String, Item)> {
    let mut about = String::new();
    let mut found = Vec::new();
    for line in source.lines() {
        if let Some(comment) = line.strip_prefix("///") {
            about += comment;
            continue;
        }
        let about = mem::take(&mut about).trim().to_owned();
        if let Some((constant, name)) = constant(line) {
            let default = about.split_once("Default: `").and_then(|(_, rest)| rest.split_once('`'));
            let default = default.map(|(default, _)| default.to_owned());
            found.push((constant, Item { name, about, default, ..Item::default() }));
        }
    }
    found
}

/// The name and the value in a line such as `pub const TAG: &str = "ais-link";`.
fn constant(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
    Some((name.to_owned(), value.strip_suffix("\";")?.to_owned()))
}

/// Each part alone: `mark done` are two.
fn parts(named: Vec<Item>) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    for item in named {
        let words: Vec<String> = item.name.split(' ').map(str::to_owned).collect();
        let [above @ .., last] = &words[..] else { continue };
        for word in above {
            if !found.iter().any(|it| it.name == *word) {
                let about = format!("What `{last}` and its like are, too.");
                found.push(Item { name: word.clone(), about, ..Item::default() });
            }
        }
        found.push(Item { name: last.clone(), ..item });
    }
    found
}

/// The custom properties with the comment where each stands first, and the value where it stands last.
fn custom_properties(style: &str) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    for line in style.lines() {
        let Some((_, rest)) = line.split_once("var(--ais-link-") else { continue };
        let Some((name, rest)) = rest.split_once(", ") else { continue };
        let (value, comment) = rest.split_once(';').unwrap_or((rest, ""));
        let default = value.strip_suffix(')').map(str::to_owned);
        let name = ["--ais-link-", name].concat();
        if let Some(known) = found.iter_mut().find(|item| item.name == name) {
            known.default = default;
            continue;
        }
        let about = comment.trim().trim_start_matches("/* ").trim_end_matches(" */").to_owned();
        found.push(Item { name, about, default, ..Item::default() });
    }
    found
}

/// The members of an interface with their types.
fn members(types: &str, interface: &str) -> Result<BTreeMap<String, String>> {
    let start = format!("export interface {interface} {{\n");
    let (_, body) = types.split_once(&start).with_context(|| format!("no type {interface}"))?;
    let (body, _) = body.split_once("\n}").context("an interface has no end")?;
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("/*"));
    let split = |line: &str| {
        let (name, kind) = line.split_once(": ")?;
        let name = name.trim_end_matches('?').trim_matches('"');
        Some((name.to_owned(), kind.trim_end_matches(';').to_owned()))
    };
    Ok(lines.filter_map(split).collect())
}

#[cfg(test)]
mod tests {
    use super::{Names, constants, custom_properties, of_element, parts};
    use crate::folders::root;
    use crate::package::published::PUBLISHED;
    use crate::package::sources;

    #[test]
    fn a_constant_has_its_comment_its_value_and_its_default() {
        let source = "/// The tag.\npub const TAG: &str = \"x-y\";\n\n/// A country.\n/// Default: `SE`.\n\
            pub const ATTRIBUTE_COUNTRY: &str = \"country\";\npub const PART_BASE: &str = \"base\";\n";
        let found = constants(source);
        let found: Vec<_> = found
            .iter()
            .map(|(constant, it)| (&**constant, &*it.name, &*it.about, it.default.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("TAG", "x-y", "The tag.", None),
                ("ATTRIBUTE_COUNTRY", "country", "A country. Default: `SE`.", Some("SE")),
                ("PART_BASE", "base", "", None),
            ]
        );
        let words = constants("pub const PART_DONE: &str = \"mark done\";");
        let found = parts(words.into_iter().map(|(_, item)| item).collect());
        assert_eq!(found.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["mark", "done"]);
        let style =
            "--a: var(--ais-link-a, #fff); /* Paper. */\n--a: var(--ais-link-a, x(1, 2));\n";
        let found = &custom_properties(style)[0];
        assert_eq!((&*found.about, found.default.as_deref()), ("Paper.", Some("x(1, 2)")));
    }

    #[test]
    fn the_documents_name_each_slot_part_and_custom_property_and_no_other() {
        // The types do not matter here.
        let types = "export interface AisLinkAttributes {\n}\nexport interface AisLinkEventMap {\n  \
            \"ais-link-state\": A;\n  \"ais-link-linked\": A;\n  \"ais-link-failed\": A;\n  \
            \"ais-link-expired\": A;\n  \"ais-link-cancelled\": A;\n  \"ais-link-renew\": A;\n  \"ais-link-removed\": A;\n}\n";
        let [link, accounts] = &PUBLISHED;
        let names = Names::read(link, types).unwrap();
        let text = fs_err::read_to_string(root().join("docs/element.md")).unwrap();
        let quoted = |start: &str, end: &str| -> Vec<String> {
            let (_, text) = text.split_once(start).unwrap();
            let (text, _) = text.split_once(end).unwrap();
            text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let own = |items: &[super::Item], start: &str| {
            let names = items.iter().map(|item| item.name.replacen(start, "", 1));
            sorted(names.collect())
        };
        let written = quoted("page's looks: ", ". So does").into_iter();
        let written = written
            .map(|it| it.trim_start_matches("--ais-link").trim_start_matches('-').to_owned());
        assert_eq!(own(&names.custom_properties, "--ais-link-"), sorted(written.collect()));
        assert_eq!(own(&names.parts, ""), sorted(quoted("`::part()`: ", ". The element")));
        assert_eq!(own(&names.slots, ""), sorted(quoted("into slots: ", ". An example")));

        let names = Names::read(accounts, &accounts.own(types)).unwrap();
        assert_eq!(own(&names.parts, ""), sorted(quoted("Its parts are ", ". It keeps")));
        assert!(names.slots.is_empty());
        let tokens = names.attributes.iter().filter(|it| it.name == "token");
        let [token] = &tokens.collect::<Vec<_>>()[..] else { panic!("one token") };
        assert!(token.about.contains("view session"), "{token:?}");
    }

    #[test]
    fn a_component_of_react_hears_each_event() {
        for element in &PUBLISHED {
            let script = sources().join(element.file("react.js"));
            let script = fs_err::read_to_string(script).unwrap();
            let (_, list) = script.split_once("EVENTS = [").unwrap();
            let list = list.split_once(']').unwrap().0;
            let mut heard: Vec<_> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
            let events = of_element(element).unwrap();
            let events = events.iter().filter(|(constant, _)| constant.starts_with("EVENT_"));
            let start = [element.element.tag, "-"].concat();
            let mut events: Vec<_> =
                events.map(|(_, it)| it.name.replacen(&start, "", 1)).collect();
            heard.sort();
            events.sort();
            assert_eq!(heard, events);
        }
    }
}
