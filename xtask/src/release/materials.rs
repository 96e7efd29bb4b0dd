//! The bill of materials, in version 1.5 of `CycloneDX`: the crates of others that are linked into the relay and into the bundle, with
//! their licences and the sums that Cargo.lock has of them. It has no serial number and no time: the same commit writes the same file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fs_err as fs;
use serde_json::{Value as Json, json};
use toml::Table;

use super::VERSION;
use crate::folders::root;
use crate::notice::{Shipped, shipped, sources};
use crate::progress;
use crate::setup::CYCLONEDX;

/// Writes it into `folder`; its path.
pub(super) fn write(folder: &Path) -> Result<PathBuf> {
    let licences = sources()?.into_iter().map(|(used, (_, licence))| (used, licence)).collect();
    let sums = sums(&fs::read_to_string(root().join("Cargo.lock"))?)?;
    let bill = bill(&shipped()?, &licences, &sums)?;
    let text = serde_json::to_string_pretty(&bill)? + "\n";
    let path = folder.join(format!("ais-link-{VERSION}.cdx.json"));
    fs::write(&path, text)?;
    Ok(path)
}

/// Fails where the bill `path` is not as the official schema says.
pub(super) fn validate(path: &Path) -> Result<()> {
    CYCLONEDX.ensure()?;
    let mut python = CYCLONEDX.run();
    python.args(["-c", VALIDATE]).arg(path);
    let advice = "see the finding above; CycloneDX's documents say what each field may be.";
    progress::run("Holding the bill against CycloneDX's schema", advice, &mut python)
}

/// Texts by a crate's name and version, such as `serde 1.0.1`.
type Texts = BTreeMap<String, String>;

/// The SHA-256 of each crate.
fn sums(lock: &str) -> Result<Texts> {
    let lock: Table = lock.parse()?;
    let packages = lock["package"].as_array().context("Cargo.lock names no packages")?;
    let sum = |package: &toml::Value| {
        let field = |name| package.get(name).and_then(toml::Value::as_str);
        Some((format!("{} {}", field("name")?, field("version")?), field("checksum")?.to_owned()))
    };
    Ok(packages.iter().filter_map(sum).collect())
}

fn bill(shipped: &Shipped, licences: &Texts, sums: &Texts) -> Result<Json> {
    let mut components = Vec::new();
    for (used, parts) in shipped {
        let (name, version) = used.split_once(' ').context("a version stands behind the name")?;
        let url = format!("pkg:cargo/{name}@{version}");
        let text = |texts: &Texts| texts.get(used).cloned().with_context(|| used.clone());
        // Before there was a word for it, a stroke stood between licences.
        let licence = text(licences)?.replace(" / ", " OR ").replace('/', " OR ");
        let parts = parts.iter().map(|part| json!({ "name": "ais-link:part", "value": part }));
        components.push(json!({
            "type": "library",
            "bom-ref": url,
            "name": name,
            "version": version,
            "scope": "required",
            "hashes": [{ "alg": "SHA-256", "content": text(sums)? }],
            "licenses": [{ "expression": licence }],
            "purl": url,
            "properties": parts.collect::<Vec<_>>(),
        }));
    }
    let refs: Vec<_> = components.iter().map(|component| component["purl"].clone()).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": PRODUCT,
                "name": PRODUCT,
                "version": VERSION,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            },
        },
        "components": components,
        "dependencies": [{ "ref": PRODUCT, "dependsOn": refs }],
    }))
}

const PRODUCT: &str = "ais-link";
/// The library of `CycloneDX` has its schemas. One broken copy shows that it refuses something.
const VALIDATE: &str = r#"
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

check = JsonStrictValidator(SchemaVersion.V1_5).validate_str
text = open(sys.argv[1], encoding="utf-8").read()
if error := check(text):
    sys.exit(str(error.data))
if not check(text.replace('"SHA-256"', '"SHA-257"')):
    sys.exit("the validator takes a hash that does not exist")
"#;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Shipped, Texts, bill, sums};

    #[test]
    fn each_crate_has_its_licence_and_its_sum_and_one_without_is_refused() {
        let shipped = Shipped::from([("serde 1.0.1".to_owned(), BTreeSet::from(["relay"]))]);
        let licences = Texts::from([("serde 1.0.1".to_owned(), "MIT/Apache-2.0".to_owned())]);
        let lock = "[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nchecksum = \"0a\"\n\
            [[package]]\nname = \"relay\"\nversion = \"0.1.0\"\n";
        let sums = sums(lock).unwrap();
        assert_eq!(sums.len(), 1);
        let bill = bill(&shipped, &licences, &sums).unwrap();
        let component = &bill["components"][0];
        assert_eq!(component["purl"], "pkg:cargo/serde@1.0.1");
        assert_eq!(component["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(component["hashes"][0]["content"], "0a");
        assert_eq!(bill["dependencies"][0]["dependsOn"][0], "pkg:cargo/serde@1.0.1");
        for (licences, sums) in [(&Texts::new(), &sums), (&licences, &Texts::new())] {
            assert!(super::bill(&shipped, licences, sums).is_err());
        }
    }
}
