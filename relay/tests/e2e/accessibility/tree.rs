//! What a screen reader has of a screen, from the browser's accessibility tree: a line for each thing that it reads,
//! in the order of reading.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::Browser;

/// The screen that is shown, as text under the heading `name`.
pub(super) async fn read(browser: &Browser, name: &str) -> String {
    let lines = browser.mask(&lines(&browser.accessibility_tree().await)).await;
    let focus = browser.focused_with_kind().await.unwrap_or_else(|| "outside".to_owned());
    let focus = focus.split('\n').collect::<Vec<_>>().join(" ");
    format!("## {name}\nfocus: {focus}\n{}\n\n", lines.join("\n"))
}

/// A line for each node that says something, deeper where it is inside another one.
fn lines(nodes: &[Value]) -> Vec<String> {
    let known: HashMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["nodeId"].as_str()?, node))).collect();
    let parent = |node: &Value| known.get(node["parentId"].as_str()?).copied();
    let mut lines = Vec::new();
    for node in nodes.iter().filter(|node| node["ignored"] != true) {
        let mut above = std::iter::successors(parent(node), |node| parent(node));
        // A screen reader reads the words of such a node together with it.
        if above.any(|it| ONE.contains(&role(it))) {
            continue;
        }
        let depth = std::iter::successors(parent(node), |node| parent(node))
            .filter(|it| it["ignored"] != true && GROUPS.contains(&role(it)))
            .count();
        if let Some(line) = line(node) {
            lines.push(format!("{}{line}", "  ".repeat(depth)));
        }
    }
    lines
}

/// What is read of a node.
fn line(node: &Value) -> Option<String> {
    let role = role(node);
    let name = node["name"]["value"].as_str().unwrap_or_default().trim();
    let property = |wanted: &str| {
        let all = node["properties"].as_array()?;
        all.iter().find(|it| it["name"] == wanted).map(|it| &it["value"]["value"])
    };
    match role {
        "StaticText" => (!name.is_empty()).then(|| name.to_owned()),
        "heading" => Some(format!("heading {}: {name}", property("level")?)),
        _ if ONE.contains(&role) || GROUPS.contains(&role) => {
            let colon = if name.is_empty() { "" } else { ": " };
            Some(format!("{role}{colon}{name}"))
        }
        _ => None,
    }
}

fn role(node: &Value) -> &str {
    node["role"]["value"].as_str().unwrap_or_default()
}

/// Roles that are read with all that is in them.
const ONE: [&str; 10] = [
    "heading",
    "button",
    "link",
    "searchbox",
    "textbox",
    "combobox",
    "radio",
    "checkbox",
    "image",
    "img",
];

/// Roles that hold others.
const GROUPS: [&str; 9] =
    ["list", "listitem", "status", "alert", "dialog", "group", "radiogroup", "form", "region"];
