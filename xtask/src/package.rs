//! Makes the package of npm: the elements for pages whose scripts come from a bundler, their types, what editors read,
//! and the code for the host's own server. What can be derived is made here: the scripts' common class, the bundle's
//! files under lasting names, the types, the manifests and the hashes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fs_err as fs;
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha384};
use walkdir::WalkDir;

use crate::bundle::{self, Element};
use crate::folders::{empty, publish, root, scratch, target};
use crate::progress::{self, note, step};
use crate::setup::{self, NPM, OPENAPI_TYPESCRIPT};
use crate::{notice, run, turn};

mod check;
mod manifest;
mod names;
mod published;

use names::Names;
use published::{OWN, PUBLISHED, Published};

/// `cargo xtask package`.
pub(crate) fn command() -> Result<()> {
    setup::for_package()?;
    let bundle = bundle::build()?;
    checked(&bundle)?;
    note(&format!(
        "The package is {}, its files are in {}",
        packed().display(),
        folder().display()
    ));
    Ok(())
}

/// Makes the package of the files in `bundle` and checks it.
pub(crate) fn checked(bundle: &Path) -> Result<()> {
    let _turn = turn::take(turn::Files::Bundle)?;
    build(bundle)?;
    check::check(&packed())
}

/// The packed file.
pub(crate) fn packed() -> PathBuf {
    target().join(concat!("ais-link-", env!("CARGO_PKG_VERSION"), ".tgz"))
}

/// Copies the packed file into `folder`, while no other command packs one.
pub(crate) fn copy_packed(folder: &Path) -> Result<()> {
    let _turn = turn::take(turn::Files::Bundle)?;
    let packed = packed();
    let name = packed.file_name().context("it is a file")?;
    fs::copy(&packed, folder.join(name))?;
    Ok(())
}

/// The folder with the package's files.
pub(crate) fn folder() -> PathBuf {
    target().join("package")
}

fn build(bundle: &Path) -> Result<()> {
    step("Making the package", || {
        let partial = scratch("package.partial");
        empty(&partial)?;
        for element in &PUBLISHED {
            let folder = partial.join(element.folder);
            fs::create_dir_all(folder.join("texts"))?;
            for entry in fs::read_dir(sources().join(element.folder))? {
                let entry = entry?;
                if entry.file_type()?.is_file() && entry.file_name() != check::SCRIPT {
                    fs::copy(entry.path(), folder.join(entry.file_name()))?;
                }
            }
            for name in OWN {
                fs::write(folder.join(name), source(element, name)?)?;
            }
        }
        for name in ["LICENSE-MIT", "LICENSE-APACHE", notice::FILE] {
            fs::copy(root().join(name), partial.join(name))?;
        }
        let mut all = Vec::new();
        for element in &PUBLISHED {
            let folder = partial.join(element.folder);
            scripts(element, &folder)?;
            shared(bundle, element, &folder)?;
            let types = [element.element.tag, ".d.ts"].concat();
            let types = fs::read_to_string(scratch(bundle::WRITTEN).join(types))?;
            fs::write(folder.join("index.d.ts"), &types)?;
            all.push(Names::read(element, &types)?);
        }
        openapi(&partial)?;
        let readme = partial.join("README.md");
        let tables: String = all.iter().map(manifest::tables).collect();
        fs::write(&readme, fs::read_to_string(&readme)? + &tables)?;
        let version = env!("CARGO_PKG_VERSION");
        for (name, json) in [
            ("custom-elements.json", manifest::custom_elements(&all)),
            ("web-types.json", manifest::web_types(&all, version)),
            ("vscode.html-data.json", manifest::vscode_html(&all)),
            ("vscode.css-data.json", manifest::vscode_css(&all)),
        ] {
            write_json(&partial.join(name), &json)?;
        }
        write_json(&partial.join("integrity.json"), &integrity(&partial)?)?;
        publish(&partial, &folder())
    })?;
    let mut pack = run::new(NPM);
    pack.args(["pack", "--silent", "--pack-destination"]).arg(target()).arg(folder());
    let advice = "see what npm says above.";
    progress::run("Packing the package", advice, &mut pack)
}

/// The sources that are written by hand.
fn sources() -> PathBuf {
    root().join("wasm/package")
}

/// The file `name` of `element`, as it is written by hand.
fn source(element: &Published, name: &str) -> Result<String> {
    let text = fs::read_to_string(sources().join(name));
    Ok(element.own(&text?))
}

/// The class, and the three scripts that a page loads with it before a tag is on it, all without comments; what an element
/// with a module of the page asks early.
fn scripts(element: &Published, folder: &Path) -> Result<()> {
    let class = element.element.exported_class(&scratch(bundle::WRITTEN))?;
    fs::write(folder.join("class.js"), for_bundlers(&bundle::script(&class)?))?;
    let early = element.element.exported_early()?;
    fs::write(folder.join("early.js"), bundle::script(&early)?)?;
    for name in ["index.js", "element.js"] {
        let path = folder.join(name);
        fs::write(&path, for_bundlers(&bundle::script(&fs::read_to_string(&path)?)?))?;
    }
    let mut stub = Vec::new();
    for name in ["index.js", "element.js", "class.js"] {
        stub.extend(fs::read(folder.join(name))?);
    }
    let size = bundle::brotli(&stub)?.len();
    let tag = element.element.tag;
    note(&format!("The entry of <{tag}> with what it imports has {size} bytes with brotli."));
    ensure!(
        size <= STUB_BUDGET,
        "The package's entry of <{tag}> has {size} bytes with brotli, not {STUB_BUDGET} at most"
    );
    Ok(())
}

/// Bundlers leave an import with such comments alone, because the page loads its file at run time. Minifiers
/// remove the comments, so this comes after them.
fn for_bundlers(script: &str) -> String {
    let comments = "/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */";
    script.replace("import(", &format!("import({comments} "))
}

/// The files of the bundle that the entries need that do not load them from the relay.
fn shared(bundle: &Path, element: &Published, folder: &Path) -> Result<()> {
    let Element { tag, texts: prefix, .. } = element.element;
    let prefix = prefix.trim_start_matches("assets/");
    let mut texts = Map::new();
    let mut wasm = String::new();
    for entry in fs::read_dir(bundle.join("assets"))? {
        let (path, name) =
            (entry.as_ref().map(fs::DirEntry::path), entry.as_ref().map(fs::DirEntry::file_name));
        let (Ok(path), Ok(name)) = (path, name) else { continue };
        let name = name.to_string_lossy().into_owned();
        // Such as `texts-en-0123456789abcdef.txt`.
        let Some((stem, kind)) = name.rsplit_once('-').map(|(stem, rest)| (stem, &rest[16..]))
        else {
            continue;
        };
        match (stem.strip_prefix(prefix), kind) {
            (Some(language), ".txt") => {
                fs::copy(&path, folder.join(format!("texts/{language}.txt")))?;
                texts.insert(language.to_owned(), fs::read_to_string(&path)?.into());
            }
            (None, ".wasm") if stem == tag => {
                fs::copy(&path, folder.join([tag, ".wasm"].concat()))?;
                wasm = STANDARD.encode(fs::read(&path)?);
            }
            (None, ".js") if stem == tag => drop(fs::copy(&path, folder.join("glue.js"))?),
            _ => {}
        }
    }
    ensure!(!wasm.is_empty() && !texts.is_empty(), "The bundle has its files in a new way");
    let data =
        format!("export const wasm = {wasm:?};\nexport const texts = {};\n", Json::from(texts));
    Ok(fs::write(folder.join("inline-data.js"), data)?)
}

/// The types of the back-end port's routes.
fn openapi(folder: &Path) -> Result<()> {
    let script = OPENAPI_TYPESCRIPT.file("bin/cli.js");
    let mut run = run::new("node");
    run.arg(script)
        .arg(root().join("docs/backend.openapi.json"))
        .arg("--output")
        .arg(folder.join("openapi.d.ts"));
    run::read(&mut run).map(drop)
}

/// The hash of each file, as the attribute `integrity` has it.
fn integrity(folder: &Path) -> Result<Json> {
    let mut hashes = Map::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder)?.display().to_string().replace('\\', "/");
            let hash = STANDARD.encode(Sha384::digest(fs::read(entry.path())?));
            hashes.insert(name, format!("sha384-{hash}").into());
        }
    }
    Ok(hashes.into())
}

fn write_json(path: &Path, json: &Json) -> Result<()> {
    let text = serde_json::to_string_pretty(json).context("it is plain data")?;
    Ok(fs::write(path, text + "\n")?)
}

/// What a page may load before a tag is on it, in bytes with brotli.
const STUB_BUDGET: usize = 2_000;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;
    use walkdir::WalkDir;

    use super::{PUBLISHED, source, sources};
    use crate::folders::root;

    /// The source of a script of the package.
    fn script(path: &str) -> String {
        let path = path.trim_start_matches("./");
        let written = sources().join(path);
        if let Ok(text) = fs_err::read_to_string(written) {
            return text;
        }
        let element = PUBLISHED.iter().rev().find(|it| path.starts_with(it.folder)).unwrap();
        source(element, path.trim_start_matches(element.folder)).unwrap()
    }

    #[test]
    fn the_package_has_our_version_and_says_which_entries_define_a_tag() {
        let json: Json = serde_json::from_str(&script("package.json")).unwrap();
        assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
        let mut defining = BTreeSet::new();
        for (_, entry) in json["exports"].as_object().unwrap() {
            let Some(path) = entry["default"].as_str() else { continue };
            let text = script(path);
            if text.lines().any(|line| line.starts_with("define(") || line.starts_with("init(")) {
                defining.insert(path.to_owned());
            }
        }
        let listed = json["sideEffects"].as_array().unwrap();
        let listed = listed.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        assert_eq!(defining, listed);
        assert_eq!(defining.len(), 3 * PUBLISHED.len());
    }

    #[test]
    fn the_readme_names_each_entry() {
        let json: Json =
            serde_json::from_str(&fs_err::read_to_string(sources().join("package.json")).unwrap())
                .unwrap();
        let readme = fs_err::read_to_string(sources().join("README.md")).unwrap();
        for (name, entry) in json["exports"].as_object().unwrap() {
            let short = name.trim_start_matches('.');
            let whole = format!("`ais-link{short}`");
            let named = readme.contains(&whole) || readme.contains(&format!("`{short}`"));
            assert!(entry.is_string() || named, "{name}");
        }
    }
    #[test]
    fn the_snippets_of_the_documents_are_of_the_apps() {
        let apps = WalkDir::new(sources().join("apps")).into_iter().flatten();
        let apps = apps.filter(|entry| entry.file_type().is_file());
        let apps: Vec<String> =
            apps.filter_map(|entry| fs_err::read_to_string(entry.path()).ok()).collect();
        let text = fs_err::read_to_string(root().join("docs/embedding.md")).unwrap();
        let (_, section) = text.split_once("\n## The package\n").unwrap();
        let snippets = section.split("\n```").skip(1).step_by(2);
        let snippets = snippets.filter_map(|it| it.split_once('\n'));
        let snippets: Vec<_> = snippets.filter(|(language, _)| *language != "sh").collect();
        for (language, snippet) in &snippets {
            assert!(apps.iter().any(|app| app.contains(snippet)), "{language}: {snippet}");
        }
        assert_eq!(snippets.len(), 11);
    }
}
