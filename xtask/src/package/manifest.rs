//! The files of the package that editors and other tools read: the custom elements manifest (schema 2.1.0), web-types, and
//! the data of VS Code. All are made of the same names, and so is the end of the README.

use serde_json::{Value as Json, json};

use super::names::{Item, Names};

/// `custom-elements.json`.
pub(super) fn custom_elements(all: &[Names]) -> Json {
    let modules: Vec<Json> = all.iter().flat_map(modules).collect();
    json!({ "schemaVersion": "2.1.0", "readme": "README.md", "modules": modules })
}

/// The two scripts of an element.
fn modules(names: &Names) -> [Json; 2] {
    let [element, index] = &names.scripts;
    let attributes = names.attributes.iter().map(|it| {
        let mut attribute = item(it, "type", |kind| json!({ "text": kind }));
        attribute["fieldName"] = camel(&it.name).into();
        attribute
    });
    let fields = names.attributes.iter().map(|it| {
        let mut field = member(&camel(&it.name), it);
        field["attribute"] = it.name.clone().into();
        field["reflects"] = true.into();
        if it.is_written {
            field["readonly"] = true.into();
        }
        field
    });
    let own = names.properties.iter().map(|it| member(&it.name, it));
    let events = names.events.iter().map(|it| item(it, "type", |kind| json!({ "text": kind })));
    let declaration = json!({ "name": names.class, "module": element });
    [
        json!({
            "kind": "javascript-module",
            "path": element,
            "declarations": [{
                "kind": "class",
                "customElement": true,
                "name": names.class,
                "tagName": names.tag,
                "description": names.about,
                "superclass": { "name": "HTMLElement" },
                "attributes": attributes.collect::<Vec<_>>(),
                "members": fields.chain(own).collect::<Vec<_>>(),
                "events": events.collect::<Vec<_>>(),
                "slots": plain(&names.slots),
                "cssParts": plain(&names.parts),
                "cssProperties": plain(&names.custom_properties),
            }],
            "exports": [{ "kind": "js", "name": names.class, "declaration": declaration }],
        }),
        json!({
            "kind": "javascript-module",
            "path": index,
            "exports": [{
                "kind": "custom-element-definition",
                "name": names.tag,
                "declaration": declaration,
            }],
        }),
    ]
}

/// `web-types.json`.
pub(super) fn web_types(all: &[Names], version: &str) -> Json {
    let typed = |items: &[Item]| -> Vec<Json> {
        items.iter().map(|it| item(it, "type", |kind| json!(kind))).collect()
    };
    let element = |names: &Names| {
        let attributes = names.attributes.iter();
        let attributes = attributes.map(|it| item(it, "value", |kind| json!({ "type": kind })));
        json!({
            "name": names.tag,
            "description": names.about,
            "attributes": attributes.collect::<Vec<_>>(),
            "slots": plain(&names.slots),
            "js": { "properties": typed(&names.properties), "events": typed(&names.events) },
            "css": { "properties": plain(&names.custom_properties), "parts": plain(&names.parts) },
        })
    };
    let elements: Vec<Json> = all.iter().map(element).collect();
    json!({
        "$schema": "https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json",
        "name": "ais-link",
        "version": version,
        "description-markup": "markdown",
        "contributions": { "html": { "elements": elements } },
    })
}

/// `vscode.html-data.json`.
pub(super) fn vscode_html(all: &[Names]) -> Json {
    let tags: Vec<Json> = all.iter().map(tag).collect();
    json!({ "version": 1.1, "tags": tags })
}

fn tag(names: &Names) -> Json {
    let attributes = names.attributes.iter().map(|it| {
        let values = it.kind.iter().flat_map(|kind| kind.split(" | "));
        let values = values.filter_map(|value| value.strip_prefix('"')?.strip_suffix('"'));
        let values = values.filter(|value| !value.is_empty()).map(|value| json!({ "name": value }));
        let mut attribute = item(it, "", |_| Json::Null);
        attribute["values"] = values.collect();
        attribute
    });
    json!({
        "name": names.tag,
        "description": names.about,
        "attributes": attributes.collect::<Vec<_>>(),
    })
}

/// `vscode.css-data.json`.
pub(super) fn vscode_css(all: &[Names]) -> Json {
    let parts = each(all.iter().flat_map(|names| &names.parts));
    let parts = parts
        .into_iter()
        .map(|it| json!({ "name": format!("::part({})", it.name), "description": it.about }));
    let properties = each(all.iter().flat_map(|names| &names.custom_properties)).into_iter();
    let properties = properties.map(|it| json!({ "name": it.name, "description": it.about }));
    json!({
        "version": 1.1,
        "properties": properties.collect::<Vec<_>>(),
        "pseudoElements": parts.collect::<Vec<_>>(),
    })
}

/// Each name once.
fn each<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<&'a Item> {
    let mut found: Vec<&Item> = Vec::new();
    for item in items {
        if !found.iter().any(|it| it.name == item.name) {
            found.push(item);
        }
    }
    found
}

/// The end of the package's README: what the manifest has of an element, in tables.
pub(super) fn tables(names: &Names) -> String {
    let of = |item: &Item| {
        let value = item.kind.as_deref().or(item.default.as_deref()).unwrap_or_default();
        let value = value.replace('|', "\\|");
        let value = if value.is_empty() { value } else { format!("`{value}`") };
        format!("| `{}` | {value} | {} |\n", item.name, item.about)
    };
    let lists = [
        ("Attributes, which are properties too", "Type", &names.attributes),
        ("Other properties", "Type", &names.properties),
        ("Events", "Type", &names.events),
        ("Slots", "", &names.slots),
        ("Parts", "", &names.parts),
        ("Custom properties", "Default", &names.custom_properties),
    ];
    let head = format!("\n## `<{}>`\n\n{}\n", names.tag, names.about);
    lists.iter().filter(|(_, _, items)| !items.is_empty()).fold(
        head,
        |text, (title, value, items)| {
            let rows: String = items.iter().map(of).collect();
            format!("{text}\n### {title}\n\n| Name | {value} | |\n|---|---|---|\n{rows}")
        },
    )
}

fn plain(items: &[Item]) -> Vec<Json> {
    items.iter().map(|it| item(it, "", |_| Json::Null)).collect()
}

/// The item, with its type under `key`, if it has one and the format knows it.
fn item(it: &Item, key: &str, kind: impl Fn(&str) -> Json) -> Json {
    let mut json = json!({ "name": it.name, "description": it.about });
    if let (Some(text), false) = (&it.kind, key.is_empty()) {
        json[key] = kind(text);
    }
    // VS Code's format has no place for it.
    if let (Some(default), true) = (&it.default, !key.is_empty() || it.name.starts_with("--")) {
        json["default"] = default.clone().into();
    }
    json
}

fn member(name: &str, it: &Item) -> Json {
    let mut json = json!({ "kind": "field", "name": name, "description": it.about });
    if let Some(kind) = &it.kind {
        json["type"] = json!({ "text": kind });
    }
    json
}

/// The property of an attribute.
fn camel(attribute: &str) -> String {
    let mut words = attribute.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name + &head.to_uppercase() + tail
    })
}

#[cfg(test)]
mod tests {
    use super::{camel, custom_elements, tables, vscode_css, vscode_html};
    use crate::package::names::{Item, Names};

    #[test]
    fn each_file_has_the_names_in_its_own_form() {
        let item = |name: &str, kind: Option<&str>, default: Option<&str>| Item {
            name: name.to_owned(),
            about: "What it is.".to_owned(),
            kind: kind.map(str::to_owned),
            default: default.map(str::to_owned),
            is_written: false,
        };
        let names = Names {
            tag: "ais-link".to_owned(),
            class: "AisLinkElement".to_owned(),
            about: "What it does.".to_owned(),
            scripts: ["element.js", "index.js"].map(str::to_owned),
            attributes: vec![item("validity-days", Some("\"a\" | \"b\""), Some("a"))],
            properties: Vec::new(),
            events: Vec::new(),
            slots: vec![item("terms", None, None)],
            parts: Vec::new(),
            custom_properties: vec![item("--x", None, Some("1px"))],
        };
        let tables = tables(&names);
        let other = Names {
            tag: "ais-accounts".to_owned(),
            parts: vec![item("base", None, None)],
            custom_properties: vec![item("--x", None, Some("1px"))],
            ..names.clone()
        };
        let all = [names, other];
        let manifest = custom_elements(&all);
        assert_eq!(manifest["modules"][2]["declarations"][0]["tagName"], "ais-accounts");
        let class = &manifest["modules"][0]["declarations"][0];
        assert_eq!(class["attributes"][0]["fieldName"], "validityDays");
        assert_eq!(class["attributes"][0]["default"], "a");
        assert_eq!(class["members"][0]["attribute"], "validity-days");
        assert_eq!(class["cssProperties"][0]["default"], "1px");
        assert_eq!(vscode_html(&all)["tags"][0]["attributes"][0]["values"][1]["name"], "b");
        let css = vscode_css(&all);
        assert_eq!(css["properties"].as_array().unwrap().len(), 1, "each once");
        assert_eq!(css["pseudoElements"][0]["name"], "::part(base)");
        assert!(
            tables.contains("| `validity-days` | `\"a\" \\| \"b\"` | What it is. |"),
            "{tables}"
        );
        assert_eq!(camel("frequency-per-day"), "frequencyPerDay");
    }
}
