//! The files of `relay/deploy/monitoring`: each metric in them exists, and each alert has its section in the operator's
//! document. What Prometheus makes of them, `cargo xtask test` tries with Prometheus.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::World;

const ALERTS: &str = include_str!("../../deploy/monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../deploy/monitoring/dashboard.json");
/// What the chart makes its objects of.
const IN_CHART: [&str; 2] = [
    include_str!("../../deploy/helm/files/alerts.yml"),
    include_str!("../../deploy/helm/files/dashboard.json"),
];
const OPERATING: &str = include_str!("../../../docs/operating.md");

/// The names of our metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    let starts = text.match_indices("ais_relay_").map(|(start, _)| &text[start..]);
    let is_part = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '_' | '0'..='9');
    starts.map(|rest| &rest[..rest.find(|one| !is_part(one)).unwrap_or(rest.len())]).collect()
}

/// What stands behind `start` in the lines that begin with it.
fn behind<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.trim_start().strip_prefix(start))
}

#[tokio::test]
async fn each_metric_of_the_alerts_and_of_the_dashboard_exists_and_none_is_left_out() {
    let scrape = World::new().await.scrape().await;
    let known: BTreeSet<String> = scrape
        .types
        .iter()
        .flat_map(|(name, kind)| match kind.as_str() {
            "histogram" => ["_bucket", "_count", "_sum"].map(|part| [name, part].concat()).to_vec(),
            _ => vec![name.clone()],
        })
        .collect();
    for (file, text) in [("alerts", ALERTS), ("dashboard", DASHBOARD)] {
        let unknown: Vec<_> =
            names(text).into_iter().filter(|name| !known.contains(*name)).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
    let shown = names(DASHBOARD);
    for name in scrape.types.keys() {
        let is_shown = shown.iter().any(|one| one.strip_suffix("_bucket").unwrap_or(one) == name);
        assert!(is_shown, "{name} is on the dashboard");
        let row = format!("| `{}", name.strip_prefix("ais_relay_").unwrap());
        assert!(OPERATING.contains(&row), "{name} is in the operator's document");
    }
}

#[test]
fn each_alert_says_what_to_do_in_a_section_of_its_name() {
    let (_, runbook) = OPERATING.split_once("\n## When an alert comes\n").unwrap();
    let runbook = runbook.split("\n## ").next().unwrap();
    let alerts: Vec<_> = behind(ALERTS, "- alert: ").collect();
    let sections: Vec<_> = behind(runbook, "### ").collect();
    assert_eq!(alerts, sections);
    let linked: Vec<_> = behind(ALERTS, "runbook: ").collect();
    let expected =
        alerts.iter().map(|name| format!("\"docs/operating.md#{}\"", name.to_lowercase()));
    assert_eq!(linked, expected.collect::<Vec<_>>());
    let severities: Vec<_> = behind(ALERTS, "labels: { severity: ").collect();
    assert_eq!(severities.len(), alerts.len());
    assert!(severities.iter().all(|one| ["page }", "ticket }"].contains(one)), "{severities:?}");
    for section in runbook.split("\n### ").skip(1) {
        assert!(section.len() > 150, "{section}");
    }
}

#[test]
fn the_chart_has_the_same_alerts_and_the_same_dashboard() {
    let copy = "copy alerts.yml and dashboard.json from relay/deploy/monitoring to relay/deploy/helm/files";
    assert!(IN_CHART == [ALERTS, DASHBOARD], "{copy}");
}

#[test]
fn the_dashboard_has_panels_with_queries() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel}");
        let has_query = panel["targets"].as_array().is_some_and(|all| !all.is_empty());
        assert!(panel["type"] == "row" || has_query, "{panel}");
    }
}
