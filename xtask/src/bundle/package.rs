//! The bundle as a package of npm, so that a page's bundler finds the script and its types.

/// The file that makes a folder a package.
pub(super) const FILE: &str = "package.json";

/// Its text. `main` and `module` are for tools that do not read `exports`. Only `ais-link.js` is imported: a page loads
/// what is in `assets/` from the relay.
pub(super) fn text() -> String {
    format!("{{\n  \"version\": \"{}\",{REST}", env!("CARGO_PKG_VERSION"))
}

/// A reader of `exports` takes the first key that fits, so `types` stands before `default`.
const REST: &str = r#"
  "name": "ais-link",
  "license": "MIT OR Apache-2.0",
  "private": true,
  "type": "module",
  "main": "./ais-link.js",
  "module": "./ais-link.js",
  "types": "./ais-link.d.ts",
  "exports": {
    ".": { "types": "./ais-link.d.ts", "default": "./ais-link.js" },
    "./react": { "types": "./ais-link-react.d.ts" },
    "./package.json": "./package.json"
  },
  "sideEffects": ["./ais-link.js"]
}
"#;

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    #[test]
    fn the_package_is_json_and_names_the_types_first() {
        let text = super::text();
        let package: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(package["exports"]["."]["default"], "./ais-link.js");
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
        assert!(text.find(r#""types": "./ais-link.d.ts", "default""#).is_some());
    }
}
